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
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .heap import Heap
from .lifetime import end_with_parent, give_way

if TYPE_CHECKING:
    from pebble import ProcessPool


WARM_UP_AFTER_S = 1.0
"""What the window asks for at its start goes first."""
HEAP_EVERY_S = 5.0


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
Submit = Callable[[str, Request, Done], None]
"""Asks for work: the lane, the request, and who gets the answer."""


@dataclass
class _Order:
    number: int
    request: Request
    done: Done


class Pool(Protocol):
    """What runs the requests: worker processes, or threads where a test wants no process."""

    def submit(self, request: Request) -> Future[Response]:
        """Begin a request."""
        ...

    def close(self) -> None:
        """End everything that runs."""
        ...


class ProcessPoolOfRequests:
    """Worker processes that are started at the first request and replaced when they die.

    pebble and not the standard pool: that one loses every request when one worker dies, and can wait for ever for
    the rest of an answer whose worker was ended while it wrote.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPool | None = None

    def submit(self, request: Request) -> Future[Response]:
        """Begin a request in a worker."""
        if self._pool is None:
            from pebble import ProcessPool

            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(self._processes, initializer=_begin, context=context)
        begun: Future[Response] = self._pool.schedule(answer, args=(request,))
        return begun

    def close(self) -> None:
        """End the workers, whatever they are at."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble annotates all but this
            self._pool.join()


class Workers:
    """Requests by lanes, over a pool of a few worker processes."""

    def __init__(self, pool: Pool | None = None) -> None:
        self._pool = pool or ProcessPoolOfRequests(2)
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
        self._pool.close()

    def _start(self, lane: str, order: _Order) -> None:
        self._running[lane] = order
        future = self._pool.submit(order.request)
        future.add_done_callback(lambda made: self._answers.put((lane, order.number, _response(made))))

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


def answer(request: Request) -> Response:
    """Run one request in the worker; a failure of ours is its sentence, any other is reported whole on stderr."""
    try:
        return Response(request.run())
    except Exception as error:
        if type(error).__module__.partition(".")[0] != __name__.partition(".")[0]:
            traceback.print_exc()
        return Response(error=_sentence(error))
    finally:
        _heap.turn()


_heap = Heap(HEAP_EVERY_S)
"""A worker's own."""


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    if isinstance(error, OSError):
        return f"the system refused: {error.strerror or error}"
    return str(error) or type(error).__name__


def _response(future: Future[Response]) -> Response:
    try:
        return future.result()
    except CancelledError:
        return Response(error="the work was cancelled")
    except Exception:
        return Response(error="a worker process died at this work and was replaced; try again")


def _begin() -> None:
    """Set a worker up: Ctrl-C is the main process's to hear, and without that process there is no work."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    give_way()
    threading.Thread(target=_warm_up, name="variophone-warm-up", daemon=True).start()


def _warm_up() -> None:
    """Have the loops compiled before the first edit needs them: on a new machine that takes seconds."""
    time.sleep(WARM_UP_AFTER_S)
    from .dsp.compiled import load_all

    load_all()


def _ignore(_: Response) -> None:
    """Nobody waits for this answer any more."""
