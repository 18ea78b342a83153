"""Noise that can be read anywhere: what lies at a frame depends on the key and the frame, never on how it is read."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Key

CHUNK = 4096
"""Frames of white noise that share one generator."""

READ_FRAMES = 1 << 16
"""How much is read at a time to measure a noise."""

LOWEST_HZ = 20.0
"""Below this a coloured noise is flat: its slope cannot go on to 0 Hz."""

_TAPS_S = 0.15
_CROSSFADE_S = 0.05


class NoiseSource(Protocol):
    """An endless noise of a fixed number of channels."""

    def read(self, start: int, frames: int) -> Samples:
        """The noise from frame `start` on, float32 (channels, frames); `start` may be negative."""
        ...


def rms_of(source: NoiseSource, frames: int) -> float:
    """The RMS of a noise's first frames over all channels; read in blocks, so that it is never held whole."""
    powers = 0.0
    for start in range(0, frames, READ_FRAMES):
        block = source.read(start, min(READ_FRAMES, frames - start))
        powers += float(np.square(block, dtype=np.float64).mean(axis=0).sum())
    return math.sqrt(powers / frames)


class _Pieces:
    """Joins any stretch of frames from aligned pieces of one length, and keeps the newest piece."""

    def __init__(self, length: int, channels: int) -> None:
        self._length = length
        self._channels = channels
        self._kept: tuple[int, Samples] | None = None

    def piece(self, index: int) -> Samples:
        """Make piece number `index`, float32 (channels, length)."""
        raise NotImplementedError

    def read(self, start: int, frames: int) -> Samples:
        """The noise from frame `start` on, float32 (channels, frames)."""
        out = np.empty((self._channels, frames), np.float32)
        done = 0
        while done < frames:
            index, offset = divmod(start + done, self._length)
            part = self._piece(index)[:, offset : offset + frames - done]
            out[:, done : done + part.shape[1]] = part
            done += part.shape[1]
        return out

    def _piece(self, index: int) -> Samples:
        if self._kept is None or self._kept[0] != index:
            self._kept = (index, self.piece(index))
        return self._kept[1]


class WhiteNoise(_Pieces):
    """Gaussian noise of power 1, independent on each channel, keyed by channel and absolute chunk."""

    def __init__(self, key: Key, channels: int) -> None:
        super().__init__(CHUNK, channels)
        self._key = key

    def piece(self, index: int) -> Samples:
        """One chunk, a generator for each channel."""
        out = np.empty((self._channels, CHUNK), np.float32)
        for channel in range(self._channels):
            self._key.generator("noise", channel, index).standard_normal(dtype=np.float32, out=out[channel])
        return out


class ColoredNoise(_Pieces):
    """White noise through a linear-phase filter whose response rises or falls by so many decibels an octave.

    The filter runs by overlap-save on absolute pieces, so the noise is stationary and can be read anywhere.
    """

    def __init__(self, key: Key, channels: int, sample_rate: int, slope_db_per_octave: float) -> None:
        self._taps = 1 << (int(sample_rate * _TAPS_S) - 1).bit_length()
        super().__init__(max(2 * self._taps, CHUNK), channels)
        self._white = WhiteNoise(key, channels)
        self._response = _response(self._taps, self._length + self._taps, sample_rate, slope_db_per_octave)

    def piece(self, index: int) -> Samples:
        """One piece of filtered noise; the frames that the transform wraps around are cut off."""
        white = self._white.read(index * self._length - self._taps, self._length + self._taps)
        shaped = np.fft.irfft(np.fft.rfft(white) * self._response, white.shape[1])
        return shaped[:, self._taps :].astype(np.float32, copy=False)


@lru_cache(maxsize=8)
def _response(taps: int, size: int, sample_rate: int, slope_db_per_octave: float) -> NDArray[np.complex64]:
    """The spectrum, at the transform's size, of a causal filter of that many taps with unit power gain."""
    frequencies = np.maximum(np.fft.rfftfreq(taps, 1 / sample_rate), LOWEST_HZ)
    gain = 10 ** (slope_db_per_octave * np.log2(frequencies / 1000) / 20)
    impulse = np.roll(np.fft.irfft(gain, taps), taps // 2)
    impulse /= np.sqrt(np.square(impulse).sum())
    response: NDArray[np.complex64] = np.fft.rfft(impulse, size).astype(np.complex64)
    return response


class Recording:
    """A recording as noise: read from an offset on, and looped with a short crossfade if it is too short."""

    def __init__(self, samples: Samples, sample_rate: int, channels: int, frames: int, uniform: float) -> None:
        """`frames` is how many will be read from frame 0; `uniform`, from [0, 1), chooses the offset."""
        loops = samples.shape[1] < frames
        self._channels = channels
        self._samples = looped(samples, round(_CROSSFADE_S * sample_rate)) if loops else samples
        spare = self._samples.shape[1] - (1 if loops else frames)
        self.offset = int(uniform * (spare + 1))
        """The frame of the recording that lies at frame 0."""

    def read(self, start: int, frames: int) -> Samples:
        """The recording from `offset + start` on, float32 (channels, frames)."""
        length = self._samples.shape[1]
        first = (self.offset + start) % length
        if first + frames <= length:
            return with_channels(self._samples[:, first : first + frames], self._channels)
        return with_channels(np.take(self._samples, np.arange(first, first + frames) % length, axis=1), self._channels)


def looped(samples: Samples, fade: int) -> Samples:
    """The recording made into a loop: its end is faded over into its beginning, with equal power."""
    fade = min(fade, samples.shape[1] // 4)
    if fade == 0:
        return samples
    angle = (np.arange(fade, dtype=np.float32) + 0.5) * np.float32(np.pi / 2 / fade)
    loop = samples[:, : samples.shape[1] - fade].copy()
    loop[:, :fade] = loop[:, :fade] * np.sin(angle) + samples[:, -fade:] * np.cos(angle)
    return loop


def with_channels(samples: Samples, channels: int) -> Samples:
    """A recording with so many channels: mono goes to all, many go to one by their mean, else they take turns."""
    if samples.shape[0] == channels:
        return samples
    if channels == 1:
        mono: Samples = samples.mean(axis=0, keepdims=True, dtype=np.float32)
        return mono
    spread: Samples = samples[np.arange(channels) % samples.shape[0]]
    return spread
