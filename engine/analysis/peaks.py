"""The lowest and highest sample of each column of a waveform, exactly, at a cost bounded by the pixels.

A column takes whole blocks from the track's summary and only its two ragged ends from the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..track import Track, TrackReader
from .clipping import clipped_from
from .summary import BLOCK, Summary, summary_of
from .warp import source_stretches

if TYPE_CHECKING:
    from ..clip import Samples, TimeMap
    from .columns import Columns

Extremes = tuple[NDArray[np.float32], NDArray[np.float32]]
Frames = NDArray[np.int64]


@dataclass(frozen=True)
class Peaks:
    """Lowest and highest sample, and whether one is clipped, as (channels, columns); one row for all together.

    There are fewer columns than asked for where the sound ends. `clipped_samples` are those of the whole track.
    """

    columns: Columns
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    clipped: NDArray[np.bool_]
    clipped_samples: int

    def together(self) -> Peaks:
        """The envelope of all channels."""
        low, high = self.low.min(axis=0, keepdims=True), self.high.max(axis=0, keepdims=True)
        return Peaks(self.columns, low, high, self.clipped.max(axis=0, keepdims=True), self.clipped_samples)


@dataclass(frozen=True)
class PeaksRequest:
    """Peaks of several stretches of one track (the part in view, the overview).

    `apart` keeps the channels apart. With a `time_map` the columns are those of a take made from the track.
    """

    track: Track
    stretches: tuple[Columns, ...]
    apart: bool = False
    time_map: TimeMap | None = None

    def run(self) -> tuple[Peaks, ...]:
        """Compute them from what is ready of the track."""
        samples = TrackReader(self.track).samples()
        summary = summary_of(self.track.path, samples)
        count = summary.clipped_samples(samples)
        return tuple(self._peaks(samples, summary, columns, count) for columns in self.stretches)

    def _peaks(self, samples: Samples, summary: Summary, columns: Columns, clipped_samples: int) -> Peaks:
        begin, end = self._frames(columns)
        if self.time_map is None:
            filled = int(np.count_nonzero(np.rint(begin) < samples.shape[1]))
            begin, end = begin[:filled], end[:filled]
        sounding = (end > 0) & (begin < samples.shape[1])
        shape = (samples.shape[0], begin.size)
        low, high, clipped = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, bool)
        if sounding.any():
            begin, end = begin[sounding], end[sounding]
            low[:, sounding], high[:, sounding] = peaks(samples, summary, begin, end)
            clipped[:, sounding] = _clipped_columns(samples, summary, begin, end)
        made = Peaks(columns, low, high, clipped, clipped_samples)
        return made if self.apart else made.together()

    def _frames(self, columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where each column begins and ends in the track; without a map one begins exactly where another ends."""
        edges = columns.start_s + columns.step_s * np.arange(columns.count + 1, dtype=np.float64)
        if self.time_map is None:
            return edges[:-1] * self.track.sample_rate, edges[1:] * self.track.sample_rate
        begin, end = source_stretches(self.time_map, edges[:-1], columns.step_s)
        return begin * self.track.sample_rate, end * self.track.sample_rate


def peaks(samples: Samples, summary: Summary, begin: NDArray[np.float64], end: NDArray[np.float64]) -> Extremes:
    """Extremes (channels, columns) of the sound between pairs of frames, which are about equally far apart."""
    step = float(np.median(end - begin))
    if step < 2:
        return _traced(samples, begin, end)
    starts, ends = _whole(begin, end, samples.shape[1])
    return _direct(samples, starts, ends) if step < 4 * BLOCK else _summed(samples, summary, starts, ends)


def _whole(begin: NDArray[np.float64], end: NDArray[np.float64], size: int) -> tuple[Frames, Frames]:
    """The columns in whole frames, none of them empty or outside the sound."""
    starts = np.rint(begin).astype(np.int64).clip(0, size - 1)
    return starts, np.maximum(np.rint(end).astype(np.int64).clip(0, size), starts + 1)


def _direct(samples: Samples, starts: Frames, ends: Frames) -> Extremes:
    first, last = int(starts.min()), int(ends.max())
    part = np.concatenate((samples[:, first:last], samples[:, last - 1 : last]), axis=1)
    pairs = np.stack((starts, ends), axis=1).ravel() - first
    return np.minimum.reduceat(part, pairs, axis=1)[:, ::2], np.maximum.reduceat(part, pairs, axis=1)[:, ::2]


def _summed(samples: Samples, summary: Summary, starts: Frames, ends: Frames) -> Extremes:
    """Whole blocks from the summary, ragged ends from the sound; the last column may hold no whole block."""
    first = -(-starts // BLOCK)
    last = np.maximum(ends // BLOCK, first)
    whole = last > first
    pairs = np.stack((first, last), axis=1).ravel().clip(max=summary.low.shape[1])
    beyond = np.full((samples.shape[0], 1), np.inf, np.float32)
    low = np.minimum.reduceat(np.append(summary.low, beyond, axis=1), pairs, axis=1)[:, ::2]
    high = np.maximum.reduceat(np.append(summary.high, -beyond, axis=1), pairs, axis=1)[:, ::2]
    low, high = np.where(whole, low, np.inf), np.where(whole, high, -np.inf)
    offsets = np.arange(BLOCK)
    for begin, end in ((starts, np.minimum(first * BLOCK, ends)), (last * BLOCK, ends)):
        frames = begin[:, None] + offsets
        inside = (frames < end[:, None])[..., None]
        values = samples.T[frames.clip(max=samples.shape[1] - 1)]
        low = np.minimum(low, np.where(inside, values, np.float32(np.inf)).min(axis=1).T)
        high = np.maximum(high, np.where(inside, values, np.float32(-np.inf)).max(axis=1).T)
    return low.astype(np.float32), high.astype(np.float32)


def _traced(samples: Samples, begin: NDArray[np.float64], end: NDArray[np.float64]) -> Extremes:
    """Closer than two frames a column: the straight line from sample to sample, so that the trace has no holes."""
    first = max(0, int(begin.min()))
    frames = np.arange(first, min(samples.shape[1], int(end.max()) + 2))
    part = samples[:, first : first + frames.size]
    edges = np.stack((begin, end))
    at_edges = np.stack([np.interp(edges, frames, channel) for channel in part]).astype(np.float32)
    low, high = at_edges.min(axis=1), at_edges.max(axis=1)
    inside = np.ceil(begin).astype(np.int64)
    holds = (inside < end) & (inside < samples.shape[1]) & (inside >= 0)
    for offset in (0, 1):  # a column narrower than two frames holds at most two
        column = np.flatnonzero(holds & (inside + offset < end) & (inside + offset < samples.shape[1]))
        values = samples[:, inside[column] + offset]
        low[:, column] = np.minimum(low[:, column], values)
        high[:, column] = np.maximum(high[:, column], values)
    return low, high


def _clipped_columns(
    samples: Samples, summary: Summary, begin: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which columns hold a clipped sample; wide ones are told by whole blocks, at most a block too early or late."""
    step, size = float(np.median(end - begin)), samples.shape[1]
    first, counts = 0, summary.clipped
    if step >= 4 * BLOCK:
        behind = clipped_from(samples, counts.shape[1] * BLOCK, size).sum(axis=1, keepdims=True)
        counts = np.append(counts, behind.astype(np.int32), axis=1)
        starts, ends = begin.astype(np.int64) // BLOCK, -(-end.astype(np.int64) // BLOCK)
    else:
        starts, ends = _whole(begin, end, size) if step >= 2 else _held(begin, end)
        first, last = max(0, int(starts.min())), min(size, int(ends.max()))
        counts = clipped_from(samples, first, last).astype(np.int32)
    before = np.zeros((samples.shape[0], counts.shape[1] + 1), np.int64)
    np.cumsum(counts, axis=1, out=before[:, 1:])
    starts, ends = (at.clip(first, first + counts.shape[1]) - first for at in (starts, ends))
    found: NDArray[np.bool_] = np.greater(before[:, ends], before[:, starts])
    return found


def _held(begin: NDArray[np.float64], end: NDArray[np.float64]) -> tuple[Frames, Frames]:
    """The frames that lie within columns narrower than two."""
    return np.ceil(begin).astype(np.int64), np.ceil(end).astype(np.int64)
