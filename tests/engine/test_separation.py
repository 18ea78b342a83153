"""What rings and what strikes, told apart as librosa does."""

from __future__ import annotations

import numpy as np
import pytest

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.transform import StreamSpec
from engine.transforms.separation import HarmonicPercussive
from tests.support.measures import clicks, tone

RATE = 44_100
TIMES = np.arange(0.25, 9.0, 0.5)


def applied(transform: HarmonicPercussive, samples: Samples, rate: int = RATE) -> Samples:
    return transform.apply(samples, StreamSpec(rate, *samples.shape), Draw(Key.of("separation")))[0]


def mixture(seconds: float) -> Samples:
    """Tones, clicks and a little noise; longer than what is worked on at once, if so asked."""
    noise = Key.of("hiss").generator().standard_normal((1, round(seconds * RATE)), np.float32) * np.float32(0.01)
    tones = tone(330, RATE, seconds) * np.float32(0.5) + tone(1_000, RATE, seconds) * np.float32(0.3)
    return tones + clicks(RATE, seconds, TIMES[seconds > TIMES + 0.1]) + noise


@pytest.mark.golden("HarmonicPercussive", by="librosa.effects.hpss", within="2e-4 of full scale: float32 rounding")
def test_both_shares_are_those_of_librosa() -> None:
    import librosa

    sound = mixture(9.0)  # 775 frames: two chunks
    harmonic, percussive = librosa.effects.hpss(sound[0])
    assert np.abs(applied(HarmonicPercussive(harmonic_db=0, percussive_db=-80), sound)[0] - harmonic).max() < 2e-4
    assert np.abs(applied(HarmonicPercussive(harmonic_db=-80, percussive_db=0), sound)[0] - percussive).max() < 2e-4


def test_clicks_go_and_tones_stay() -> None:
    sound = mixture(3.0)
    out = applied(HarmonicPercussive(harmonic_db=0, percussive_db=-40), sound)
    for time in TIMES[TIMES < 2.5]:
        begin = round(time * RATE)
        before, after = (np.abs(np.diff(heard[0, begin : begin + 400])).max() for heard in (sound, out))
        assert after < 0.25 * before
    quiet = slice(round(0.5 * RATE), round(0.7 * RATE))
    assert np.sqrt(np.square(out[0, quiet]).mean()) == pytest.approx(
        np.sqrt(np.square(sound[0, quiet]).mean()), rel=0.02
    )


def test_two_gains_of_nothing_are_the_identity_and_of_the_same_are_a_gain() -> None:
    sound = mixture(0.5)
    assert np.array_equal(applied(HarmonicPercussive(harmonic_db=0, percussive_db=0), sound), sound)
    half = applied(HarmonicPercussive(harmonic_db=-6, percussive_db=-6), sound)
    assert np.abs(half - sound * 10 ** (-6 / 20)).max() < 1e-6


def test_channels_are_shared_out_alike() -> None:
    sound = np.concatenate((mixture(0.5), -0.5 * mixture(0.5)))
    out = applied(HarmonicPercussive(), sound)
    assert np.abs(out[1] + 0.5 * out[0]).max() < 1e-6
