"""What distortions need beyond a curve: the level that a share of a clip exceeds, and a bent copy beside the sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .levels import chunks, peak_of

if TYPE_CHECKING:
    from ..clip import Samples
    from .sos import SectionProcessor

BINS = 1 << 16
"""Levels from 0 to the peak that are told apart; between two of them the samples are taken as spread evenly."""
QUIET = 1e-3
"""Share of the peak below which a sample counts as a pause, -60 dB."""


def exceeded_by(samples: Samples, share: float) -> float:
    """The level that this share of the samples exceeds, pauses aside; 0 for silence."""
    peak = peak_of(samples)
    if peak < np.finfo(np.float32).tiny:
        return 0.0
    counts = np.zeros(BINS + 1, np.int64)
    for part in chunks(samples):
        level = (np.abs(part) * np.float32(BINS / peak)).astype(np.int32)
        counts += np.bincount(np.minimum(level, BINS).ravel(), minlength=BINS + 1)
    counts[BINS - 1] += counts[BINS]
    quiet = int(QUIET * BINS)
    above = np.concatenate((np.cumsum(counts[quiet:BINS][::-1])[::-1], [0]))
    place = np.interp(share * above[0], above[::-1], np.arange(quiet, BINS + 1)[::-1])
    return float(place / BINS * peak)


class Beside:
    """A bent and filtered copy added to the sound, each at its level; float64 inside."""

    latency = 0

    def __init__(
        self,
        bend: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        behind: SectionProcessor,
        dry: float,
        wet: float,
    ) -> None:
        self.tail = behind.tail
        self._bend, self._behind = bend, behind
        self._dry, self._wet = np.float32(dry), np.float32(wet)

    def process(self, block: Samples) -> Samples:
        """Bend, filter and mix the next block."""
        bent = self._bend(block.astype(np.float64)).astype(np.float32)
        return self._dry * block + self._wet * self._behind.process(bent)

    def reset(self, frame: int = 0) -> None:
        """Empty the filter's memory."""
        self._behind.reset(frame)
