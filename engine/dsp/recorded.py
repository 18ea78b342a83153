"""Recordings as noise: looped under a clip, several at once, or each once at its place."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .active_level import active_level
from .noise import NoiseAdder

if TYPE_CHECKING:
    from ..clip import Samples
    from .noise import NoiseSource

_CROSSFADE_S = 0.05
_READ_AT_ONCE = 1 << 14


class Recording:
    """A recording as noise: read from an offset on, and looped with a short crossfade if it is too short."""

    def __init__(self, samples: Samples, sample_rate: int, channels: int, frames: int, uniform: float) -> None:
        """`frames` is how many will be read from frame 0; `uniform`, from [0, 1), chooses the offset."""
        loops = samples.shape[1] < frames
        self._channels = channels
        self._samples = looped(samples, round(_CROSSFADE_S * sample_rate)) if loops else samples
        length = self._samples.shape[1]
        self.offset = int(uniform * (length if loops else length - frames + 1))
        """The frame of the recording that lies at frame 0."""
        if loops and length < _READ_AT_ONCE:
            self._samples = np.tile(self._samples, math.ceil(_READ_AT_ONCE / length))

    def read(self, start: int, frames: int) -> Samples:
        """The recording from `offset + start` on."""
        length, parts = self._samples.shape[1], []
        first, left = (self.offset + start) % length, frames
        while left > 0:
            parts.append(self._samples[:, first : first + left])
            first, left = 0, left - parts[-1].shape[1]
        return with_channels(parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1), self._channels)


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


class Together:
    """Several noises at once, each at its gain."""

    def __init__(self, sources: Sequence[tuple[NoiseSource, float]]) -> None:
        self._sources = sources

    def read(self, start: int, frames: int) -> Samples:
        """Their sum."""
        parts = [source.read(start, frames) * np.float32(gain) for source, gain in self._sources]
        total = parts[0]
        for part in parts[1:]:
            total += part
        return total


@dataclass(frozen=True)
class Event:
    """A stretch of a recording that is heard once, from frame `start` of the clip on, at an active level (a factor)."""

    start: int
    recording: int
    offset: int
    length: int
    level: float


class Events:
    """Stretches of recordings, each at its place; they may overlap."""

    def __init__(
        self,
        events: Sequence[Event],
        recording: Callable[[int], Samples],
        channels: int,
        sample_rate: int,
        fades: tuple[int, int],
    ) -> None:
        """`events` in the order of their starts; `fades` in frames, at the beginning and the end of each."""
        self._events = events
        self._starts = [event.start for event in events]
        self._longest = max((event.length for event in events), default=0)
        self._recording = recording
        self._channels = channels
        self._rate = sample_rate
        self._fades = fades
        self._sounding: dict[Event, tuple[Samples, Samples]] = {}

    def read(self, start: int, frames: int) -> Samples:
        """What sounds from frame `start` on."""
        out = np.zeros((self._channels, frames), np.float32)
        for place, sound, _ in self._heard(start, frames):
            out[:, place] += sound
        return out

    def presence(self, start: int, frames: int) -> Samples:
        """How far an event has faded in at each frame, from 0 to 1; the one that has most if there are several."""
        out = np.zeros(frames, np.float32)
        for place, _, fade in self._heard(start, frames):
            np.maximum(out[place], fade, out=out[place])
        return out

    def _heard(self, start: int, frames: int) -> Iterator[tuple[slice, Samples, Samples]]:
        """The events' parts among these frames: where each lies, its sound and its fade."""
        sounding: dict[Event, tuple[Samples, Samples]] = {}
        first, last = bisect_left(self._starts, start - self._longest), bisect_right(self._starts, start + frames - 1)
        for event in self._events[first:last]:
            begin, end = max(event.start, start), min(event.start + event.length, start + frames)
            if begin < end:
                sound, fade = sounding[event] = self._sounding.get(event) or self._sound(event)
                own = slice(begin - event.start, end - event.start)
                yield slice(begin - start, end - start), sound[:, own], fade[own]
        self._sounding = sounding

    def _sound(self, event: Event) -> tuple[Samples, Samples]:
        """The stretch, faded and at its level, and its fade; silence stays silent."""
        stretch = self._recording(event.recording)[:, event.offset : event.offset + event.length]
        fade = faded(event.length, *self._fades)
        sound = with_channels(stretch, self._channels) * fade
        level = active_level(sound, self._rate)
        return sound * np.float32(event.level / level if level else 0.0), fade


class EventAdder(NoiseAdder):
    """Adds events, and turns the sound down while one lasts."""

    def __init__(self, events: Events, gain: float) -> None:
        """`gain` is the sound's while an event lasts."""
        super().__init__(events, 1.0)
        self._events = events
        self._less = np.float32(gain - 1)

    def process(self, block: Samples) -> Samples:
        """Add what belongs to these frames."""
        if self._less:
            block = block * (1 + self._less * self._events.presence(self._frame, block.shape[1]))
        return super().process(block)


def faded(frames: int, rise: int, fall: int) -> Samples:
    """The gain of a stretch that fades in and out over so many frames, as far as it is long enough."""
    gain = np.ones(frames, np.float32)
    rise, fall = min(rise, frames // 2), min(fall, frames // 2)
    gain[:rise] = np.sin((np.arange(rise) + 0.5) * (np.pi / 2 / max(rise, 1))) ** 2
    gain[frames - fall :] = np.cos((np.arange(fall) + 0.5) * (np.pi / 2 / max(fall, 1))) ** 2
    return gain
