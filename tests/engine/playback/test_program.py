"""The live bridge: an edit is heard at once and in its place, and gives way to the take."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import TimeMap
from engine.playback.messages import Bridge, Follow, Play, Sound, Volume
from engine.playback.program import Program, Slot
from engine.playback.voice import LiveVoice
from engine.recipe import Drawn
from engine.track import Track, TrackWriter
from tests.support.playing import RATE, Bench, noise, sound_of


class Count:
    """A processor that adds the number of frames it has seen, so that lost state shows."""

    def __init__(self, latency: int = 0) -> None:
        self.latency = latency
        self.tail = 0
        self.seen = self.starts = 0
        self._late = np.zeros((2, latency), np.float32)

    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        self.seen += block.shape[1]
        queue = np.concatenate((self._late, block), axis=1)
        self._late = queue[:, block.shape[1] :]
        return queue[:, : block.shape[1]].copy()

    def reset(self, frame: int = 0) -> None:
        self.seen = frame
        self.starts += 1
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


BRIDGE = tuple[Bridge, LiveVoice]


def _bridge(sound: Sound, step: str, *processors: Count) -> BRIDGE:
    bridge = Bridge(sound, (Drawn(step, "None", 1, (), "00"),))
    return bridge, LiveVoice(bridge, Program([Slot(processor) for processor in processors]))


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
    at = bench.ring.read
    bench.take(RATE // 2)
    live = bench.ring.before(bench.ring.read, 4800)
    first = _place(bench.ring.before(at, 1000), -samples) + 1000
    place = first + bench.ring.read - at - 4800
    assert _heard(bench) == "bridge"
    assert np.array_equal(live, samples[:, place : place + 4800] * np.float32(0.5))
    rendered = samples * np.float32(0.25)
    with TrackWriter(take.track, samples.shape[1]) as writer:
        writer.write(rendered)
    bench.take(RATE // 2)
    assert _heard(bench) != "bridge"
    place += RATE // 2
    assert np.array_equal(bench.ring.before(bench.ring.read, 4800), rendered[:, place : place + 4800])


def _to_come(tmp_path: Path, number: int) -> Sound:
    """A take of which nothing is rendered."""
    return Sound(Track(str(tmp_path / f"take {number}"), RATE, 2), TimeMap.identity(4.0))


def _heard(bench: Bench) -> str:
    return bench.feeder.deck.mark().shown(0)[2]


def _place(block: NDArray[np.float32], sound: NDArray[np.float32]) -> int:
    return int(np.flatnonzero((sound[0] == block[0, 0]) & (sound[1] == block[1, 0]))[0])


def test_an_edit_is_heard_before_what_was_rendered_ahead(tmp_path: Path) -> None:
    """And so is the next one, while the first is still bridged."""
    bench, original, _ = _playing(tmp_path, noise(4 * RATE))
    for number in range(3):
        gain = 0.5**number
        bridge, live = _bridge(original, f"step {number}", Scale(gain))
        bench.send(Follow(original, _to_come(tmp_path, number), bridge))
        place = bench.feeder.place(original)
        assert place is not None
        live.warm_up(place)
        bench.feeder.post(live)
        heard = bench.take(4800)
        assert np.abs(heard[:, 3000:]).max() == pytest.approx(0.5 * gain, abs=0.02)
        assert bench.ring.fill > 8000
        bench.take(RATE // 4)


def test_an_edit_with_a_known_take_is_heard_before_what_was_rendered_ahead(tmp_path: Path) -> None:
    samples = noise(4 * RATE)
    bench, original, _ = _playing(tmp_path, samples)
    bench.send(Follow(original, sound_of(tmp_path, "other", samples * np.float32(0.25))))
    assert np.abs(bench.take(4800)[:, 3000:]).max() < 0.13


def test_while_a_knob_is_dragged_the_last_but_one_is_heard(tmp_path: Path) -> None:
    """Each bridge comes when the next has been asked for."""
    bench, original, _ = _playing(tmp_path, noise(4 * RATE))
    drag = [_bridge(original, f"step {number}", Scale(0.5**number)) for number in range(1, 6)]
    for number, ((_, built), (asked, _)) in enumerate(pairwise(drag)):
        bench.send(Follow(original, _to_come(tmp_path, number), asked))
        bench.feeder.post(built)
        bench.take(800)
    assert np.abs(bench.take(RATE // 8)[:, -1000:]).max() < 0.04
    assert bench.feeder.deck.stale
    bench.feeder.post(drag[-1][1])
    assert np.abs(bench.take(RATE // 8)[:, -1000:]).max() < 0.02
    assert not bench.feeder.deck.stale


def test_the_volume_is_heard_at_once_over_a_bridge(tmp_path: Path) -> None:
    """It does not stop the bridge or go back in it: its processors go on without a gap."""
    bench, original, _ = _playing(tmp_path, noise(4 * RATE))
    running = Count()
    bridge, live = _bridge(original, "one", running)
    bench.send(Follow(original, None, bridge))
    bench.feeder.post(live)
    bench.take(RATE // 4)
    starts = running.starts
    bench.send(Volume(-20.0))
    assert np.abs(bench.take(4800)[:, 3000:]).max() < 0.06
    assert running.starts == starts


def test_a_bridge_that_was_run_warm_rings_as_the_render_does(tmp_path: Path) -> None:
    """An echo of what came before the edit is there at once, and the frame is the render's."""
    samples = noise(4 * RATE)
    sound = sound_of(tmp_path, "sound", samples)
    echo = Echo()
    echo.tail = 2000
    _, live = _bridge(sound, "echo", echo, Count(latency=100))
    live.warm_up(2 * RATE)
    rendered = samples[:, 2 * RATE :] + samples[:, 2 * RATE - 2000 : -2000]
    live.seek(2 * RATE + 300)
    np.testing.assert_array_equal(live.read(1000), rendered[:, 300:1300])


def test_a_cold_delay_gives_no_click_back(tmp_path: Path) -> None:
    """What runs unheard before the playhead begins softly, or its edge would come out of the delay later."""
    tone = _tone(RATE)
    _, live = _bridge(sound_of(tmp_path, "sound", tone), "echo", Echo())
    live.seek(RATE // 2 + 27)
    live.program.start_at(0)
    steps = np.abs(np.diff(live.read(RATE // 4)[0]))
    assert steps.max() < 2.2 * np.abs(np.diff(tone[0])).max()


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
    _, stale = _bridge(sound_of(tmp_path, "other", noise(RATE)), "stale", Scale(0.0))
    wanted, _ = _bridge(original, "wanted", Scale(1.0))
    bench.send(Follow(original, None, wanted))
    bench.feeder.post(stale)
    assert np.abs(bench.take(RATE // 2)).max() > 0.4
    assert bench.feeder.deck.discarded
