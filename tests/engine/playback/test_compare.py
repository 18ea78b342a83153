"""Comparing in one place: another chain's take, louder and softer, and sounds of which nobody may hear which it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import Segment, TimeMap
from engine.playback.feeder import GUARD_S
from engine.playback.messages import Follow, Listen, Loop, Play, Seek, Sound, Volume
from engine.playback.voice import GAP_S, RISE_S
from engine.transform import QUANTUM
from tests.support.playing import RATE, Bench, noise, sound_of, write_track

SECOND = RATE
AHEAD = 9600
Sounds = NDArray[np.float32]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A feeder at full volume."""
    made = Bench(tmp_path, ahead=AHEAD)
    made.send(Volume(0.0))
    return made


def _where(block: Sounds, sound: Sounds) -> int:
    """The frame at which a block stands in a sound, to the bit."""
    found = sound.tobytes().find(np.ascontiguousarray(block).tobytes())
    assert found >= 0, "it is not in the sound"
    return found // 4


def test_another_take_goes_on_at_the_same_place_whatever_time_it_has(bench: Bench, tmp_path: Path) -> None:
    """From a take that runs twice as fast to one that runs backwards and back again, by the recording's time."""
    original = sound_of(tmp_path, "o", noise(4 * SECOND))
    fast, back = noise(2 * SECOND, 1, seed=2), noise(4 * SECOND, 1, seed=3)
    a = Sound(write_track(tmp_path, "a", fast), TimeMap((Segment((0.0, 2.0), (0.0, 4.0)),)))
    b = Sound(write_track(tmp_path, "b", back), TimeMap((Segment((0.0, 4.0), (4.0, 0.0)),)))
    bench.send(Follow(original, a), Play())
    bench.take(SECOND // 2)
    for goal, sound in ((b, back), (a, fast), (b, back)):
        at = bench.feeder.place(goal)
        assert at is not None
        bench.send(Follow(original, goal))
        heard = bench.take(AHEAD // 2)
        place = _where(heard[0, -1000:], sound[0]) - (heard.shape[1] - 1000)
        near = place + GUARD_S * RATE  # the device may have asked for so much meanwhile
        assert abs(near - at) <= 3 * QUANTUM, "it goes on where the device is"


def test_a_sound_is_softer_by_so_much_and_by_nothing_else(bench: Bench, tmp_path: Path) -> None:
    take = noise(2 * SECOND, seed=4)
    sound = sound_of(tmp_path, "t", take)
    original = replace(sound_of(tmp_path, "o", noise(2 * SECOND)), gain_db=-3.0)
    bench.send(Follow(original, replace(sound, gain_db=-6.5)), Play())
    np.testing.assert_array_equal(bench.take(4800), take[:, :4800] * np.float32(10 ** (-6.5 / 20)))
    bench.send(Follow(original, sound), Seek(0.5))
    heard = bench.take(9600)
    assert _where(heard[0, -1000:], take[0]) > 0
    bench.send(Listen("original"), Seek(0.0))
    heard = bench.take(9600)
    soft = noise(2 * SECOND) * np.float32(10 ** (-3 / 20))
    assert _where(heard[0, -1000:], soft[0]) > 0


@pytest.mark.parametrize("side", ["take", "original"])
def test_a_change_of_level_neither_clicks_nor_waits_for_what_was_rendered_ahead(
    bench: Bench, tmp_path: Path, side: str
) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 300 * np.arange(4 * SECOND) / RATE)).astype(np.float32)
    sound = sound_of(tmp_path, "t", np.stack([tone, tone]))
    bench.send(Follow(sound, sound), Listen("take" if side == "take" else "original"), Play())
    before = bench.take(SECOND)
    soft = replace(sound, gain_db=-20.0)
    bench.send(Follow(soft, soft))
    after = bench.take(SECOND)
    joined = np.concatenate((before, after), axis=1)[0]
    steps = np.abs(np.diff(joined[RATE // 10 :]))
    assert steps.max() < 1.2 * np.abs(np.diff(tone)).max()
    assert np.abs(after[0, int(0.06 * RATE) :]).max() < 0.051
    turned = np.sign(joined[1000:]) == np.sign(tone[1000 : joined.size])
    assert turned.mean() > 0.999, "it goes on in the same place"


def test_taking_up_a_sound_with_a_turn_sounds_the_same_whichever_it_is(bench: Bench, tmp_path: Path) -> None:
    """From A to A and from A to B: the same old sound fades in the same way, then the same silence, then what it is."""
    level, other = np.full((2, 4 * SECOND), 0.5, np.float32), np.full((2, 4 * SECOND), 0.25, np.float32)
    a, b = sound_of(tmp_path, "a", level), sound_of(tmp_path, "b", other)
    bench.send(Follow(a, replace(a, turn=1)), Play())
    bench.take(SECOND // 2)
    heard = []
    for turn, goal in ((2, a), (3, b), (4, a), (5, b)):
        bench.send(Follow(a, replace(goal, turn=turn)))
        heard.append(bench.take(SECOND // 4)[0] / (0.5 if goal is a else 0.25))
    silences = [np.flatnonzero(one == 0) for one in heard]
    fades = [
        one[where[0] - 700 : where[0]] * now / before
        for one, where, now, before in zip(heard, silences, (0.5, 0.25, 0.5, 0.25), (0.5, 0.5, 0.25, 0.5), strict=True)
    ]
    rises = [one[where[0] :][: RATE // 10] for one, where in zip(heard, silences, strict=True)]
    assert silences[0].size > (GAP_S - 0.016) * RATE
    for fade, rise in zip(fades[1:], rises[1:], strict=True):
        np.testing.assert_allclose(fade, fades[0], atol=1e-6)
        np.testing.assert_allclose(rise, rises[0], atol=1e-6)
    assert rises[0][round((GAP_S + RISE_S) * RATE) :].min() == 1.0


def test_a_turn_is_silent_once_and_not_in_every_round(bench: Bench, tmp_path: Path) -> None:
    a = sound_of(tmp_path, "a", np.full((2, SECOND), 0.5, np.float32))
    bench.send(Follow(a, a), Loop(0.0, 1.0), Play())
    bench.take(SECOND // 2)
    bench.send(Follow(a, replace(a, turn=1)))
    assert (bench.take(SECOND // 4) == 0).any()
    assert (bench.take(2 * SECOND) == 0.5).all()
