"""Which samples are clipped: those at or beyond full scale, and those that stay at one value beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..clip import Samples

FULL_SCALE = 32767 / 32768
"""The loudest positive sample of 16 bits; two of them in a row were most likely one that was too loud."""


def clipped(samples: Samples) -> NDArray[np.bool_]:
    """Which samples (channels, frames) are clipped; a run is only seen where it lies inside."""
    size = np.abs(samples)
    full = size >= FULL_SCALE
    found: NDArray[np.bool_] = size >= 1
    if full.any():
        held = full[:, 1:] & (samples[:, 1:] == samples[:, :-1])
        found[:, 1:] |= held
        found[:, :-1] |= held
    return found


def clipped_from(samples: Samples, start: int, end: int) -> NDArray[np.bool_]:
    """The same for the frames from `start` to `end`, with their neighbours looked at too."""
    before = min(start, 1)
    return clipped(samples[:, start - before : end + 1])[:, before : before + end - start]
