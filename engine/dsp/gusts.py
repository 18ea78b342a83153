"""Noise that swells and fades in gusts, and can be read anywhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Key
    from .noise import NoiseSource

_AT_ONCE = 1 << 13
"""Frames that are worked on while they lie in the processor's cache."""


class Gusts:
    """A noise of power 1 whose level goes from one drawn strength to the next, on all channels at once.

    The strengths are uniform in decibels; between two of them the amplitude takes a smooth step. In the long run the
    power is 1 again.
    """

    def __init__(self, noise: NoiseSource, key: Key, frames: float, depth_db: float) -> None:
        """`frames` is the time from one strength to the next, `depth_db` lies between the weakest and the strongest."""
        self._noise = noise
        self._key = key
        self._frames = frames
        self._depth_db = depth_db
        self._scale = 1 / math.sqrt(mean_power(depth_db))

    def read(self, start: int, frames: int) -> Samples:
        """The noise from frame `start` on."""
        out = np.empty_like(noise := self._noise.read(start, frames))
        for first in range(0, frames, _AT_ONCE):
            part = noise[:, first : first + _AT_ONCE]
            np.multiply(part, self._gain(start + first, part.shape[1]), out=out[:, first : first + _AT_ONCE])
        return out

    def _gain(self, start: int, frames: int) -> Samples:
        clock = np.arange(start, start + frames) / self._frames
        first = math.floor(clock[0])
        strengths = np.array([self._strength(number) for number in range(first, math.floor(clock[-1]) + 2)])
        index = clock.astype(np.intp) - first
        way = clock - (index + first)
        step = way * way * (3 - 2 * way)
        gain: Samples = (strengths[index] + (strengths[index + 1] - strengths[index]) * step).astype(np.float32)
        return gain

    def _strength(self, number: int) -> float:
        return float(self._scale * 10 ** ((self._key.uniform("gust", number) - 0.5) * self._depth_db / 20))


def mean_power(depth_db: float) -> float:
    """What the square of the unscaled amplitude comes to on average."""
    half = depth_db / 40 * math.log(10)
    if half < 1e-6:
        return 1.0
    mean, mean_square = math.sinh(half) / half, math.sinh(2 * half) / (2 * half)
    # The smooth step s has mean squares of 13/35 for s and 1 - s, and of their product 9/70.
    return 26 / 35 * mean_square + 18 / 70 * mean**2
