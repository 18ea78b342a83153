"""Worker processes that can be lost one at a time.

The standard pool gives up every job when one worker dies. Here each worker is a pool of one: when it dies, only
the job that it had fails, and a fresh worker takes its place.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event
from typing import Generic, TypeVar

from ..lifetime import end_with_parent

Item = TypeVar("Item")
Result = TypeVar("Result")

POLL_S = 0.1
GRACE_S = 4.0
"""How long workers may take to come to a stop before they are ended."""

END_S = 1.0
"""How long idle workers may take to end."""

_stop: Event | None = None


class WorkerDied(Exception):
    """The process that worked on an item ended by itself; the message is one sentence."""


def stopping() -> bool:
    """Whether this worker was asked to stop at the next good place."""
    return _stop is not None and _stop.is_set()


def _begin(stop: Event) -> None:
    """Set a worker up: Ctrl-C is the parent's to hear, and without a parent there is no work."""
    global _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


@contextlib.contextmanager
def _started_deaf() -> Iterator[None]:
    """A process that is started meanwhile does not hear Ctrl-C, not even before its first line runs."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Pool(Generic[Item, Result]):
    """So many spawned processes that call one function; use as a context manager."""

    def __init__(self, workers: int, work: Callable[[Item], Result]) -> None:
        self._work = work
        self._context = multiprocessing.get_context("spawn")
        self._stop = self._context.Event()
        self._slots = [self._new_slot() for _ in range(workers)]

    def _new_slot(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=self._context, initializer=_begin, initargs=(self._stop,))

    def results(
        self, items: Sequence[Item], cancelled: Callable[[], bool]
    ) -> Iterator[tuple[Item, Result | WorkerDied]]:
        """Each item with its result, in the order they are done; when cancelled, those that still came to an end."""
        waiting = list(reversed(items))
        busy: dict[Future[Result], tuple[int, Item]] = {}
        idle = list(range(len(self._slots)))
        while busy or (waiting and not cancelled()):
            while idle and waiting and not cancelled():
                slot, item = idle.pop(), waiting.pop()
                with _started_deaf():
                    busy[self._slots[slot].submit(self._work, item)] = (slot, item)
            if cancelled():
                yield from self._last(busy)
                return
            for future in wait(busy, timeout=POLL_S, return_when=FIRST_COMPLETED).done:
                slot, item = busy.pop(future)
                idle.append(slot)
                yield item, self._outcome(future, slot)

    def _last(self, busy: dict[Future[Result], tuple[int, Item]]) -> Iterator[tuple[Item, Result | WorkerDied]]:
        """What the workers had in hand, as far as they finish in time."""
        self._stop.set()
        for future in wait(busy, timeout=GRACE_S).done:
            _, item = busy.pop(future)
            if future.exception() is None:
                yield item, future.result()

    def _outcome(self, future: Future[Result], slot: int) -> Result | WorkerDied:
        try:
            return future.result()
        except BrokenProcessPool:
            self._slots[slot].shutdown(wait=False)
            self._slots[slot] = self._new_slot()
            return WorkerDied("the process that worked on it died (a crash, or not enough memory)")

    def __enter__(self) -> Pool[Item, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        processes = [process for slot in self._slots for process in (slot._processes or {}).values()]
        for slot in self._slots:
            slot.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + END_S
        for process in processes:
            process.join(max(until - time.monotonic(), 0))
            if process.is_alive():
                process.kill()
                process.join()
