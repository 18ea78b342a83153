"""Another file, another preset and an undo while it plays: neither gap nor click in what reaches the device."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import engine
from engine.chain import Chain, Step
from engine.clip import TimeMap
from engine.playback.builder import slots_of
from engine.playback.feeder import RENEW_S
from engine.playback.messages import Bridge, Follow, Loop, Play, Sound, Volume
from engine.playback.program import Program
from engine.playback.voice import LiveVoice
from engine.track import Track, TrackWriter
from tests.support.measures import tone
from tests.support.playing import RATE, Bench, sound_of

SECONDS = 8.0
STEEPER = 2.0
LOUD = Chain(steps=(Step(id="gain", transform="Gain", settings=(("gain_db", -2.0),)),))
ROOM = Chain(
    steps=(
        Step(id="high", transform="HighPass", settings=(("cutoff_hz", 200.0),)),
        Step(id="room", transform="Reverb"),
        Step(id="gain", transform="Gain", settings=(("gain_db", -6.0),)),
    )
)


class Playing:
    """What the window, its workers and the audio process do together, with a device that is read by hand."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._takes = folder, 0
        self.bench = Bench(folder)
        self.original = self.recording("first", 440.0)
        self.take = self.growing()
        self.rendered(self.take, LOUD)
        self.bench.send(Volume(0.0))
        self.bench.take(RATE // 10)
        self.bench.send(Follow(self.original, self.take), Loop(0.0, SECONDS), Play())
        self.bench.take(2 * RATE)

    def recording(self, name: str, hz: float) -> Sound:
        """Another sine, which begins in the middle of its swing."""
        self.samples = np.ascontiguousarray(0.4 * tone(hz, RATE, SECONDS + 1, 2)[:, 37 : 37 + round(SECONDS * RATE)])
        return sound_of(self._folder, name, self.samples)

    def growing(self) -> Sound:
        """A take that nothing is rendered of yet."""
        self._takes += 1
        return Sound(Track(str(self._folder / f"take {self._takes}"), RATE, 2), TimeMap.identity(SECONDS))

    def rendered(self, take: Sound, chain: Chain) -> None:
        """The worker has rendered it."""
        samples = engine.render(self.samples, RATE, chain.draw(1, "sine", 1))
        with TrackWriter(take.track, samples.shape[1]) as writer:
            writer.write(samples)

    def bridged(self, take: Sound, chain: Chain) -> None:
        """The window asks for a take that is being rendered, and the builder makes what stands in for it."""
        bridge = Bridge(self.original, chain.draw(1, "sine", 1).steps)
        self.bench.send(Follow(self.original, take, bridge))
        live = LiveVoice(bridge, Program(slots_of(bridge)))
        place = self.bench.feeder.place(self.original)
        assert place is not None
        live.warm_up(place)
        self.bench.feeder.post(live)


@pytest.fixture
def playing(tmp_path: Path) -> Playing:
    return Playing(tmp_path)


def _check(before: NDArray[np.float32], change: NDArray[np.float32], after: NDArray[np.float32]) -> None:
    """No silence longer than a fade, and no step much larger than the larger one of the sounds before and after."""
    silent = [len(list(run)) for zero, run in groupby(~change.any(axis=0)) if zero]
    assert max(silent, default=0) <= RENEW_S * RATE
    assert _steepest(change) < STEEPER * max(_steepest(before), _steepest(after))


def _steepest(heard: NDArray[np.float32]) -> float:
    return float(np.abs(np.diff(heard)).max())


def test_another_file(playing: Playing) -> None:
    before = playing.bench.take(RATE // 4)
    second = playing.recording("second", 620.0)
    take = playing.growing()
    playing.rendered(take, ROOM)
    playing.bench.send(Follow(second))
    change = playing.bench.take(RATE // 4)
    playing.bench.send(Follow(second, take))
    change = np.concatenate((change, playing.bench.take(RATE // 2)), axis=1)
    after = playing.bench.take(RATE)
    _check(before, change, after)
    expected = playing.samples[0]
    assert np.abs(np.corrcoef(after[0], expected[: after.shape[1]])[0, 1]) < 0.99, "the take is heard, not the original"


def test_another_preset(playing: Playing) -> None:
    """At first live, then as it was rendered."""
    before = playing.bench.take(RATE // 4)
    take = playing.growing()
    playing.bridged(take, ROOM)
    change = playing.bench.take(RATE // 2)
    playing.rendered(take, ROOM)
    playing.bench.send(Follow(playing.original, take))
    change = np.concatenate((change, playing.bench.take(RATE // 2)), axis=1)
    _check(before, change, playing.bench.take(RATE))


def test_undo_while_the_bridge_plays(playing: Playing) -> None:
    """And back to a take that is there still."""
    before = playing.bench.take(RATE // 4)
    playing.bridged(playing.growing(), ROOM)
    change = playing.bench.take(RATE // 2)
    playing.bench.send(Follow(playing.original, playing.take))
    change = np.concatenate((change, playing.bench.take(RATE // 2)), axis=1)
    after = playing.bench.take(RATE)
    _check(before, change, after)
    assert _steepest(after) == pytest.approx(_steepest(before), rel=1e-3)


def test_one_change_upon_another(playing: Playing) -> None:
    """Presets and undo by turns, sooner than any of them is over."""
    before, changes = playing.bench.take(RATE // 4), []
    for number in range(12):
        if number % 3 == 2:
            playing.bench.send(Follow(playing.original, playing.take))
        else:
            playing.bridged(playing.growing(), (ROOM, LOUD)[number % 2])
        changes.append(playing.bench.take(1300))
    _check(before, np.concatenate(changes, axis=1), playing.bench.take(RATE))
