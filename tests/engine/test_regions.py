"""Regions: what is drawn and found of them, where they lie in a take, and what is heard there."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import inside
from engine.chain import Chain, Step
from engine.clip import Samples, Segment, TimeMap
from engine.draws import Key
from engine.params import Range, Setting, SettingError
from engine.recipe import Recipe
from engine.regions import Event, Events, Labels, Region, Span, Times, Where
from engine.render import Renderer, RenderError, render
from tests.contract import stage
from tests.support.processing import decibels, noise, tone

RATE = 16000
EVENTS = (Event(0.1, 0.3, "bird"), Event(0.2, 0.4, "Call"), Event(0.6, 0.6, "bird"), Event(0.8, 0.9, "bird"))


def recipe(*steps: Step) -> Recipe:
    return Chain(steps=steps).draw(1, "a.wav", 1)


def step(transform: str, region: Region | None, **settings: Setting) -> Step:
    return Step(id=transform, transform=transform, settings=tuple(settings.items()), region=region)


def heard(samples: Samples, *steps: Step, events: tuple[Event, ...] = EVENTS) -> Samples:
    return render(samples, RATE, recipe(*steps), events=events)


def differ(one: Samples, other: Samples) -> list[int]:
    """The first and the last frame, and the one after it, at which two clips differ."""
    frames = np.flatnonzero(np.any(one != other, axis=0))
    return [int(frames[0]), int(frames[-1]) + 1] if frames.size else []


@pytest.mark.parametrize(
    ("region", "times"),
    [
        (Events(), ((0.1, 0.4), (0.8, 0.9))),
        (Events(("BIRD",)), ((0.1, 0.3), (0.8, 0.9))),
        (Events(("call", "bird"), outside=True), ((0.0, 0.1), (0.4, 0.8), (0.9, None))),
        (Events(("dog",)), ()),
        (Events(("dog",), outside=True), ((0.0, None),)),
    ],
)
def test_events_are_put_together_and_turned_inside_out(region: Events, times: tuple[Times, ...]) -> None:
    assert region.drawn(Key.of("a")).found(Labels(EVENTS, "a.txt")).spans == times


def test_without_a_label_file_a_step_does_nothing_and_says_why() -> None:
    for region in (Events(), Events(outside=True)):
        where = region.drawn(Key.of("a")).found(Labels())
        assert (where.spans, where.idle) == ((), "there is no label file beside the recording")
    dogs = Events(("dog", "cat")).drawn(Key.of("a")).found(Labels(EVENTS, "a.txt"))
    assert dogs.idle == "a.txt has no event labelled dog or cat"
    assert Span(3.0).drawn(Key.of("a")).idle == ""


@pytest.mark.parametrize(
    ("span", "times"),
    [
        (Span(1.0, 2.0), ((1.0, 2.0),)),
        (Span(1.0, 2.0, outside=True), ((0.0, 1.0), (2.0, None))),
        (Span(0.0, 2.0, outside=True), ((2.0, None),)),
        (Span(1.0, None, outside=True), ((0.0, 1.0),)),
        (Span(Range(1.0, 1.0), Range(1.0, 1.0), outside=True), ((0.0, None),)),
    ],
)
def test_a_span_is_what_lies_between_or_outside(span: Span, times: tuple[Times, ...]) -> None:
    assert span.checked() == span
    assert span.drawn(Key.of("a")).spans == times


def test_ends_are_drawn_by_the_key_in_their_ranges() -> None:
    """A lock or a region that was added draws no parameter of the step anew; drawn ends that cross are put in order."""
    ranged = step("Gain", Span(Range(0.0, 2.0), Range(1.0, 3.0)), gain_db=Range(-9.0, 9.0))
    plain = dataclasses.replace(ranged, region=None)
    for variant in range(30):
        (drawn, _), (other, _) = (Chain(steps=(one,)).draw(1, "a", variant).steps for one in (ranged, plain))
        assert drawn.where is not None
        ((start, end),) = drawn.where.spans or ()
        assert end is not None
        assert 0 <= start <= end <= 3
        assert (drawn.values, drawn.key) == (other.values, other.key)
    chain = Chain(steps=(ranged,)).locked("Gain", 1, "a", 5)
    assert chain.draw(1, "b", 9).steps[0].where == Chain(steps=(ranged,)).draw(1, "a", 5).steps[0].where


def test_a_recipe_with_regions_comes_back_from_its_data() -> None:
    drawn = recipe(step("Gain", Span(0.5, 1)), step("LowPass", Events(("a", "b"), outside=True)), step("Delay", None))
    assert Recipe.from_data(drawn.to_data()) == drawn
    placed = drawn.placed(lambda: Labels(EVENTS, "a.txt"))
    assert Recipe.from_data(placed.to_data()) == placed
    assert drawn.awaits_labels
    assert not placed.awaits_labels
    assert placed.placed(lambda: pytest.fail("read again")) is placed
    assert "region" not in drawn.to_data()["steps"][2]


@pytest.mark.parametrize(
    ("region", "words"),
    [
        (Span(2.0, 1.0), "the end, 1 s, must lie after the start, 2 s"),
        (Span(-1.0), "start_s -1 is outside 0"),
        (Span(0.0, Range(3.0, 1.0)), "low end above its high end"),
        (Events(("",)), "a label is a word of 1 to 200"),
    ],
)
def test_what_no_region_can_be_is_refused_in_words(region: Region, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        step("Gain", None).with_region(region)


def test_a_gain_in_a_region_is_the_plain_crossfade() -> None:
    """Beside the formula, written as a slow loop: 5 ms of raised cosine inside the span."""
    samples = noise(RATE, 2)
    out = heard(samples, step("Gain", Span(0.25, 0.5), gain_db=6.0))
    wanted = samples.astype(np.float64)
    fade = round(0.005 * RATE)
    for frame in range(RATE // 4, RATE // 2):
        into = min(frame - RATE // 4, RATE // 2 - 1 - frame)
        share = 0.5 - 0.5 * np.cos(np.pi * (into + 0.5) / fade) if into < fade else 1.0
        wanted[:, frame] *= 1 - share + share * 10 ** (6 / 20)
    np.testing.assert_allclose(out, wanted, atol=1e-6)
    assert differ(out, samples) == [RATE // 4, RATE // 2]


def test_levels_are_those_inside_the_region() -> None:
    """A quiet call in a loud recording gets the signal-to-noise ratio of the call, and each call its own."""
    samples = tone(1000, RATE, 1.0)
    samples[:, RATE // 10 : RATE * 3 // 10] *= 0.01
    out = heard(samples, step("WhiteNoise", Events(("bird",)), snr_db=20.0))
    for first, end in ((1700, 4700), (RATE * 8 // 10 + 100, RATE * 9 // 10 - 100)):
        added = (out - samples)[:, first:end]
        ratio = decibels(float(np.sqrt(np.mean(samples[:, first:end] ** 2) / np.mean(added**2))))
        assert ratio == pytest.approx(20, abs=0.5)
    first, second = (out - samples)[:, 1700:1800], (out - samples)[:, 12900:13000]
    assert abs(np.corrcoef(first[0], second[0])[0, 1]) < 0.5, "two events are given one noise"
    peak = heard(samples, step("PeakNormalize", Events(("bird",)), peak_db=-1.0))
    assert decibels(float(np.abs(peak[:, 1700:4700]).max())) == pytest.approx(-1, abs=0.01)


def test_a_mask_lies_in_the_region_and_not_in_the_clip() -> None:
    samples = noise(RATE)
    out = heard(samples, step("TimeMask", Span(0.5, 0.75), width_percent=50.0))
    first, end = differ(out, samples)
    assert end - first == RATE // 8
    assert RATE // 2 <= first < end <= RATE * 3 // 4


def test_a_stretch_that_is_turned_round_is_that_and_no_more() -> None:
    samples = noise(RATE)
    out = heard(samples, step("Reverse", Span(0.25, 0.5)))
    middle = slice(RATE // 4 + 80, RATE // 2 - 80)
    np.testing.assert_array_equal(out[:, middle], samples[:, RATE // 4 : RATE // 2][:, ::-1][:, 80:-80])
    assert differ(out, samples)[0] >= RATE // 4
    assert differ(out, samples)[1] <= RATE // 2


def test_a_region_follows_its_sound_through_the_steps_before() -> None:
    """Behind a step that turned the clip round or slowed it down, and back again as data of the source's time."""
    samples = noise(RATE)
    cut = step("Gain", Span(0.125, 0.25), gain_db=-6.0)
    turned = heard(samples, step("Reverse", None), cut)
    np.testing.assert_array_equal(turned[:, ::-1], heard(samples, cut))
    slow = step("TimeStretch", None, rate=0.5)
    assert differ(heard(samples, slow, cut), heard(samples, slow)) == [RATE // 4, RATE // 2]


def test_inserted_time_moves_what_is_behind_the_region() -> None:
    samples = noise(RATE)
    twice = step("TimeStretch", Span(0.25, 0.5), rate=0.5)
    later = step("Gain", Span(0.5, 0.75), gain_db=-6.0)
    renderer = Renderer(RATE)
    taken = renderer.take(samples, recipe(twice, later).steps)
    assert taken.samples.shape[1] == RATE * 5 // 4
    assert taken.time_map.to_out(0.5) == pytest.approx(0.75)
    both = heard(samples, twice), taken.samples
    assert differ(*both) == [RATE * 3 // 4, RATE]


@pytest.mark.parametrize(
    ("time_map", "places"),
    [
        (TimeMap((Segment((0, 1), (1, 0)),)), [(0.5, 0.8)]),
        (TimeMap((Segment((0, 0.7), (0.3, 1)), Segment((0.7, 1), (0, 0.3)))), [(0, 0.2), (0.9, 1)]),
        (TimeMap((Segment((0, 0.3), (0, 0.3)), Segment((0.3, 1), None), Segment((1, 1.7), (0.3, 1)))), [(0.2, 1.2)]),
        (TimeMap((Segment((0, 1), None), Segment((1, 1.3), (0.2, 0.5)))), [(0, 1.3)]),
        (TimeMap((Segment((0, 1), None), Segment((1, 1.5), (0.1, 0.6)), Segment((1.5, 2), None))), [(1.1, 1.4)]),
        (TimeMap((Segment((0, 0.5), (0.5, 1)),)), []),
        (TimeMap((Segment((0, 1), None),)), []),
    ],
)  # fmt: skip
def test_a_stretch_of_the_source_is_found_wherever_it_went(
    time_map: TimeMap, places: list[tuple[float, float]]
) -> None:
    found = time_map.places(0.2, 0.5)
    assert np.allclose(found, places) if places else not found


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1.2)), max_size=5))
def test_any_spans_become_stretches_that_are_in_order_and_apart(spans: list[tuple[float, float]]) -> None:
    where = Where(tuple((min(span), max(span)) for span in spans))
    found = inside.places(where, TimeMap.identity(1.0), 1000, 1000)
    edges = [edge for stretch in found or () for edge in (stretch.first, stretch.end)]
    assert edges == sorted(set(edges))
    for stretch in found or ():
        assert stretch.rise + stretch.fall <= (stretch.frames(_spec()) or 0)


def _spec() -> inside.StreamSpec:
    return inside.StreamSpec(1000, 1, 1000)


def test_a_kept_tail_rings_on_where_the_region_reaches_the_end() -> None:
    samples = noise(RATE)
    echo = {"delay_ms": 100.0, "feedback": 0.5}
    renderer = Renderer(RATE, keep_tail=True)
    whole, to_end, inner = (
        renderer.take(samples, recipe(step("Delay", region, **echo)).steps).samples
        for region in (None, Span(0.5), Span(0.5, 0.75))
    )
    np.testing.assert_array_equal(to_end[:, RATE * 3 // 4 :], whole[:, RATE * 3 // 4 :])
    np.testing.assert_array_equal(inner[:, RATE * 3 // 4 :], samples[:, RATE * 3 // 4 :])


def test_events_that_nobody_gave_are_asked_for() -> None:
    with pytest.raises(RenderError, match="works in labelled events: give events="):
        render(noise(RATE), RATE, recipe(step("Gain", Events())))


def test_a_late_step_in_a_region_stays_in_time() -> None:
    """Behind a step with latency of its own, in the same stage."""
    samples = noise(RATE, level=0.01)
    late = step("Limiter", None)
    cut = step("Gain", Span(0.25, 0.5), gain_db=-6.0)
    region = dataclasses.replace(step("Limiter", Span(0.1, 0.2), ceiling_db=-50.0), id="second")
    assert differ(heard(samples, late, cut), heard(samples, late)) == [RATE // 4, RATE // 2]
    first, end = differ(heard(samples, late, region), heard(samples, late))
    assert 1600 <= first < end <= 3200


class _Summed:
    """All that came before added up, and some frames late: a processor that remembers."""

    tail = 0

    def __init__(self, latency: int) -> None:
        self.latency = latency
        self.reset()

    def process(self, block: Samples) -> Samples:
        both = np.concatenate((self._held, block), axis=1)
        self._held = both[:, block.shape[1] :]
        sums = self._sum + np.cumsum(both[:, : block.shape[1]], axis=1, dtype=np.float32)
        self._sum = sums[:, -1:]
        return sums.astype(np.float32)

    def reset(self, frame: int = 0) -> None:
        self._held = np.zeros((1, self.latency), np.float32)
        self._sum = np.zeros((1, 1), np.float32)


@pytest.mark.parametrize("sizes", [[1], [7, 1, 20], [100]])
@pytest.mark.parametrize("latencies", [(0, 0), (5, 5), (0, 9)])
def test_each_stretch_is_a_clip_to_its_processor(sizes: list[int], latencies: tuple[int, int]) -> None:
    """With its own memory from its first frame on, and all of it comes out, though the next one begins at once."""
    samples = np.arange(1, 101, dtype=np.float32)[np.newaxis]
    where = (inside.Stretch(10, 40), inside.Stretch(42, inside.ENDLESS))
    each = inside.EachAlone([_Summed(latency) for latency in latencies], where, 1)
    wanted = samples.copy()
    wanted[:, 10:40] = np.cumsum(samples[:, 10:40], axis=1)
    wanted[:, 42:] = np.cumsum(samples[:, 42:], axis=1)
    for _ in range(2):
        padded = np.pad(samples, ((0, 0), (0, each.latency)))
        out = stage.fed(each, padded, sizes)[:, each.latency :]
        np.testing.assert_array_equal(out, wanted)
        each.reset()
