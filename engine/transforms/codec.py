"""Lossy codecs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..files.codec import CODEC_DELAY, Mp3RoundTrip, coded_rate, frame_length
from ..params import number
from ..transform import QUANTUM, Streaming

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw
    from ..transform import Processor, StreamSpec

RESAMPLER_HOLDS = 2000
"""Frames, at the lower of two rates, that soxr's two streams hold back between them (1,860 at most measured)."""


class Mp3(Streaming):
    """Codes the sound as MP3 at a constant bitrate and decodes it again.

    It stays where it was, to the sample. The bitrate is the nearest that the format has. Other rates than MP3's
    are resampled to one and back; bitrates under 32 kbit/s are coded at 24, 16 or 8 kHz, as encoders do it.
    More than two channels are coded in pairs.
    """

    also_called = ("Mp3Compression", "lossy compression", "lame", "MP3Compressor")
    reference = "ISO/IEC 11172-3, coded by LAME"
    remembers_start = True  # MP3's frames are counted from where the encoder began

    bitrate_kbps: int = number(
        64, 8, 320, "kbit/s", scale="log", typical=(16, 128), integer=True,
        help="Of each channel pair; lower is rougher and duller.",
    )  # fmt: skip

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each pair of channels."""
        return Mp3Processor(spec, self.bitrate_kbps)


class Mp3Processor:
    """Feeds the codec with pieces of one fixed length, so that the blocks it is fed in make no difference."""

    def __init__(self, spec: StreamSpec, bitrate_kbps: float) -> None:
        self._spec = spec
        self._kbps = bitrate_kbps
        coded = coded_rate(spec.sample_rate, bitrate_kbps)
        frame = frame_length(coded)
        same = coded == spec.sample_rate
        self._piece = frame if same else QUANTUM
        ratio = spec.sample_rate / coded
        codec = CODEC_DELAY + (frame if same else 2 * frame)
        resampler = 0.0 if same else RESAMPLER_HOLDS * max(1.0, ratio)
        self.latency = self._piece - 1 + math.ceil(codec * ratio + resampler)
        self.tail = math.ceil(frame * ratio)
        self._waiting: Samples = np.zeros((spec.channels, 0), np.float32)
        self._ready: Samples = np.zeros((spec.channels, self.latency), np.float32)
        self._pairs = self._fresh_pairs()

    def process(self, block: Samples) -> Samples:
        """Give as many frames as came in, `latency` frames late."""
        waiting = np.concatenate((self._waiting, block), axis=1)
        ready = waiting.shape[1] // self._piece * self._piece
        done = [self._ready]
        for start in range(0, ready, self._piece):
            piece = waiting[:, start : start + self._piece]
            done.append(np.concatenate([pair.push(piece[rows]) for rows, pair in self._pairs], axis=0))
        out = np.concatenate(done, axis=1)
        self._waiting, self._ready = waiting[:, ready:], out[:, block.shape[1] :]
        return np.ascontiguousarray(out[:, : block.shape[1]])

    def reset(self, frame: int = 0) -> None:
        """Start with a fresh codec; where MP3's own frames begin follows from here."""
        self._waiting = np.zeros((self._spec.channels, 0), np.float32)
        self._ready = np.zeros((self._spec.channels, self.latency), np.float32)
        self._pairs = self._fresh_pairs()

    def _fresh_pairs(self) -> list[tuple[slice, Pair]]:
        channels = self._spec.channels
        cuts = [slice(first, min(first + 2, channels)) for first in range(0, channels, 2)]
        return [(rows, Pair(rows.stop - rows.start, self._spec.sample_rate, self._kbps)) for rows in cuts]


class Pair:
    """One or two channels: resampled to an MP3 rate if they are not at one, coded, and resampled back."""

    def __init__(self, channels: int, sample_rate: int, bitrate_kbps: float) -> None:
        coded = coded_rate(sample_rate, bitrate_kbps)
        self._codec = Mp3RoundTrip(channels, coded, bitrate_kbps)
        self._there: Resampler | None = None
        self._back: Resampler | None = None
        if coded != sample_rate:
            self._there = Resampler(sample_rate, coded, channels)
            self._back = Resampler(coded, sample_rate, channels)
        self._waiting: Samples = np.zeros((channels, 0), np.float32)

    def push(self, piece: Samples) -> Samples:
        """Put a piece in, of any length; gives what has come out, which is any number of frames."""
        if self._there is None or self._back is None:
            return self._coded(piece)
        return self._back.push(self._coded(self._there.push(piece)))

    def _coded(self, samples: Samples) -> Samples:
        waiting = np.concatenate((self._waiting, samples), axis=1)
        frame = self._codec.frame
        ready = waiting.shape[1] // frame * frame
        self._waiting = waiting[:, ready:]
        out = [self._codec.push(waiting[:, start : start + frame]) for start in range(0, ready, frame)]
        return np.concatenate([np.zeros((samples.shape[0], 0), np.float32), *out], axis=1)


class Resampler:
    """A soxr stream for (channels, frames)."""

    def __init__(self, from_hz: int, to_hz: int, channels: int) -> None:
        import soxr

        self._stream = soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32", quality="HQ")

    def push(self, samples: Samples) -> Samples:
        """Put samples in; gives what has come out."""
        given: Samples = self._stream.resample_chunk(np.ascontiguousarray(samples.T))
        return given.reshape(-1, samples.shape[0]).T
