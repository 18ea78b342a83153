"""A copy of the sound whose delay moves, read between the samples, with or without feedback.

Between samples the line is a cubic through the four around the place (Lagrange): straight lines would dull the treble
by an amount that sways with the delay. Each delayed sample is worked out by itself from its absolute frame, so that
blocks of any length give the same sound.
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
        from .line_kernels import delayed

        frames = np.arange(self._frame, self._frame + block.shape[1], dtype=np.float64)
        line = np.concatenate((self._past, block.astype(np.float64)), axis=1)
        late = delayed(line, self._delay(frames), self._frame, self._feedback)
        self._frame += block.shape[1]
        self._past = np.ascontiguousarray(line[:, block.shape[1] :])
        self._past[np.abs(self._past) < INAUDIBLE] = 0
        mixed: Samples = (self._dry * block + self._wet * late).astype(np.float32)
        return mixed

    def reset(self, frame: int = 0) -> None:
        """Empty the line; the next block starts at this frame."""
        self._past = np.zeros_like(self._past)
        self._frame = frame
