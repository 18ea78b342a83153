"""A knob that jumps while a 440 Hz sine plays makes no click in what reaches the device."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.chain import Chain, Step
from engine.clip import TimeMap
from engine.params import Value
from engine.playback.builder import slots_of
from engine.playback.messages import Bridge, Follow, Loop, Play, Sound, Volume
from engine.playback.program import Program
from engine.playback.voice import LiveVoice
from engine.track import Track
from tests.support.measures import tone
from tests.support.playing import RATE, Bench, sound_of

SECONDS = 12.0
STEEPER = 2.0
JUMPS = [
    ("Gain", "gain_db", -60.0, 6.0),
    ("HighPass", "cutoff_hz", 20.0, 4000.0),
    ("Compressor", "threshold_db", 0.0, -60.0),
    ("Compressor", "ratio", 1.0, 20.0),
    ("Delay", "delay_ms", 30.0, 900.0),
    ("Delay", "mix", 0.0, 1.0),
    ("Reverb", "wet_level", 0.0, 1.0),
    ("Reverb", "room_size", 0.0, 1.0),
]


class Playing:
    """A sine that goes through one step, whose knob is turned."""

    def __init__(self, folder: Path, transform: str) -> None:
        self._folder, self._transform, self._turns = folder, transform, 0
        self._sound = sound_of(folder, "sine", 0.6 * tone(440.0, RATE, SECONDS, 2))
        self.bench = Bench(folder)
        self.bench.send(Volume(0.0))
        self.bench.take(RATE // 10)
        self.bench.send(Follow(self._sound, self._sound), Loop(0.0, SECONDS), Play())
        self.bench.take(5 * RATE)

    def turn(self, name: str, value: Value) -> None:
        """Set the knob, as the window, the builder and the feeder do it together."""
        step = Step(id="step", transform=self._transform, settings=((name, value),))
        self._turns += 1
        take = Sound(Track(str(self._folder / f"take {self._turns}"), RATE, 2), TimeMap.identity(SECONDS))
        bridge = Bridge(self._sound, Chain(steps=(step,)).draw(1, "sine", 1).steps)
        self.bench.send(Follow(self._sound, take, bridge))
        live = LiveVoice(bridge, Program(slots_of(bridge)))
        place = self.bench.feeder.place(self._sound)
        assert place is not None
        live.warm_up(place)
        self.bench.feeder.post(live)


def steepest(heard: NDArray[np.float32]) -> float:
    """The largest step from one sample to the next."""
    return float(np.abs(np.diff(heard[0])).max())


@pytest.mark.parametrize(("transform", "name", "low", "high"), JUMPS, ids=[" ".join(jump[:2]) for jump in JUMPS])
def test_a_jump_is_not_much_steeper_than_what_it_lies_between(
    transform: str, name: str, low: float, high: float, tmp_path: Path
) -> None:
    """From the take to the bridge, to and fro between bridges, and so quickly that no jump is over before the next."""
    playing = Playing(tmp_path, transform)
    for value in (low, high, low):
        before = steepest(playing.bench.take(RATE // 2))
        playing.turn(name, value)
        jump = playing.bench.take(RATE // 2)
        after = steepest(playing.bench.take(2 * RATE)[:, RATE:])
        assert steepest(jump) < STEEPER * max(before, after)
    for number in range(20):
        playing.turn(name, (low, high)[number % 2])
        playing.bench.take(800)
    settled = [steepest(playing.bench.take(RATE)), before, after]
    for number in range(20):
        playing.turn(name, (low, high)[number % 2])
        assert steepest(playing.bench.take(800)) < STEEPER * max(settled)
