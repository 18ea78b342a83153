"""Looks now and then at what the steps cost that are heard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .messages import StepCost
from .voice import LiveVoice

if TYPE_CHECKING:
    from .deck import Mark

EVERY_S = 0.1
"""To look at all gauges takes longer than all else that is published, so it is not done each time."""


class Costs:
    """What the steps cost that are heard."""

    def __init__(self) -> None:
        self._voice: LiveVoice | None = None
        self._looked_at = 0.0
        self._found: tuple[StepCost, ...] = ()

    def of(self, mark: Mark) -> tuple[StepCost, ...]:
        """What the steps cost that run where the deck stood so; none where nothing does."""
        voice = mark.voice if mark.playing and isinstance(mark.voice, LiveVoice) else None
        now = time.perf_counter()
        if voice is not self._voice or now - self._looked_at > EVERY_S:
            self._voice, self._looked_at = voice, now
            self._found = voice.program.costs(voice.rate) if voice is not None else ()
        return self._found
