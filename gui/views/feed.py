"""Asks workers for one kind of picture: never more than one request under way, and the newest wish follows it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from engine.jobs import Done, Request, Response

Submit = Callable[[str, Request, Done], None]


class Feed:
    """Passes answers to `arrived(request, value)`; while pictures move, each that was begun is shown."""

    def __init__(self, lane: str, submit: Submit, arrived: Callable[[Any, Any], None]) -> None:
        self._lane = lane
        self._submit = submit
        self._arrived = arrived
        self._asked: Hashable = None
        self._next: Request | None = None
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether a picture is still to come."""
        return self._busy

    def want(self, request: Request, version: Hashable = None) -> None:
        """Ask for a picture, unless it was the last one asked for at this version of the sound."""
        key = (request, version)
        if key == self._asked:
            return
        self._asked = key
        if self._busy:
            self._next = request
        else:
            self._send(request)

    def forget(self) -> None:
        """Want nothing any more; an answer under way will still arrive."""
        self._asked = None
        self._next = None

    def _send(self, request: Request) -> None:
        self._busy = True
        self._submit(self._lane, request, lambda response: self._answer(request, response))

    def _answer(self, request: Request, response: Response) -> None:
        self._busy = False
        if response.error is None:
            self._arrived(request, response.value)
        else:
            self._asked = None
        following, self._next = self._next, None
        if following is not None:
            self._send(following)
