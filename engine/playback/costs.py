"""Looks now and then at what the steps cost that are heard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .messages import StepCost

if TYPE_CHECKING:
    from .program import Program

EVERY_S = 0.1
"""To look at all gauges takes longer than all else that is published, so it is not done each time."""


class Costs:
    """What the steps cost that are heard."""

    def __init__(self) -> None:
        self._program: Program | None = None
        self._looked_at = 0.0
        self._found: tuple[StepCost, ...] = ()

    def of(self, program: Program | None, rate: int) -> tuple[StepCost, ...]:
        """What the steps of a Program cost that is heard at that rate; none where none is."""
        now = time.perf_counter()
        if program is not self._program or now - self._looked_at > EVERY_S:
            self._program, self._looked_at = program, now
            self._found = program.costs(rate) if program is not None else ()
        return self._found
