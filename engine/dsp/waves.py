"""Periodic waves without harmonics above half the rate, read from a table of one period."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

_STEPS_PER_HARMONIC = 128
"""Steps of the table in a period of the highest harmonic: a straight line between them is 2e-4 off at most."""
_SHORTEST_TABLE = 1 << 14
_AT_ONCE = 1 << 13
"""Frames that are worked on while they lie in the processor's cache."""


class Wave:
    """A table's wave at any frame, the same on all channels; its frequency may swing."""

    def __init__(
        self,
        table: Samples,
        turns_per_frame: float,
        channels: int,
        *,
        phase: float = 0.0,
        swing: float = 0.0,
        swings_per_frame: float = 0.0,
    ) -> None:
        """`table` is one period, its first value repeated at its end; `swing` is in turns a frame, either way."""
        self._phase = phase
        self._table = table
        self._turns_per_frame = turns_per_frame
        self._channels = channels
        self._swing = swing / (2 * math.pi * swings_per_frame) if swings_per_frame else 0.0
        self._swings_per_frame = 2 * math.pi * swings_per_frame

    def read(self, start: int, frames: int) -> Samples:
        """The wave from frame `start` on, float32 (channels, frames)."""
        wave = np.empty(frames, np.float32)
        for first in range(0, frames, _AT_ONCE):
            part = wave[first : first + _AT_ONCE]
            part[:] = self._made(start + first, part.size)
        return np.broadcast_to(wave, (self._channels, frames))

    def _made(self, start: int, frames: int) -> NDArray[np.float64]:
        clock = np.arange(start, start + frames, dtype=np.float64)
        turns = clock * self._turns_per_frame + self._phase
        if self._swing:
            turns += self._swing * np.sin(clock * self._swings_per_frame)
        turns -= np.floor(turns)
        turns *= self._table.size - 1
        before = turns.astype(np.intp)
        turns -= before
        low = np.take(self._table, before, mode="clip")
        before += 1
        wave: NDArray[np.float64] = low + (np.take(self._table, before, mode="clip") - low) * turns
        return wave


def period(amplitudes: Sequence[float], phases: Sequence[float]) -> Samples:
    """One period of power 1 of the sum of a_n sin(2 pi (n x + phase_n)), n from 1 on; silence if there is no a_n.

    Phases are in turns. The first value comes again at the end.
    """
    size = max(_SHORTEST_TABLE, 1 << (len(amplitudes) * _STEPS_PER_HARMONIC).bit_length())
    spectrum = np.zeros(size // 2 + 1, np.complex128)
    if len(amplitudes):
        scale = size / math.sqrt(2 * float(np.square(amplitudes).sum()))
        turned = np.exp(2j * np.pi * np.asarray(phases))
        spectrum[1 : len(amplitudes) + 1] = -1j * scale * np.asarray(amplitudes) * turned
    table = np.fft.irfft(spectrum, size)
    closed: Samples = np.append(table, table[0]).astype(np.float32)
    return closed


@lru_cache(maxsize=8)
def shape(name: str, harmonics: int) -> Samples:
    """One period of power 1 of a sine, square, triangle or rising sawtooth, of so many harmonics at most."""
    numbers = np.arange(1, (min(harmonics, 1) if name == "sine" else harmonics) + 1)
    amplitudes = {
        "sine": np.ones(numbers.size),
        "square": (numbers % 2) / numbers,
        "triangle": (numbers % 2) / numbers**2.0 * np.where(numbers % 4 == 3, -1, 1),
        "sawtooth": -1 / numbers,
    }[name]
    return period(amplitudes.tolist(), [0.0] * numbers.size)


def harmonics_below(frequency_hz: float, sample_rate: int) -> int:
    """How many multiples of a frequency lie below half the rate."""
    return max(math.ceil(sample_rate / 2 / frequency_hz) - 1, 0)


@lru_cache(maxsize=4)
def bursts(harmonics: int, slots: int, silent: int, width: float) -> Samples:
    """One period of power 1 of a row of equal pulses without its mean, of so many harmonics.

    The period has `slots` places of which the last `silent` have no pulse; a pulse is `width` of a place long.
    """
    numbers = np.arange(1, harmonics + 1)
    places = np.arange(slots - silent)[:, None]
    pulse = np.sinc(numbers * width / slots) * np.exp(-1j * np.pi * numbers * width / slots)
    spectrum = pulse * np.exp(-2j * np.pi * numbers * places / slots).sum(axis=0)
    return period(np.abs(spectrum).tolist(), (np.angle(spectrum) / (2 * np.pi) + 0.25).tolist())
