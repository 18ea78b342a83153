"""Gain, peak, loudness and sign, beside arithmetic and pyloudnorm."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.clip import Samples
from engine.dsp.loudness import integrated_loudness
from engine.transforms.level import Fade, Gain, GainTransition, LoudnessNormalize, PeakNormalize, PolarityInversion
from tests.support.ffmpeg import filtered
from tests.support.processing import decibels, measured, noise, processed, tone


def reference(samples: Samples, rate: int) -> float:
    """The loudness that pyloudnorm finds."""
    import pyloudnorm

    return float(pyloudnorm.Meter(rate).integrated_loudness(samples.T.astype(np.float64)))


def swelling(frames: int, channels: int, seed: int) -> Samples:
    """Pink-like noise that swells from far below the gates to loud, so that both gates matter."""
    brown = np.cumsum(noise(frames, channels, 1, seed), axis=1) * 0.02
    high = np.diff(brown, prepend=brown[:, :1])
    shaped = 0.3 * (brown - brown.mean(axis=1, keepdims=True)) + high
    return (shaped * np.geomspace(1e-5, 0.5, frames) / np.abs(shaped).max()).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000, 192000])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_loudness_is_that_of_pyloudnorm(rate: int, channels: int) -> None:
    for seconds in (0.4, 0.44, 0.46, 0.95, 3.1):
        frames = math.ceil(seconds * rate)
        for samples in (noise(frames, channels), swelling(frames, channels, 3), 3 * noise(frames, channels, seed=8)):
            assert integrated_loudness(samples, rate) == pytest.approx(reference(samples, rate), abs=0.1)


@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.399])
def test_a_short_clip_is_one_block_without_gates(seconds: float) -> None:
    """A quiet one that the gates would drop has the loudness of the same sound 40 dB up, less 40 dB."""
    quiet = tone(1000, 48000, seconds, 1e-4)
    loud = integrated_loudness(100 * quiet, 48000)
    assert integrated_loudness(quiet, 48000) == pytest.approx(loud - 40, abs=0.01)
    whole_periods = tone(1000, 48000, 0.4, 0.5)
    assert integrated_loudness(whole_periods, 48000) == pytest.approx(decibels(0.5 / math.sqrt(2)), abs=0.1)


def test_a_clip_longer_than_one_chunk_is_measured_as_a_whole() -> None:
    samples = swelling(700_001, 2, 5)
    assert integrated_loudness(samples, 8000) == pytest.approx(reference(samples, 8000), abs=0.05)


def test_the_low_frequency_channel_counts_for_nothing_and_many_channels_as_equals() -> None:
    front = noise(48000, 2)
    six = np.concatenate((front, np.zeros((4, 48000), np.float32)))
    six[3] = 0.9
    assert integrated_loudness(six, 48000) == pytest.approx(integrated_loudness(front, 48000), abs=1e-6)
    eight = np.tile(front[:1], (8, 1))
    alone = integrated_loudness(front[:1], 48000)
    assert integrated_loudness(eight, 48000) == pytest.approx(alone + 10 * math.log10(8), abs=1e-6)


@pytest.mark.golden("LoudnessNormalize", by="pyloudnorm.Meter", within="0.1 LU, the tolerance of EBU Tech 3341")
@pytest.mark.parametrize("target", [-31.0, -23.0, -13.0])
@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_loudness_is_set(target: float, seconds: float) -> None:
    samples = noise(round(48000 * seconds), 2, 0.02)
    out = processed(LoudnessNormalize(loudness_lufs=target), samples, 48000)
    assert integrated_loudness(out, 48000) == pytest.approx(target, abs=0.01)
    assert reference(out, 48000) == pytest.approx(target, abs=0.1)


@pytest.mark.parametrize("transform", [LoudnessNormalize(max_gain_db=20), PeakNormalize(max_gain_db=20)])
def test_near_silence_is_raised_by_the_cap_and_silence_not_at_all(transform: LoudnessNormalize | PeakNormalize) -> None:
    quiet = noise(4000, 2, 1e-6)
    assert np.allclose(processed(transform, quiet, 16000), 10 * quiet, rtol=1e-5)
    silence = np.zeros((2, 16000), np.float32)
    assert np.array_equal(processed(transform, silence, 16000), silence)
    assert all(math.isfinite(number) for number in measured(transform, silence, 16000).values())


@pytest.mark.golden("PeakNormalize", by="audiomentations.Normalize", within="1e-6: float32 rounding")
def test_peak_is_set_by_the_loudest_channel() -> None:
    from audiomentations import Normalize

    samples = noise(8000, 2) * np.array([[1], [0.1]], np.float32)
    to_full_scale = processed(PeakNormalize(peak_db=0), samples, 8000)
    assert np.abs(to_full_scale - Normalize(p=1)(samples, 8000)).max() < 1e-6
    out = processed(PeakNormalize(peak_db=-6), samples, 8000)
    assert decibels(float(np.abs(out).max())) == pytest.approx(-6, abs=1e-5)
    assert np.allclose(out[1] / samples[1], out[0, 0] / samples[0, 0], rtol=1e-5)


def test_peak_too_loud_leaves_what_is_soft_enough() -> None:
    samples = tone(440, 8000, 0.1, 0.5)
    only = PeakNormalize(peak_db=-3, when="too_loud")
    assert np.array_equal(processed(only, samples, 8000), samples)
    assert decibels(float(np.abs(processed(only, samples * 2, 8000)).max())) == pytest.approx(-3, abs=1e-5)


@pytest.mark.golden("Gain", by="pedalboard.Gain", within="1e-6: float32 rounding")
@pytest.mark.golden("PolarityInversion", by="pedalboard.Invert", within="0")
def test_gain_and_sign() -> None:
    import pedalboard

    samples = noise(1000, 2)
    expected = pedalboard.Gain(-20).process(samples, 8000)
    assert np.abs(processed(Gain(gain_db=-20), samples, 8000) - expected).max() < 1e-6
    assert np.array_equal(processed(PolarityInversion(), samples, 8000), pedalboard.Invert().process(samples, 8000))


@pytest.mark.golden("GainTransition", by="audiomentations.GainTransition", within="1e-4: it begins a frame apart")
@pytest.mark.parametrize("start", [2000, -3000, 13000])
def test_a_transition_is_that_of_audiomentations(start: int) -> None:
    from audiomentations import GainTransition as Theirs

    samples, rate, length = noise(16000, 2), 8000, 6000
    theirs = Theirs()
    theirs.parameters = {"fade_time_samples": length, "t0": start, "start_gain_db": 4.0, "end_gain_db": -20.0}
    center = 100 * (start + length / 2) / samples.shape[1]
    ours = GainTransition(start_gain_db=4, end_gain_db=-20, duration_s=length / rate, center_percent=center)
    assert np.abs(processed(ours, samples, rate) - theirs.apply(samples, rate)).max() < 1e-4


@pytest.mark.golden("Fade", by="ffmpeg's afade", within="1e-3: it counts a frame more")
@pytest.mark.parametrize(("shape", "curve"), [("linear", "tri"), ("quarter_sine", "qsin"), ("half_sine", "hsin")])
def test_fades_are_those_of_ffmpeg(shape: str, curve: str) -> None:
    samples = noise(16000, 2)
    out = processed(Fade(fade_in_ms=500, fade_out_ms=250, shape=shape), samples, 8000)
    rising = filtered("afade", f"t=in:ns=4000:curve={curve}", samples, 8000)
    assert np.abs(out[:, :14000] - rising[:, :14000]).max() < 1e-3
    falling = filtered("afade", f"t=out:ss=14000:ns=2000:curve={curve}", samples, 8000)
    assert np.abs(out[:, 4000:] - falling[:, 4000:]).max() < 1e-3


@pytest.mark.golden("Fade", by="torchaudio's formulas for its fades", within="1e-6; its logarithm ends 10 % too early")
@pytest.mark.parametrize(("shape", "bound"), [("exponential", 1e-6), ("logarithmic", 0.042)])
def test_the_other_fades_are_those_of_torchaudio(shape: str, bound: float) -> None:
    out = processed(Fade(fade_in_ms=100, fade_out_ms=50, shape=shape), np.ones((1, 8000), np.float32), 8000)[0]
    up, down = np.linspace(0, 1, 800), np.linspace(0, 1, 400)
    expected = np.ones(8000)
    expected[:800] = 2 ** (up - 1) * up if shape == "exponential" else np.log10(0.1 + up) + 1
    expected[-400:] = 2**-down * (1 - down) if shape == "exponential" else np.log10(1.1 - down) + 1
    assert np.abs(out - np.clip(expected, 0, 1)).max() < bound


def test_a_fade_that_is_longer_than_the_clip_is_as_long_as_the_clip() -> None:
    gain = processed(Fade(fade_in_ms=5000, fade_out_ms=0, shape="linear"), np.ones((1, 8000), np.float32), 8000)[0]
    assert gain[[0, -1]] == pytest.approx([0, 1])
