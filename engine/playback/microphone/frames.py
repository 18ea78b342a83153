"""Frames that come in, kept for a while: written by a device's callback or by the monitor, read by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...clip import Samples

FRAMES = 2**18
"""5.4 s at 48 kHz: what a new Program is run warm on, and far more than ever waits."""


class FrameRing:
    """One writer, one reader, no lock: frames are counted from the start, and only their place goes round."""

    def __init__(self, channels: int, frames: int = FRAMES) -> None:
        self.channels = channels
        self.written = 0
        self.read = 0
        self.lost = 0
        """How often something came for which there was no room."""
        self._data = np.zeros((frames, channels), np.float32)

    @property
    def kept(self) -> int:
        """How many frames before the newest are surely not overwritten meanwhile."""
        return self._data.shape[0] * 3 // 4

    @property
    def fill(self) -> int:
        """How many frames wait."""
        return self.written - self.read

    def write(self, block: NDArray[np.float32]) -> None:
        """Append (n, channels); what there is no room for is left out. Runs in the callback."""
        size, frames = self._data.shape[0], block.shape[0]
        if self.fill + frames > size:
            self.lost += 1
            return
        place = self.written % size
        first = min(frames, size - place)
        self._data[place : place + first] = block[:first]
        self._data[: frames - first] = block[first:]
        self.written += frames

    def take(self, frames: int) -> Samples:
        """The next frames that wait, (channels, n), as a copy."""
        taken = self.between(self.read, self.read + frames)
        self.read += frames
        return taken

    def forget(self) -> None:
        """Let go of everything that waits."""
        self.read = self.written

    def between(self, start: int, end: int) -> Samples:
        """The frames from one to before another, (channels, n), which must still be there; a copy."""
        size = self._data.shape[0]
        place, frames = start % size, end - start
        first = min(frames, size - place)
        both = np.concatenate((self._data[place : place + first], self._data[: frames - first]))
        return np.ascontiguousarray(both.T)
