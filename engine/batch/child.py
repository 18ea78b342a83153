"""An export in a process of its own, for a window that must not wait: events come out of a pipe when it is polled.

No lock is shared with it: a process that is killed while it holds one would stop the window.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from ..lifetime import give_way
from .events import Begun, Failed, Progress, Summary, Taken

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from .plan import ExportRequest

ExportEvent: TypeAlias = Begun | Progress | Summary | Failed | Taken

CANCEL_TIMEOUT_S = 10.0
WAIT_S = 0.01
REPORTS_PER_SECOND = 10.0
TROUBLES_SENT = 1000
DIED = "the export's process ended unexpectedly; what it made is not listed, and trying again makes it anew"


class ExportProcess:
    """Runs one export request; `poll` gives what has happened since the last time, and how it ended as the last."""

    def __init__(self, request: ExportRequest) -> None:
        context = multiprocessing.get_context("spawn")
        self._events, theirs = context.Pipe(duplex=False)
        heard, self._control = context.Pipe(duplex=False)
        asked, asking = context.Pipe(duplex=False)
        self._process = context.Process(target=_export, args=(asked, theirs, heard), name="export")
        self._process.start()
        for end in (theirs, heard, asked):
            end.close()
        # A request may be larger than a pipe, and the process takes a while to start reading.
        self._asking = threading.Thread(target=_ask, args=(asking, request), name="variophone-export-request")
        self._asking.start()
        self._ended = False
        self._begun = False

    @property
    def gone(self) -> bool:
        """Whether the process has ended and all that it said was polled."""
        return self._ended and not self._process.is_alive()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid or 0

    def cancel(self) -> None:
        """Have it stop now; files that are complete stay. One that is still planning has written nothing: it ends."""
        self._send("cancel")
        if not self._begun:
            self._process.terminate()

    def pause(self, paused: bool) -> None:
        """Have it begin no more outputs, or go on."""
        self._send("pause" if paused else "resume")

    def poll(self) -> list[ExportEvent]:
        """What has happened since the last time."""
        events: list[ExportEvent] = []
        while not self._ended and self._events.poll():
            try:
                events.append(self._events.recv())
            except (EOFError, OSError):
                self._ended = True
                events.append(Failed(DIED))
                break
            self._begun = self._begun or isinstance(events[-1], Begun)
            self._ended = isinstance(events[-1], Summary | Failed | Taken)
        return events

    def close(self) -> list[ExportEvent]:
        """Cancel, and wait until it has put its files in order; gives what it still said."""
        self.cancel()
        events: list[ExportEvent] = []
        until = time.monotonic() + CANCEL_TIMEOUT_S
        while not self.gone and time.monotonic() < until:
            events += self.poll()
            self._process.join(WAIT_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._asking.join()
        self._events.close()
        self._control.close()
        return events

    def _send(self, word: str) -> None:
        with contextlib.suppress(OSError):
            self._control.send(word)


def _ask(asking: Connection, request: ExportRequest) -> None:
    with contextlib.suppress(OSError), asking:
        asking.send(request)


class _Control:
    """What the window wants by now; a window that is gone wants an end."""

    def __init__(self, heard: Connection) -> None:
        self._heard = heard
        self._paused = False
        self._cancelled = False

    def cancelled(self) -> bool:
        self._listen()
        return self._cancelled

    def paused(self) -> bool:
        self._listen()
        return self._paused

    def cancel(self, *_: object) -> None:
        self._cancelled = True

    def _listen(self) -> None:
        try:
            while not self._cancelled and self._heard.poll():
                word = self._heard.recv()
                self._cancelled = word == "cancel"
                self._paused = word == "pause"
        except (EOFError, OSError):
            self._cancelled = True


def _export(asked: Connection, events: Connection, heard: Connection) -> None:
    """Plan and run in the child."""
    import signal

    from .plan import ExportBroken, ExportRefused, FolderTaken, plan
    from .run import run

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()
    control, reports = _Control(heard), _Reports(events)

    def paused() -> bool:
        reports.flush()
        return control.paused()

    try:
        laid = plan(asked.recv())
        signal.signal(signal.SIGTERM, control.cancel)  # from here on there are files to put in order
        reports.send(Begun(laid.request.out, laid.total))
        reports.end(run(laid, reports.progress, control.cancelled, paused))
    except FolderTaken as error:
        reports.send(Taken(error.kind, str(error)))
    except (ExportBroken, ExportRefused, OSError) as error:
        reports.send(Failed(str(error)))
    except EOFError:
        pass
    events.close()


class _Reports:
    """Sends events to the window, progress at most so often."""

    def __init__(self, events: Connection) -> None:
        self._events = events
        self._last = 0.0
        self._waiting: Progress | None = None

    def send(self, event: ExportEvent) -> None:
        with contextlib.suppress(OSError):  # the window is gone: `cancelled` sees it, and files are put in order
            self._events.send(event)

    def progress(self, progress: Progress) -> None:
        if self._waiting is not None:
            troubles = (*self._waiting.troubles, *progress.troubles)
            progress = replace(progress, troubles=troubles[:TROUBLES_SENT])
        self._waiting = progress
        self.flush()

    def flush(self) -> None:
        """Send what waits, if the last was long enough ago."""
        now = time.monotonic()
        if self._waiting is not None and now - self._last > 1 / REPORTS_PER_SECOND:
            self.send(self._waiting)
            self._last, self._waiting = now, None

    def end(self, summary: Summary) -> None:
        self._last = 0.0
        self.flush()
        failed, skipped = summary.failed[:TROUBLES_SENT], summary.skipped[:TROUBLES_SENT]
        self.send(replace(summary, failed=failed, skipped=skipped))
