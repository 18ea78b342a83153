"""A pool of threads in the place of worker processes, for tests of what does not need a process."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from engine.jobs import Request, Response, answer


class ThreadPoolOfRequests:
    """Runs requests on two threads."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(2)

    def submit(self, request: Request) -> Future[Response]:
        """Begin a request."""
        return self._executor.submit(answer, request)

    def close(self) -> None:
        """Wait for what runs."""
        self._executor.shutdown(wait=True, cancel_futures=True)
