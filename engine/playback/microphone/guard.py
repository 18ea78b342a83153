"""Mutes what may howl, listens whether it ends with the sound of the speakers, and lets it be heard again if not.

That is the one test that no sound from outside can pass: a loop that is open is silent as soon as what is on its way
has arrived and the room has died away, while an organ, a whistle or a test tone goes on.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from .howl import HowlDetector
from .steady import Steady, level_db

if TYPE_CHECKING:
    from ...clip import Samples

Verdict: TypeAlias = Literal["mute", "let", ""]

ROOM_S = 0.3
"""So long a room may take to grow quieter once nothing comes out of the speakers."""
MEASURED_S = 0.2
FALLS_DB = 10.0
RISES_DB = 4.0
"""A sound from outside that grows by so much may hide a howl, and is tried again."""
OVER_S = 20.0
"""What has shown no sign of a howl for so long is over; whatever comes next is tried anew."""
_QUIET_DB = -200.0


class HowlGuard:
    """`way_s` is how long sound takes through the devices and back."""

    def __init__(self, rate: int, way_s: float) -> None:
        self._rate, self._way_s = rate, way_s
        self._howl, self._steady = HowlDetector(rate), Steady(rate)
        self._powers: deque[tuple[int, float]] = deque()
        self._listens: int | None = None
        self._before_db = 0.0
        self._outside_db: float | None = None
        self._calm = 0

    def forget(self) -> None:
        """Begin anew: it was muted or unmuted."""
        self._howl.forget()
        self._steady.forget()
        self._listens, self._outside_db = None, None

    def feed(self, came: Samples, leaves: Samples, *, heard: bool) -> Verdict:
        """Whether to mute, or to let be heard again what was muted by this; with what came in and what would leave."""
        now_db = self._level_db(came)
        if not heard:
            return self._listen(came.shape[1], now_db) if self._listens is not None else ""
        beyond = self._howl.is_beyond(leaves)
        signs = [self._howl.feed(leaves), self._steady.feed(came, leaves)]
        if beyond:
            return "mute"
        if not any(signs):
            self._calm += came.shape[1]
            if self._calm > OVER_S * self._rate:
                self._outside_db = None
            return ""
        self._calm = 0
        if self._outside_db is not None and now_db < self._outside_db + RISES_DB:
            return ""
        self._listens, self._before_db = 0, now_db
        return "mute"

    def _listen(self, frames: int, now_db: float) -> Verdict:
        assert self._listens is not None
        self._listens += frames
        if self._listens < (self._way_s + ROOM_S + MEASURED_S) * self._rate:
            return ""
        self.forget()
        if now_db < self._before_db - FALLS_DB:
            return ""
        self._outside_db, self._calm = now_db, 0
        return "let"

    def _level_db(self, came: Samples) -> float:
        """The level of what came in last."""
        self._powers.append((came.shape[1], float(np.vdot(came, came)) / came.shape[0]))
        while sum(frames for frames, _ in self._powers) > MEASURED_S * self._rate:
            self._powers.popleft()
        frames, energy = map(sum, zip(*self._powers, strict=True)) if self._powers else (1, 0.0)
        return level_db(energy / max(frames, 1)) if frames else _QUIET_DB
