"""Levels: decibels and factors, and the peak and energy of sound too long to be copied."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples

CHUNK = 1 << 18
"""Frames looked at in one go: a mapped clip of hours is never held whole."""


def gain_of(decibels: float) -> float:
    """The amplitude factor for decibels."""
    return math.pow(10.0, decibels / 20.0)


def decibels_of(gain: float) -> float:
    """Decibels for an amplitude factor; minus infinity for 0."""
    return 20.0 * math.log10(gain) if gain > 0 else -math.inf


def chunks(samples: Samples) -> Iterator[Samples]:
    """The samples (channels, frames) in consecutive pieces, without copying."""
    for start in range(0, samples.shape[1], CHUNK):
        yield samples[:, start : start + CHUNK]


def peak_of(samples: Samples) -> float:
    """The largest absolute sample of any channel."""
    from .kernels import largest_of

    return max((largest_of(part) for part in chunks(samples)), default=0.0)


def energy_of(samples: Samples) -> float:
    """The sum of squares over all channels and frames."""
    return sum(float(np.square(part, dtype=np.float64).sum()) for part in chunks(samples))
