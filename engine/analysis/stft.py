"""Spectrogram pictures: levels in decibels below a full-scale sine, in the columns and rows of a screen.

Frames lie on a fixed grid of `hop`, so that scrolling moves a picture without changing it. A column that covers
many frames shows the loudest of at most four of them, so the cost is bounded by the pixels, not by the length;
a column narrower than a hop is interpolated between its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..track import Track, TrackReader, TrackState

if TYPE_CHECKING:
    from ..clip import Samples
    from .columns import Columns
    from .scales import Frequencies

FRAMES_PER_COLUMN = 4
LOWEST_DB = -115.0
DB_PER_INDEX = 0.5
_CHUNK = 128

Levels = NDArray[np.float32]
Indices = NDArray[np.int64]


def index_to_db(index: NDArray[np.uint8] | int) -> NDArray[np.float64]:
    """The level that a picture's index stands for; 0 also stands for everything below -115 dB."""
    return LOWEST_DB + DB_PER_INDEX * np.asarray(index, np.float64)


@dataclass(frozen=True)
class Spectrogram:
    """A picture as indices (rows, columns), lowest frequency first; it has fewer columns where the sound ends."""

    columns: Columns
    indices: NDArray[np.uint8]


@dataclass(frozen=True)
class SpectrogramRequest:
    """A picture of a stretch of a track: mean power of the channels, Hann window."""

    track: Track
    columns: Columns
    rows: int
    frequencies: Frequencies
    window: int = 2048
    hop: int = 256

    def run(self) -> Spectrogram:
        """Compute it from what is ready of the track."""
        reader = TrackReader(self.track)
        complete = reader.state != TrackState.GROWING
        samples = reader.samples()
        rate = self.track.sample_rate
        usable = samples.shape[1] if complete else samples.shape[1] - self.window // 2
        filled = min(self.columns.count, int(np.ceil((usable / rate - self.columns.start_s) / self.columns.step_s)))
        if filled < 1:
            return Spectrogram(self.columns, np.empty((self.rows, 0), np.uint8))
        start, step = self.columns.start_s * rate / self.hop, self.columns.step_s * rate / self.hop
        hops, weights = _hops(start, step, filled)
        levels = self._levels(samples, hops)
        columns = levels.max(axis=1) if weights is None else _between(levels, weights)
        indices = np.rint((columns.T - LOWEST_DB) / DB_PER_INDEX).clip(0, 255).astype(np.uint8)
        return Spectrogram(self.columns, np.ascontiguousarray(indices))

    def _levels(self, samples: Samples, hops: Indices) -> Levels:
        """The level at each hop index and row: hops.shape + (rows,)."""
        unique, inverse = np.unique(hops, return_inverse=True)
        rows = _Rows(self.frequencies.edges_hz(self.rows) * self.window / self.track.sample_rate, self.window // 2 + 1)
        parts = [
            rows.pooled(levels_db(samples, unique[at : at + _CHUNK] * self.hop, self.window))
            for at in range(0, unique.size, _CHUNK)
        ]
        levels: Levels = np.concatenate(parts)[inverse.reshape(hops.shape)]
        return levels


def _between(levels: Levels, weights: Levels) -> Levels:
    return levels[:, 0] * (1 - weights) + levels[:, 1] * weights


def _hops(start: float, step: float, columns: int) -> tuple[Indices, Levels | None]:
    """Which hops each column shows, (columns, n), and for columns narrower than a hop the weight of the second."""
    edges = start + step * np.arange(columns + 1)
    if step < 1:
        centres = (edges[:-1] + edges[1:]) / 2
        before = np.floor(centres).astype(np.int64)
        return np.stack((before, before + 1), axis=1), (centres - before).astype(np.float32)[:, None]
    grid = np.ceil(edges - 1e-6).astype(np.int64)
    first, covered = grid[:-1, None], np.maximum(np.diff(grid), 1)[:, None]
    picks = min(FRAMES_PER_COLUMN, int(np.ceil(step)))
    return first + ((np.arange(picks) + 0.5) * covered / picks).astype(np.int64), None


def levels_db(samples: Samples, centres: Indices, window: int) -> Levels:
    """Levels (centres, window // 2 + 1) of Hann frames around frame indices, in dB re a full-scale sine.

    Sound is taken as zero outside the clip; the power is the mean of the channels'.
    """
    from scipy import fft

    shape = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)).astype(np.float32)
    power = np.zeros((centres.size, window // 2 + 1), np.float32)
    for channel in samples:
        spectrum = fft.rfft(_frames(channel, centres - window // 2, window) * shape, axis=1)
        power += spectrum.real**2 + spectrum.imag**2
    power *= np.float32(4 / (window / 2) ** 2 / samples.shape[0])
    levels: Levels = 10 * np.log10(np.maximum(power, np.float32(1e-20)))
    return levels


def _frames(channel: NDArray[np.float32], starts: Indices, window: int) -> NDArray[np.float32]:
    """The window from each start on, with zeros outside the channel; never reads more than that."""
    size = channel.size
    if size < window:
        channel = np.pad(channel, (0, window - size))
    inside = starts.clip(0, channel.size - window)
    frames: NDArray[np.float32] = sliding_window_view(channel, window)[inside]
    for row in np.flatnonzero(starts != inside):
        shift = int(starts[row] - inside[row])
        moved = np.zeros(window, np.float32)
        if 0 < shift < window:
            moved[: window - shift] = frames[row, shift:]
        elif -window < shift < 0:
            moved[-shift:] = frames[row, :shift]
        frames[row] = moved
    return frames


class _Rows:
    """Turns the bins of frames into rows: the loudest bin of a row, or between two bins where a row has none."""

    def __init__(self, edges: NDArray[np.float64], bins: int) -> None:
        first = np.ceil(edges).astype(np.int64)
        self._empty = np.flatnonzero(first[:-1] == first[1:])
        self._first = first[:-1].clip(max=bins - 1)
        centre = ((edges[:-1] + edges[1:]) / 2)[self._empty].clip(0, bins - 1)
        self._below = np.floor(centre).astype(np.int64).clip(max=bins - 2)
        self._weight = (centre - self._below).astype(np.float32)

    def pooled(self, levels: Levels) -> Levels:
        """Levels (frames, bins) to (frames, rows)."""
        rows: Levels = np.maximum.reduceat(levels, self._first, axis=1)
        low, high = levels[:, self._below], levels[:, self._below + 1]
        rows[:, self._empty] = low + (high - low) * self._weight
        return rows
