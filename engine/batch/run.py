"""Carries out a plan on worker processes and writes what belongs beside the sound."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..files.encode import sha256_of
from ..preset import dumps
from ..whole import write_whole
from .events import Progress, Summary
from .make import lies_inside
from .manifest import (
    CHAIN,
    MANIFEST,
    METADATA,
    Log,
    lines_by_output,
    manifest_text,
    metadata_text,
    roots_of,
)
from .moved import are_there, name_beside
from .pace import Pace
from .plan import ExportBroken, ExportRefused, Job, Plan
from .pool import Pool, WorkerDied
from .work import Done, Order, Task, failed, sentence, work

OUTPUTS_A_GROUP = 16
"""The most outputs of one source that one worker makes in a row, so that the others help where there are many."""

Line = Mapping[str, Any]


def _never() -> bool:
    return False


def run(
    plan: Plan,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    paused: Callable[[], bool] = _never,
) -> Summary:
    """Do what was planned; both questions are asked many times a second. Raises `ExportRefused` before any sound.

    While paused no output is begun. When cancelled, what the workers had in hand is given up, unless it ends at once,
    and what was made is listed as usual. Raises `ExportBroken` where the folder takes no more, as when the disk is
    full; no half-written file is left then either.
    """
    try:
        return _Export(plan, progress).run(cancelled, paused)
    except OSError as error:
        raise ExportBroken(
            f"the export into {plan.request.out} could not be ended ({error.strerror or error}), and its files are not "
            "listed; see to it that the folder can be written to, and export again with --overwrite"
        ) from error


class _Export:
    """One run: what was there before, what is made, and what is left of both."""

    def __init__(self, plan: Plan, progress: Callable[[Progress], None]) -> None:
        self._plan = plan
        self._out = Path(plan.request.out)
        self._skips = plan.request.existing == "skip"
        self._former = lines_by_output(self._out)
        self._lines: dict[str, Line] = {}
        self._lost: set[str] = set()
        self._count = _Count(plan.total, progress)

    def run(self, cancelled: Callable[[], bool], paused: Callable[[], bool]) -> Summary:
        groups = self._groups()
        with self._opened() as log:
            self._log_start(log)
            pool = Pool[Task, Done](min(self._plan.workers, len(groups)), work)
            try:
                with pool:
                    for task, outcome in pool.results(groups, cancelled, self._count.timed(paused)):
                        self._take(task, outcome, log)
            finally:
                self._lost.update(task.name for task in pool.open)
                self._put_in_order()
                log.write("end", listed=len(self._lines), planned=self._plan.total)
        return self._summary()

    def _groups(self) -> list[list[Task]]:
        """The outputs of each source as a group; as several, where workers would wait."""
        request, jobs = self._plan.request, self._plan.jobs
        order = Order(request.chain, request.seed, request.finish, request.banks, request.out, labelled=True)
        each = len(jobs[0].outputs)
        pieces = max(-(-2 * self._plan.workers // len(jobs)), -(-each // OUTPUTS_A_GROUP))
        size = -(-each // pieces)
        return [self._group(order, job, at, size) for job in jobs for at in range(0, each, size)]

    def _group(self, order: Order, job: Job, at: int, size: int) -> list[Task]:
        former = self._former if self._skips else {}
        return [Task(order, job.source, *output, former.get(output[1])) for output in job.outputs[at : at + size]]

    def _opened(self) -> Log:
        """Make the folder and take away the lists of an export that is overwritten, and what it alone had made."""
        try:
            self._out.mkdir(parents=True, exist_ok=True)
            if not self._skips:
                self._remove_former()
                for name in (MANIFEST, METADATA, CHAIN):
                    (self._out / name).unlink(missing_ok=True)
            log = Log(self._out)
            write_whole(self._out / CHAIN, dumps(self._plan.request.chain))
            return log
        except OSError as error:
            reason = error.strerror or str(error)
            raise ExportRefused(
                f"the folder {self._out} cannot be written to ({reason}); choose another output folder"
            ) from None

    def _log_start(self, log: Log) -> None:
        sources = [(job.source.path, job.source.source_id) for job in self._plan.jobs]
        banks = {name: str(Path(folder).absolute()) for name, folder in self._plan.request.banks}
        log.write("start", roots=roots_of(sources), banks=banks, planned=self._plan.total, workers=self._plan.workers)

    def _take(self, task: Task, outcome: Done | WorkerDied, log: Log) -> None:
        if isinstance(outcome, WorkerDied):
            outcome = Done(failed(task, sentence(outcome)))
            self._lost.add(task.name)
        self._lines[task.name] = outcome.line
        for skipped in outcome.skipped:
            if self._count.is_new(skipped):
                log.write("skipped", bank=skipped[0], reason=skipped[1])
        self._count.add(task, outcome)
        log.write("output", output=task.name, seconds=round(outcome.seconds, 3))

    def _put_in_order(self) -> None:
        """Leave the files that are listed and no others that this program made, and write the lists."""
        if self._skips:
            self._keep_former()
        unlisted = {name for name, line in self._lines.items() if "error" in line and name in self._former}
        if not self._skips:
            unlisted |= self._planned() & self._former.keys() - self._lines.keys()
        for name in self._lost | unlisted:
            listed = name in self._lines and "error" not in self._lines[name]
            for path in (self._out / f"{name}.part", self._out / f"{name_beside(name)}.part", self._out / name):
                if path.suffix == ".part" or not listed:
                    self._remove(path)
        self._remove_labels()
        write_whole(self._out / MANIFEST, manifest_text(self._lines.values()))
        write_whole(self._out / METADATA, metadata_text(self._lines.values()))

    def _keep_former(self) -> None:
        """Go on listing what was not looked at any more; a file that was being made anew must be the old one still."""
        for name in self._planned() & self._former.keys() - self._lines.keys():
            line = self._former[name]
            if "output_sha256" in line and (name not in self._lost or self._is_former(name)):
                self._lines[name] = line

    def _planned(self) -> set[str]:
        return {name for job in self._plan.jobs for _, name in job.outputs}

    def _remove_former(self) -> None:
        """Take away the outputs of the export before that this one does not make, unless somebody has changed them."""
        for name in self._former.keys() - self._planned():
            if self._is_former(name):
                self._remove(self._out / name)

    def _remove_labels(self) -> None:
        """Take away the labels that the export before had put beside its outputs and this one has not."""
        for name, former in self._former.items():
            beside = former.get("labels")
            if beside and self._lines.get(name, {}).get("labels") != beside and are_there(str(self._out), former):
                self._remove(self._out / str(beside))

    def _is_former(self, name: str) -> bool:
        path = self._out / name
        there = path.is_file() and lies_inside(self._out, path)
        return there and sha256_of(path) == self._former[name].get("output_sha256")

    def _remove(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            if path.exists() and lies_inside(self._out, path):
                path.unlink()

    def _summary(self) -> Summary:
        return self._count.summary(self._lines.values(), self._plan)


class _Count:
    """Counts outputs and judges the time left."""

    def __init__(self, total: int, progress: Callable[[Progress], None]) -> None:
        self._total = total
        self._made = self._failed = self._kept = self._size = 0
        self._skipped: set[tuple[str, str]] = set()
        self._pace = Pace()
        self._progress = progress
        progress(Progress(0, 0, total))

    def timed(self, paused: Callable[[], bool]) -> Callable[[], bool]:
        """The same question, whose answer stops the clock."""

        def asked() -> bool:
            answer = paused()
            self._pace.hold(answer)
            return answer

        return asked

    def is_new(self, skipped: tuple[str, str]) -> bool:
        """Whether a recording of a bank is passed over for the first time: every worker finds out by itself."""
        new = skipped not in self._skipped
        self._skipped.add(skipped)
        return new

    def add(self, task: Task, done: Done) -> None:
        error = done.line.get("error")
        self._failed += error is not None
        self._made += error is None
        self._kept += done.kept
        self._size += done.size
        self._pace.add(1, 0.0 if error else done.line["frames"] / done.line["sample_rate"])
        ended = self._made + self._failed
        left = self._pace.seconds_left(self._total - ended)
        troubles = ((task.source.source_id, error),) if error else ()
        self._progress(Progress(self._made, self._failed, self._total, left, self._kept, *self._pace.rates(), troubles))

    def summary(self, lines: Iterable[Line], plan: Plan) -> Summary:
        lines = list(lines)
        reasons = {(str(line["source"]), str(line["error"])) for line in lines if "error" in line}
        interrupted = self._made + self._failed < self._total
        return Summary(
            self._made, tuple(sorted(reasons)), plan.request.out, interrupted, self._failed, self._kept,
            round(self._pace.worked_s, 3), self._size, tuple(sorted(_idle(lines))),
            sum(1 for line in lines if line.get("clipped")),
            sum(1 for line in lines if (line.get("guard") or {}).get("gain_db")), tuple(sorted(self._skipped)),
        )  # fmt: skip


def _idle(lines: Iterable[Line]) -> set[tuple[str, str, str]]:
    """The steps that did nothing in a source, with the reasons."""
    told = ((line["source"], line.get("idle", {})) for line in lines)
    return {(str(source), str(step), str(why)) for source, idle in told for step, why in idle.items()}
