"""Freezing: only what is below runs live, and no sample of the take is another for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.chain import GUARD, Chain, Step
from engine.files.encode import Encoding, encode
from engine.library import ScanRequest
from engine.project import Source
from engine.recipe import Recipe
from engine.render import Renderer
from engine.takes import Takes, View
from engine.track import TrackReader
from tests.engine.test_takes import RATE, Bench

PLAIN = ("HighPass", "Overdrive", "Delay", "Reverb")
LATE = ("Limiter", "Dither", "Wind", "Limiter", "Tremolo")
MEASURING = ("HighPass", "PeakNormalize", "Delay")
TURNED = ("Gain", "Reverse", "HighPass", "LoudnessNormalize", "ColorNoise")


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A second of two-channel noise as a float file."""
    samples = np.random.default_rng(3).uniform(-0.5, 0.5, (2, RATE)).astype(np.float32)
    encode(tmp_path / "noise.wav", samples, RATE, Encoding("wav", "32f"))
    return ScanRequest((str(tmp_path / "noise.wav"),)).run()[0]


def drawn(transforms: tuple[str, ...], guard: str = "scale", **settings: float) -> Recipe:
    """A draw of these, with ids that say their place; settings are of the first."""
    steps = tuple(
        Step(id=f"{place} {name}", transform=name, settings=tuple(settings.items()) if not place else ())
        for place, name in enumerate(transforms)
    )
    return Chain(steps=steps, guard=guard).draw(1, "noise.wav", 1)


def samples_of(view: View) -> np.ndarray:
    assert view.take is not None
    return TrackReader(view.take).samples().copy()


def went_on(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether renders that could have gone on from what was frozen did."""
    asked: list[bool] = []
    may = Renderer.may_go_on

    def watched(self: Renderer, *args: object) -> bool:
        asked.append(may(self, *args))  # type: ignore[arg-type]
        return asked[-1]

    monkeypatch.setattr(Renderer, "may_go_on", watched)
    return asked


@pytest.mark.parametrize(
    ("transforms", "frozen", "on"),
    [(PLAIN, 0, True), (PLAIN, 3, True), (LATE, 0, False), (LATE, 1, False), (LATE, 4, True), (MEASURING, 0, True),
     (MEASURING, 1, True), (TURNED, 0, None), (TURNED, 2, True), (TURNED, 4, True)],
)  # fmt: skip
@pytest.mark.parametrize("guard", ["scale", "none"])
def test_the_take_is_the_same_to_the_bit_whatever_is_frozen(
    bench: Bench, source: Source, monkeypatch: pytest.MonkeyPatch, transforms: tuple[str, ...], frozen: int,
    on: bool | None, guard: str,
) -> None:  # fmt: skip
    """It goes on from what is frozen where that is the same, and else is made from the top."""
    asked = went_on(monkeypatch)
    recipe = drawn(transforms, guard)
    bench.takes.show(source, recipe)
    plain = bench.settle()
    bytes_of = samples_of(plain)
    other = Takes(bench._submit, bench.scratch, bench.views.append)
    other.show(source, recipe, (), frozenset({recipe.steps[frozen].id}))
    view = bench.settle()
    assert view.complete
    np.testing.assert_array_equal(samples_of(view), bytes_of)
    assert (view.time_map, view.numbers) == (plain.time_map, plain.numbers)
    below = recipe.steps[max(frozen + 1, recipe.split()) :]
    assert [step.id for step in view.live] == [step.id for step in below]
    assert asked == ([] if on is None else [on])


def test_to_freeze_makes_no_take_again_and_lets_what_is_heard_go_on(bench: Bench, source: Source) -> None:
    """The prefix of the frozen steps is made beside it; until it is there nothing else is to run live."""
    recipe = drawn(PLAIN)
    bench.takes.show(source, recipe)
    first = bench.settle()
    bench.takes.show(source, recipe, (), frozenset({recipe.steps[1].id}))
    at_once = bench.views[-1]
    assert (at_once.take, at_once.complete, at_once.live) == (first.take, True, ())
    frozen = bench.settle()
    assert frozen.prefix not in (None, first.prefix)
    assert bench.asked == ["decode", "take", "frozen"]
    bench.takes.show(source, recipe)
    assert bench.views[-1].prefix == first.prefix
    assert [step.id for step in bench.views[-1].live] == [step.id for step in recipe.steps]
    assert bench.asked == ["decode", "take", "frozen"]


def test_an_edit_below_is_live_over_what_is_frozen_and_one_above_waits(bench: Bench, source: Source) -> None:
    recipe = drawn(PLAIN)
    frozen = frozenset({recipe.steps[0].id, recipe.steps[1].id})
    bench.takes.show(source, recipe, (), frozen)
    prefix = bench.settle().prefix
    values = dict(recipe.steps[2].values) | {"mix": 0.9}
    below = replace(recipe.steps[2], values=tuple(values.items()))
    edited = replace(recipe, steps=(*recipe.steps[:2], below, *recipe.steps[3:]))
    bench.takes.show(source, edited, (), frozen)
    bridging = bench.views[-1]
    assert (bridging.complete, bridging.prefix) == (False, prefix)
    assert [step.id for step in bridging.live] == [step.id for step in recipe.steps[2:]]
    bench.settle()
    bench.takes.show(source, drawn(PLAIN, cutoff_hz=300.0), (), frozen)
    waiting = bench.views[-1]
    assert (waiting.prefix, waiting.take, waiting.live) == (None, None, ())
    assert bench.settle().complete


def test_what_a_frozen_step_measured_is_known_when_it_is_live_again(bench: Bench, source: Source) -> None:
    recipe = drawn(MEASURING)
    bench.takes.show(source, recipe, (), frozenset({recipe.steps[1].id}))
    bench.settle()
    edited = replace(recipe, steps=(*recipe.steps[:2], *drawn((*MEASURING, "Gain")).steps[3:]))
    bench.takes.show(source, edited)
    bridging = bench.views[-1]
    assert not bridging.complete
    assert dict(bridging.numbers).keys() == {recipe.steps[1].id, GUARD}
