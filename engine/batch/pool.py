"""Worker processes that can be lost one at a time.

The standard pool gives up every job when one worker dies. Here each worker is a pool of one: when it dies, only
what it had fails, and a fresh worker takes its place.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

from ..lifetime import end_with_parent

Item = TypeVar("Item")
Result = TypeVar("Result")

POLL_S = 0.05
GRACE_S = 0.1
"""How long workers may take to end the item that they are at when all is to stop, before they are ended."""

END_S = 0.3
"""How long idle workers may take to end."""


class WorkerDied(Exception):
    """The process that worked on an item ended by itself; the message is one sentence."""


def _begin() -> None:
    """Set a worker up: Ctrl-C is the parent's to hear, and without a parent there is no work."""
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


def _never() -> bool:
    return False


class Pool(Generic[Item, Result]):
    """So many spawned processes that call one function; use as a context manager.

    `open` are the items that were begun and not given with a result: after the pool was left, those whose workers
    were ended at them.
    """

    def __init__(self, workers: int, work: Callable[[Item], Result]) -> None:
        self._work = work
        self._context = multiprocessing.get_context("spawn")
        self._slots = [self._new_slot() for _ in range(workers)]
        self._rows: list[deque[Item]] = [deque() for _ in range(workers)]
        self._busy: dict[Future[Result], tuple[int, Item]] = {}
        self.open: list[Item] = []

    def _new_slot(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=self._context, initializer=_begin)

    def results(
        self,
        groups: Sequence[Sequence[Item]],
        cancelled: Callable[[], bool],
        paused: Callable[[], bool] = _never,
    ) -> Iterator[tuple[Item, Result | WorkerDied]]:
        """Each item with its result, in the order they are done; when cancelled, those that ended in time.

        The items of a group go to one worker, one after the other; when it dies at one, the rest of the group is
        lost as well. While `paused`, no item is begun.
        """
        waiting = deque(groups)
        ended: list[tuple[Item, Result | WorkerDied]] = []
        while not cancelled():
            if not paused():
                self._feed(waiting)
            yield from self._given(ended)
            if not self._busy:
                if not waiting and not any(self._rows):
                    return
                time.sleep(POLL_S)
            ended = self._ended(POLL_S)
        yield from self._given([*ended, *self._ended(GRACE_S, everything=True)])

    def _feed(self, waiting: deque[Sequence[Item]]) -> None:
        """Give each idle worker its next item, from its group or from a new one."""
        working = {slot for slot, _ in self._busy.values()}
        for slot, row in enumerate(self._rows):
            if slot in working:
                continue
            if not row and waiting:
                row.extend(waiting.popleft())
            if row:
                item = row.popleft()
                self.open.append(item)
                with _started_deaf():
                    self._busy[self._slots[slot].submit(self._work, item)] = (slot, item)

    def _ended(self, patience_s: float, *, everything: bool = False) -> list[tuple[Item, Result | WorkerDied]]:
        """What came to an end within this time: as soon as something has, or as much as can."""
        outcomes: list[tuple[Item, Result | WorkerDied]] = []
        until = time.monotonic() + patience_s
        while self._busy:
            left = max(until - time.monotonic(), 0.0)
            done = wait(self._busy, timeout=left, return_when=FIRST_COMPLETED).done
            for future in done:
                slot, item = self._busy.pop(future)
                outcomes.extend(self._outcomes(future, slot, item))
            if not done or not everything:
                break
        return outcomes

    def _outcomes(self, future: Future[Result], slot: int, item: Item) -> list[tuple[Item, Result | WorkerDied]]:
        try:
            return [(item, future.result())]
        except BrokenProcessPool:
            self._slots[slot].shutdown(wait=False)
            self._slots[slot] = self._new_slot()
            lost = [item, *self._rows[slot]]
            self._rows[slot].clear()
            return [
                (one, WorkerDied("the process that worked on it died (a crash, or not enough memory)")) for one in lost
            ]

    def _given(self, ended: list[tuple[Item, Result | WorkerDied]]) -> Iterator[tuple[Item, Result | WorkerDied]]:
        for item, outcome in ended:
            yield item, outcome
            self.open = [one for one in self.open if one is not item]

    def __enter__(self) -> Pool[Item, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        processes = [process for slot in self._slots for process in (slot._processes or {}).values()]
        for slot in self._slots:
            slot.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + (0.0 if self._busy else END_S)
        for process in processes:
            process.join(max(until - time.monotonic(), 0))
            if process.is_alive():
                process.kill()
        for process in processes:
            process.join()
