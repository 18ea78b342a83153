"""Noise that can be read anywhere: what lies at a frame depends on the key and the frame, never on how it is read.

It is made in blocks. A clip's noise is read twice, once to measure it and once to add it, so the newest blocks of the
process are kept: they cost as much as `KEPT_BYTES` and no more.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .gaussian import gaussian

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Key

BLOCK = 1 << 16
"""Frames of white noise that share one generator."""

KEPT_BYTES = 16 * 2**20

READ_FRAMES = 1 << 14
"""How much is read at a time to measure a noise."""

LOWEST_HZ = 20.0
"""Below this a coloured noise is flat: its slope cannot go on to 0 Hz."""

_SHORTEST_BLOCK_S = 1.0
_FADE_SHARE = 16

Weighting: TypeAlias = Literal["none", "A", "inverse A"]


class NoiseSource(Protocol):
    """An endless noise of a fixed number of channels."""

    def read(self, start: int, frames: int) -> Samples:
        """The noise from frame `start` >= 0 on, float32 (channels, frames), read-only."""
        ...


def rms_of(source: NoiseSource, frames: int) -> float:
    """The RMS of a noise's first frames over all channels; read in blocks, so that it is never held whole."""
    powers = 0.0
    for start in range(0, frames, READ_FRAMES):
        block = source.read(start, min(READ_FRAMES, frames - start)).astype(np.float64)
        powers += float(np.einsum("cn,cn->", block, block)) / len(block)
    return math.sqrt(powers / frames)


class NoiseAdder:
    """Adds a noise at a fixed gain; what is added depends on the frame of the clip alone."""

    latency = 0
    tail = 0

    def __init__(self, source: NoiseSource, gain: float) -> None:
        self._source = source
        self._gain = np.float32(gain)
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Add the noise that belongs to these frames."""
        out: Samples = self._source.read(self._frame, block.shape[1]) * self._gain
        out += block
        self._frame += block.shape[1]
        return out

    def reset(self, frame: int = 0) -> None:
        """Go on at an absolute frame of the clip."""
        self._frame = frame


class _Kept:
    """The newest blocks of this process; shared by its threads, the longest unused dropped first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._blocks: OrderedDict[tuple[object, ...], Samples] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: tuple[object, ...], make: Callable[[], Samples]) -> Samples:
        """The block of that name, made if it is not there; read-only."""
        with self._lock:
            if name in self._blocks:
                self._blocks.move_to_end(name)
                return self._blocks[name]
        block = make()
        block.flags.writeable = False
        with self._lock:
            if name not in self._blocks:
                self._blocks[name] = block
                self._bytes += block.nbytes
            while self._bytes > self._limit:
                self._bytes -= self._blocks.popitem(last=False)[1].nbytes
        return block


_kept = _Kept(KEPT_BYTES)


class Pieces:
    """Joins any stretch of frames from pieces of one length that are made by their number, and keeps the newest."""

    def __init__(self, length: int, channels: int) -> None:
        self._length = length
        self._channels = channels
        self._newest: tuple[int, Samples] = (-1, np.zeros((channels, 0), np.float32))

    def piece(self, index: int) -> Samples:
        """Piece number `index`, float32 (channels, length)."""
        raise NotImplementedError

    def read(self, start: int, frames: int) -> Samples:
        """The noise from frame `start` on, float32 (channels, frames)."""
        index, offset = divmod(start, self._length)
        part = self._piece(index)[:, offset : offset + frames]
        if part.shape[1] == frames:
            return part
        parts, done = [part], part.shape[1]
        while done < frames:
            index += 1
            parts.append(self._piece(index)[:, : frames - done])
            done += parts[-1].shape[1]
        return np.concatenate(parts, axis=1)

    def _piece(self, index: int) -> Samples:
        if self._newest[0] != index:
            self._newest = (index, self.piece(index))
        return self._newest[1]


class WhiteNoise(Pieces):
    """Gaussian noise of power 1, independent on each channel, keyed by channel and absolute block."""

    def __init__(self, key: Key, channels: int) -> None:
        super().__init__(BLOCK, channels)
        self._key = key

    def piece(self, index: int) -> Samples:
        """One block."""
        return _kept.get((self._key.value, self._channels, index), lambda: _white(self._key, self._channels, index))


def _white(key: Key, channels: int, index: int, frames: int = BLOCK) -> Samples:
    """Gaussian noise of power 1, a generator for each channel."""
    out = np.empty((channels, frames), np.float32)
    for channel in range(channels):
        out[channel] = gaussian(key.generator("noise", channel, index).bit_generator, frames)
    return out


class ColoredNoise(Pieces):
    """Noise of power 1 whose power rises or falls by so many decibels an octave, from 20 Hz to half the rate.

    Each block is a random spectrum of that shape, turned into sound (Timmer and König 1995). The blocks' ends are
    faded over with equal power: they know nothing of one another, so the sum is as loud there as within them.
    """

    def __init__(
        self, key: Key, channels: int, sample_rate: int, slope_db_per_octave: float, weighting: Weighting = "none"
    ) -> None:
        self._size = 5 << (math.ceil(sample_rate * _SHORTEST_BLOCK_S / 5) - 1).bit_length()
        self._fade = self._size // _FADE_SHARE
        super().__init__(self._size - self._fade, channels)
        self._key = key
        self._shape = (self._size, sample_rate, slope_db_per_octave, weighting)
        self._end: tuple[int, Samples] = (-2, np.zeros((channels, 0), np.float32))

    def piece(self, index: int) -> Samples:
        """One block, its beginning faded over from the end of the one before it."""
        return _kept.get((self._key.value, self._channels, self._shape, index), lambda: self._joined(index))

    def _joined(self, index: int) -> Samples:
        block = self._block(index)
        if index:
            rise, fall = _crossfade(self._fade)
            before = self._end[1] if self._end[0] == index - 1 else self._block(index - 1)[:, self._length :]
            block[:, : self._fade] *= rise
            block[:, : self._fade] += before * fall
        self._end = (index, block[:, self._length :])
        return block[:, : self._length]

    def _block(self, index: int) -> Samples:
        spectrum = _white(self._key, self._channels, index, self._size).view(np.complex64)
        spectrum *= _spectrum_of(*self._shape)
        block: Samples = np.fft.irfft(spectrum, self._size).astype(np.float32, copy=False)
        return block


@lru_cache(maxsize=8)
def _crossfade(frames: int) -> tuple[Samples, Samples]:
    """A rise and a fall whose squares add up to 1."""
    angle = (np.arange(frames) + 0.5) * (np.pi / 2 / frames)
    return np.sin(angle).astype(np.float32), np.cos(angle).astype(np.float32)


@lru_cache(maxsize=8)
def _spectrum_of(size: int, sample_rate: int, slope_db_per_octave: float, weighting: Weighting) -> Samples:
    """Magnitudes at 0 Hz, where there is none, and up to just below half the rate, for a block of power 1."""
    frequencies = np.arange(size // 2) * (sample_rate / size)
    above = np.maximum(frequencies, LOWEST_HZ)
    gains = np.exp(slope_db_per_octave / 20 * math.log2(10) * np.log(above / 1000))
    if weighting != "none":
        gains *= a_weighting(above) ** (1 if weighting == "A" else -1)
    gains[0] = 0
    gains *= size / 2 / np.sqrt(np.square(gains).sum())
    magnitudes: Samples = gains.astype(np.float32)
    return magnitudes


def a_weighting(frequencies_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """The A-weighting of IEC 61672-1 as amplitude factors, 1 at 1 kHz."""
    square = frequencies_hz**2
    top = 12194.217**2 * square**2
    below = (square + 20.598997**2) * np.sqrt((square + 107.65265**2) * (square + 737.86223**2))
    weights: NDArray[np.float64] = 10 ** (2.0 / 20) * top / (below * (square + 12194.217**2))
    return weights
