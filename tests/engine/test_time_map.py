"""Time maps: a click's place in the source is its place in the take, through every kind of step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clip import Segment, TimeMap

REVERSED = TimeMap((Segment((0.0, 2.0), (2.0, 0.0)),))
TRIMMED = TimeMap((Segment((0.0, 1.0), (0.5, 1.5)),))
PADDED = TimeMap((Segment((0.0, 0.5), None), Segment((0.5, 2.5), (0.0, 2.0))))
ROLLED = TimeMap((Segment((0.0, 0.5), (1.5, 2.0)), Segment((0.5, 2.0), (0.0, 1.5))))
SLOWER = TimeMap.scaled(2.0, 4.0)
MAPS = {"reversed": REVERSED, "trimmed": TRIMMED, "padded": PADDED, "rolled": ROLLED, "slower": SLOWER}


@pytest.mark.parametrize("name", MAPS)
def test_there_and_back_again(name: str) -> None:
    """Every moment that was kept comes back to itself."""
    for segment in MAPS[name].segments:
        for share in (0.01, 0.4, 0.99):
            out = segment.out[0] + share * (segment.out[1] - segment.out[0])
            if segment.source is not None:
                assert MAPS[name].to_out(MAPS[name].to_source(out)) == pytest.approx(out)


def test_what_was_removed_is_found_at_the_nearest_edge() -> None:
    """A playhead on a word that was cut off stands where the cut is."""
    assert TRIMMED.to_out(0.1) == 0.0
    assert TRIMMED.to_out(1.9) == 1.0
    assert PADDED.to_source(0.25) == 0.0


@pytest.mark.parametrize("first", MAPS)
@pytest.mark.parametrize("second", MAPS)
def test_two_steps_in_a_row_are_one_after_the_other(first: str, second: str) -> None:
    """The map of both gives what one gives after the other, where neither has a gap."""
    one = MAPS[first]
    two = _over(MAPS[second], one.duration_s)
    both = one.then(two)
    assert both.duration_s == pytest.approx(two.duration_s)
    for out in np.linspace(0.003, both.duration_s - 0.003, 37):
        segment = next(s for s in both.segments if s.out[0] <= out < s.out[1])
        if segment.source is not None:
            assert segment.to_source(float(out)) == pytest.approx(one.to_source(two.to_source(float(out))), abs=1e-9)


@given(st.lists(st.sampled_from(["keep", "reverse", "gap", "cut", "slow"]), max_size=12), st.data())
def test_of_many_pieces_only_those_near_a_stretch_are_asked(kinds: list[str], data: st.DataObject) -> None:
    """Maps whose sources are in order give the same places as when every piece is asked."""
    pieces: list[Segment] = []
    out = source = 0.0
    for kind in kinds:
        end = source + (0.0 if kind == "gap" else 1.0)
        length = {"cut": 0.0, "slow": 2.0}.get(kind, 1.0)
        if length:
            of = None if kind == "gap" else (end, source) if kind == "reverse" else (source, end)
            pieces.append(Segment((out, out + length), of))
        out, source = out + length, end
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, 2 * len(kinds) + 1)] * 2)))
    near, every = TimeMap(tuple(pieces)), TimeMap(tuple(pieces))
    every._kept.__dict__["_in_order"] = False
    assert near._kept._in_order
    assert near.places(start / 2, end / 2) == every.places(start / 2, end / 2)
    assert near.moments(start / 2) == every.moments(start / 2)


def test_a_rounding_error_is_no_gap() -> None:
    """A step whose clip is longer by one bit of a float adds no sliver, which a later Reverse would put first."""
    longer = float(np.nextafter(2.0, 3.0))
    both = REVERSED.then(TimeMap((Segment((0.0, longer), (0.0, longer)),))).then(
        TimeMap((Segment((0.0, longer), (longer, 0.0)),))
    )
    assert len(both.segments) == 1
    assert both.to_source(0.0) == pytest.approx(0.0, abs=1e-6)
    assert both.to_source(1.999) == pytest.approx(1.999)


@given(st.floats(0.1, 100), st.floats(0.25, 4), st.floats(0, 1))
def test_an_even_stretch_is_a_straight_line(duration_s: float, factor: float, share: float) -> None:
    """A stretched clip's times are its source's, scaled."""
    stretched = TimeMap.scaled(duration_s, duration_s * factor)
    assert stretched.to_source(share * duration_s * factor * 0.999) == pytest.approx(share * duration_s * 0.999)


def _over(made: TimeMap, duration_s: float) -> TimeMap:
    """The same map for a clip of another length."""
    longest = max(max(s.source) for s in made.segments if s.source is not None)
    scale = duration_s / max(longest, 2.0)
    pieces = []
    for segment in made.segments:
        source = segment.source and (segment.source[0] * scale, segment.source[1] * scale)
        pieces.append(Segment((segment.out[0] * scale, segment.out[1] * scale), source))
    return TimeMap(tuple(pieces))
