"""Takes: what is published is what was asked for last, cached by what it is made from, equal to a plain render."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import takes
from engine.banks import BankError, Banks
from engine.chain import GUARD, Chain, Step
from engine.files.convert import prepare
from engine.files.encode import Encoding, encode
from engine.jobs import Done, Request, Workers
from engine.library import ScanRequest
from engine.project import Source
from engine.recipe import Recipe
from engine.regions import Event, Events, Region, Span, Where
from engine.render import render
from engine.takes import DecodeRequest, RenderRequest, Takes, View
from engine.track import Scratch, Track, TrackReader, TrackStopped, TrackWriter
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
    assert dict(view.numbers).keys() == {"peak", GUARD}


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
    assert [step.id for step in bridging.live] == ["gain", "peak", GUARD]
    assert dict(bridging.numbers).keys() == {"peak", GUARD}


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


def two_steps(*transforms: str, variant: int = 1) -> Recipe:
    """A draw of these transforms with their defaults."""
    return Chain(steps=tuple(Step(id=name, transform=name) for name in transforms)).draw(1, "noise.wav", variant)


def test_a_stretched_stereo_take_is_what_an_export_renders(bench: Bench, source: Source) -> None:
    """A track holds its frames interleaved, an export its channels: the stretcher must not see the difference."""
    drawn = two_steps("TimeStretch", "PitchShift", "Gain")
    bench.takes.show(source, drawn)
    view = bench.settle()
    assert view.take is not None
    expected = render(prepare(source.path, None, "keep").samples, RATE, drawn)
    np.testing.assert_array_equal(TrackReader(view.take).samples(), expected)


def test_a_failure_that_nobody_waits_for_is_not_shown(bench: Bench, source: Source) -> None:
    """A take that fails after another was wanted does not take the other's place."""
    bench.takes.show(source, recipe(-6))
    bench.settle()
    bench.takes.show(source, two_steps("BackgroundNoise"))
    bench.takes.show(source, recipe(-6))
    view = bench.settle()
    assert view.complete
    assert not view.error


def test_a_failure_is_shown_and_tried_again_only_when_asked(bench: Bench, source: Source) -> None:
    """One try for one wish; the same wish again is another try."""
    bench.takes.show(source, two_steps("BackgroundNoise"))
    assert "background" in bench.settle().error
    assert bench.asked.count("take") == 1
    bench.takes.show(source, two_steps("BackgroundNoise"))
    assert "background" in bench.settle().error
    assert bench.asked.count("take") == 2


def test_a_dragged_knob_leaves_no_track_behind(bench: Bench, source: Source) -> None:
    """What was overtaken while it waited for a worker, or worked on a whole clip, writes no file that stays."""
    bench.takes.show(source, Chain().draw(1, "noise.wav", 1))
    bench.settle()
    for step in range(12):
        bench.takes.show(source, Chain(steps=(pitch(step / 4 + 1),)).draw(1, "noise.wav", 1))
    bench.settle()
    kept = [path for folder in (bench.scratch._memory, bench.scratch._disk) for path in folder.path.iterdir()]
    assert len([path for path in kept if path.name != "in-use"]) == 3


def pitch(semitones: float) -> Step:
    """A step that takes the whole clip."""
    return Step(id="pitch", transform="PitchShift", settings=(("semitones", semitones),))


@pytest.mark.parametrize(("limit", "kept"), [("KEPT_BYTES", 3 * RATE * 2 * 4), ("KEPT_TRACKS", 3)])
def test_what_was_looked_at_long_ago_is_forgotten(
    limit: str, kept: int, bench: Bench, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Browsing a library with a chain that changes nothing holds no more than what is to be kept."""
    monkeypatch.setattr(takes, limit, kept)
    for number in range(6):
        path = tmp_path / f"copy {number}.wav"
        path.write_bytes(Path(source.path).read_bytes())
        bench.takes.show(ScanRequest((str(path),)).run()[0], Chain().draw(1, path.name, 1))
        bench.settle()
    tracks = [path for path in bench.scratch._memory.path.iterdir() if path.name != "in-use"]
    assert len(tracks) == 3


def test_what_is_looked_at_is_kept_however_large(bench: Bench, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip beyond the limit is decoded and rendered once."""
    monkeypatch.setattr(takes, "KEPT_BYTES", 0)
    bench.takes.show(source, recipe(-6))
    assert bench.settle().complete
    assert bench.asked == ["decode", "prefix", "take"]


def test_a_file_that_became_another_is_refused(bench: Bench, source: Source) -> None:
    """What was mono when it was listed and is stereo now would be played as noise."""
    encode(Path(source.path).with_name("other.wav"), np.zeros((1, 500), np.float32), 8000, Encoding("wav", "16"))
    Path(source.path).with_name("other.wav").replace(source.path)
    bench.takes.show(source, recipe(-6))
    assert "is not what it was" in bench.settle().error


def test_a_request_that_was_overtaken_renders_nothing(bench: Bench, source: Source) -> None:
    """The track that it was to write is gone, so it stops before its work."""
    bench.takes.show(source, recipe(-6))
    made = bench.settle().original
    assert made is not None
    gone = bench.scratch.new(RATE, 2, RATE)
    bench.scratch.remove(gone)
    with pytest.raises(TrackStopped):
        RenderRequest(made, recipe(-6), (), gone).run()
    with pytest.raises(TrackStopped):
        DecodeRequest(source.path, gone).run()


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A bank of one recording."""
    (tmp_path / "bank").mkdir()
    hiss = np.random.default_rng(5).uniform(-0.1, 0.1, (1, RATE)).astype(np.float32)
    encode(tmp_path / "bank" / "hiss.wav", hiss, RATE, Encoding("wav", "32f"))
    return str(tmp_path / "bank")


def test_a_take_with_a_bank_is_the_variant_of_the_export(bench: Bench, source: Source, folder: str) -> None:
    """The recording that the window's take got is the one that the export's variant gets."""
    bindings = (("background", folder), ("rooms", folder))
    drawn = two_steps("BackgroundNoise", "Reverse", "ImpulseResponse", variant=3)
    bench.takes.show(source, drawn, bindings)
    view = bench.settle()
    assert view.take is not None
    expected = render(prepare(source.path, None, "keep").samples, RATE, drawn, banks=Banks(dict(bindings)))
    np.testing.assert_array_equal(TrackReader(view.take).samples(), expected)
    again = Recipe.from_data(json.loads(json.dumps(Banks(dict(bindings)).resolve(drawn).to_data())))
    np.testing.assert_array_equal(
        render(prepare(source.path, None, "keep").samples, RATE, again, banks=Banks(dict(bindings))), expected
    )
    with pytest.raises(BankError):
        render(prepare(source.path, None, "keep").samples, RATE, drawn, banks=Banks({}))


def test_a_recording_that_came_since_is_seen_at_the_next_edit(bench: Bench, source: Source, folder: str) -> None:
    """A take in the cache is not shown when the bank would give another recording now, or the same one sounds new."""
    bindings = (("background", folder),)
    drawn = two_steps("BackgroundNoise")

    def shown() -> np.ndarray:
        bench.takes.show(source, drawn, bindings)
        view = bench.settle()
        assert view.take is not None
        expected = render(prepare(source.path, None, "keep").samples, RATE, drawn, banks=Banks(dict(bindings)))
        np.testing.assert_array_equal(TrackReader(view.take).samples(), expected)
        return TrackReader(view.take).samples()

    first = shown()
    bench.takes.show(source, drawn, bindings)
    bench.settle()
    assert bench.asked.count("take") == 1
    Path(folder, "below").mkdir()
    for number in range(20):
        hiss = np.random.default_rng(number).uniform(-0.2, 0.2, (1, RATE)).astype(np.float32)
        encode(Path(folder, "below", f"{number}.wav"), hiss, RATE, Encoding("wav", "32f"))
    second = shown()
    assert not np.array_equal(first, second)
    for path in Path(folder, "below").iterdir():
        path.write_bytes(Path(folder, "hiss.wav").read_bytes())
    assert not np.array_equal(second, shown())


def test_an_edit_is_bridged_with_the_recording_that_is_known(bench: Bench, source: Source, folder: str) -> None:
    """A step's recording depends on its key and its bank alone, so a knob elsewhere does not take it away."""
    bindings = (("background", folder),)
    bench.takes.show(source, two_steps("BackgroundNoise", "Gain"), bindings)
    bench.settle()
    gain = Step(id="Gain", transform="Gain", settings=(("gain_db", -3.0),))
    noise = Step(id="BackgroundNoise", transform="BackgroundNoise")
    bench.takes.show(source, Chain(steps=(noise, gain)).draw(1, "noise.wav", 1), bindings)
    bridging = bench.views[-1]
    assert not bridging.complete
    assert bridging.live[0].materials


def test_a_new_draw_is_not_bridged_with_the_numbers_of_the_old(bench: Bench, source: Source) -> None:
    """The gain that brought a soft draw to its peak would be far too much for a loud one."""
    bench.takes.show(source, two_steps("PeakNormalize"))
    assert dict(bench.settle().numbers).keys() == {"PeakNormalize", GUARD}
    bench.takes.show(source, two_steps("PeakNormalize", variant=2))
    assert bench.views[-1].numbers == ()


def regional(*steps: tuple[str, Region | None], **settings: float) -> Recipe:
    """The draw of a chain whose steps work in regions."""
    made = (Step(id=name, transform=name, region=region, settings=tuple(settings.items()) if region else ())
            for name, region in steps)  # fmt: skip
    return Chain(steps=tuple(made)).draw(1, "noise.wav", 1)


def test_a_region_lies_in_the_take_as_in_the_export(bench: Bench, source: Source) -> None:
    """Below the line its times are still the source's: what was turned round before is not forgotten."""
    drawn = regional(("Reverse", None), ("Gain", Span(0.25, 0.5)), gain_db=-6.0)
    bench.takes.show(source, drawn)
    view = bench.settle()
    assert view.take is not None
    samples = prepare(source.path, None, "keep").samples
    np.testing.assert_array_equal(TrackReader(view.take).samples(), render(samples, RATE, drawn))
    changed = np.flatnonzero(np.any(TrackReader(view.take).samples() != samples[:, ::-1], axis=0))
    assert (changed[0], changed[-1] + 1) == (RATE // 2, RATE * 3 // 4)


@pytest.mark.parametrize("before", [(), (("Reverse", Events()),)], ids=["live", "below a step that changes time"])
def test_labels_that_changed_make_another_take(
    bench: Bench, source: Source, before: tuple[tuple[str, Region], ...]
) -> None:
    drawn = regional(*before, ("PeakNormalize", Events(("bird",))))
    labels = Path(source.path).with_suffix(".txt")

    def shown(*events: Event) -> np.ndarray:
        labels.write_text("".join(f"{one.start_s}\t{one.end_s}\t{one.label}\n" for one in events))
        bench.takes.show(source, drawn)
        view = bench.settle()
        assert view.take is not None
        samples = prepare(source.path, None, "keep").samples
        expected = render(samples, RATE, drawn, events=events)
        np.testing.assert_array_equal(TrackReader(view.take).samples(), expected)
        return TrackReader(view.take).samples().copy()

    first = shown(Event(0.1, 0.2, "bird"), Event(0.5, 0.7, "bird"))
    bench.takes.show(source, drawn)
    assert bench.settle().live[-2].where is not None
    assert (bench.views[-1].live[-2].where or Where(None)).spans == ((0.1, 0.2), (0.5, 0.7))
    assert bench.asked.count("take") == 1
    assert not np.array_equal(first, shown(Event(0.1, 0.25, "bird")))
    labels.write_text("soon what\n")
    bench.takes.show(source, drawn)
    assert bench.settle().error.startswith("noise.txt line 1: is neither a label")


def test_the_other_chain_s_take_is_made_behind_the_wanted_one_and_is_at_hand(bench: Bench, source: Source) -> None:
    """It is asked for when the wanted take is complete, and to want it then needs nothing to be made."""
    bench.takes.show(source, recipe(-6), spare=recipe(-3, turned=False))
    view = bench.settle()
    assert bench.asked == ["decode", "prefix", "take", "spare take"]
    assert [one.preparing for one in bench.views[-2:]] == [True, False]
    assert all(one.complete for one in bench.views[-2:])
    assert view.spare is not None
    expected = render(np.ascontiguousarray(original(view)), RATE, recipe(-3, turned=False))
    np.testing.assert_array_equal(TrackReader(view.spare.take).samples(), expected)
    shown = len(bench.views)
    bench.takes.show(source, recipe(-3, turned=False), spare=recipe(-6))
    assert len(bench.views) == shown + 1, "it is there at once"
    assert bench.views[-1].complete
    assert bench.views[-1].take == view.spare.take
    assert bench.views[-1].time_map == view.spare.time_map
    assert bench.views[-1].spare is not None
    assert bench.views[-1].spare.take == view.take
    assert len(bench.asked) == 4


def test_an_edit_stops_the_other_chain_s_take_and_is_not_mixed_up_with_it(
    bench: Bench, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is measured for the other chain's take is not what the live bridge of this one works with."""
    begun: list[Track] = []
    run = RenderRequest.run

    def patient(self: RenderRequest) -> object:
        if self.recipe.steps[0].values == recipe(-3, turned=False).steps[0].values:
            begun.append(self.out)
            while TrackReader(self.out).ready == 0:
                with TrackWriter(self.out, made=True) as writer:
                    writer.check()
                time.sleep(0.001)
        return run(self)

    monkeypatch.setattr(RenderRequest, "run", patient)
    bench.takes.show(source, recipe(-6, turned=False), spare=recipe(-3, turned=False))
    until = time.monotonic() + 60
    while not begun and time.monotonic() < until:
        bench.workers.drain()
        time.sleep(0.002)
    numbers = bench.views[-1].numbers
    bench.takes.show(source, recipe(-9, turned=False), spare=recipe(-3, turned=False))
    assert bench.views[-1].numbers == numbers
    monkeypatch.setattr(RenderRequest, "run", run)
    view = bench.settle()
    assert view.complete
    assert view.spare is not None
    assert view.spare.take != begun[0]
    assert bench.asked.count("spare take") == 2


def test_a_take_that_has_no_room_is_said_and_holds_up_nothing(
    bench: Bench, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takes, "KEPT_BYTES", 3 * RATE * 8 - 1)
    bench.takes.show(source, recipe(-6, turned=False), spare=recipe(-3, turned=False))
    view = bench.settle()
    assert view.complete
    assert view.spare_error == takes.NO_ROOM
    assert "spare take" not in bench.asked
