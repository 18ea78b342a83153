"""The laws of regions, over every registered transform: the whole clip is no region, outside of it nothing changes."""

from __future__ import annotations

import numpy as np
import pytest

from engine import inside
from engine.clip import Samples, TimeMap
from engine.regions import Times, Where
from engine.render import run
from engine.transform import Measured, Processor, Streaming, StreamSpec, Transform, WholeClip

from . import stage

every = pytest.mark.parametrize("kind", stage.KINDS, ids=stage.NAMES)
every_processed = pytest.mark.parametrize("kind", stage.PROCESSED, ids=[kind.__name__ for kind in stage.PROCESSED])

RATE = 16000
SPANS: tuple[Times, ...] = ((0.05, 0.11), (0.2, 0.23))
OUTSIDE = [slice(0, 800), slice(1760, 3200), slice(3680, None)]


def sound() -> Samples:
    return stage.performance(RATE, 2, 0.4)


def places(spans: tuple[Times, ...], samples: Samples) -> inside.Places | None:
    time_map = TimeMap.identity(samples.shape[1] / RATE)
    return inside.places(Where(spans), time_map, RATE, samples.shape[1])


def processor(transform: Transform, samples: Samples, where: inside.Places | None) -> Processor:
    draw, spec = stage.draw_for(RATE), StreamSpec(RATE, *samples.shape)
    if isinstance(transform, Measured):
        numbers = inside.measure(transform, stage.frozen(samples), spec, draw, where)
        assert inside.are_for(numbers, where) or not (numbers or where)
        return inside.measured(transform, spec, draw, numbers, where)
    assert isinstance(transform, Streaming)
    return inside.stream(transform, spec, draw, where, 0)


def rendered(transform: Transform, samples: Samples, where: inside.Places | None) -> tuple[Samples, TimeMap]:
    if isinstance(transform, WholeClip):
        spec = StreamSpec(RATE, *samples.shape)
        return inside.apply(transform, stage.frozen(samples), spec, stage.draw_for(RATE), where)
    blocks = list(run([processor(transform, samples, where)], samples))
    return np.concatenate(blocks, axis=1), TimeMap.identity(samples.shape[1] / RATE)


@every
@pytest.mark.parametrize(
    "spans", [((0.0, None),), ((0.0, 0.4),), ((0.0, 0.2), (0.1, 9.0))], ids=["open", "to its end", "two"]
)
def test_a_region_that_is_the_whole_clip_changes_nothing(kind: type[Transform], spans: tuple[Times, ...]) -> None:
    samples = sound()
    assert places(spans, samples) is None
    whole, _ = rendered(kind(), samples, places(spans, samples))
    assert np.array_equal(whole, stage.render(kind(), samples, RATE, stage.draw_for(RATE)))


@every
@pytest.mark.parametrize("channels", [1, 3])
def test_outside_of_the_region_every_sample_is_what_came_in(kind: type[Transform], channels: int) -> None:
    """Also where the step changes time: what stays is moved as a whole, to where the map says."""
    samples = stage.performance(RATE, channels, 0.4)
    out, time_map = rendered(kind(), samples, places(SPANS, samples))
    for kept in OUTSIDE:
        wanted = samples[:, kept]
        first = round(time_map.to_out(kept.start / RATE) * RATE)
        assert np.array_equal(out[:, first : first + wanted.shape[1]], wanted)
    assert abs(time_map.duration_s * RATE - out.shape[1]) < 0.01
    ends = [0.0, *(segment.out[1] for segment in time_map.segments)]
    assert [segment.out[0] for segment in time_map.segments] == ends[:-1], "the map has holes"


@every
def test_inside_of_the_region_it_works(kind: type[Transform]) -> None:
    """Somewhere in its typical range, in a region that is loud in part, on channels that differ."""
    samples = sound() * np.array([[1], [0.5]], np.float32)
    where = places(((0.05, 0.11), (0.2, None)), samples)
    changed = []
    for values in stage.typical_settings(kind):
        out, _ = rendered(kind.checked(values), samples, where)
        assert out.dtype == np.float32
        assert np.isfinite(out).all()
        changed.append(out.shape != samples.shape or not np.array_equal(out, samples))
    assert any(changed)


@every_processed
def test_blocks_of_any_length_give_the_same_region(kind: type[Transform]) -> None:
    samples = sound()
    where = places(SPANS, samples)
    whole = stage.fed(processor(kind(), samples, where), samples, [samples.shape[1]])
    for sizes in ([333], [512], [1, 2, 7, 1000]):
        out = stage.fed(processor(kind(), samples, where), samples, sizes)
        assert np.abs(out - whole).max() <= kind.block_tolerance


@every_processed
def test_a_reset_region_is_as_good_as_a_new_one(kind: type[Transform]) -> None:
    samples = sound()
    one = processor(kind(), samples, places(SPANS, samples))
    first = stage.fed(one, samples, [512])
    one.reset(0)
    assert np.array_equal(stage.fed(one, samples, [512]), first)


@every
def test_nothing_breaks_a_region(kind: type[Transform]) -> None:
    """Of any length, in any sound, also where there is none of it."""
    spans: list[tuple[Times, ...]] = [(), ((0.0, 1 / RATE),), ((0.05, 0.05 + 2 / RATE), (0.06, None)), ((5.0, 6.0),)]
    for name, samples in stage.hard_sounds(RATE, 2):
        for one in spans:
            out, _ = rendered(kind(), samples, places(one, samples))
            assert out.shape[0] == 2, name
            assert out.shape[1] >= 1, name
            assert np.isfinite(out).all(), name
            if one in ((), ((5.0, 6.0),)):
                assert np.array_equal(out, samples), name


@every
def test_a_region_draws_from_the_key_alone(kind: type[Transform]) -> None:
    samples = sound()
    where = places(SPANS, samples)
    once, again = (rendered(kind(), samples, where)[0] for _ in range(2))
    assert np.array_equal(once, again)
