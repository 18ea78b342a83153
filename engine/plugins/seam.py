"""What a step is made of while its plugin is away: the sound as late as the plugin gives it, without an edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples


class Held:
    """What came in, so many frames late."""

    def __init__(self, channels: int, frames: int) -> None:
        self._kept = np.zeros((channels, frames), np.float32)

    def pushed(self, block: Samples) -> Samples:
        """As many frames as come in, from so much earlier."""
        both = np.concatenate((self._kept, block), axis=1)
        self._kept = both[:, block.shape[1] :]
        return both[:, : block.shape[1]]

    def forget(self) -> None:
        """Keep silence."""
        self._kept = np.zeros_like(self._kept)


class Seam:
    """Hides the edge between wet and dry: what they differ by where they meet dies away.

    A plugin that has stopped leaves nothing to be faded out.
    """

    def __init__(self, channels: int, frames: int) -> None:
        self._frames = frames
        self._last = np.zeros((channels, 1), np.float32)
        self._side: str | None = None
        self._apart = self._last
        self._left = 0

    def joined(self, block: Samples, side: str) -> Samples:
        """The next block, of one side or the other, without an edge."""
        if self._side is not None and self._side != side:
            self._apart, self._left = self._last - block[:, :1], self._frames
        self._side = side
        out = block
        if self._left:
            count = min(self._left, block.shape[1])
            gain = np.arange(self._left, self._left - count, -1, dtype=np.float32) / self._frames
            out = block.copy()
            out[:, :count] += self._apart * gain
            self._left -= count
        self._last = out[:, -1:].copy()
        return out

    def forget(self) -> None:
        """The next block follows on nothing."""
        self._side, self._left = None, 0
