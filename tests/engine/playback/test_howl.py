"""The howl detector: loops of speakers, room and microphone trigger it in time, and nothing else does."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import iirpeak, lfilter

from engine.demo import SAMPLE_RATE, demo_samples
from engine.playback.microphone.howl import HowlDetector
from engine.playback.safety import SafetyLimiter
from tests.support.playing import RATE, noise

BLOCK = 256
IN_TIME_S = 0.35
"""Ears are the bound here: within about 0.3 s of a howl's being loud."""


def _loop(delay_s: float, gain: float, sharp: float, seconds: float = 4.0) -> tuple[float | None, float | None]:
    """When a loop of microphone, limiter, delay and a room that rings at 1.2 kHz is loud, and when it is noticed."""
    delay, frames = int(delay_s * RATE), int(seconds * RATE)
    hiss = noise(frames, 1, seed=4)[0] * 0.01
    numerator, denominator = iirpeak(1200, sharp, RATE)
    left, state = np.zeros(frames + delay + BLOCK, np.float32), np.zeros(2)
    detector, limiter, loud = HowlDetector(RATE), SafetyLimiter(), None
    for start in range(0, frames - BLOCK, BLOCK):
        room, state = lfilter(numerator, denominator, left[start : start + BLOCK], zi=state)
        back = gain * (0.7 * room + 0.3 * left[start : start + BLOCK])
        block = np.repeat((hiss[start : start + BLOCK] + back).astype(np.float32)[None], 2, axis=0)
        howls = detector.feed(block)
        left[start + delay : start + delay + BLOCK] = limiter.process(block, RATE)[0]
        if loud is None and np.abs(block).max() >= 1.0:
            loud = (start + BLOCK) / RATE
        if howls:
            return loud, (start + BLOCK) / RATE
    return loud, None


@pytest.mark.parametrize("delay_s", [0.006, 0.02, 0.05])
@pytest.mark.parametrize(("gain", "sharp"), [(1.3, 1), (2.0, 8), (2.0, 30), (4.0, 8)])
def test_a_loop_that_howls_is_noticed_in_time(delay_s: float, gain: float, sharp: float) -> None:
    loud, noticed = _loop(delay_s, gain, sharp)
    assert noticed is not None
    assert loud is None or noticed <= loud + IN_TIME_S


def test_a_loop_that_does_not_howl_is_left_alone() -> None:
    assert _loop(0.02, 0.9, 8) == (None, None)


def _hears(sound: NDArray[np.float32], rate: int = RATE) -> bool:
    detector = HowlDetector(rate)
    return any(detector.feed(sound[:, start : start + BLOCK]) for start in range(0, sound.shape[1], BLOCK))


def _tone(db: float, hz: NDArray[np.float64] | float, seconds: float = 2.0) -> NDArray[np.float32]:
    phase = np.cumsum(np.broadcast_to(np.asarray(hz) / RATE, int(seconds * RATE))) * 2 * np.pi
    return (10 ** (db / 20) * np.sin(phase)).astype(np.float32)[None]


def test_only_a_tone_that_is_loud_and_does_not_waver_is_taken_for_a_howl() -> None:
    at = np.arange(2 * RATE) / RATE
    assert _hears(_tone(-3, 880.0)), "a pure tone near full scale is: better one false mute than a hurt ear"
    assert not _hears(_tone(-9, 880.0)), "a held tone is not"
    assert not _hears(_tone(-3, 880 * (1 + 0.01 * np.sin(2 * np.pi * 5.5 * at)))), "nor one that is sung or whistled"
    assert not _hears(_tone(-3, 2500 + 800 * at)), "nor a call that glides"
    assert not _hears(_tone(-3, 440.0) * np.exp(-3 * at).astype(np.float32)), "nor a string that was plucked"


def test_what_people_record_is_no_howl() -> None:
    for sound, rate in ((demo_samples(), SAMPLE_RATE), (noise(3 * RATE), RATE)):
        assert not _hears(sound / np.abs(sound).max(), rate)
