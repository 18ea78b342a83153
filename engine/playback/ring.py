"""Sound on its way to the device: written by the feeder, read by PortAudio's callback, tapped by the window.

It lies in a mapped file, and what has been read stays there until it is overwritten, so the same buffer shows the
last second of what left. Frames are counted from the start and never wrap; only their place in the buffer does.
"""

from __future__ import annotations

import mmap
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .fade import WIDTH, ramp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..clip import Samples

FRAMES = 2**18
"""1.4 s at 192 kHz, 5.5 s at 48 kHz; far more than is ever rendered ahead."""
KEPT = FRAMES // 2
"""How many frames before the one that is heard are surely not yet overwritten."""

ASIDE = 2048
"""So many frames are rewritten at once: more than a device asks for in one go (1536 were seen, each 32 ms)."""
LATE_FADE = 480
_NOTHING = np.empty((WIDTH, 0), np.float32)


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
    """One writer and one reader, each of which moves its own counter.

    What is appended needs no lock: it lies there before it is said to be ready, and no thread sees that before it has
    the interpreter's lock. What is rewritten is put together aside, and until it is there the device is given what lay
    there before: so the writer may begin close before the reader, however much that takes at once. Where the reader is
    and what it is given from there on must then not come apart: for as long as that is copied in, it waits.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.written = 0
        self.read = 0
        self.empties = 0
        self._ready = 0
        self._replaced = threading.Lock()
        self._aside: list[Samples] = []
        self._rewritten_from: int | None = None

    @property
    def fill(self) -> int:
        """How many frames lie ready for the device, or will as soon as what is rewritten is there."""
        return max(self.written - self.read, 0)

    @property
    def next(self) -> int:
        """Which frame the next block begins with."""
        return self.written if self._rewritten_from is not None else max(self.written, self.read)

    def write(self, block: Samples) -> None:
        """Append (2, n); the feeder never writes more than a fraction of the buffer ahead."""
        start = self.next
        if self._rewritten_from is None:
            self._put(start, block)
        else:
            self._aside.append(block)
        self.written = start + block.shape[1]
        if self._rewritten_from is None:
            self._ready = self.written
        elif self.written - max(self._rewritten_from, self.read) >= ASIDE:
            self.settle()

    def take_back(self, index: int) -> None:
        """Forget what was written from this frame on, which must not be about to be read."""
        self._aside, self._rewritten_from = [], None
        self.written = self._ready = index

    def rewrite(self, index: int) -> None:
        """Write anew from this frame on; what lies there is given to the device until that is there."""
        start = self._rewritten_from
        if start is not None and index >= start:
            self._aside = [np.concatenate((_NOTHING, *self._aside), axis=1)[:, : index - start]]
        else:
            self.settle()
            self._aside, self._rewritten_from = [], index
        self.written = index

    def lying(self, start: int, end: int) -> Samples:
        """What was written last from a frame to before another, whether the device is given it yet or not; a copy."""
        if self._rewritten_from is None:
            return self.between(start, end)
        split = min(max(self._rewritten_from, start), end)
        aside = np.concatenate((_NOTHING, *self._aside), axis=1)
        first = split - self._rewritten_from
        return np.concatenate((self.between(start, split), aside[:, first : first + end - split]), axis=1)

    def settle(self) -> None:
        """Give the device what was rewritten; if it has read on meanwhile, faded in where it is now.

        One that has read on to its very end goes on with what lay there before, as long as that lasts.
        """
        start = self._rewritten_from
        if start is None:
            return
        block = np.concatenate((_NOTHING, *self._aside), axis=1)
        with self._replaced:
            if self.written - self.read < LATE_FADE <= self._ready - self.read:
                return
            if self.read > start:
                block, start = block[:, self.read - start :], self.read
                _fade_in(block, self.between(start, min(self._ready, start + block.shape[1])))
            self._put(start, block)
            self._ready = self.written
        self._aside, self._rewritten_from = [], None

    def _put(self, start: int, block: Samples) -> None:
        first, second = _spans(start, block.shape[1])
        head = first.stop - first.start
        self._data[first] = block[:, :head].T
        self._data[second] = block[:, head:].T

    def read_into(self, out: NDArray[np.float32]) -> None:
        """Fill (n, 1 or 2) for the device; zeros, and a count, where there is not enough. Runs in the callback."""
        frames = out.shape[0]
        with self._replaced:
            start = self.read
            there = min(self._ready - start, frames)
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


def _fade_in(block: Samples, old: Samples) -> None:
    """Fade from what lay there, in place, as far as there is any."""
    frames = min(LATE_FADE, old.shape[1])
    block[:, :frames] += (old[:, :frames] - block[:, :frames]) * (1 - ramp(0, frames, frames))
