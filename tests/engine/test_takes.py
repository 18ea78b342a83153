"""Takes: what is published is what was asked for last, cached by what it is made from, equal to a plain render."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.chain import Chain, Step
from engine.files.encode import Encoding, encode
from engine.jobs import Done, Request, Workers
from engine.library import ScanRequest
from engine.project import Source
from engine.recipe import Recipe
from engine.render import render
from engine.takes import Takes, View
from engine.track import Scratch, TrackReader
from tests.support.threads import ThreadPoolOfRequests

RATE = 16_000


class Bench:
    """Takes on threads, with what was published and what was asked of the workers."""

    def __init__(self) -> None:
        self.workers = Workers(ThreadPoolOfRequests())
        self.scratch = Scratch()
        self.views: list[View] = []
        self.asked: list[str] = []
        self.takes = Takes(self._submit, self.scratch, self.views.append)

    def _submit(self, lane: str, request: Request, done: Done) -> None:
        self.asked.append(lane)
        self.workers.submit(lane, request, done)

    def settle(self) -> View:
        """Wait until nothing is under way; gives the last view."""
        until = time.monotonic() + 60
        while self.workers.busy and time.monotonic() < until:
            self.workers.drain()
            time.sleep(0.002)
        return self.views[-1]

    def close(self) -> None:
        """Take it down."""
        self.workers.close()
        self.scratch.close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A bench that is taken down."""
    made = Bench()
    yield made
    made.close()


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A second of two-channel noise as a float file."""
    samples = np.random.default_rng(3).uniform(-0.5, 0.5, (2, RATE)).astype(np.float32)
    encode(tmp_path / "noise.wav", samples, RATE, Encoding("wav", "32f"))
    return ScanRequest((str(tmp_path / "noise.wav"),)).run()[0]


def recipe(gain_db: float, *, turned: bool = True) -> Recipe:
    """A chain with a step that changes time, one that streams and one that measures."""
    steps = (
        *((Step(id="turn", transform="Reverse"),) if turned else ()),
        Step(id="gain", transform="Gain", settings=(("gain_db", gain_db),)),
        Step(id="peak", transform="PeakNormalize"),
    )
    return Chain(steps=steps).draw(1, "noise.wav", 1)


def original(view: View) -> np.ndarray:
    """The decoded source of a view."""
    assert view.original is not None
    return TrackReader(view.original).samples()


def test_a_take_is_what_a_plain_render_gives(bench: Bench, source: Source) -> None:
    """The mapped take equals `render` bit for bit, and its time map is the turning step's."""
    bench.takes.show(source, recipe(-6))
    view = bench.settle()
    assert view.take is not None
    assert view.complete
    expected = render(np.ascontiguousarray(original(view)), RATE, recipe(-6))
    np.testing.assert_array_equal(TrackReader(view.take).samples(), expected)
    assert view.time_map is not None
    assert view.time_map.to_source(0.25) == pytest.approx(0.75, abs=1e-3)
    assert dict(view.numbers).keys() == {"peak"}


def test_a_knob_below_the_line_renders_only_what_is_below(bench: Bench, source: Source) -> None:
    """The source and the prefix are made once; only the take is made again, and a known take not at all."""
    bench.takes.show(source, recipe(-6))
    first = bench.settle()
    bench.takes.show(source, recipe(-3))
    bench.settle()
    bench.takes.show(source, recipe(-6))
    again = bench.settle()
    assert bench.asked == ["decode", "prefix", "take", "take"]
    assert again.take == first.take


def test_while_a_take_is_made_its_steps_can_run_live(bench: Bench, source: Source) -> None:
    """The view that comes at once has the prefix, the streaming steps and the numbers of the last take."""
    bench.takes.show(source, recipe(-6))
    bench.settle()
    bench.takes.show(source, recipe(-3))
    bridging = bench.views[-1]
    assert not bridging.complete
    assert bridging.prefix is not None
    assert [step.id for step in bridging.live] == ["gain", "peak"]
    assert dict(bridging.numbers).keys() == {"peak"}


def test_only_the_last_of_many_wishes_is_shown(bench: Bench, source: Source) -> None:
    """A dragged knob asks for many takes; the last view is the last wish's, complete."""
    for step in range(30):
        bench.takes.show(source, recipe(-step / 10))
    view = bench.settle()
    assert view.complete
    assert view.recipe == recipe(-2.9)
    bench.takes.show(source, recipe(-1.0, turned=False))
    bench.takes.show(source, recipe(-1.0))
    view = bench.settle()
    assert view.complete
    assert view.recipe == recipe(-1.0)


def test_a_source_that_is_gone_is_said(bench: Bench, source: Source) -> None:
    """A file removed after it was listed gives one sentence, and the bench goes on."""
    Path(source.path).unlink()
    bench.takes.show(source, recipe(-6))
    assert "not there any more" in bench.settle().error


def test_a_chain_that_changes_nothing_is_the_original(bench: Bench, source: Source) -> None:
    """No step, no render: the take is the source's own track."""
    bench.takes.show(source, Chain().draw(1, "noise.wav", 1))
    view = bench.settle()
    assert view.take == view.original
    assert bench.asked == ["decode"]
