"""Sound on its way to the device: written by the feeder, read by PortAudio's callback, tapped by the window.

It lies in a mapped file, and what has been read stays there until it is overwritten, so the same buffer shows the
last second of what left. Frames are counted from the start and never wrap; only their place in the buffer does.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .fade import WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..clip import Samples

FRAMES = 2**18
"""1.4 s at 192 kHz, 5.5 s at 48 kHz; far more than is ever rendered ahead."""
KEPT = FRAMES // 2
"""How many frames before the one that is heard are surely not yet overwritten."""


def create(path: Path) -> None:
    """Make the file that both sides map."""
    with path.open("wb") as file:
        file.truncate(FRAMES * WIDTH * 4)


def _mapped(path: Path) -> NDArray[np.float32]:
    with path.open("r+b") as file:
        data = mmap.mmap(file.fileno(), 0)
    return np.frombuffer(data, np.float32).reshape(FRAMES, WIDTH)


def _spans(start: int, frames: int) -> tuple[slice, slice]:
    """The one or two places in the buffer where these frames lie."""
    place = start % FRAMES
    first = min(frames, FRAMES - place)
    return slice(place, place + first), slice(0, frames - first)


class Tap:
    """The window's look into the ring."""

    def __init__(self, path: Path) -> None:
        self._data = _mapped(path)

    def before(self, end: int, frames: int) -> Samples:
        """The frames before that one, (2, n), as far as they are kept; a copy."""
        return self.between(end - frames, end)

    def between(self, start: int, end: int) -> Samples:
        """The frames from one to before another, (2, n), less those at the start that are no longer kept; a copy."""
        start = max(start, end - KEPT, 0)
        first, second = _spans(start, max(end - start, 0))
        return np.concatenate((self._data[first], self._data[second])).T


class Ring(Tap):
    """One writer, one reader, no lock: each moves only its own counter."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.written = 0
        self.read = 0
        self.empties = 0

    @property
    def fill(self) -> int:
        """How many frames lie ready for the device."""
        return max(self.written - self.read, 0)

    def write(self, block: Samples) -> None:
        """Append (2, n); the feeder never writes more than a fraction of the buffer ahead."""
        frames = block.shape[1]
        start = max(self.written, self.read)
        first, second = _spans(start, frames)
        head = first.stop - first.start
        self._data[first] = block[:, :head].T
        self._data[second] = block[:, head:].T
        self.written = start + frames

    def take_back(self, index: int) -> None:
        """Forget what was written from this frame on, which must not be about to be read."""
        self.written = index

    def read_into(self, out: NDArray[np.float32]) -> None:
        """Fill (n, 1 or 2) for the device; zeros, and a count, where there is not enough. Runs in the callback."""
        frames = out.shape[0]
        start = self.read
        there = min(self.written - start, frames)
        if there < frames:
            self.empties += 1
            there = max(there, 0)
            out[there:] = 0.0
        width = out.shape[1]
        first, second = _spans(start, there)
        head = first.stop - first.start
        out[:head] = self._data[first, :width]
        out[head:there] = self._data[second, :width]
        self.read = start + there
