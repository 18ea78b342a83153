"""The last conversion: from the sound's rate to a device's that does not take it; outside the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fade import WIDTH

if TYPE_CHECKING:
    from ..clip import Samples


class RateConverter:
    """soxr on a stream of (2, n) blocks; at equal rates the blocks pass as they are."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self.ratio = to_hz / from_hz
        self._owed = 0.0
        self._stream = None
        if from_hz != to_hz:
            import soxr

            self._stream = soxr.ResampleStream(from_hz, to_hz, WIDTH, dtype="float32", quality="HQ")

    @property
    def held(self) -> int:
        """How many frames are still to come of what has gone in."""
        return round(self._owed)

    def process(self, block: Samples) -> Samples:
        """Convert the next block; the first ones may come back empty."""
        if self._stream is None:
            return block
        converted: Samples = self._stream.resample_chunk(np.ascontiguousarray(block.T)).T
        self._owed += block.shape[1] * self.ratio - converted.shape[1]
        return converted

    def clear(self) -> None:
        """Forget the past, at a jump."""
        self._owed = 0.0
        if self._stream is not None:
            self._stream.clear()
