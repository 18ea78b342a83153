"""Steps that work inside their region only: outside of it every sample is what came in.

What streams runs over the whole clip, so that it knows its past, and is let through in the region. What must know the
whole clip, because it measures it or changes its time, takes each stretch of the region for a clip of its own, with
the same values and draws of that stretch's own. Fades lie inside the region; where it reaches an end of the clip there
is none, so that a region that is the whole clip changes nothing.
"""

from __future__ import annotations

import bisect
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .clip import Samples, Segment, TimeMap
from .draws import Draw, Key
from .dsp.pieces import fade_in
from .transform import Measured, Numbers, Processor, Streaming, StreamSpec, WholeClip

if TYPE_CHECKING:
    from .regions import Where

FADE_S = 0.005
ENDLESS = sys.maxsize
"""The end of a stretch that goes on for as long as there is sound, tails and all."""
_COUNT = "# stretches"
"""Told beside what was measured in stretches; no transform's own number has a space in its name."""


@dataclass(frozen=True)
class Stretch:
    """From a frame of the clip up to another; so many frames fade in at its start and out at its end."""

    first: int
    end: int
    rise: int = 0
    fall: int = 0

    def frames(self, spec: StreamSpec) -> int | None:
        """How many frames of a clip lie in it; None where nobody knows."""
        if self.end != ENDLESS:
            return self.end - self.first
        return None if spec.frames is None else spec.frames - self.first

    def mixed(self, dry: Samples, wet: Samples, at: int) -> Samples:
        """Wet for dry from a frame of the clip on, faded where that frame and those after it lie in a fade."""
        out = wet
        end = at + wet.shape[1]
        if at < self.first + self.rise:
            gain = fade_in(self.rise)[at - self.first : end - self.first]
            out = out.copy()
            part = slice(0, gain.size)
            out[:, part] = dry[:, part] + (out[:, part] - dry[:, part]) * gain
        if self.fall and end > self.end - self.fall:
            start = max(at, self.end - self.fall)
            gain = fade_in(self.fall)[self.end - end : self.end - start][::-1]
            out = out.copy()
            part = slice(start - at, None)
            out[:, part] = dry[:, part] + (out[:, part] - dry[:, part]) * gain
        return out


Places: TypeAlias = tuple[Stretch, ...]
"""The stretches that a step works in, in order and apart; None where it works everywhere."""


def places(where: Where | None, time_map: TimeMap, sample_rate: int, frames: int) -> Places | None:
    """The stretches of a clip that a region of its source has become; None if that is the whole clip.

    `time_map` leads from the clip's time to the source's. Events that were never looked up are nowhere.
    """
    if where is None:
        return None
    length = min(round(time_map.duration_s * sample_rate), frames)
    ends: list[tuple[int, int]] = []
    for start_s, end_s in where.spans or ():
        for first_s, last_s in time_map.places(start_s, np.inf if end_s is None else end_s):
            first, end = round(first_s * sample_rate), round(last_s * sample_rate)
            if first < length:
                ends.append((first, ENDLESS if end >= length else end))
    united = _united(ends)
    if united == [(0, ENDLESS)]:
        return None
    return tuple(_faded(first, end, frames, round(FADE_S * sample_rate)) for first, end in united)


def _united(ends: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, end in sorted(ends):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif first < end:
            found.append((first, end))
    return found


def _faded(first: int, end: int, frames: int, fade: int) -> Stretch:
    fade = min(fade, (min(end, frames) - first) // 2)
    return Stretch(first, end, fade if first else 0, fade if end != ENDLESS else 0)


def stream(transform: Streaming, spec: StreamSpec, draw: Draw, where: Places | None, late: int) -> Processor:
    """A processor that runs everywhere and is heard in these stretches.

    `late` is by how many frames the steps before it in its stage hold the sound back.
    """
    inner = transform.processor(spec, draw)
    return inner if where is None else LetThrough(inner, where, late)


def measure(transform: Measured, samples: Samples, spec: StreamSpec, draw: Draw, where: Places | None) -> Numbers:
    """What the transform finds in the clip, or in each stretch: from the second on, names begin with its number."""
    if where is None:
        return transform.measure(samples, spec, draw)
    numbers: dict[str, float] = {_COUNT: len(where)}
    for number, stretch in enumerate(where):
        piece = samples[:, stretch.first : stretch.end]
        found = transform.measure(piece, _spec_of(stretch, spec), _draw_of(number, draw))
        numbers |= {f"{number} {name}" if number else name: value for name, value in found.items()}
    return numbers


def are_for(numbers: Numbers, where: Places | None) -> bool:
    """Whether what was measured, if anything was, is of so many stretches; a region that was edited may have others."""
    if where is None:
        return bool(numbers) and _COUNT not in numbers
    return numbers.get(_COUNT) == len(where)


def measured(
    transform: Measured, spec: StreamSpec, draw: Draw, numbers: Numbers, where: Places | None
) -> Processor:  # fmt: skip
    """A processor that streams with what was measured, in each stretch as in a clip of its own."""
    if where is None:
        return transform.processor(spec, draw, numbers)
    found: list[dict[str, float]] = [{} for _ in where]
    for name, value in numbers.items():
        number, _, own = name.rpartition(" ")
        if name != _COUNT:
            found[int(number or 0)][own] = value
    inner = [
        transform.processor(_spec_of(stretch, spec), _draw_of(number, draw), found[number])
        for number, stretch in enumerate(where)
    ]
    return EachAlone(inner, where, spec.channels)


def apply(
    transform: WholeClip, samples: Samples, spec: StreamSpec, draw: Draw, where: Places | None
) -> tuple[Samples, TimeMap]:
    """The clip with each stretch changed as a clip of its own, and where its pieces came from."""
    if where is None:
        return transform.apply(samples, spec, draw)
    splice = _Splice(samples, spec.sample_rate)
    for number, stretch in enumerate(where):
        splice.keep_to(stretch.first)
        piece = np.ascontiguousarray(samples[:, stretch.first : stretch.end])
        piece.flags.writeable = False
        wet, own = transform.apply(piece, _spec_of(stretch, spec), _draw_of(number, draw))
        splice.put(_joined(stretch, piece, wet), own, piece.shape[1])
    splice.keep_to(samples.shape[1])
    return splice.whole()


def _joined(stretch: Stretch, dry: Samples, wet: Samples) -> Samples:
    """A changed stretch that begins and ends as what it was cut out of."""
    rise, fall = (min(fade, wet.shape[1] // 2) for fade in (stretch.rise, stretch.fall))
    out = Stretch(0, wet.shape[1], rise, 0).mixed(dry, wet, 0)
    if not fall:
        return out
    end = Stretch(0, fall, 0, fall).mixed(dry[:, dry.shape[1] - fall :], out[:, out.shape[1] - fall :], 0)
    return np.concatenate((out[:, : out.shape[1] - fall], end), axis=1)


def _spec_of(stretch: Stretch, spec: StreamSpec) -> StreamSpec:
    return replace(spec, frames=stretch.frames(spec))


def _draw_of(number: int, draw: Draw) -> Draw:
    """The first stretch draws as the whole clip would: a region that is narrowed sounds as it did."""
    return replace(draw, key=Key.of(draw.key.hex, "stretch", number)) if number else draw


class _Splice:
    """A clip put together from pieces that stay and pieces that were changed."""

    def __init__(self, samples: Samples, sample_rate: int) -> None:
        self._samples = samples
        self._rate = sample_rate
        self._pieces: list[Samples] = []
        self._segments: list[Segment] = []
        self._at = 0
        self._out_s = 0.0

    def keep_to(self, frame: int) -> None:
        """Leave the clip as it is up to a frame."""
        if frame > self._at:
            kept = self._samples[:, self._at : frame]
            self.put(kept, TimeMap.identity((frame - self._at) / self._rate), frame - self._at)

    def put(self, piece: Samples, time_map: TimeMap, frames: int) -> None:
        """Put a piece for the next so many frames of the clip; its map counts from their start."""
        self._pieces.append(piece)
        before_s, source_s = self._out_s, self._at / self._rate
        for segment in time_map.segments:
            source = segment.source and (segment.source[0] + source_s, segment.source[1] + source_s)
            self._segments.append(Segment((self._out_s, segment.out[1] + before_s), source))
            self._out_s = segment.out[1] + before_s
        self._at += frames

    def whole(self) -> tuple[Samples, TimeMap]:
        """All pieces, and the map over them."""
        return np.concatenate(self._pieces, axis=1, dtype=np.float32), TimeMap(tuple(self._segments))


class LetThrough:
    """A processor that is heard in some stretches; in between what it was given is heard, as late as it is."""

    def __init__(self, inner: Processor, where: Places, late: int) -> None:
        self.latency = inner.latency
        self.tail = inner.tail if where and where[-1].end == ENDLESS else 0
        self._inner = inner
        self._where = where
        self._late = late + inner.latency
        self._dry = _Held(inner.latency)
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Run the inner processor on the block, and take of it what lies in a stretch."""
        wet = self._inner.process(block)
        out = self._dry.pushed(block)[:, : block.shape[1]].copy()
        first = self._frame - self._late
        self._frame += block.shape[1]
        for _, stretch, start, end in _met(self._where, first, first + block.shape[1]):
            part = slice(start - first, end - first)
            out[:, part] = stretch.mixed(out[:, part], wet[:, part], start)
        return out

    def reset(self, frame: int = 0) -> None:
        """Forget the past, and go on at a frame."""
        self._inner.reset(frame)
        self._dry.forget()
        self._frame = frame


class EachAlone:
    """A processor for each stretch, which is a clip of its own to it; in between everything is as it was.

    A stretch's processor is given silence behind its end, as behind a clip's, until all of it has come out.
    """

    def __init__(self, inner: Sequence[Processor], where: Places, channels: int) -> None:
        self.latency = max((processor.latency for processor in inner), default=0)
        self.tail = inner[-1].tail if inner and where[-1].end == ENDLESS else 0
        self._inner = inner
        self._where = where
        self._held = _Held(self.latency)
        self._fed: dict[int, int] = {}
        """How many frames of its stretch a processor has had, if it is at work."""
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Give the block's part of each stretch to its processor."""
        held = self._held.pushed(block)
        out = held[:, : block.shape[1]].copy()
        first = self._frame - self.latency
        self._frame += block.shape[1]
        for number, stretch, start, end in _met(self._where, first, first + block.shape[1]):
            part = slice(start - first, end - first)
            wet = self._wet(number, stretch, start, end, held, first)
            out[:, part] = stretch.mixed(out[:, part], wet, start)
        return out

    def _wet(self, number: int, stretch: Stretch, start: int, end: int, held: Samples, first: int) -> Samples:
        """What a stretch's processor makes of these frames; `held` begins at the clip's frame `first`."""
        inner = self._inner[number]
        fed = self._fed.get(number)
        begun = fed == start - stretch.first + inner.latency
        from_frame = start + inner.latency if begun else start
        if not begun:
            inner.reset(start - stretch.first)
        to_frame = end + inner.latency
        given = np.zeros((held.shape[0], to_frame - from_frame), np.float32)
        there = held[:, from_frame - first : max(min(to_frame, stretch.end) - first, 0)]
        given[:, : there.shape[1]] = there
        self._fed[number] = to_frame - stretch.first
        return inner.process(given)[:, 0 if begun else inner.latency :]

    def reset(self, frame: int = 0) -> None:
        """Forget the past, and go on at a frame."""
        self._held.forget()
        self._fed.clear()
        self._frame = frame


class _Held:
    """Keeps so many frames back."""

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._kept: Samples | None = None

    def pushed(self, block: Samples) -> Samples:
        """What was kept, and behind it the block; its last frames are kept in turn."""
        if not self._frames:
            return block
        kept = np.zeros((block.shape[0], self._frames), np.float32) if self._kept is None else self._kept
        both = np.concatenate((kept, block), axis=1)
        self._kept = both[:, block.shape[1] :].copy()
        return both

    def forget(self) -> None:
        """Keep silence."""
        self._kept = None


def _met(where: Places, first: int, end: int) -> list[tuple[int, Stretch, int, int]]:
    """The stretches that have a part in these frames: number, stretch, and where that part begins and ends."""
    found = []
    for number in range(bisect.bisect_right(where, first, key=lambda stretch: stretch.end), len(where)):
        stretch = where[number]
        if stretch.first >= end:
            break
        found.append((number, stretch, max(stretch.first, first), min(stretch.end, end)))
    return found
