"""How fast an export goes and how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 20.0
"""The rate is that of the last so many seconds of work: long enough to be steady, short enough to be of now."""


class Pace:
    """Counts outputs over the time that was worked; `hold` stops the clock while an export is paused."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start = clock()
        self._held_since: float | None = None
        self._held_s = 0.0
        self._marks: deque[tuple[float, int, float]] = deque([(0.0, 0, 0.0)])

    @property
    def worked_s(self) -> float:
        """The seconds since the start, without pauses."""
        now = self._clock() if self._held_since is None else self._held_since
        return now - self._start - self._held_s

    def hold(self, paused: bool) -> None:
        """Stop the clock, or let it go on; the same again changes nothing."""
        if paused and self._held_since is None:
            self._held_since = self._clock()
        elif not paused and self._held_since is not None:
            self._held_s += self._clock() - self._held_since
            self._held_since = None

    def add(self, outputs: int, audio_s: float) -> None:
        """So many outputs ended, which hold so much sound."""
        _, ended, sound_s = self._marks[-1]
        now = self.worked_s
        self._marks.append((now, ended + outputs, sound_s + audio_s))
        while len(self._marks) > 2 and self._marks[1][0] < now - WINDOW_S:
            self._marks.popleft()

    def rates(self) -> tuple[float, float]:
        """Outputs a second, and seconds of sound a second."""
        (start, first, first_s), (end, last, last_s) = self._marks[0], self._marks[-1]
        taken = end - start
        return ((last - first) / taken, (last_s - first_s) / taken) if taken > 0 else (0.0, 0.0)

    def seconds_left(self, outputs: int) -> float | None:
        """How long so many outputs will take; None before the first ended."""
        per_s, _ = self.rates()
        return outputs / per_s if per_s > 0 else None
