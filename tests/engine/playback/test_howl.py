"""The howl guard: loops of speakers, room and microphone are muted in time, and what comes from outside is heard."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.chain import Step
from tests.support.loops import Loop, from_outside, ring
from tests.support.playing import RATE, noise

IN_TIME_S = 0.5
"""Ears are the bound here."""
AT_LAST_S = 2.0
"""So long a loop may last that is no clean tone."""
LIMITER = Step(id="limiter", transform="Limiter", settings=(("ceiling_db", -12.0),))
UP = Step(id="up", transform="LivePitch", settings=(("semitones", 2.0),))


@pytest.mark.parametrize("delay_s", [0.006, 0.02])
@pytest.mark.parametrize(("gain", "room"), [(1.3, "ringing"), (2.0, "ringing"), (4.0, "sharp")])
def test_a_loop_that_howls_is_muted_in_time(delay_s: float, gain: float, room: str) -> None:
    found = ring(Loop(delay_s, gain, room))
    assert found.stays
    assert found.after_s < IN_TIME_S


@pytest.mark.parametrize(
    "loop",
    [
        Loop(0.2, 2.0, "plain"),
        Loop(0.05, 2.0, "hall", steps=(LIMITER,)),
        Loop(0.1, 8.0, "ringing", volume_db=-12.0),
        Loop(0.05, 4.0, "ringing", steps=(UP,)),
        Loop(0.02, 1.3, "ringing", rate=16000, hiss_db=-80.0),
    ],
    ids=["long", "limited", "quiet speakers", "glides", "from silence"],
)
def test_a_loop_that_is_no_clean_tone_is_muted_at_last(loop: Loop) -> None:
    found = ring(loop)
    assert found.stays
    assert found.after_s < AT_LAST_S


def test_a_loop_that_does_not_howl_is_left_alone() -> None:
    assert ring(Loop(0.02, 0.9), most_s=1.0, longest_s=3.0).muted_s is None


def _tone(db: float, hz: NDArray[np.float64] | float, seconds: float = 2.0) -> NDArray[np.float32]:
    phase = np.cumsum(np.broadcast_to(np.asarray(hz) / RATE, int(seconds * RATE))) * 2 * np.pi
    return (10 ** (db / 20) * np.sin(phase)).astype(np.float32)[None]


def test_what_goes_on_without_the_speakers_is_heard_again_and_left_alone() -> None:
    pauses, stays = from_outside(_tone(-3, 880.0, seconds=6.0), RATE)
    assert len(pauses) == 1, "a test tone is muted once, until it is clear that it comes from outside"
    assert not stays


def test_what_is_quiet_wavers_or_fades_is_never_muted() -> None:
    at = np.arange(2 * RATE) / RATE
    vibrato = _tone(-12, 880 * (1 + 0.01 * np.sin(2 * np.pi * 5.5 * at))) * (0.7 + 0.3 * np.sin(2 * np.pi * 4 * at))
    plucked = _tone(-3, 440.0) * np.exp(-3 * (at % 1.5))
    for sound in (_tone(-26, 880.0), vibrato, plucked, noise(3 * RATE) * 0.1):
        assert from_outside(sound.astype(np.float32), RATE) == ([], False)
