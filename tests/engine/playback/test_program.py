"""The live Program: unchanged slots keep their state, changed ones come and go without a click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import TimeMap
from engine.playback.feeder import Built
from engine.playback.messages import Bridge, Follow, Play, Sound, Volume
from engine.playback.program import Program, Slot
from engine.recipe import Drawn
from engine.track import Track, TrackWriter
from tests.support.playing import RATE, Bench, noise, sound_of


class Count:
    """A processor that adds the number of frames it has seen, so that lost state shows."""

    def __init__(self, latency: int = 0) -> None:
        self.latency = latency
        self.tail = 0
        self.seen = 0
        self._late = np.zeros((2, latency), np.float32)

    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        self.seen += block.shape[1]
        queue = np.concatenate((self._late, block), axis=1)
        self._late = queue[:, block.shape[1] :]
        return queue[:, : block.shape[1]].copy()

    def reset(self, frame: int = 0) -> None:
        self.seen = frame
        self._late = np.zeros((2, self.latency), np.float32)


class Scale(Count):
    def __init__(self, gain: float) -> None:
        super().__init__()
        self.gain = np.float32(gain)

    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        return super().process(block) * self.gain


class Echo(Count):
    """A delay that is longer than the crossfade: a step that goes in comes back as a step."""

    def __init__(self) -> None:
        super().__init__()
        self._line = np.zeros((2, 2000), np.float32)

    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        line = np.concatenate((self._line, block), axis=1)
        self._line = line[:, -2000:]
        return block + line[:, : block.shape[1]]


class Faulty(Count):
    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        raise ValueError("a step's own fault")


def _tone(frames: int) -> NDArray[np.float32]:
    wave = (0.4 * np.sin(2 * np.pi * 440 * np.arange(frames) / RATE)).astype(np.float32)
    return np.stack((wave, wave))


def _through(program: Program, samples: NDArray[np.float32], block: int = 512) -> NDArray[np.float32]:
    blocks = [program.process(samples[:, at : at + block]) for at in range(0, samples.shape[1], block)]
    return np.concatenate(blocks, axis=1)


def test_equal_slots_keep_their_processor_through_a_change() -> None:
    kept, fresh = Count(), Count()
    program = Program([Slot("a", kept), Slot("b", Scale(1.0))], RATE)
    _through(program, _tone(4800))
    assert program.change([Slot("a", fresh), Slot("b2", Scale(0.5)), Slot("c", Scale(2.0))])
    assert program.changing
    _through(program, _tone(4800))
    assert not program.changing
    assert (kept.seen, fresh.seen) == (9600, 0)


def test_a_new_slot_goes_on_at_the_absolute_frame() -> None:
    new = Count()
    program = Program([], RATE)
    _through(program, _tone(5120))
    program.change([Slot("a", new)])
    assert new.seen == 5120


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([], [Slot("g", Scale(0.25))]),
        ([Slot("g", Scale(0.25))], [Slot("g2", Scale(1.0))]),
        ([Slot("g", Scale(0.5))], []),
        ([], [Slot("e", Echo())]),
        ([Slot("a", Scale(1.0)), Slot("b", Scale(0.5))], [Slot("b", Scale(0.5)), Slot("a", Scale(1.0))]),
    ],
    ids=["added", "changed", "removed", "delay added", "moved"],
)
def test_a_change_does_not_click(old: list[Slot], new: list[Slot]) -> None:
    program = Program(old, RATE)
    tone = _tone(RATE // 2)
    heard = [_through(program, tone[:, :12800])]
    assert program.change(new)
    heard.append(_through(program, tone[:, 12800:]))
    steps = np.abs(np.diff(np.concatenate(heard, axis=1)[0]))
    steady = max(steps[2000:12000].max(), steps[-8000:].max())
    assert steps[2000:].max() < 1.3 * steady


def test_a_change_of_latency_is_refused() -> None:
    program = Program([Slot("a", Count())], RATE)
    assert not program.change([Slot("b", Count(latency=100))])
    assert program.latency == 0
    assert program.change([Slot("c", Count())])


BRIDGE = tuple[Bridge, Callable[[float], Built]]


def _bridge(sound: Sound, step: str, *processors: Count) -> tuple[Bridge, Built]:
    drawn = Drawn(step, "None", 1, (), "00")
    bridge = Bridge(sound, (drawn,))
    slots = tuple(Slot((drawn, index), processor) for index, processor in enumerate(processors))
    return bridge, Built(bridge, Program(slots, RATE), slots)


def _playing(tmp_path: Path, samples: NDArray[np.float32]) -> tuple[Bench, Sound, Sound]:
    bench = Bench(tmp_path)
    original, old = sound_of(tmp_path, "o", samples), sound_of(tmp_path, "old", -samples)
    bench.send(Volume(0.0), Follow(original, old), Play())
    bench.take(RATE // 2)
    return bench, original, old


def test_an_edit_is_bridged_in_place_and_the_take_takes_over(tmp_path: Path) -> None:
    samples = noise(4 * RATE)
    bench, original, _ = _playing(tmp_path, samples)
    bridge, built = _bridge(original, "half", Scale(0.5), Count(latency=333))
    take = Sound(Track(str(tmp_path / "take"), RATE, 2), TimeMap.identity(4.0))
    bench.send(Follow(original, take, bridge))
    bench.feeder.post(built)
    at = bench.ring.written
    bench.take(RATE // 2)
    live = bench.ring.before(bench.ring.read, 4800)
    first = _place(bench.ring.before(at, 1000), -samples) + 1000
    place = first + bench.ring.read - at - 4800
    assert bench.feeder.deck.bridging
    assert np.array_equal(live, samples[:, place : place + 4800] * np.float32(0.5))
    rendered = samples * np.float32(0.25)
    with TrackWriter(take.track, samples.shape[1]) as writer:
        writer.write(rendered)
    bench.take(RATE // 2)
    assert not bench.feeder.deck.bridging
    place += RATE // 2
    assert np.array_equal(bench.ring.before(bench.ring.read, 4800), rendered[:, place : place + 4800])


def _place(block: NDArray[np.float32], sound: NDArray[np.float32]) -> int:
    return int(np.flatnonzero((sound[0] == block[0, 0]) & (sound[1] == block[1, 0]))[0])


def test_a_second_edit_changes_the_running_program(tmp_path: Path) -> None:
    samples = _tone(4 * RATE)
    bench, original, _ = _playing(tmp_path, samples)
    first, built = _bridge(original, "one", Count(), Scale(0.5))
    kept = built.slots[0]
    bench.send(Follow(original, None, first))
    bench.feeder.post(built)
    bench.take(RATE // 4)
    seen = kept.processor.seen  # type: ignore[attr-defined]  # a Count
    assert seen > RATE // 2
    second = Bridge(original, (*first.steps, Drawn("more", "None", 1, (), "00")))
    slots = (Slot(kept.key, Count()), Slot("louder", Scale(0.8)))
    for slot in slots[1:]:
        slot.processor.reset()
    bench.send(Follow(original, None, second))
    bench.feeder.post(Built(second, Program(slots, RATE), slots))
    heard = bench.take(RATE // 2)
    assert kept.processor.seen > seen + RATE // 4  # type: ignore[attr-defined]
    assert slots[0].processor.seen == 0  # type: ignore[attr-defined]
    assert np.abs(heard[:, -4800:]).max() == pytest.approx(0.32, abs=0.001)
    steady = np.abs(np.diff(samples[0])).max()
    assert np.abs(np.diff(heard[0])).max() < 1.1 * steady


def test_a_bridge_that_fails_gives_way(tmp_path: Path) -> None:
    samples = noise(4 * RATE)
    bench, original, old = _playing(tmp_path, samples)
    bridge, built = _bridge(original, "bad", Faulty())
    bench.send(Follow(original, old, bridge))
    bench.feeder.post(built)
    heard = bench.take(RATE // 2)
    assert _place(heard[:, -1000:], -samples) > RATE // 2
    assert bench.feeder.fault is None


def test_a_stale_bridge_is_not_taken_up(tmp_path: Path) -> None:
    bench, original, _ = _playing(tmp_path, noise(4 * RATE))
    _, stale = _bridge(original, "stale", Scale(0.0))
    wanted, _ = _bridge(original, "wanted", Scale(1.0))
    bench.send(Follow(original, None, wanted))
    bench.feeder.post(stale)
    assert np.abs(bench.take(RATE // 2)).max() > 0.4
    assert bench.feeder.deck.discarded
