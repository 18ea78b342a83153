"""Sampling at a lower rate and back by straight lines, without the filter that a converter needs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples


ROUNDING = 1e-6
"""What a place in frames may be off by, far below what can be heard of it."""


class LowRate:
    """A stream seen through a lower rate; `ratio` is how many of its frames lie between two low ones, above 1."""

    def __init__(self, ratio: float, channels: int, frames: int | None) -> None:
        self.latency = math.ceil(ratio) + 1
        self.tail = math.ceil(ratio) if frames is None else _left(ratio, frames)
        self._ratio = ratio
        self._past: Samples = np.zeros((channels, 2 * self.latency), np.float32)
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """The block that lies `latency` frames earlier."""
        from .line_kernels import aliased

        line = np.concatenate((self._past, block), axis=1)
        origin = self._frame - self._past.shape[1]
        start = self._frame - self.latency
        self._past = line[:, block.shape[1] :].copy()
        self._frame += block.shape[1]
        return aliased(line, origin, start, block.shape[1], self._ratio)

    def reset(self, frame: int = 0) -> None:
        """Forget the past; the next block starts at this frame."""
        self._past = np.zeros_like(self._past)
        self._frame = frame


def _left(ratio: float, frames: int) -> int:
    """How many frames after the clip lie before the first low one that hears nothing of it."""
    silent = math.ceil(frames / ratio - ROUNDING) * ratio
    return max(math.ceil(silent - frames - ROUNDING), 0)
