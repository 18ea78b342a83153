"""Loops over samples that numpy has no words for, compiled by numba; they release the GIL.

Import this module inside functions: numba takes a second, and the window's process only declares transforms. What was
compiled is kept on the disk, beside this file or in the user's cache folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, types  # noqa: TID253  # this module is itself imported where it is used
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

_READ32 = types.Array(types.float32, 2, "C", readonly=True)
_READ_BITS = types.Array(types.int32, 1, "C", readonly=True)
_READ64 = types.Array(types.float64, 2, "C", readonly=True)
_WRITE32 = types.Array(types.float32, 2, "C")
_WRITE64 = types.Array(types.float64, 3, "C")


_SILENT = 1e-60
"""What a filter remembers below this is far under the smallest float32; it is dropped before it becomes denormal and
slow."""


@njit(types.int32(_READ_BITS), cache=True, nogil=True)
def _largest(bits):  # type: ignore[no-untyped-def]  # numba reads the types above
    largest = np.int32(0)
    for place in range(bits.shape[0]):
        largest = max(largest, np.int32(bits[place] & np.int32(0x7FFFFFFF)))
    return largest


def largest_of(samples: Samples) -> float:
    """The largest absolute sample; NaN if any is.

    Floats without their sign are ordered as the whole numbers that their bits are, and of those the largest is found
    several at a time.
    """
    bits = np.ascontiguousarray(samples).reshape(-1).view(np.int32)
    return float(np.array(_largest(bits), np.int32).view(np.float32))


@njit(types.void(_READ32, _READ64, _WRITE64, _WRITE32), cache=True, nogil=True)
def _cascade(block, sections, state, out):  # type: ignore[no-untyped-def]  # numba reads the types above
    for channel in range(block.shape[0]):
        memory = state[:, channel]
        for frame in range(block.shape[1]):
            sample = np.float64(block[channel, frame])
            for row in range(sections.shape[0]):
                given = sections[row, 0] * sample + memory[row, 0]
                memory[row, 0] = sections[row, 1] * sample - sections[row, 4] * given + memory[row, 1]
                memory[row, 1] = sections[row, 2] * sample - sections[row, 5] * given
                sample = given
            out[channel, frame] = sample
            if frame % 1024 == 0 or frame == block.shape[1] - 1:
                for row in range(sections.shape[0]):
                    for part in range(2):
                        if abs(memory[row, part]) < _SILENT:
                            memory[row, part] = 0.0


def cascaded(block: Samples, sections: NDArray[np.float64], state: NDArray[np.float64]) -> Samples:
    """A block (channels, n) through second-order sections one after the other, in float64.

    `sections` is (rows, 6) with a0 = 1; `state`, (rows, channels, 2), is brought forward in place (direct form II
    transposed, as scipy's `sosfilt`).
    """
    out = np.empty(block.shape, np.float32)
    _cascade(np.ascontiguousarray(block), np.ascontiguousarray(sections), state, out)
    return out
