"""Compiled loops that read a line of samples between them; import this module inside functions, as `kernels`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import types  # noqa: TID253  # this module is itself imported where it is used
from numpy.typing import NDArray

from .compiled import loop

if TYPE_CHECKING:
    from ..clip import Samples

_READ32 = types.Array(types.float32, 2, "C", readonly=True)
_WRITE32 = types.Array(types.float32, 2, "C")
_READ64 = types.Array(types.float64, 2, "C", readonly=True)
_WRITE64 = types.Array(types.float64, 2, "C")


@loop(types.void(_WRITE64, _READ64, types.int64, types.float64, _WRITE64))
def _delay(line, delays, start, feedback, out):  # type: ignore[no-untyped-def]  # numba reads the types above
    held = line.shape[1] - out.shape[1]
    for channel in range(line.shape[0]):
        sound, delay = line[channel], delays[min(channel, delays.shape[0] - 1)]
        for frame in range(out.shape[1]):
            place = start + frame - delay[frame]
            whole = math.floor(place)
            x = place - whole
            at = int(whole) - start + held
            outer = (x + 1) * sound[at + 2] - (x - 2) * sound[at - 1]
            inner = (x - 1) * sound[at] - x * sound[at + 1]
            late = x * (x - 1) * outer / 6 + (x + 1) * (x - 2) * inner / 2
            out[channel, frame] = late
            sound[held + frame] += feedback * late


def delayed(line: NDArray[np.float64], delays: NDArray[np.float64], start: int, feedback: float) -> NDArray[np.float64]:
    """The line (channels, past + n) after `delays` (1 or channels, n) in frames, by a cubic through four samples.

    `start` is the absolute frame behind the past. A share of each delayed sample is fed back into the line, in place;
    no delay may be below 3 frames.
    """
    out = np.empty((line.shape[0], delays.shape[1]))
    _delay(line, np.ascontiguousarray(delays), start, feedback, out)
    return out


@loop(types.void(_READ32, types.int64, types.int64, types.float64, _WRITE32))
def _alias(line, origin, start, ratio, out):  # type: ignore[no-untyped-def]  # numba reads the types above
    for channel in range(line.shape[0]):
        sound, known = line[channel], np.int64(-1) << 62
        before = after = np.float32(0)
        for frame in range(out.shape[1]):
            place = (start + frame) / ratio
            low = np.int64(math.floor(place))
            if low != known:
                known = low
                for step in range(2):
                    there = (low + step) * ratio
                    whole = math.floor(there)
                    at = np.int64(whole) - origin
                    before = after
                    after = sound[at] + np.float32(there - whole) * (sound[at + 1] - sound[at])
            out[channel, frame] = before + np.float32(place - low) * (after - before)


def aliased(line: Samples, origin: int, start: int, frames: int, ratio: float) -> Samples:
    """So many frames from `start` on, of the line read every `ratio` frames and back without a filter.

    `line` (channels, n) begins at the absolute frame `origin`. Both ways are straight lines between samples.
    """
    out = np.empty((line.shape[0], frames), np.float32)
    _alias(np.ascontiguousarray(line), origin, start, ratio, out)
    return out


_PLACES = types.Array(types.float64, 1, "C", readonly=True)
_BETWEEN = types.void(_READ32, _PLACES, _READ32, _READ32, _WRITE32)


# Sums may be taken in any order, so that the taps are added several at a time.
@loop(_BETWEEN, fastmath={"reassoc", "contract"})
def _interpolate(samples, at, kernel, gain, out):  # type: ignore[no-untyped-def]  # numba reads the types above
    phases, taps = kernel.shape
    weights = np.empty(taps, np.float32)
    for frame in range(at.shape[0]):
        whole = int(np.floor(at[frame]))
        phase = (at[frame] - whole) * phases
        row = min(int(phase), phases - 1)
        between = np.float32(phase - row)
        first = whole - taps // 2 + 1
        for tap in range(taps):
            weights[tap] = kernel[row, tap] + between * gain[row, tap]
        for channel in range(samples.shape[0]):
            total = np.float32(0)
            for tap in range(taps):
                total += weights[tap] * samples[channel, first + tap]
            out[channel, frame] = total


def interpolated(samples: Samples, at: NDArray[np.float64], kernel: Samples, gain: Samples) -> Samples:
    """Samples (channels, n) at places between their frames, by a kernel that is tabled at places between two.

    `kernel` and what it gains up to its next row are (places, taps); half of the taps must lie within the samples on
    either side of each place.
    """
    out = np.empty((samples.shape[0], at.size), np.float32)
    _interpolate(np.ascontiguousarray(samples), at, kernel, gain, out)
    return out
