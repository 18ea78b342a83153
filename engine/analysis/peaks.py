"""The lowest and highest sample of each column of a waveform, exactly, at a cost bounded by the pixels.

Of every track the extremes of each block of 256 frames are kept in the worker's memory (about 5 MB an hour) and
extended while the track grows. A column takes whole blocks from there and only its two ragged ends from the sound.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..track import Track, TrackReader

if TYPE_CHECKING:
    from ..clip import Samples
    from .columns import Columns

BLOCK = 256
KEPT_TRACKS = 8
_CHUNK = 4096 * BLOCK

Extremes = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True)
class Peaks:
    """The lowest and highest sample of all channels in each column; shorter than asked where the sound ends."""

    columns: Columns
    low: NDArray[np.float32]
    high: NDArray[np.float32]


@dataclass(frozen=True)
class PeaksRequest:
    """Peaks of several stretches of one track (the part in view, the overview)."""

    track: Track
    stretches: tuple[Columns, ...]

    def run(self) -> tuple[Peaks, ...]:
        """Compute them from what is ready of the track."""
        samples = TrackReader(self.track).samples()
        summary = _summary_of(self.track.path)
        summary.extend(samples)
        rate = self.track.sample_rate
        return tuple(
            Peaks(columns, *peaks(samples, summary, columns.start_s * rate, columns.step_s * rate, columns.count))
            for columns in self.stretches
        )


class Summary:
    """The extremes of each complete block of a track; grows with it."""

    def __init__(self) -> None:
        self.low: NDArray[np.float32] = np.empty(0, np.float32)
        self.high: NDArray[np.float32] = np.empty(0, np.float32)

    def extend(self, samples: Samples) -> None:
        """Take in the complete blocks that are new."""
        lows, highs = [self.low], [self.high]
        end = samples.shape[1] // BLOCK * BLOCK
        for start in range(self.low.size * BLOCK, end, _CHUNK):
            frames = samples[:, start : min(start + _CHUNK, end)].T
            blocks = np.ascontiguousarray(frames).reshape(-1, BLOCK * samples.shape[0])
            lows.append(blocks.min(axis=1))
            highs.append(blocks.max(axis=1))
        if len(lows) > 1:
            self.low, self.high = np.concatenate(lows), np.concatenate(highs)


_summaries: OrderedDict[str, Summary] = OrderedDict()


def _summary_of(path: str) -> Summary:
    """The summary kept for a track; those of removed tracks and the longest unused are forgotten."""
    for gone in [known for known in _summaries if known != path and not os.path.exists(known)]:
        del _summaries[gone]
    summary = _summaries.setdefault(path, Summary())
    _summaries.move_to_end(path)
    while len(_summaries) > KEPT_TRACKS:
        _summaries.popitem(last=False)
    return summary


def peaks(samples: Samples, summary: Summary, start: float, step: float, count: int) -> Extremes:
    """Extremes over all channels in `count` columns of `step` frames from `start` on; cut where the sound ends."""
    if step < 2:
        return _traced(samples, start, step, count)
    edges = np.rint(start + step * np.arange(count + 1)).astype(np.int64)
    edges = edges[edges >= 0].clip(max=samples.shape[1])
    filled = int(np.count_nonzero(edges[1:] > edges[:-1]))
    edges = edges[: filled + 1]
    if filled == 0:
        return np.empty(0, np.float32), np.empty(0, np.float32)
    if step < 4 * BLOCK:
        return _direct(samples, edges)
    return _summed(samples, summary, edges)


def _direct(samples: Samples, edges: NDArray[np.int64]) -> Extremes:
    part = samples[:, edges[0] : edges[-1]]
    inner = edges[:-1] - edges[0]
    return np.minimum.reduceat(part.min(axis=0), inner), np.maximum.reduceat(part.max(axis=0), inner)


def _summed(samples: Samples, summary: Summary, edges: NDArray[np.int64]) -> Extremes:
    """Whole blocks from the summary, ragged ends from the sound; the last column may hold no whole block."""
    starts, ends = edges[:-1], edges[1:]
    first = -(-starts // BLOCK)
    last = np.maximum(ends // BLOCK, first)
    whole = last > first
    pairs = np.stack((first, last), axis=1).ravel().clip(max=summary.low.size)
    low = np.minimum.reduceat(np.append(summary.low, np.float32(np.inf)), pairs)[::2]
    high = np.maximum.reduceat(np.append(summary.high, np.float32(-np.inf)), pairs)[::2]
    low, high = np.where(whole, low, np.inf), np.where(whole, high, -np.inf)
    offsets = np.arange(BLOCK)
    ragged = ((starts, np.minimum(first * BLOCK, ends)), (last * BLOCK, ends))
    for begin, end in ragged:
        frames = begin[:, None] + offsets
        inside = (frames < end[:, None])[..., None]
        values = samples.T[frames.clip(max=samples.shape[1] - 1)]
        low = np.minimum(low, np.where(inside, values, np.float32(np.inf)).reshape(len(low), -1).min(axis=1))
        high = np.maximum(high, np.where(inside, values, np.float32(-np.inf)).reshape(len(high), -1).max(axis=1))
    return low.astype(np.float32), high.astype(np.float32)


def _traced(samples: Samples, start: float, step: float, count: int) -> Extremes:
    """Closer than two frames a column: the straight line from sample to sample, so that the trace has no holes."""
    edges = start + step * np.arange(count + 1)
    edges = edges[edges <= samples.shape[1] - 1]
    if edges.size < 2:
        return np.empty(0, np.float32), np.empty(0, np.float32)
    frames = np.arange(max(0, int(edges[0])), min(samples.shape[1], int(edges[-1]) + 2))
    at_edges = np.stack([np.interp(edges, frames, channel[frames]) for channel in samples]).astype(np.float32)
    low = np.minimum(at_edges[:, :-1], at_edges[:, 1:]).min(axis=0)
    high = np.maximum(at_edges[:, :-1], at_edges[:, 1:]).max(axis=0)
    inside = frames[(frames > edges[0]) & (frames < edges[-1])]
    column = ((inside - edges[0]) / step).astype(np.int64).clip(max=low.size - 1)
    np.minimum.at(low, column, samples[:, inside].min(axis=0))
    np.maximum.at(high, column, samples[:, inside].max(axis=0))
    return low, high
