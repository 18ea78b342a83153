"""Slow work in worker processes: frozen requests in, frozen responses out, and the newest in a lane wins.

A lane is a name for a place that shows one answer at a time (the take, the original's spectrogram). A request that
still waits when a newer one of its lane arrives is dropped, and so is a stale answer. Answers are handed over by
`Workers.drain`, on the thread that calls it, never from another.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import queue
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Protocol


class Request(Protocol):
    """A frozen dataclass that holds all that its work needs."""

    def run(self) -> object:
        """Do the work, in a worker process; the result is sent back."""
        ...


@dataclass(frozen=True)
class Response:
    """The answer to a request: its value, or one sentence that says why there is none."""

    value: Any = None
    error: str | None = None


Done = Callable[[Response], None]


@dataclass
class _Order:
    number: int
    request: Request
    done: Done


class Workers:
    """A few worker processes, started at the first request."""

    def __init__(self, processes: int = 2, executor: Executor | None = None) -> None:
        self._processes = processes
        self._executor = executor
        self._numbers = itertools.count(1)
        self._running: dict[str, _Order] = {}
        self._waiting: dict[str, _Order] = {}
        self._answers: queue.SimpleQueue[tuple[str, int, Response]] = queue.SimpleQueue()
        self._closed = False

    def submit(self, lane: str, request: Request, done: Done) -> None:
        """Ask for work; `done` is called by `drain`, unless a newer request of the lane overtakes this one."""
        if self._closed:
            return
        order = _Order(next(self._numbers), request, done)
        if lane in self._running:
            self._waiting[lane] = order
        else:
            self._start(lane, order)

    def forget(self, lane: str) -> None:
        """Drop what the lane waits for and whatever it will answer."""
        self._waiting.pop(lane, None)
        if lane in self._running:
            self._running[lane].done = _ignore

    @property
    def busy(self) -> bool:
        """Whether any answer is still to come."""
        return bool(self._running)

    def drain(self) -> None:
        """Hand over the answers that have come."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._finish(*self._answers.get_nowait())

    def close(self) -> None:
        """End the workers; what they were at is dropped."""
        self._closed = True
        self._waiting.clear()
        if isinstance(self._executor, ProcessPoolExecutor):
            for process in list((self._executor._processes or {}).values()):
                process.terminate()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _start(self, lane: str, order: _Order) -> None:
        self._running[lane] = order
        try:
            future = self._pool().submit(_answer, order.request)
        except BrokenProcessPool:
            self._executor = None
            future = self._pool().submit(_answer, order.request)
        future.add_done_callback(lambda made: self._answers.put((lane, order.number, _response(made))))

    def _pool(self) -> Executor:
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self._processes, mp_context=context, initializer=_quiet)
        return self._executor

    def _finish(self, lane: str, number: int, response: Response) -> None:
        order = self._running.get(lane)
        if order is None or order.number != number:
            return
        del self._running[lane]
        newer = self._waiting.pop(lane, None)
        if newer is not None:
            self._start(lane, newer)
        else:
            order.done(response)


def _answer(request: Request) -> Response:
    """Run one request in the worker; a failure of ours is its sentence, any other is reported whole on stderr."""
    try:
        return Response(request.run())
    except Exception as error:
        if not type(error).__module__.partition(".")[0] == __name__.partition(".")[0]:
            traceback.print_exc()
        return Response(error=str(error) or type(error).__name__)


def _response(future: Future[Response]) -> Response:
    if future.cancelled():
        return Response(error="the work was cancelled")
    error = future.exception()
    if error is not None:
        return Response(error="a worker process died at this work and was replaced; try again")
    return future.result()


def _quiet() -> None:
    """Leave Ctrl-C to the main process, which ends its workers itself."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _ignore(_: Response) -> None:
    """Nobody waits for this answer any more."""
