"""Formants: kept under another pitch, or moved under the same one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.render import run
from engine.transform import StreamSpec, WholeClip
from engine.transforms.pitch_time import LivePitch, PitchShift, VocalTractLength
from tests.support.measures import tone, tone_error

RATE = 16_000
VOWEL = ((700, 80), (1_220, 90), (2_600, 120), (3_500, 150))
"""Formants and their widths in hertz: an open vowel."""

DRAW = Draw(Key.of("formants"))


def response(hertz: NDArray[np.floating]) -> NDArray[np.floating]:
    """How much the vowel's throat lets through: four resonators one after the other."""
    z = np.exp(-2j * np.pi * hertz / RATE)
    through = np.ones(np.shape(hertz), complex)
    for centre, width in VOWEL:
        radius = np.exp(-np.pi * width / RATE)
        through /= 1 - 2 * radius * np.cos(2 * np.pi * centre / RATE) * z + radius**2 * z**2
    return np.abs(through)


def vowel(pitch_hz: float, seconds: float = 1.5) -> Samples:
    """The vowel sung at a steady pitch, partial by partial."""
    time = np.arange(round(seconds * RATE)) / RATE
    partials = np.arange(1, int(RATE / 2 / pitch_hz)) * pitch_hz
    sound = sum(response(hz) * np.cos(2 * np.pi * hz * time + n * n) for n, hz in enumerate(partials))
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)[None]


def off_db(sound: Samples, pitch_hz: float, factor: float = 1) -> float:
    """How far the partials below 4 kHz are from the vowel with its formants times `factor`, by root mean square."""
    heard = sound[0, RATE // 3 : -RATE // 3]
    partials = np.arange(1, int(4_000 / pitch_hz)) * pitch_hz
    probes = np.exp(-2j * np.pi * partials[:, None] * np.arange(heard.size) / RATE) * np.hanning(heard.size)
    off = 20 * np.log10(np.abs(probes @ heard) / response(partials / factor))
    return float(np.std(off))


def formants_hz(sound: Samples) -> NDArray[np.floating]:
    """The first three formants by linear prediction, as librosa finds it."""
    import librosa
    import soxr

    narrow = soxr.resample(sound[0].copy(), RATE, 8_000)[2_000:-2_000]
    roots = np.roots(librosa.lpc(narrow * np.hanning(narrow.size), order=10))
    narrow_enough = roots[(roots.imag > 0) & (np.abs(roots) > np.exp(-np.pi * 300 / 8_000))]
    return np.sort(np.angle(narrow_enough) * 8_000 / 2 / np.pi)[:3]


def applied(transform: WholeClip, sound: Samples, rate: int = RATE) -> Samples:
    return transform.apply(sound, StreamSpec(rate, *sound.shape), DRAW)[0]


@pytest.mark.golden(
    "PitchShift", by="the formula of a vowel sung at the other pitch", within="4 dB rms of its partials"
)
@pytest.mark.parametrize("semitones", [-4.0, 4.0])
@pytest.mark.parametrize("pitch_hz", [85, 110, 180, 250])
def test_kept_formants_are_those_of_the_vowel_at_the_new_pitch(pitch_hz: float, semitones: float) -> None:
    """Moved ones are 8 to 12 dB off; Rubber Band's R3 engine keeps them to within 4 to 6 dB."""
    sung = pitch_hz * 2 ** (semitones / 12)
    assert off_db(applied(PitchShift(semitones=semitones, formants="keep"), vowel(pitch_hz)), sung) < 4
    assert off_db(applied(PitchShift(semitones=semitones), vowel(pitch_hz)), sung) > 7


@pytest.mark.golden("LivePitch", by="the formula of a vowel sung at the other pitch", within="4 dB rms of its partials")
@pytest.mark.parametrize("semitones", [-4.0, 4.0])
def test_kept_formants_are_kept_as_well_while_it_streams(semitones: float) -> None:
    for pitch_hz in (110, 180, 250):
        step = LivePitch(semitones=semitones, formants="keep")
        sound = vowel(pitch_hz)
        processor = step.processor(StreamSpec(RATE, 1), DRAW)
        kept = np.concatenate(list(run([processor], sound)), axis=1)
        assert off_db(kept, pitch_hz * 2 ** (semitones / 12)) < 4


@pytest.mark.golden("PitchShift", by="librosa.lpc", within="3 % of the first three formants")
@pytest.mark.parametrize("semitones", [-4.0, 4.0])
def test_kept_formants_stay_where_linear_prediction_finds_them(semitones: float) -> None:
    sound = vowel(110)
    kept = applied(PitchShift(semitones=semitones, formants="keep"), sound)
    assert formants_hz(kept) == pytest.approx(formants_hz(sound), rel=0.03)
    moved = applied(PitchShift(semitones=semitones), sound)
    assert formants_hz(moved)[:2] == pytest.approx(formants_hz(sound)[:2] * 2 ** (semitones / 12), rel=0.03)


@pytest.mark.golden("VocalTractLength", by="librosa.lpc", within="4 % of the second and third formant times the factor")
@pytest.mark.golden("VocalTractLength", by="the formula of a vowel with its formants moved", within="4 dB rms")
@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_another_throat_moves_formants_and_not_the_pitch(factor: float) -> None:
    sound = vowel(110)
    out = applied(VocalTractLength(factor=factor), sound)
    assert formants_hz(out)[1:] == pytest.approx(formants_hz(sound)[1:] * factor, rel=0.04)
    assert off_db(out, 110, factor) < 4 < off_db(out, 110)


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_a_tone_has_no_formants_to_move(rate: int) -> None:
    for transform, ratio in (
        (VocalTractLength(factor=0.9), 1.0),
        (VocalTractLength(factor=1.1), 1.0),
        (PitchShift(semitones=3.0, formants="keep"), 2 ** (3 / 12)),
    ):
        cents, residual_db = tone_error(applied(transform, tone(440, rate, 1.0), rate)[0], 440 * ratio, rate)
        assert abs(cents) < 0.1
        assert residual_db < -40


def test_the_warp_is_that_of_the_paper() -> None:
    """Jaitly and Hinton's two straight lines, bin by bin, against where each bin's envelope is fetched from."""
    from engine.dsp.formants import origins

    size, rate, upper = 512, RATE, 4_800.0
    for factor in (0.9, 1.1):
        fetched = origins(factor, upper, rate, size) * rate / size
        for source in range(0, 8_000, 37):
            edge = upper * min(factor, 1)
            if source <= edge / factor:
                there = source * factor
            else:
                there = rate / 2 - (rate / 2 - edge) / (rate / 2 - edge / factor) * (rate / 2 - source)
            assert np.interp(there, np.arange(size // 2 + 1) * rate / size, fetched) == pytest.approx(source, abs=2)


def test_a_factor_of_1_is_the_identity() -> None:
    sound = vowel(110, 0.2)
    assert np.array_equal(applied(VocalTractLength(factor=1.0), sound), sound)
