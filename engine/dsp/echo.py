"""A feedback delay line, exact to the sample and the same whatever the blocks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples

INAUDIBLE = np.float32(1e-20)
"""Echoes fainter than this are dropped: they would end as denormal numbers, which are slow."""


class Echo:
    """The sound mixed with repeats of it every `delay` frames, each `feedback` times the one before."""

    latency = 0

    def __init__(self, delay: int, feedback: float, mix: float, channels: int) -> None:
        self._delay = max(delay, 1)
        self._feedback = np.float32(feedback)
        self._dry, self._wet = np.float32(1 - mix), np.float32(mix)
        repeats = 1 + (math.ceil(math.log(1e-3) / math.log(feedback)) if feedback > 0 else 0)
        self.tail = self._delay * repeats if mix > 0 else 0
        self._line: Samples = np.zeros((channels, self._delay), np.float32)
        self._place = 0

    def process(self, block: Samples) -> Samples:
        """Mix the next block with what came before."""
        out = np.empty_like(block)
        done = 0
        while done < block.shape[1]:
            room = min(self._delay - self._place, block.shape[1] - done)
            line = self._line[:, self._place : self._place + room]
            dry = block[:, done : done + room]
            out[:, done : done + room] = self._dry * dry + self._wet * line
            line *= self._feedback
            line += dry
            line[np.abs(line) < INAUDIBLE] = 0
            self._place = (self._place + room) % self._delay
            done += room
        return out

    def reset(self, frame: int = 0) -> None:
        """Empty the delay line."""
        self._line[:] = 0
        self._place = 0
