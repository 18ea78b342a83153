"""A codec on a stream: resampled to its rate and back, channels coded alone or in pairs, blocks of any length."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ...transform import QUANTUM
from .roundtrip import Cut, RoundTrip

if TYPE_CHECKING:
    from ...clip import Samples
    from ...transform import StreamSpec

RESAMPLERS_HOLD = 3000
"""Frames, at the lower of two rates, that soxr's two streams hold back between them (2,516 at most measured)."""

RESAMPLERS_RING_ON = 120
"""Frames, at the lower of two rates, that their filters ring on for."""


class CodedProcessor:
    """Feeds codecs with pieces of one fixed length, so that the blocks it is fed in make no difference.

    `make` builds a fresh codec for so many channels, at most `channels_at_once`.
    """

    def __init__(self, spec: StreamSpec, make: Callable[[int], RoundTrip], *, channels_at_once: int = 2) -> None:
        width = channels_at_once
        self._rows = [slice(first, min(first + width, spec.channels)) for first in range(0, spec.channels, width)]
        self._make = make
        self._rate = spec.sample_rate
        self._lanes = self._fresh()
        self.latency = max(lane.needs for lane in self._lanes)
        self.tail = max(lane.rings_on for lane in self._lanes)
        self._prime(0)

    def process(self, block: Samples) -> Samples:
        """Give as many frames as came in, `latency` frames late."""
        parts = [lane.process(block[rows]) for rows, lane in zip(self._rows, self._lanes, strict=True)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=0)

    def reset(self, frame: int = 0) -> None:
        """Start with fresh codecs, whose own frames lie where they lie when the clip is coded from its beginning."""
        self._lanes = self._fresh()
        self._prime(frame)

    def _prime(self, frame: int) -> None:
        for lane in self._lanes:
            lane.prime(self.latency, frame)

    def _fresh(self) -> list[Lane]:
        return [Lane(rows.stop - rows.start, self._rate, self._make(rows.stop - rows.start)) for rows in self._rows]


class Lane:
    """The channels that are coded together; `needs` is the latency that this takes, `rings_on` the tail."""

    def __init__(self, channels: int, sample_rate: int, codec: RoundTrip) -> None:
        self.codec = codec
        self._there: Resampler | None = None
        self._back: Resampler | None = None
        held, rings_on = codec.held, codec.rings_on
        if codec.rate == sample_rate:
            self._piece = codec.frame
        else:
            self._there = Resampler(sample_rate, codec.rate, channels)
            self._back = Resampler(codec.rate, sample_rate, channels)
            self._piece = QUANTUM
            lower = max(1.0, codec.rate / sample_rate)
            held += codec.frame + math.ceil(RESAMPLERS_HOLD * lower)
            rings_on += math.ceil(RESAMPLERS_RING_ON * lower)
        self.rings_on = math.ceil(rings_on * sample_rate / codec.rate)
        self.needs = self._piece - 1 + math.ceil(held * sample_rate / codec.rate)
        common = math.gcd(sample_rate, codec.rate)
        self._period = sample_rate // common * (codec.frame // math.gcd(codec.frame, codec.rate // common))
        self._cut = Cut(0)
        self._waiting = Queue(channels)
        self._at_codec = Queue(channels)
        self._ready = Queue(channels)

    def prime(self, latency: int, frame: int) -> None:
        """Put the zeros there that come out first, and go on at a frame of the clip."""
        self._ready.put(np.zeros((self._ready.channels, latency), np.float32))
        before = frame % self._period
        self._cut = Cut(before)
        self._feed(np.zeros((self._ready.channels, before), np.float32))

    def process(self, block: Samples) -> Samples:
        """Give as many frames as came in."""
        self._feed(block.copy())
        return self._ready.take(block.shape[1])

    def _feed(self, block: Samples) -> None:
        self._waiting.put(block)
        if self._waiting.frames >= self._piece:
            self._work(self._waiting.take(self._waiting.frames // self._piece * self._piece))

    def _work(self, whole: Samples) -> None:
        if self._there is None or self._back is None:
            self._ready.put(self._cut.off(self._coded(whole)))
        else:
            for start in range(0, whole.shape[1], self._piece):
                self._at_codec.put(self._there.push(whole[:, start : start + self._piece]))
                frames = self._at_codec.frames // self.codec.frame * self.codec.frame
                self._ready.put(self._cut.off(self._back.push(self._coded(self._at_codec.take(frames)))))

    def _coded(self, samples: Samples) -> Samples:
        return self.codec.push(samples) if samples.shape[1] else samples


class Resampler:
    """A soxr stream for (channels, frames); it puts nothing in front of the sound."""

    def __init__(self, from_hz: int, to_hz: int, channels: int) -> None:
        import soxr

        self._stream = soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32", quality="HQ")

    def push(self, samples: Samples) -> Samples:
        """Put samples in; gives what has come out."""
        given: Samples = self._stream.resample_chunk(np.ascontiguousarray(samples.T))
        return given.reshape(-1, samples.shape[0]).T


class Queue:
    """Sound that waits: pieces in, any number of frames out."""

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self.frames = 0
        self._pieces: deque[Samples] = deque()
        self._taken = 0

    def put(self, samples: Samples) -> None:
        """Add to the end; what was given must stay as it is."""
        if samples.shape[1]:
            self._pieces.append(samples)
            self.frames += samples.shape[1]

    def take(self, frames: int) -> Samples:
        """So many frames from the beginning, a new array."""
        if not frames:
            return np.zeros((self.channels, 0), np.float32)
        parts = [self._part(frames)]
        left = frames - parts[0].shape[1]
        while left:
            parts.append(self._part(left))
            left -= parts[-1].shape[1]
        self.frames -= frames
        return parts[0].copy() if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _part(self, frames: int) -> Samples:
        first = self._pieces[0]
        part = first[:, self._taken : self._taken + frames]
        self._taken += part.shape[1]
        if self._taken == first.shape[1]:
            self._pieces.popleft()
            self._taken = 0
        return part
