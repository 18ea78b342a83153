"""Tones, hum and clicks: each beside its formula, and none depends on how it is read."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.draws import Draw, Key
from engine.dsp.crackle import Crackle as Clicks
from engine.dsp.crackle import ring
from engine.dsp.gusts import mean_power
from engine.render import run
from engine.transform import Streaming, StreamSpec
from engine.transforms.interference import Crackle, GsmBuzz, MainsHum, Tone, Wind

KEY = Key.of(3, "interference test")


def added(transform: Streaming, frames: int, rate: int, channels: int = 1) -> NDArray[np.float64]:
    """What it adds to silence."""
    spec = StreamSpec(rate, channels)
    silence = np.zeros((channels, frames), np.float32)
    blocks = list(run([transform.processor(spec, Draw(KEY))], silence))
    return np.concatenate(blocks, axis=1).astype(np.float64)


def series(waveform: str, turns: NDArray[np.float64], highest: int) -> NDArray[np.float64]:
    """Fourier's series of a wave of power 1, harmonic by harmonic."""
    total, power = np.zeros(turns.size), 0.0
    for n in range(1, highest + 1):
        if waveform == "sawtooth":
            a = -1.0 / n
        elif n % 2 == 0 or (waveform == "sine" and n > 1):
            continue
        elif waveform == "triangle":
            a = (-1) ** ((n - 1) // 2) / n**2
        else:
            a = 1.0 / n
        total += a * np.sin(2 * np.pi * n * turns)
        power += a * a / 2
    return total / math.sqrt(power)


@pytest.mark.golden(
    "Tone", by="Fourier's series, harmonic by harmonic", within="3e-4 of the RMS: lines between steps of a table"
)
@pytest.mark.parametrize("waveform", ["sine", "square", "triangle", "sawtooth"])
@pytest.mark.parametrize(("rate", "frequency_hz"), [(8_000, 100.0), (44_100, 440.0), (48_000, 15_000.0)])
def test_a_tone_is_its_series(waveform: str, rate: int, frequency_hz: float) -> None:
    tone = added(Tone(waveform=waveform, frequency_hz=frequency_hz, level_dbfs=-20.0), rate, rate, 2)
    turns = KEY.uniform("phase") + np.arange(rate) * (frequency_hz / rate)
    highest = max(n for n in range(1, 1_000) if n * frequency_hz < rate / 2)
    assert np.abs(tone - 0.1 * series(waveform, turns, highest)).max() < 3e-5
    assert 10 * math.log10(np.mean(tone**2)) == pytest.approx(-20, abs=0.01)


@pytest.mark.golden("Tone", by="scipy.signal.square and sawtooth", within="0.1 dB in each of the first harmonics")
@pytest.mark.parametrize("waveform", ["square", "triangle", "sawtooth"])
def test_harmonics_are_those_of_the_ideal_wave(waveform: str) -> None:
    from scipy import signal

    turns = 2 * np.pi * (np.arange(48_000) + 0.5) * 100 / 48_000
    ideal = {
        "square": signal.square(turns), "triangle": signal.sawtooth(turns, 0.5), "sawtooth": signal.sawtooth(turns)
    }[waveform]  # fmt: skip
    tone = added(Tone(waveform=waveform, frequency_hz=100.0), 48_000, 48_000)[0]
    ours, theirs = (np.abs(np.fft.rfft(wave))[100:2_100:100] for wave in (tone, ideal))
    heard = theirs > theirs[0] * 1e-3
    difference = 20 * np.log10((ours / ours[0])[heard] / (theirs / theirs[0])[heard])
    assert np.abs(difference).max() < 0.1
    assert (ours / ours[0])[~heard].max(initial=0) < 1e-3


def test_nothing_folds_back() -> None:
    """Of a sawtooth whose harmonics do not meet again below half the rate, nothing lies between them."""
    saw = added(Tone(waveform="sawtooth", frequency_hz=1_234.0, level_dbfs=0.0), 16_000, 16_000)[0]
    power = np.abs(np.fft.rfft(saw)) ** 2
    between = np.ones(power.size, bool)
    between[1_234::1_234] = False
    assert power[between].sum() / power.sum() < 1e-8


def test_a_tone_swings_as_far_as_it_says() -> None:
    from scipy.signal import hilbert

    step = Tone(frequency_hz=1_000.0, swing_hz=200.0, swing_rate_hz=2.0, level_dbfs=0.0)
    phase = np.unwrap(np.angle(hilbert(added(step, 32_000, 16_000)[0])))
    momentary = np.diff(phase)[1_000:-1_000] * 16_000 / (2 * np.pi)
    expected = 1_000 + 200 * np.cos(2 * np.pi * 2 * (np.arange(1_000, 1_000 + momentary.size) + 0.5) / 16_000)
    assert np.abs(momentary - expected).max() < 2


@pytest.mark.golden("MainsHum", by="the levels of its partials in numpy.fft", within="0.01 dB")
@pytest.mark.parametrize("mains", ["50", "60"])
@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_hum_has_its_partials_and_nothing_else(mains: str, rate: int) -> None:
    hum = added(MainsHum(mains_hz=mains, harmonics=8, decay_db_per_octave=12.0, level_dbfs=-30.0), rate, rate, 2)
    assert np.array_equal(hum[0], hum[1])
    assert 10 * math.log10(np.mean(hum**2)) == pytest.approx(-30, abs=0.01)
    power = np.abs(np.fft.rfft(hum[0])) ** 2
    partials = power[int(mains) : 8 * int(mains) + 1 : int(mains)]
    assert 10 * np.log10(partials / partials[0]) == pytest.approx(-12 * np.log2(np.arange(1, 9)), abs=0.01)
    assert (power.sum() - partials.sum()) / power.sum() < 1e-8


def test_hum_has_no_partial_above_half_the_rate() -> None:
    hum = added(MainsHum(harmonics=60, mains_hz="60", decay_db_per_octave=0.0), 6_000, 6_000)[0]
    power = np.abs(np.fft.rfft(hum)) ** 2
    assert np.count_nonzero(power > power.max() * 1e-6) == 49


@pytest.mark.golden("GsmBuzz", by="the bursts drawn at 2.6 MHz and cut off by numpy.fft", within="1e-3 of the RMS")
def test_the_buzz_is_the_envelope_of_the_bursts() -> None:
    rate, frame = 8_000, 12_000
    drawn = np.zeros(26 * frame)
    for number in range(25):
        drawn[number * frame : number * frame + frame // 8] = 1
    spectrum = np.fft.rfft(drawn)
    spectrum[0] = 0
    spectrum[int(2_500 * 0.12) + 1 :] = 0
    heard = np.fft.irfft(spectrum, drawn.size)
    heard /= np.sqrt(np.mean(heard**2))
    places = (KEY.uniform("phase") + np.arange(rate) / (0.12 * rate)) % 1 * drawn.size
    expected = 0.1 * np.interp(places - 0.5, np.arange(drawn.size), heard, period=drawn.size)
    buzz = added(GsmBuzz(level_dbfs=-20.0, bandwidth_hz=2_500.0), rate, rate, 2)
    # half a step: a pulse of samples begins half a step before its first one
    assert np.abs(buzz - expected).max() < 1e-4


@pytest.mark.golden(
    "Crackle", by="scipy.stats: counts as Poisson's, gaps exponential, sizes log-normal", within="p > 0.01"
)
def test_clicks_know_nothing_of_one_another() -> None:
    from scipy import stats

    rate, sections = 8_000, 800
    source = Clicks(KEY, 1, rate, rate_hz=12.0, spread_db=6.0, ring_hz=2_000.0)
    drawn = [source.clicks(index) for index in range(sections)]
    counts = np.array([starts.size for starts, _ in drawn])
    spread = counts.var(ddof=1) / counts.mean() * (sections - 1)
    assert 0.01 < stats.chi2.cdf(spread, sections - 1) < 0.99
    assert abs(counts.sum() - 6 * sections) < 3 * math.sqrt(6 * sections)
    times = np.sort(np.concatenate([starts + 4_000 * index for index, (starts, _) in enumerate(drawn)]))
    gaps = np.diff(times) + KEY.generator("jitter").uniform(-0.5, 0.5, times.size - 1)  # frames are whole
    assert stats.kstest(gaps, "expon", (0, rate / 12)).pvalue > 0.01
    sizes = np.concatenate([sizes[0] for _, sizes in drawn])
    assert 0.4 < np.mean(sizes > 0) < 0.6
    spread_db = math.sqrt(6**2 + 2**2 / 3)
    assert stats.kstest(20 * np.log10(np.abs(sizes)), "norm", (0, spread_db)).pvalue > 0.01


def test_crackle_is_its_clicks() -> None:
    """Each rings out, also over the end of its section, at its size and on both channels."""
    rate, frames = 16_000, 40_000
    crackle = added(Crackle(rate_hz=200.0, level_dbfs=-20.0, ring_hz=500.0), frames, rate, 2)
    source = Clicks(KEY, 2, rate, rate_hz=200.0, spread_db=6.0, ring_hz=500.0)
    sound, expected = ring(500.0, rate), np.zeros((2, frames + rate))
    for index in range(5):
        starts, sizes = source.clicks(index)
        for start, size in zip(starts, sizes.T, strict=True):
            at = index * rate // 2 + start
            expected[:, at : at + sound.size] += 0.1 * size[:, None] * sound
    assert np.abs(crackle - expected[:, :frames]).max() < 1e-6
    assert np.abs(sound).max() == 1
    assert np.abs(sound[-10:]).max() < 5e-4


@pytest.mark.golden(
    "Wind", by="a plain loop over the gusts' formula, and scipy.signal.welch", within="0.5 dB; 0.5 dB an octave"
)
def test_wind_blows_in_gusts() -> None:
    """Its level holds in the long run, its strength is what was drawn where it was drawn, and its slope is noise's."""
    from scipy.signal import welch

    rate, seconds, gust_s, depth_db = 8_000, 240, 0.4, 24.0
    wind = added(
        Wind(level_dbfs=-30.0, gust_s=gust_s, depth_db=depth_db, slope_db_per_octave=-6.0), rate * seconds, rate
    )
    strengths = [10 ** ((KEY.uniform("gust", n) - 0.5) * depth_db / 20) for n in range(round(seconds / gust_s) + 1)]
    powers = []
    for one, next_one in pairwise(strengths):
        for part in range(10):
            t = (part + 0.5) / 10
            powers.append((one + (next_one - one) * (3 * t**2 - 2 * t**3)) ** 2)
    expected = -30 + 10 * np.log10(np.array(powers) / np.mean(powers))
    found = 10 * np.log10(np.square(wind).reshape(len(powers), -1).mean(axis=1))
    assert 10 * math.log10(np.mean(np.square(wind))) == pytest.approx(-30, abs=0.5)
    assert abs(np.mean(found - expected)) < 1.5  # a short piece of noise has less than its power, mostly
    assert np.corrcoef(found, expected)[0, 1] > 0.85
    drawn = 10 ** ((KEY.generator("strengths").uniform(-0.5, 0.5, (2, 100_000, 1)) * depth_db) / 20)
    way = (np.arange(50) + 0.5) / 50
    between = drawn[0] + (drawn[1] - drawn[0]) * (3 * way**2 - 2 * way**3)
    assert mean_power(depth_db) == pytest.approx(np.mean(between**2), rel=0.01)
    frequencies, power = welch(wind[0], rate, nperseg=2_048)
    heard = (frequencies > 60) & (frequencies < 3_500)
    assert np.polyfit(np.log2(frequencies[heard]), 10 * np.log10(power[heard]), 1)[0] == pytest.approx(-6, abs=0.5)


@pytest.mark.parametrize(
    "transform",
    [Tone(swing_hz=30.0), MainsHum(), Crackle(rate_hz=300.0), GsmBuzz(), Wind(gust_s=0.3)],
    ids=lambda t: type(t).__name__,
)
def test_interference_is_a_matter_of_the_frame_alone(transform: Streaming) -> None:
    """It begins anywhere: what a stream has there that began at the beginning."""
    whole = added(transform, 40_000, 16_000, 2)
    processor = transform.processor(StreamSpec(16_000, 2), Draw(KEY))
    for start in (23_456, 7_999, 0):
        processor.reset(start)
        assert np.array_equal(processor.process(np.zeros((2, 1_000), np.float32)), whole[:, start : start + 1_000])
