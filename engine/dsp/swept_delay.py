"""A copy of the sound whose delay moves, read between the samples, with or without feedback.

Between samples the line is a cubic through the four around the place (Lagrange): straight lines would dull the treble
by an amount that sways with the delay. Each delayed sample is worked out by itself from its absolute frame, so that
blocks of any length give the same sound; with feedback the line is filled in stretches no longer than the delay.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

Floats: TypeAlias = NDArray[np.float64]
NEAREST = 3.0
"""The shortest delay in frames: a cubic needs two samples after the place, and feedback one more."""
INAUDIBLE = 1e-20


class SweptDelay:
    """The sound and a copy after `delay(frames)`, in frames, one row for all channels or one for each."""

    def __init__(
        self,
        delay: Callable[[Floats], Floats],
        longest: float,
        channels: int,
        *,
        dry: float,
        wet: float,
        feedback: float = 0.0,
        latency: int = 0,
        tail: int = 0,
    ) -> None:
        self.latency, self.tail = latency, tail
        self._delay = delay
        self._dry, self._wet, self._feedback = dry, wet, feedback
        self._past: Floats = np.zeros((channels, math.ceil(longest) + 3))
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """The next block and the copy of what came before."""
        frames = np.arange(self._frame, self._frame + block.shape[1], dtype=np.float64)
        line = np.concatenate((self._past, block.astype(np.float64)), axis=1)
        place = frames - self._delay(frames)
        whole = np.floor(place)
        share = place - whole
        index = whole.astype(np.int64) - (self._frame - self._past.shape[1])
        late = self._fed_back(line, index, share) if self._feedback else _cubic(line, index, share)
        self._frame += block.shape[1]
        self._past = np.ascontiguousarray(line[:, block.shape[1] :])
        self._past[np.abs(self._past) < INAUDIBLE] = 0
        mixed: Samples = (self._dry * block + self._wet * late).astype(np.float32)
        return mixed

    def _fed_back(self, line: Floats, index: NDArray[np.int64], share: Floats) -> Floats:
        """Add to the line what comes back, as far at a time as nothing of it is needed."""
        held = self._past.shape[1]
        last = index.max(axis=0) + 2
        late = np.empty((line.shape[0], last.size))
        done = 0
        while done < last.size:
            end = max(int(np.searchsorted(last, held + done)), done + 1)
            late[:, done:end] = _cubic(line, index[:, done:end], share[:, done:end])
            line[:, held + done : held + end] += self._feedback * late[:, done:end]
            done = end
        return late

    def reset(self, frame: int = 0) -> None:
        """Empty the line; the next block starts at this frame."""
        self._past = np.zeros_like(self._past)
        self._frame = frame


def _cubic(line: Floats, index: NDArray[np.int64], x: Floats) -> Floats:
    """The line (channels, frames) a share `x` beyond each index, both (1 or channels, n), by a cubic through four."""
    if len(index) == 1:
        before, here, after, beyond = (line[:, index[0] + step] for step in (-1, 0, 1, 2))
    else:
        rows = np.arange(line.shape[0])[:, np.newaxis]
        before, here, after, beyond = (line[rows, index + step] for step in (-1, 0, 1, 2))
    low, high = x + 1, x - 2
    between: Floats = x * (x - 1) * (low * beyond - high * before) / 6 + low * high * ((x - 1) * here - x * after) / 2
    return between
