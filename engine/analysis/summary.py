"""What is kept of every track, so that a picture of an hour costs no more than its pixels.

Of each block of 256 frames and each channel: the extremes, and how many samples are clipped (about 6 MB an hour).
It lies in the worker's memory and is extended while the track grows.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from .clipping import clipped_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..clip import Samples

BLOCK = 256
KEPT_TRACKS = 8
_CHUNK = 4096 * BLOCK


class Summary:
    """The extremes and clipped samples of each complete block of a track: arrays (channels, blocks)."""

    def __init__(self, channels: int) -> None:
        self.low: NDArray[np.float32] = np.empty((channels, 0), np.float32)
        self.high: NDArray[np.float32] = np.empty((channels, 0), np.float32)
        self.clipped: NDArray[np.int32] = np.empty((channels, 0), np.int32)

    def extend(self, samples: Samples) -> None:
        """Take in the complete blocks that are new; the last known one again, since it now has a neighbour."""
        end = samples.shape[1] // BLOCK * BLOCK
        known = self.low.shape[1]
        if end <= known * BLOCK:
            return
        kept = max(0, known - 1)
        lows, highs, counts = [self.low[:, :kept]], [self.high[:, :kept]], [self.clipped[:, :kept]]
        for start in range(kept * BLOCK, end, _CHUNK):
            until = min(start + _CHUNK, end)
            blocks = np.ascontiguousarray(samples[:, start:until]).reshape(samples.shape[0], -1, BLOCK)
            lows.append(blocks.min(axis=2))
            highs.append(blocks.max(axis=2))
            counts.append(clipped_from(samples, start, until).reshape(blocks.shape).sum(axis=2, dtype=np.int32))
        self.low, self.high = np.concatenate(lows, axis=1), np.concatenate(highs, axis=1)
        self.clipped = np.concatenate(counts, axis=1)

    def clipped_samples(self, samples: Samples) -> int:
        """How many samples of the track are clipped, with those behind the last complete block."""
        behind = clipped_from(samples, self.clipped.shape[1] * BLOCK, samples.shape[1])
        return int(self.clipped.sum()) + int(behind.sum())


_summaries: OrderedDict[str, Summary] = OrderedDict()


def summary_of(path: str, samples: Samples) -> Summary:
    """The summary kept for a track, extended; those of removed tracks and the longest unused are forgotten."""
    for gone in [known for known in _summaries if known != path and not os.path.exists(known)]:
        del _summaries[gone]
    summary = _summaries.setdefault(path, Summary(samples.shape[0]))
    _summaries.move_to_end(path)
    while len(_summaries) > KEPT_TRACKS:
        _summaries.popitem(last=False)
    summary.extend(samples)
    return summary
