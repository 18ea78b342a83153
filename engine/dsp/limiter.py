"""A look-ahead limiter, linked over all channels, that never lets a sample above its ceiling.

After the usual design (Zoelzer, DAFX, 2011, section 4.2): how much each frame must be turned down, the most of it over
the look-ahead, a release, and a moving average as long as the look-ahead, which reaches the needed gain just when the
peak comes out of the delay. Where nothing exceeds the ceiling the gain is exactly 1. Blocks of any length give the same
sound.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples
    from .kernels import LimiterState


class LookaheadLimiter:
    """The limiter at work on a stream of `channels`; `lookahead` is in frames and is its latency.

    In `release_frames` the reduction, as a share of the level, shrinks tenfold.
    """

    tail = 0

    def __init__(self, ceiling: float, lookahead: int, release_frames: float, channels: int) -> None:
        self.latency = max(lookahead, 1)
        self._channels = channels
        self._ceiling = float(np.nextafter(np.float32(ceiling), np.float32(0)))
        self._decay = math.pow(10, -1 / release_frames)
        self._state = self._fresh()

    def reset(self, frame: int = 0) -> None:
        """Forget the past."""
        self._state = self._fresh()

    def _fresh(self) -> LimiterState:
        from .kernels import LimiterState

        return LimiterState(self._channels, self.latency)

    def process(self, block: Samples, level: Samples | None = None) -> Samples:
        """Limit the next block; `level` (frames) is how high each frame is taken to be, by default its samples."""
        from .kernels import limited

        return limited(block, level, self._ceiling, self._decay, self._state)
