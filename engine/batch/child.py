"""An export in a process of its own, for a window that must not wait: events come out of a pipe when it is polled."""

from __future__ import annotations

import contextlib
import multiprocessing
from typing import TYPE_CHECKING, TypeAlias

from ..lifetime import give_way
from .events import Failed, Progress, Summary

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Event as EventType

    from .plan import ExportRequest

ExportEvent: TypeAlias = Progress | Summary | Failed

CANCEL_TIMEOUT_S = 10.0
REPORTS_PER_SECOND = 20.0


class ExportProcess:
    """Runs one export request; `poll` gives what has happened since the last time, a `Summary` or `Failed` last."""

    def __init__(self, request: ExportRequest) -> None:
        context = multiprocessing.get_context("spawn")
        self._events, theirs = context.Pipe(duplex=False)
        self._cancelled = context.Event()
        self._process = context.Process(target=_export, args=(request, theirs, self._cancelled), name="export")
        self._process.start()
        theirs.close()
        self._ended = False

    def cancel(self) -> None:
        """Ask it to stop; files that are complete stay."""
        self._cancelled.set()

    def poll(self) -> list[ExportEvent]:
        """What has happened since the last time."""
        events: list[ExportEvent] = []
        while not self._ended and self._events.poll():
            try:
                events.append(self._events.recv())
            except EOFError:
                self._ended = True
                if self._process.exitcode != 0:
                    events.append(Failed("the export's process ended unexpectedly; start it again"))
        return events

    def close(self) -> None:
        """Cancel, and wait until it has put its files in order."""
        self.cancel()
        self._process.join(CANCEL_TIMEOUT_S)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()
        self._events.close()


def _export(request: ExportRequest, events: Connection, cancelled: EventType) -> None:
    """Plan and run in the child; every event is sent, progress at most so often."""
    import signal
    import time

    from .plan import ExportBroken, ExportRefused, plan
    from .run import run

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()
    parent = multiprocessing.parent_process()
    last = 0.0

    def send(event: ExportEvent) -> None:
        with contextlib.suppress(BrokenPipeError):  # the window is gone: `stopped` sees it, and files are put in order
            events.send(event)

    def report(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last > 1 / REPORTS_PER_SECOND or progress.done + progress.failed == progress.total:
            last = time.monotonic()
            send(progress)

    def stopped() -> bool:
        return cancelled.is_set() or (parent is not None and not parent.is_alive())

    try:
        send(run(plan(request), report, stopped))
    except (ExportBroken, ExportRefused, OSError) as error:
        send(Failed(str(error)))
    events.close()
