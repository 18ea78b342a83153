"""A clip read at a speed that changes as it goes: where each frame comes from is given, between frames by a sinc.

The kernel is a windowed sinc of 32 zero crossings on either side, from tables. Where the clip is read faster than it
was recorded, the kernel's cutoff falls with the speed, so that nothing folds back.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .pieces import frames_between

if TYPE_CHECKING:
    from ..clip import Samples

Positions = Callable[[int, int], NDArray[np.float64]]
"""Which frame of the clip, with its fraction, is heard at each frame of the take from one to another; ever rising."""

CROSSINGS = 32
"""Zero crossings of the kernel on either side: flat to 0.46 of the rate, and below -80 dB beyond 0.54."""

KAISER_BETA = 8.5
PHASES = 512
"""Places between two frames that the kernel is tabled at; linear between them, which leaves an error of -105 dB."""

STEPS_PER_OCTAVE = 24
"""The cutoffs that kernels are tabled at; between two of them the sound is crossfaded."""

CHUNK = 4096


def read_at(samples: Samples, positions: Positions, frames: int) -> Samples:
    """So many frames of a take, float32 (channels, frames); beyond its ends the clip is silent."""
    out = np.empty((samples.shape[0], frames), np.float32)
    for start in range(0, frames, CHUNK):
        stop = min(start + CHUNK, frames)
        at = positions(start, stop + 2)
        steps = _step(at[1] - at[0]), _step(at[-1] - at[-2])
        sound = _interpolated(samples, at[:-2], steps[0])
        if steps[0] != steps[1]:
            later = _interpolated(samples, at[:-2], steps[1])
            sound += (later - sound) * (np.arange(stop - start, dtype=np.float32) / np.float32(stop - start))
        out[:, start:stop] = sound
    return out


def _step(speed: float) -> int:
    """The tabled cutoff for a speed: 0 up to a hair above the clip's own, then one for each part of an octave."""
    return max(math.ceil(math.log2(max(speed, 1e-9)) * STEPS_PER_OCTAVE - 0.5), 0)


@lru_cache(maxsize=64)
def _kernel(step: int) -> tuple[Samples, Samples]:
    """The kernel at each phase and what it gains up to the next one, both (phases, taps)."""
    cutoff = 2 ** (-step / STEPS_PER_OCTAVE)
    half = math.ceil(CROSSINGS / cutoff)
    offsets = np.arange(1 - half, half + 1)
    distance = cutoff * (offsets - np.arange(PHASES + 1)[:, np.newaxis] / PHASES)
    window = np.i0(KAISER_BETA * np.sqrt(np.maximum(1 - (distance / CROSSINGS) ** 2, 0))) / np.i0(KAISER_BETA)
    table = np.where(np.abs(distance) <= CROSSINGS, np.sinc(distance) * window, 0)
    table /= table.sum(axis=1, keepdims=True)  # a constant stays one
    table = table.astype(np.float32)
    return table[:-1], np.diff(table, axis=0)


def kernel_for(speed: float) -> tuple[Samples, Samples]:
    """The kernel for sound read so fast at most, as `interpolated` takes it; half of its taps is its reach."""
    return _kernel(_step(speed))


def _interpolated(samples: Samples, at: NDArray[np.float64], step: int) -> Samples:
    """The clip between its frames, by the kernel of one cutoff."""
    from .line_kernels import interpolated

    kernel, gain = _kernel(step)
    reach = kernel.shape[1] // 2
    first = int(at[0]) - reach
    there = frames_between(samples, first, int(at[-1]) + reach + 2)
    return interpolated(there, at - first, kernel, gain)
