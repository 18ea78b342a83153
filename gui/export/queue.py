"""The queue of exports: one runs at a time, in a process of its own, and its events are fetched ten times a second."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from engine.batch.child import ExportEvent, ExportProcess
from engine.batch.events import Begun, Failed, Progress, Summary, Taken

from .job import ASKS, DONE, FAILED, INTERRUPTED, RUNNING, STOPPED, TROUBLES_KEPT, WAITING, Job, Outcome, Settings
from .shelf import Shelf

POLL_MS = 100
SAVE_MS = 500


class Queue(QObject):
    """The jobs in their order. `changed` says that jobs are others, `progressed` that the running one went on.

    `ended` gives a job that has come to its end by itself.
    """

    changed = Signal()
    progressed = Signal()
    ended = Signal(object)

    def __init__(self, shelf: Shelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._jobs: list[Job] = shelf.load()
        self._process: ExportProcess | None = None
        self._going = self._stopping = self._closing = False
        self.paused = False
        self.progress: Progress | None = None
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._take_events)
        self._later = QTimer(self, interval=SAVE_MS, singleShot=True)
        self._later.timeout.connect(self._save)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All of them, the ended ones too."""
        return tuple(self._jobs)

    @property
    def running(self) -> Job | None:
        """The one that runs."""
        return next((job for job in self._jobs if job.state == RUNNING), None)

    @property
    def going(self) -> bool:
        """Whether the waiting jobs are run by themselves, one after the other."""
        return self._going

    @property
    def stopping(self) -> bool:
        """Whether the running one was cancelled and is about to end."""
        return self._stopping

    def job(self, job_id: str) -> Job | None:
        """The job of that id."""
        return next((job for job in self._jobs if job.id == job_id), None)

    def add(self, job: Job) -> None:
        """Put a job at the end."""
        self._jobs.append(job)
        self._tell()

    def duplicate(self, job_id: str) -> None:
        """Put the same once more behind a job, to be set otherwise and made anew."""
        job = self.job(job_id)
        if job is not None:
            copy = replace(job, id=secrets.token_hex(8), state=WAITING, once="", outcome=Outcome())
            self._jobs.insert(self._jobs.index(job) + 1, copy)
            self._tell()

    def remove(self, job_id: str) -> None:
        """Forget a job that does not run; its files stay."""
        self._jobs = [job for job in self._jobs if job.id != job_id or job.state == RUNNING]
        self._tell()

    def clear_ended(self) -> None:
        """Forget the jobs that are done or were stopped."""
        self._jobs = [job for job in self._jobs if not job.ended]
        self._tell()

    def move(self, job_id: str, place: int) -> None:
        """Put a job at this place of the list."""
        job = self.job(job_id)
        if job is not None and self._jobs.index(job) != place and 0 <= place < len(self._jobs):
            self._jobs.remove(job)
            self._jobs.insert(place, job)
            self._tell()

    def set(self, job_id: str, settings: Settings) -> None:
        """Change how a waiting job is made; one that runs or has run stays as it is."""
        self._change(job_id, (WAITING,), lambda job: replace(job, settings=settings))

    def again(self, job_id: str) -> None:
        """Have an ended job go on: what is complete stays, what failed or is missing is made."""
        ended = (DONE, STOPPED, INTERRUPTED, FAILED)
        self._change(
            job_id, ended, lambda job: replace(job, state=WAITING, once="skip" if job.outcome.out else job.once)
        )
        self.start()

    def answer(self, job_id: str, rule: str) -> None:
        """Say what becomes of the folder that a job asks about."""
        self._change(job_id, (ASKS,), lambda job: replace(job, state=WAITING, once=rule, outcome=Outcome()))
        self.start()

    def put_back(self, job_id: str) -> None:
        """Let a job that asks wait, to be set otherwise."""
        self._change(job_id, (ASKS,), lambda job: replace(job, state=WAITING, outcome=Outcome()))

    def start(self) -> None:
        """Run the waiting jobs, one after the other."""
        self._going = True
        self._next()

    def pause(self, paused: bool) -> None:
        """Begin no more files, or go on."""
        if self._process is not None and self.running is not None and paused != self.paused:
            self.paused = paused
            self._process.pause(paused)
            self.changed.emit()

    def cancel(self) -> None:
        """Stop the running job now; those behind it wait."""
        self._going = False
        if self._process is not None and self.running is not None:
            self._stopping = True
            self._process.cancel()
            self.changed.emit()

    def close(self) -> None:
        """End what runs, and remember all; for a window that closes."""
        self._poll.stop()
        self._going, self._closing = False, True
        if self._process is not None:
            for event in self._process.close():
                self._take(event)
            self._process = None
        if self.running is not None:
            self._end(self.running, INTERRUPTED, {})
        self._save()
        self._shelf.close()

    def _change(self, job_id: str, states: tuple[str, ...], change: Callable[[Job], Job]) -> None:
        self._jobs = [change(job) if job.id == job_id and job.state in states else job for job in self._jobs]
        self._tell()

    def _tell(self) -> None:
        self._later.start()
        self.changed.emit()
        if self._going:
            self._next()

    def _save(self) -> None:
        self._later.stop()
        self._shelf.save(self._jobs)

    def _next(self) -> None:
        """Start the first job that waits, if nothing runs and it can be."""
        waiting = next((job for job in self._jobs if job.state == WAITING and job.settings.out.strip()), None)
        if self._process is not None:
            return
        self._going = self._going and waiting is not None
        if waiting is None:
            return
        self.paused = self._stopping = False
        self.progress = None
        try:
            self._process = ExportProcess(waiting.request())
        except Exception as error:  # a preset or setting of another version of the program
            self._put(replace(waiting, state=FAILED, outcome=Outcome(reason=str(error))))
            return
        kept = Outcome(out=waiting.outcome.out)
        self._poll.start()
        self._put(replace(waiting, state=RUNNING, outcome=kept))

    def _put(self, job: Job) -> None:
        self._jobs = [job if job.id == known.id else known for known in self._jobs]
        self._tell()

    def _take_events(self) -> None:
        assert self._process is not None
        for event in self._process.poll():
            self._take(event)
        if self._process.gone:
            self._process.close()
            self._process = None
            self._poll.stop()
            if self._going:
                self._next()

    def _take(self, event: ExportEvent) -> None:
        job = self.running
        if job is None:
            return
        if isinstance(event, Begun):
            self._put(replace(job, outcome=replace(job.outcome, out=event.out, total=event.total)))
            if self.paused and self._process is not None:
                self._process.pause(True)
        elif isinstance(event, Progress):
            self._show(job, event)
        elif isinstance(event, Summary):
            cut = INTERRUPTED if self._closing else STOPPED
            self._end(job, cut if event.interrupted else DONE, summed(event))
        elif isinstance(event, Taken):
            self._end(job, ASKS, {"reason": event.kind, "out": ""})
        else:
            self._failed(job, event)

    def _show(self, job: Job, progress: Progress) -> None:
        self.progress = progress
        if progress.troubles:
            known = job.outcome.troubles
            troubles = tuple(dict.fromkeys((*known, *progress.troubles)))[:TROUBLES_KEPT]
            if troubles != known:
                self._put(replace(job, outcome=replace(job.outcome, troubles=troubles)))
        self.progressed.emit()

    def _failed(self, job: Job, event: Failed) -> None:
        if self._stopping:
            self._end(job, STOPPED, {})
        else:
            self._end(job, FAILED, {"reason": event.reason})

    def _end(self, job: Job, state: str, facts: dict[str, object]) -> None:
        seen = self.progress
        counts = {} if seen is None else {"done": seen.done, "failed": seen.failed, "kept": seen.kept}
        stopped = self._stopping
        self.paused = self._stopping = False
        self.progress = None
        outcome = replace(job.outcome, **{**counts, **facts})  # type: ignore[arg-type]  # its own fields' names
        ended = replace(job, state=state, once="" if state == DONE else job.once, outcome=outcome)
        self._put(ended)
        if not stopped and not self._closing:
            self.ended.emit(ended)


def summed(summary: Summary) -> dict[str, object]:
    """The outcome's facts in a summary."""
    return {
        "out": summary.out, "done": summary.done, "failed": summary.failed_outputs, "kept": summary.kept,
        "seconds": summary.seconds, "size": summary.size, "troubles": summary.failed[:TROUBLES_KEPT],
        "clipped": summary.clipped, "guarded": summary.guarded, "skipped": summary.skipped[:TROUBLES_KEPT],
        "idle": summary.idle[:TROUBLES_KEPT],
    }  # fmt: skip
