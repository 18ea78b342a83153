"""A clip: read-only sound in memory, its rate and its identity; and the map from a take's time to its source's."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
"""Sound as float32, shape (channels, frames), full scale at 1.0."""

ROUNDING_S = 1e-9
"""Times that lie nearer than this are the same: a thousandth of a frame at any rate."""


@dataclass(frozen=True)
class Clip:
    """Sound with its rate and the id that keys its draws; the samples are made read-only."""

    samples: Samples
    sample_rate: int
    source_id: str = ""

    def __post_init__(self) -> None:
        self.samples.flags.writeable = False

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return int(self.samples.shape[0])

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        """The length in seconds."""
        return self.frames / self.sample_rate


@dataclass(frozen=True)
class Segment:
    """A piece of a take, and where in the source it came from; `source` is None for a gap that was added.

    Both are (start, end) in seconds; a source whose end lies before its start is played backwards.
    """

    out: tuple[float, float]
    source: tuple[float, float] | None

    def to_source(self, out_s: float) -> float:
        """The source's time for a time inside `out`; only for a segment that has a source."""
        assert self.source is not None
        share = (out_s - self.out[0]) / max(self.out[1] - self.out[0], 1e-12)
        return self.source[0] + share * (self.source[1] - self.source[0])

    def to_out(self, source_s: float) -> float:
        """The take's time for a time inside `source`."""
        assert self.source is not None
        span = self.source[1] - self.source[0]
        share = (source_s - self.source[0]) / span if span else 0.0
        return self.out[0] + share * (self.out[1] - self.out[0])

    def part(self, start_s: float, end_s: float) -> tuple[float, float] | None:
        """Where in the take a stretch of the source is heard in this segment, if any of it is."""
        if self.source is None:
            return None
        low, high = (min(max(at, min(self.source)), max(self.source)) for at in (start_s, end_s))
        if not low < high:
            return None
        first, end = sorted((self.to_out(low), self.to_out(high)))
        return first, end

    def holds_source(self, source_s: float) -> bool:
        """Whether the source's time was kept in this segment."""
        return self.source is not None and min(self.source) <= source_s < max(self.source)


@dataclass(frozen=True)
class _Kept:
    """The segments that have a source, and where in it they begin and end; thousands of stretches ask for theirs."""

    segments: tuple[Segment, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]

    @classmethod
    def of(cls, segments: Iterable[Segment]) -> _Kept:
        kept = tuple(segment for segment in segments if segment.source is not None)
        ends = [segment.source for segment in kept if segment.source is not None]
        return cls(kept, tuple(map(min, ends)), tuple(map(max, ends)))

    @cached_property
    def _in_order(self) -> bool:
        return all(one <= other for ends in (self.lows, self.highs) for one, other in pairwise(ends))

    def near(self, start_s: float, end_s: float) -> range:
        """Which of them may hold something of a stretch of the source: all, where their sources are in no order."""
        if not self._in_order:
            return range(len(self.segments))
        return range(bisect_right(self.highs, start_s), bisect_right(self.lows, end_s))


@dataclass(frozen=True)
class TimeMap:
    """Where each piece of a take came from: segments in order of the take's time, without holes."""

    segments: tuple[Segment, ...]

    @classmethod
    def identity(cls, duration_s: float) -> TimeMap:
        """The map of a step that changes no time."""
        return cls((Segment((0.0, duration_s), (0.0, duration_s)),))

    @classmethod
    def scaled(cls, duration_s: float, out_duration_s: float) -> TimeMap:
        """The map of a step that stretches the whole clip evenly."""
        return cls((Segment((0.0, out_duration_s), (0.0, duration_s)),))

    @property
    def duration_s(self) -> float:
        """The take's length in seconds."""
        return self.segments[-1].out[1] if self.segments else 0.0

    def to_source(self, out_s: float) -> float:
        """The source's time that is heard at a take's time; in a gap, the last time heard before it."""
        last = 0.0
        for segment in self.segments:
            if segment.source is not None:
                if out_s < segment.out[1]:
                    return segment.to_source(max(out_s, segment.out[0])) if out_s >= segment.out[0] else last
                last = segment.source[1]
            elif out_s < segment.out[1]:
                return last
        return last

    def to_out(self, source_s: float) -> float:
        """The take's time at which a source's time is heard; for one that was removed, the nearest kept."""
        kept = [segment for segment in self.segments if segment.source is not None]
        if not kept:
            return 0.0
        for segment in kept:
            if segment.holds_source(source_s):
                return segment.to_out(source_s)
        ends = [(abs(s.source[0] - source_s), s.out[0]) for s in kept if s.source is not None]
        ends += [(abs(s.source[1] - source_s), s.out[1]) for s in kept if s.source is not None]
        return min(ends)[1]

    def places(self, start_s: float, end_s: float) -> list[tuple[float, float]]:
        """Where a stretch of the source is heard: stretches of the take, in order and apart.

        A gap belongs to them if what is heard on both sides of it does; at an end of the take one side does.
        """
        kept = self._kept.segments
        near = self._kept.near(start_s, end_s)
        found: list[tuple[float, float]] = []
        joined = near.start == 0
        for number in near:
            segment = kept[number]
            one, other = segment.source or (0.0, 0.0)
            apart = (one <= start_s and other <= start_s) or (one >= end_s and other >= end_s)
            piece = None if apart else segment.part(start_s, end_s)
            if piece is None:
                joined = False
                continue
            first, end = piece
            reaches = segment.out[1] - end < ROUNDING_S
            end = self.duration_s if reaches and number == len(kept) - 1 else end
            joined = joined and first - segment.out[0] < ROUNDING_S
            if joined and found:
                found[-1] = found[-1][0], end
            else:
                found.append((0.0 if joined else first, end))
            joined = reaches
        return found

    def moments(self, source_s: float) -> list[float]:
        """The take's times at which a time of the source is heard."""
        near = (self._kept.segments[number] for number in self._kept.near(source_s, source_s))
        return [segment.to_out(source_s) for segment in near if segment.holds_source(source_s)]

    @cached_property
    def _kept(self) -> _Kept:
        return _Kept.of(self.segments)

    def then(self, later: TimeMap) -> TimeMap:
        """The map of this step followed by a later one, from the later one's time to this one's source."""
        edges = sorted({edge for own in self.segments for edge in own.out})
        pieces: list[Segment] = []
        for segment in later.segments:
            pieces.extend(self._pull_back(segment, edges))
        return TimeMap(tuple(pieces))

    def _pull_back(self, segment: Segment, own_edges: list[float]) -> list[Segment]:
        """Split one later segment where this map has its own edges, which are in order."""
        if segment.source is None:
            return [segment]
        low, high = sorted(segment.source)
        inner = slice(bisect_right(own_edges, low + ROUNDING_S), bisect_left(own_edges, high - ROUNDING_S))
        edges = {low, high, *own_edges[inner]}
        pieces = []
        for start, end in pairwise(sorted(edges)):
            if segment.source[0] <= segment.source[1]:
                out = (segment.to_out(start), segment.to_out(end))
                pieces.append(Segment(out, self._source_of(start, end)))
            else:
                out = (segment.to_out(end), segment.to_out(start))
                source = self._source_of(start, end)
                pieces.append(Segment(out, source and (source[1], source[0])))
        return sorted(pieces, key=lambda piece: piece.out)

    def _source_of(self, start: float, end: float) -> tuple[float, float] | None:
        """The source of a stretch of this map's time that lies within one of its segments."""
        middle = (start + end) / 2
        number = bisect_right(self.segments, middle, key=lambda own: own.out[0])
        for own in self.segments[max(number - 1, 0) : number]:
            if own.out[0] <= middle < own.out[1] and own.source is not None:
                return own.to_source(start), own.to_source(end)
        return None
