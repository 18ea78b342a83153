"""Limiting the true peak: the wave between the samples, and not only the samples, stays under a ceiling.

The look-ahead limiter is driven by the highest point of the wave beside each frame, four points a frame. A gain that
moves makes a slightly different wave, and the highest point may lie between those four: so the whole is tried out
first, looked at more closely where it is highest, and held lower by as much as it went over.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .levels import peak_of
from .limiter import LookaheadLimiter

if TYPE_CHECKING:
    from ..clip import Samples

REACH = 12
"""Frames on either side that a point between two of them is found from."""
POINTS = 4
FINE_POINTS = 8
LOOKAHEAD_S = 0.005
RELEASE_S = 0.1
NEAR_TOP = 0.95
"""The highest point can lie no lower than this between two of the four points a frame."""
TRIES = 4
CLOSE_ENOUGH = 1.001
"""So much above the ceiling, 0.01 dB, is as near as a true peak can be told."""
PIECE = 1 << 14
_BETA = 7.0


def _weights(points: int) -> NDArray[np.float32]:
    """For each point between two frames a windowed sinc of unit gain at 0 Hz, (points - 1, 2 * REACH)."""
    at = np.arange(2 * REACH) - REACH + 1 - np.arange(1, points)[:, None] / points
    weights = np.sinc(at) * np.i0(_BETA * np.sqrt(np.maximum(1 - (at / REACH) ** 2, 0)))
    found: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


_COARSE = _weights(POINTS)
_FINE = _weights(FINE_POINTS)
_MOST = float(np.abs(_COARSE).sum(axis=1).max()) + 1e-3
"""No point between samples lies higher than this times the highest of them."""


def _between(joined: Samples, floor: float) -> Samples:
    """The highest point between each frame and the next, where it may lie above `floor`; else less, or 0."""
    from .kernels import between

    return between(joined, _COARSE, floor / _MOST)


def true_peak(samples: Samples) -> float:
    """The highest point of the wave of (channels, frames), as a factor of full scale, within 0.05 dB."""
    return _highest(_pieces(samples), samples.shape[0], peak_of(samples))


def _pieces(samples: Samples) -> Iterator[Samples]:
    for start in range(0, samples.shape[1], PIECE):
        yield samples[:, start : start + PIECE]


def _highest(pieces: Iterator[Samples], channels: int, top: float = 0.0) -> float:
    """The highest point of sound that comes in pieces, with silence around it; at least `top`."""
    silence = np.zeros((channels, 2 * REACH), np.float32)
    past = silence
    for piece in itertools.chain(pieces, [silence]):
        joined = np.concatenate((past, piece), axis=1)
        past = joined[:, joined.shape[1] - 2 * REACH + 1 :]
        top = max(top, _point_above(joined, top))
    return top


def _point_above(joined: Samples, top: float) -> float:
    """The highest point of a piece, or less where that is certainly below `top`."""
    highest = float(np.abs(joined).max())
    floor = max(top, highest)
    between = _between(joined, NEAR_TOP * floor)
    at = np.flatnonzero(between >= NEAR_TOP * max(floor, float(between.max())))
    if not at.size:
        return highest
    windows = sliding_window_view(joined, 2 * REACH, axis=1)[:, at]
    return max(highest, float(between.max()), float(np.abs(windows @ _FINE.T).max()))


class TruePeakLimiter:
    """The limiter at work on a stream; its gain is the same on all channels."""

    tail = 0

    def __init__(self, ceiling: float, sample_rate: int, channels: int) -> None:
        self._ceiling = ceiling
        self._channels = channels
        self._limiter = LookaheadLimiter(
            ceiling, round(LOOKAHEAD_S * sample_rate), RELEASE_S * sample_rate, channels
        )  # fmt: skip
        self.latency = self._limiter.latency + REACH
        self._forget()

    def _forget(self) -> None:
        self._past: Samples = np.zeros((self._channels, 2 * REACH), np.float32)

    def reset(self, frame: int = 0) -> None:
        """Forget the past."""
        self._limiter.reset(frame)
        self._forget()

    def process(self, block: Samples) -> Samples:
        """Limit the next block."""
        frames = block.shape[1]
        joined = np.concatenate((self._past, block), axis=1)
        self._past = joined[:, frames:]
        present = joined[:, REACH : REACH + frames]
        level = np.abs(present).max(axis=0)
        between = _between(joined, self._ceiling)
        np.maximum(level, np.maximum(between[:-1], between[1:]), out=level)
        return self._limiter.process(present, level)


def threshold_for(samples: Samples, sample_rate: int, ceiling: float) -> float:
    """What the limiter is set to so that the true peak of the result does not exceed the ceiling."""
    threshold = ceiling
    for _ in range(TRIES):
        peak = _highest(_limited(samples, sample_rate, threshold), samples.shape[0])
        if peak <= ceiling * CLOSE_ENOUGH:
            return threshold
        threshold *= ceiling / peak
    return threshold


def _limited(samples: Samples, sample_rate: int, threshold: float) -> Iterator[Samples]:
    limiter = TruePeakLimiter(threshold, sample_rate, samples.shape[0])
    for piece in _pieces(samples):
        yield limiter.process(piece)
    yield limiter.process(np.zeros((samples.shape[0], limiter.latency), np.float32))
