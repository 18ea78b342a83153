"""Chorus, phaser, flanger, vibrato and tremolo: that they are where they say, at every rate."""

from __future__ import annotations

import numpy as np
import pytest

from engine.transform import StreamSpec
from engine.transforms.filters import LowPass
from engine.transforms.modulation import Chorus, Flanger, Phaser, Tremolo, Vibrato
from tests.support.ffmpeg import filtered
from tests.support.processing import DRAW, impulse, noise, processed, tone


@pytest.mark.golden("Phaser", by="the frequency where six all-passes turn by half a round", within="1 %")
@pytest.mark.parametrize("rate", [8000, 16000, 44100, 192000])
@pytest.mark.parametrize("center_hz", [400.0, 1300.0, 3000.0])
def test_the_phasers_middle_notch_is_at_its_center(rate: int, center_hz: float) -> None:
    out = processed(Phaser(center_hz=center_hz, depth=0, mix=0.5), impulse(1 << 16), rate)[0]
    gained, hertz = np.abs(np.fft.rfft(out)), np.fft.rfftfreq(out.size, 1 / rate)
    dips = [n for n in range(1, gained.size - 1) if gained[n - 1] > gained[n] < gained[n + 1] and gained[n] < 0.2]
    assert min(abs(hertz[dip] / center_hz - 1) for dip in dips) < 0.01


@pytest.mark.parametrize("rate", [8000, 48000])
def test_the_choruss_copy_comes_after_its_delay(rate: int) -> None:
    out = processed(Chorus(depth=0, center_delay_ms=12, mix=0.4), impulse(rate // 4), rate)[0]
    assert out[0] == pytest.approx(0.6, abs=1e-3)
    assert abs(int(np.argmax(out[1:])) + 1 - 0.012 * rate) <= 1


@pytest.mark.golden("Chorus", by="the delays that 10 ms at full depth come to", within="0.4 ms: clicks sample it")
def test_the_chorus_sways() -> None:
    """The copy of a click moves from one click to the next, by up to what the depth says."""
    rate, step = 16000, 1600
    clicks = np.zeros((1, 20 * step), np.float32)
    clicks[0, ::step] = 1
    out = processed(Chorus(rate_hz=1, depth=0.3, center_delay_ms=10, mix=1), clicks, rate)[0]
    delays = np.argmax(np.abs(out.reshape(-1, step)), axis=1) / rate * 1000
    assert delays.min() == pytest.approx(7, abs=0.4)
    assert delays.max() == pytest.approx(13, abs=0.4)


@pytest.mark.golden("Flanger", by="ffmpeg's flanger, after SoX", within="0.01: its parabola between samples, our cubic")
@pytest.mark.parametrize(("shape", "theirs"), [("sine", "sinusoidal"), ("triangle", "triangular")])
@pytest.mark.parametrize("phase", [0, 25])
def test_flanger_is_that_of_ffmpeg(shape: str, theirs: str, phase: int) -> None:
    """Without feedback, where SoX adds a sample of its own; below 1,500 Hz, where its parabola is near enough."""
    samples = processed(LowPass(cutoff_hz=1500, slope_db_per_octave=48), noise(88200, 2, 0.3), 44100)
    settings = f"delay=2:depth=3:width=71:speed=0.7:shape={theirs}:phase={phase}:interp=quadratic"
    expected = filtered("flanger", settings, samples, 44100)
    ours = Flanger(delay_ms=2, depth_ms=3, rate_hz=0.7, mix=0.71 / 1.71, shape=shape, channel_phase_percent=phase)
    assert np.abs(processed(ours, samples, 44100) - expected).max() < 0.01


@pytest.mark.parametrize("rate", [8000, 48000])
@pytest.mark.parametrize("feedback", [0.0, 0.6, -0.9])
def test_a_flanger_that_stands_still_is_a_comb(rate: int, feedback: float) -> None:
    out = processed(Flanger(delay_ms=2, depth_ms=0, feedback=feedback, mix=0.4), impulse(1 << 15), rate)[0]
    comb = np.exp(-2j * np.pi * np.fft.rfftfreq(out.size) * 0.002 * rate)
    expected = 0.6 + 0.4 * (1 - abs(feedback)) * comb / (1 - feedback * comb)
    assert np.abs(np.fft.rfft(out) - expected).max() < 1e-3


@pytest.mark.golden("Vibrato", by="a sine read at the swaying time", within="1e-4 up to 0.4 of the rate: a tabled sinc")
@pytest.mark.parametrize("rate", [8000, 44100])
@pytest.mark.parametrize("share", [0.025, 0.25, 0.4])
@pytest.mark.parametrize(("rate_hz", "cents"), [(5.0, 30.0), (0.5, 200.0)])
def test_vibrato_reads_the_clip_at_a_swaying_time(rate: int, share: float, rate_hz: float, cents: float) -> None:
    """The pitch goes up and down by so many cents: the time's slope is 1 + deviation at most."""
    deviation = 2 ** (cents / 1200) - 1
    vibrato = Vibrato(rate_hz=rate_hz, depth_cents=cents)
    out = processed(vibrato, tone(share * rate, rate, 2.0), rate)[0]
    time = np.arange(out.size) / rate
    late = time + vibrato.processor(StreamSpec(rate, 1), DRAW).latency / rate
    swaying = time - deviation / (2 * np.pi * rate_hz) * np.sin(2 * np.pi * rate_hz * late)
    inside = slice(rate // 2, -rate // 2)
    assert np.abs(out - 0.5 * np.sin(2 * np.pi * share * rate * swaying))[inside].max() < 1e-4


@pytest.mark.golden("Tremolo", by="ffmpeg's tremolo", within="1e-5: ffmpeg reads its sine from a table")
def test_tremolo_is_that_of_ffmpeg() -> None:
    samples = noise(44100, 2, 0.2)
    expected = filtered("tremolo", "f=5:d=0.6", samples, 44100)
    assert np.abs(processed(Tremolo(rate_hz=5, depth=0.6), samples, 44100) - expected).max() < 1e-5


def test_a_triangle_starts_where_it_is_told() -> None:
    ones = np.ones((1, 8000), np.float32)
    gain = processed(Tremolo(rate_hz=1, depth=0.8, shape="triangle", start_percent=50), ones, 8000)[0]
    assert gain[[0, 2000, 4000, 6000]] == pytest.approx([0.2, 0.6, 1, 0.6], abs=1e-5)
