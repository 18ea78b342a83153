"""A delay that moves, read between the samples. Blocks of any length give the same sound.

A copy that is mixed in or fed back is read by a cubic through the four samples around the place (Lagrange), which can
come within three frames of the newest one and dulls its treble, by 1 dB at most up to a quarter of the rate. A sound
that is heard alone is read by a sinc: dullness that sways would be heard as another effect.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .varispeed import kernel_for

if TYPE_CHECKING:
    from ..clip import Samples

Floats: TypeAlias = NDArray[np.float64]
NEAREST = 3.0
"""The shortest delay in frames: a cubic needs two samples after the place, and feedback one more."""
INAUDIBLE = 1e-20
GRID = 2.0**-24
"""Delays are whole multiples of this, in frames, so that where a block begins does not show in the last bit."""


class SweptDelay:
    """The sound and a copy after `delay(frames)`, in frames, one row for all channels or one for each."""

    latency = 0

    def __init__(
        self,
        delay: Callable[[Floats], Floats],
        longest: float,
        channels: int,
        *,
        dry: float,
        wet: float,
        feedback: float,
        tail: int,
    ) -> None:
        self.tail = tail
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


class SincDelay:
    """The sound alone after `delay(frames)`, in frames, which changes by less than `speed` - 1 from one to the next.

    No delay may be below the kernel's reach, `reach_of(speed)`.
    """

    def __init__(
        self, delay: Callable[[Floats], Floats], longest: float, speed: float, channels: int, *, latency: int, tail: int
    ) -> None:
        self.latency, self.tail = latency, tail
        self._delay = delay
        self._kernel, self._gain = kernel_for(speed)
        self._past: Samples = np.zeros((channels, math.ceil(longest) + reach_of(speed)), np.float32)
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """What came a moving time before the next block."""
        from .line_kernels import interpolated

        frames = np.arange(self._frame, self._frame + block.shape[1], dtype=np.float64)
        line = np.concatenate((self._past, block), axis=1)
        late = np.round(self._delay(frames) / GRID) * GRID
        at = frames - late + (self._past.shape[1] - self._frame)
        self._frame += block.shape[1]
        self._past = line[:, block.shape[1] :].copy()
        return interpolated(line, at, self._kernel, self._gain)

    def reset(self, frame: int = 0) -> None:
        """Empty the line; the next block starts at this frame."""
        self._past = np.zeros_like(self._past)
        self._frame = frame


def reach_of(speed: float) -> int:
    """How many frames on either side of a place the kernel for this speed reads."""
    return int(kernel_for(speed)[0].shape[1]) // 2
