"""A look-ahead limiter, linked over all channels, that never lets a sample above its ceiling.

After the usual design (Zoelzer, DAFX, 2011, section 4.2): the gain each frame needs, its minimum over the look-ahead,
a release in decibels, and a moving average as long as the look-ahead, which reaches the needed gain just when the peak
comes out of the delay. Where nothing exceeds the ceiling the gain is exactly 1. The release is a running maximum on
a tilted axis and the average a difference of whole numbers, so that blocks of any length give the same sound.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

ONE = 2.0**40
"""The gain 1 as a whole number."""


class LookaheadLimiter:
    """The limiter at work on a stream of `channels`; `lookahead` is in frames and is its latency."""

    tail = 0

    def __init__(self, ceiling: float, lookahead: int, release_frames: float, channels: int) -> None:
        self.latency = max(lookahead, 1)
        self._ceiling = np.nextafter(np.float32(ceiling), np.float32(0))
        self._fall = math.log(10) / release_frames
        self._frame = 0
        self._held = -math.inf
        self._needed: NDArray[np.float64] = np.ones(self.latency)
        self._gains: NDArray[np.int64] = np.full(self.latency, int(ONE), np.int64)
        self._late: Samples = np.zeros((channels, self.latency), np.float32)

    def reset(self, frame: int = 0) -> None:
        """Forget the past."""
        self._frame = 0
        self._held = -math.inf
        self._needed = np.ones(self.latency)
        self._gains = np.full(self.latency, int(ONE), np.int64)
        self._late = np.zeros_like(self._late)

    def process(self, block: Samples) -> Samples:
        """Limit the next block."""
        gain = self._averaged(self._released(self._lowest(self._needed_by(block))))
        late = np.concatenate((self._late, block), axis=1)
        self._late = late[:, block.shape[1] :]
        limited = (late[:, : block.shape[1]] * gain).astype(np.float32)
        return np.clip(limited, -self._ceiling, self._ceiling, out=limited)

    def _needed_by(self, block: Samples) -> NDArray[np.float64]:
        peak = np.abs(block).max(axis=0).astype(np.float64)
        ceiling = float(self._ceiling)
        return np.where(peak > ceiling, ceiling / np.maximum(peak, ceiling), 1.0)

    def _lowest(self, needed: NDArray[np.float64]) -> NDArray[np.float64]:
        """The minimum over the look-ahead and the present frame."""
        line = np.concatenate((self._needed, needed))
        self._needed = line[needed.size :]
        return sliding_minimum(line, self.latency + 1)

    def _released(self, gain: NDArray[np.float64]) -> NDArray[np.float64]:
        """The gain that recovers no faster than the release: its decibels shrink tenfold in that time."""
        tilt = self._fall * np.arange(self._frame, self._frame + gain.size)
        with np.errstate(divide="ignore"):
            tilted = np.log(-np.log(gain)) + tilt
        held = np.maximum(np.maximum.accumulate(tilted), self._held)
        self._frame += gain.size
        self._held = float(held[-1]) if held.size else self._held
        released: NDArray[np.float64] = np.minimum(np.exp(-np.exp(held - tilt)), gain)
        return released

    def _averaged(self, gain: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.concatenate((self._gains, np.floor(gain * ONE).astype(np.int64)))
        self._gains = whole[gain.size :]
        sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(whole)))
        averaged: NDArray[np.float64] = (sums[self.latency + 1 :] - sums[: gain.size]) / ((self.latency + 1) * ONE)
        return averaged


def sliding_minimum(line: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The minimum of each `width` neighbours, so many fewer than `line`; by doubling, after van Herk's idea."""
    done = 1
    while done < width:
        step = min(done, width - done)
        line = np.minimum(line[: line.size - step], line[step:])
        done += step
    return line
