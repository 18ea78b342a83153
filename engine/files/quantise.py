"""From float samples to whole numbers: one quantiser, for WAV and FLAC alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..clip import Samples


def quantised(samples: Samples, bits: int) -> NDArray[np.int32]:
    """Samples as whole numbers of 16 or 24 bits: 1.0 is 2^(bits-1), halves go to even, no dither, clipped.

    +1.0 itself is one step too much and becomes the largest number, as in every other program. Reading divides by
    the same 2^(bits-1), so what was read from such a file is written back unchanged. The arithmetic is exact:
    scaling is by a power of two, and float32 holds every whole number of 24 bits.
    """
    scale = np.float32(2 ** (bits - 1))
    whole: NDArray[np.int32] = np.clip(np.rint(samples * scale), -scale, scale - 1).astype(np.int32)
    return whole
