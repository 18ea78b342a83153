"""Levels of what comes in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..messages import SILENCE_DB

if TYPE_CHECKING:
    from ...clip import Samples

HALF_S = 0.06
"""A peak is shown for one to two such times: nobody who polls misses one."""


class InputLevels:
    """Fed by the monitor's thread, read by the server's."""

    def __init__(self, rate: int, channels: int) -> None:
        self.overs = 0
        self._half = round(HALF_S * rate)
        self._before = np.zeros(channels, np.float32)
        self._now = np.zeros(channels, np.float32)
        self._frames = 0

    def add(self, block: Samples) -> None:
        """Listen to the next (channels, n)."""
        peaks = np.abs(block).max(axis=1, initial=0.0)
        self.overs += bool(peaks.max() >= 1.0)
        self._now = np.maximum(self._now, peaks)
        self._frames += block.shape[1]
        if self._frames >= self._half:
            self._before, self._now, self._frames = self._now, np.zeros_like(self._now), 0

    @property
    def peak_db(self) -> tuple[float, ...]:
        """The peak of each channel in the last moment, in dBFS."""
        peaks = np.maximum(self._before, self._now)
        return tuple(max(20 * math.log10(peak), SILENCE_DB) if peak > 0 else SILENCE_DB for peak in map(float, peaks))
