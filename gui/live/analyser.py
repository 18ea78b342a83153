"""Turns what leaves the device into columns as it comes: hop by hop, none twice and none left out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.analysis.scales import Frequencies
from engine.analysis.stft import DB_PER_INDEX, LOWEST_DB
from engine.clip import Samples

WINDOW_AT_48K = 2048
HOPS_PER_WINDOW = 8
_QUIETEST = np.float32(1e-20)

Indices = NDArray[np.uint8]


@dataclass(frozen=True)
class Columns:
    """Some columns: the frame in the middle of each, its levels (columns, bins) and the wave's reach in its hop."""

    frames: NDArray[np.int64]
    bins: Indices
    low: NDArray[np.float32]
    high: NDArray[np.float32]


class Analyser:
    """Hann windows on a grid of hops; the levels are those of the spectrograms, the mean power of the channels."""

    def __init__(self, rate: int, frame: int) -> None:
        self.rate = rate
        octaves = round(math.log2(rate / 48000))
        self.window = max(round(WINDOW_AT_48K * 2.0**octaves), 256)
        self.hop = self.window // HOPS_PER_WINDOW
        self._shape = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self.window) / self.window)).astype(np.float32)
        self.rest(frame)

    @property
    def next_frame(self) -> int:
        """The frame that is to be fed next."""
        return self._start + int(self._held.shape[1])

    def rest(self, frame: int) -> None:
        """Begin anew at a frame, before which there was silence."""
        self._held: Samples = np.zeros((2, self.window), np.float32)
        self._start = frame - self.window

    def feed(self, samples: Samples) -> Columns:
        """The columns that these frames complete."""
        held = np.concatenate((self._held, samples), axis=1)
        count = max((held.shape[1] - self.window) // self.hop, 0)
        frames = sliding_window_view(held, self.window, axis=1)[:, self.hop :: self.hop][:, :count]
        middles = self._start + self.window // 2 + self.hop * np.arange(1, count + 1)
        hops = frames[:, :, (self.window - self.hop) // 2 : (self.window + self.hop) // 2]
        self._held, self._start = held[:, count * self.hop :], self._start + count * self.hop
        return Columns(middles, self._levels(frames), hops.min(axis=(0, 2)), hops.max(axis=(0, 2)))

    def _levels(self, frames: Samples) -> Indices:
        spectra = np.fft.rfft(frames * self._shape, axis=2)
        power = (spectra.real**2 + spectra.imag**2).mean(axis=0) * np.float32(4 / (self.window / 2) ** 2)
        levels = 10 * np.log10(np.maximum(power, _QUIETEST))
        indices: Indices = np.rint((levels - LOWEST_DB) / DB_PER_INDEX).clip(0, 255).astype(np.uint8)
        return indices


class Rows:
    """Which bins the rows of a picture show, highest row first: the loudest of several, or between two."""

    def __init__(self, axis: Frequencies, rows: int, window: int, rate: int) -> None:
        edges = axis.edges_hz(rows) * window / rate
        last = window // 2
        self._first = np.ceil(edges[:-1]).astype(np.int64).clip(0, last)
        middles = ((edges[:-1] + edges[1:]) / 2).clip(0, last)
        self._narrow = np.flatnonzero(np.ceil(edges[:-1]) == np.ceil(edges[1:]))
        self._below = np.floor(middles[self._narrow]).astype(np.int64).clip(0, last - 1)
        self._weight = (middles[self._narrow] - self._below).astype(np.float32)

    def of(self, bins: Indices) -> Indices:
        """Levels (columns, bins) as a picture (rows, columns)."""
        rows: Indices = np.maximum.reduceat(bins, self._first, axis=1)
        low, high = bins[:, self._below].astype(np.float32), bins[:, self._below + 1]
        rows[:, self._narrow] = low + (high - low) * self._weight
        return rows[:, ::-1].T
