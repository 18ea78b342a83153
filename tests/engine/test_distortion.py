"""What the distortions do to a waveform, sample by sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.clip import Samples
from engine.transforms.distortion import (
    Aliasing,
    BitCrush,
    Clipping,
    Contrast,
    DcOffset,
    Distortion,
    Dither,
    Overdrive,
    PercentileClipping,
    TanhDistortion,
)
from tests.support.ffmpeg import filtered
from tests.support.processing import noise, processed, tone


@pytest.mark.golden("Distortion", by="pedalboard.Distortion", within="1e-6: float32 rounding")
def test_distortion_is_that_of_pedalboard() -> None:
    import pedalboard

    samples = noise(4000, 2, 0.4)
    expected = pedalboard.Distortion(drive_db=3).process(samples, 44100.0)
    assert np.abs(processed(Distortion(drive_db=3), samples, 44100) - expected).max() < 1e-6


@pytest.mark.golden(
    "TanhDistortion", by="tanh between two gains, worked out in float64", within="1e-6: float32 rounding"
)
def test_tanh_distortion_is_its_formula() -> None:
    samples = noise(8000, 2, 0.2)
    bent = np.tanh(10 ** (18 / 20) * samples.astype(np.float64) / np.abs(samples).max())
    expected = bent * np.sqrt(np.mean(samples.astype(np.float64) ** 2) / np.mean(bent**2))
    assert np.abs(processed(TanhDistortion(drive_db=18), samples, 16000) - expected).max() < 1e-6


@pytest.mark.parametrize("level", [0.001, 0.1, 1.0])
def test_tanh_distortion_keeps_the_rms_and_does_not_depend_on_the_level(level: float) -> None:
    samples = noise(16000, 2, 0.2)
    out = processed(TanhDistortion(drive_db=18), samples * np.float32(level), 16000)
    assert np.sqrt(np.mean(out**2)) == pytest.approx(np.sqrt(np.mean(samples**2)) * level, rel=1e-4)
    assert np.allclose(out, processed(TanhDistortion(drive_db=18), samples, 16000) * level, rtol=1e-4, atol=1e-9)


def test_more_drive_makes_more_harmonics() -> None:
    samples = tone(500, 16000, 0.5)

    def third(drive_db: float) -> float:
        spectrum = np.abs(np.fft.rfft(processed(TanhDistortion(drive_db=drive_db), samples, 16000)[0]))
        return float(spectrum[750] / spectrum[250])

    assert 0.001 < third(0) < third(12) < third(30) == pytest.approx(1 / 3, abs=0.05)


@pytest.mark.golden("Clipping", by="audiomentations.Clip", within="1e-7: float32 rounding of the limits")
def test_clipping_cuts_at_its_limits_and_nothing_else() -> None:
    from audiomentations import Clip

    samples = noise(4000, 2, 0.5)
    for asymmetry_db in (0.0, 6.0):
        upper, lower = 10 ** (-6 / 20), -(10 ** ((asymmetry_db - 6) / 20))
        out = processed(Clipping(threshold_db=-6, asymmetry_db=asymmetry_db), samples, 8000)
        assert np.abs(out - Clip(lower, upper, p=1)(samples, 8000)).max() < 1e-7


def theirs(transform: Any, samples: Samples, rate: int, **parameters: float) -> Samples:
    """What a transform of audiomentations makes of the samples once it has drawn these parameters."""
    transform.parameters = parameters
    out: Samples = transform.apply(samples, rate)
    return out


@pytest.mark.golden(
    "PercentileClipping", by="audiomentations.ClippingDistortion", within="1e-4: levels are counted in 65,536 steps"
)
@pytest.mark.parametrize("percent", [10, 40, 80])
def test_percentile_clipping_is_that_of_audiomentations(percent: int) -> None:
    """On a waveform with two like halves and no pauses: its percentiles are of both halves, ours of levels."""
    from audiomentations import ClippingDistortion

    half = 0.5 * np.random.default_rng(2).uniform(0.01, 1, (2, 300_000)).astype(np.float32)
    samples = np.concatenate((half, -half), axis=1)
    expected = theirs(ClippingDistortion(), samples, 8000, percentile_threshold=percent)
    assert np.abs(processed(PercentileClipping(clipped_percent=percent), samples, 8000) - expected).max() < 1e-4


def test_pauses_do_not_count_as_samples_to_be_clipped() -> None:
    samples = np.concatenate((noise(4000, 1, 0.2), np.zeros((1, 36000), np.float32)), axis=1)
    out = processed(PercentileClipping(clipped_percent=40), samples, 8000)
    assert np.mean(out[0, :4000] != samples[0, :4000]) == pytest.approx(0.4, abs=0.01)


@pytest.mark.golden("Overdrive", by="SoX's overdrive as a plain loop", within="1e-6: float32 rounding")
@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize(("gain_db", "color"), [(20, 20), (40, 0), (0, 100)])
def test_overdrive_is_that_of_sox(rate: int, gain_db: float, color: float) -> None:
    """At 44.1 kHz; elsewhere what takes the constant part away is as slow in seconds as there."""
    pole = 0.995 ** (44100 / rate)
    samples = noise(4000, 1, 0.3)

    def bend(level: float) -> float:
        return float(np.sign(level)) * 2 / 3 if abs(level) > 1 else level - level**3 / 3

    last_in, last_out, expected = bend(color / 200), 0.0, []
    for sample in samples[0].astype(np.float64):
        bent = bend(sample * 10 ** (gain_db / 20) + color / 200)
        last_out = bent - last_in + pole * last_out
        last_in = bent
        expected.append(sample * 0.5 + last_out * 0.75)
    out = processed(Overdrive(gain_db=gain_db, color_percent=color), samples, rate)
    assert np.abs(out[0] - expected).max() < 1e-6


@pytest.mark.golden("Contrast", by="ffmpeg's acontrast", within="1e-6: float32 rounding")
@pytest.mark.golden("DcOffset", by="ffmpeg's dcshift", within="1e-6: float32 rounding")
def test_contrast_and_offset_are_those_of_ffmpeg() -> None:
    samples = noise(4000, 2, 0.2)
    expected = filtered("acontrast", "contrast=60", samples, 44100)
    assert np.abs(processed(Contrast(amount_percent=60), samples, 44100) - expected).max() < 1e-6
    expected = filtered("dcshift", "shift=0.1", samples, 44100)
    assert np.abs(processed(DcOffset(offset_percent=10), samples, 44100) - expected).max() < 1e-6


@pytest.mark.golden("Aliasing", by="audiomentations.Aliasing", within="1e-5: theirs places its samples in float64 too")
def test_aliasing_is_that_of_audiomentations() -> None:
    """At a length at which its first and last samples fall on ours: it stretches its low rate to the clip's ends."""
    from audiomentations import Aliasing as TheirAliasing

    samples = noise(48001, 2, 0.2)
    expected = theirs(TheirAliasing(), samples, 48000, new_sample_rate=30000)
    out = processed(Aliasing(rate_hz=30000), samples, 48000)
    assert np.abs(out - expected)[:, :-4].max() < 1e-5


def test_a_tone_above_half_the_low_rate_is_folded_down() -> None:
    out = processed(Aliasing(rate_hz=8000), tone(5000, 48000, 1.0), 48000)[0]
    assert np.argmax(np.abs(np.fft.rfft(out))[:4000]) == 3000


@pytest.mark.golden(
    "Dither", by="Lipshitz: the total error of triangular dither has a power of a quarter step", within="3 %"
)
@pytest.mark.parametrize(
    ("density", "expected"), [("triangular", 3 / 12), ("rectangular", 2 / 12), ("gaussian", 4 / 12)]
)
def test_the_error_of_dithered_rounding(density: str, expected: float) -> None:
    """Its power over steps squared; with triangular noise neither it nor the mean error depends on the sound."""
    steps = 2.0**7
    for level in (0.1, 0.25, 0.5):
        samples = np.full((1, 200_000), level / steps, np.float32)
        error = (processed(Dither(bit_depth=8, density=density), samples, 8000) - samples)[0] * steps
        assert abs(error.mean()) < 0.01 or density == "gaussian"
        if density == "triangular":
            assert np.mean(error**2) == pytest.approx(expected, rel=0.03)
    ramp = np.linspace(-0.5, 0.5, 400_000, dtype=np.float32)[np.newaxis]
    error = (processed(Dither(bit_depth=8, density=density), ramp, 8000) - ramp) * steps
    assert np.mean(error**2) == pytest.approx(expected, rel=0.03)


def test_dither_keeps_a_tone_that_plain_rounding_loses() -> None:
    quiet = tone(500, 8000, 4.0, 0.3 / 2**7)
    assert not processed(BitCrush(bit_depth=8), quiet, 8000).any()
    kept = np.abs(np.fft.rfft(processed(Dither(bit_depth=8), quiet, 8000)[0]))
    assert kept[2000] == pytest.approx(np.abs(np.fft.rfft(quiet[0]))[2000], rel=0.05)


def test_dither_ends_at_full_scale_as_a_converter_does() -> None:
    loud = np.float32([[-2, 2]]).repeat(500, axis=1)
    out = processed(Dither(bit_depth=4), loud, 8000)
    assert np.array_equal(out, np.clip(loud, -1, 7 / 8))


@pytest.mark.golden("BitCrush", by="Python's round to the steps of the bits, one sample at a time", within="0")
@pytest.mark.parametrize("bits", [2, 5, 8, 16])
def test_bit_crush_has_so_many_steps(bits: int) -> None:
    ramp = np.linspace(-1, 1, 200_001, dtype=np.float32)[np.newaxis]
    out = processed(BitCrush(bit_depth=bits), ramp, 8000)
    assert len(np.unique(out)) == 2**bits + 1
    steps = 2 ** (bits - 1)
    assert [round(float(sample) * steps) / steps for sample in ramp[0, ::97]] == out[0, ::97].tolist()
    assert np.abs(out - ramp).max() <= 0.5**bits + 1e-6
