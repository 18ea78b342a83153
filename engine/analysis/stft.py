"""Spectrogram pictures: levels in decibels below a full-scale sine, in the columns and rows of a screen.

Frames lie on a fixed grid of `hop`, so that scrolling moves a picture without changing it. A column that covers
many frames shows the loudest of them, a quarter of a window apart, so that nothing short is lost: a click weighs at
most 1.4 dB too little. Only beyond `MOST_FRAMES` a picture (some 20 minutes at 48 kHz) do they lie further apart, so
that the cost stays bounded. A column narrower than a hop is interpolated between its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..track import Track, TrackReader, TrackState
from .warp import source_times

if TYPE_CHECKING:
    from ..clip import Samples, TimeMap
    from .columns import Columns
    from .scales import Frequencies

MOST_FRAMES = 2**17
FRAMES_PER_WINDOW = 4
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
    """A picture of a stretch of a track: Hann window, mean power of the channels.

    `apart` gives each channel's picture instead, one above the other, the first at the top, with the rows shared out.
    With a `time_map` the columns are those of a take made from the track.
    """

    track: Track
    columns: Columns
    rows: int
    frequencies: Frequencies
    window: int = 2048
    hop: int = 256
    apart: bool = False
    time_map: TimeMap | None = None

    def run(self) -> Spectrogram:
        """Compute it from what is ready of the track."""
        samples = TrackReader(self.track).samples()
        parts = [samples[at : at + 1] for at in range(samples.shape[0])] if self.apart else [samples]
        rows = self.rows // len(parts)
        filled = self._filled()
        if filled < 1:
            return Spectrogram(self.columns, np.empty((rows * len(parts), 0), np.uint8))
        levels = np.concatenate([self._levels(part, filled, rows) for part in reversed(parts)], axis=1)
        indices = np.rint((levels.T - LOWEST_DB) / DB_PER_INDEX).clip(0, 255).astype(np.uint8)
        return Spectrogram(self.columns, np.ascontiguousarray(indices))

    def _filled(self) -> int:
        """How many columns can be computed: on a take's time all, else as far as the sound is known."""
        if self.time_map is not None:
            return self.columns.count
        reader = TrackReader(self.track)
        usable = reader.ready if reader.state != TrackState.GROWING else reader.ready - self.window // 2
        known_s = usable / self.track.sample_rate - self.columns.start_s
        return min(self.columns.count, int(np.ceil(known_s / self.columns.step_s)))

    def _levels(self, samples: Samples, filled: int, rows: int) -> Levels:
        """The levels of the first columns: (columns, rows)."""
        pooled = _Rows(self.frequencies.edges_hz(rows) * self.window / self.track.sample_rate, self.window // 2 + 1)
        per_hop = self.track.sample_rate / self.hop
        start, step = self.columns.start_s * per_hop, self.columns.step_s * per_hop
        if step < 1:
            hops, weights = _neighbours(start, step, filled)
            unique, inverse = np.unique(hops, return_inverse=True)
            known = self._loudest(samples, unique[:, None], pooled)[inverse.reshape(hops.shape)]
            return known[:, 0] * (1 - weights) + known[:, 1] * weights
        apart = max(1.0, self.window / FRAMES_PER_WINDOW / self.hop)
        picks = max(1, min(int(np.ceil(step / apart)), MOST_FRAMES // filled))
        return self._loudest(samples, _covered(start, step, filled, picks), pooled)

    def _loudest(self, samples: Samples, hops: Indices, pooled: _Rows) -> Levels:
        """The loudest that each row of hops (columns, n) has at each frequency."""
        centres = self._centres(hops)
        columns = max(1, _CHUNK // hops.shape[1])
        parts = []
        for at in range(0, centres.shape[0], columns):
            frames = centres[at : at + columns]
            powers = power(samples, frames.ravel(), self.window).reshape(*frames.shape, -1)
            parts.append(pooled.pooled(_db(powers.max(axis=1))))
        levels: Levels = np.concatenate(parts)
        return levels

    def _centres(self, hops: Indices) -> Indices:
        """The frames of the track at these hops; a place far outside it where nothing of it is heard."""
        if self.time_map is None:
            return hops * self.hop
        rate = self.track.sample_rate
        frames = source_times(self.time_map, hops * np.float64(self.hop / rate)) * rate
        return np.rint(np.nan_to_num(frames, nan=-2.0 * self.window)).astype(np.int64)


def _neighbours(start: float, step: float, columns: int) -> tuple[Indices, Levels]:
    """For columns narrower than a hop the two hops at both sides of each, and the weight of the second."""
    centres = start + step * (np.arange(columns) + 0.5)
    before = np.floor(centres).astype(np.int64)
    return np.stack((before, before + 1), axis=1), (centres - before).astype(np.float32)[:, None]


def _covered(start: float, step: float, columns: int, picks: int) -> Indices:
    """So many of the hops that each column covers, evenly: (columns, picks)."""
    edges = np.ceil(start + step * np.arange(columns + 1) - 1e-6).astype(np.int64)
    first, covered = edges[:-1, None], np.maximum(np.diff(edges), 1)[:, None]
    within: Indices = ((np.arange(picks) + 0.5) * covered / picks).astype(np.int64)
    covering: Indices = first + within
    return covering


def levels_db(samples: Samples, centres: Indices, window: int) -> Levels:
    """Levels (centres, window // 2 + 1) of Hann frames around frame indices, in dB re a full-scale sine."""
    return _db(power(samples, centres, window))


def _db(powers: Levels) -> Levels:
    levels: Levels = 10 * np.log10(np.maximum(powers, np.float32(1e-20)))
    return levels


def power(samples: Samples, centres: Indices, window: int) -> Levels:
    """Power (centres, window // 2 + 1) of Hann frames around frame indices, 1 for a full-scale sine.

    Sound is taken as zero outside the clip; it is the mean of the channels'.
    """
    from scipy import fft

    shape = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)).astype(np.float32)
    powers = np.zeros((centres.size, window // 2 + 1), np.float32)
    for channel in samples:
        spectrum = fft.rfft(_frames(channel, centres - window // 2, window) * shape, axis=1)
        powers += spectrum.real**2 + spectrum.imag**2
    powers *= np.float32(4 / (window / 2) ** 2 / samples.shape[0])
    return powers


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
