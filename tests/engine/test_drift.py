"""Wavering speed, clocks and passing sources: the pitch of a tone at each moment beside the formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray
from scipy import optimize, signal

from engine.analysis.warp import source_times
from engine.clip import Samples, TimeMap
from engine.draws import Draw, Key
from engine.dsp.motion import Passing, Waver, Wavering, spread
from engine.dsp.varispeed import read_at
from engine.transform import StreamSpec, WholeClip
from engine.transforms.drift import ClockDrift, Doppler, WowFlutter
from tests.support.processing import noise, tone

RATE = 44_100


def applied(transform: WholeClip, samples: Samples) -> tuple[Samples, TimeMap]:
    return transform.apply(samples, StreamSpec(RATE, *samples.shape), Draw(Key.of("drift")))


def pitch(sound: Samples) -> NDArray[np.float64]:
    """The instantaneous frequency of a tone at each frame but the last."""
    return np.diff(np.unwrap(np.angle(signal.hilbert(sound[0].astype(np.float64))))) * RATE / (2 * np.pi)


def below_db(sound: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean((sound - expected) ** 2) / np.mean(expected**2)))


@pytest.mark.golden(
    "WowFlutter", by="scipy.signal.hilbert of a tone, beside the formula of the speed",
    within="0.02 % of the speed (0.35 cents), what the ends of the Hilbert transform leave",
)  # fmt: skip
@pytest.mark.parametrize("motion", ["even", "uneven"])
@pytest.mark.parametrize(("wow", "flutter"), [(1.0, 0.0), (0.0, 0.5), (0.8, 0.3)])
def test_the_pitch_wavers_as_the_formula_says(motion: str, wow: float, flutter: float) -> None:
    transform = WowFlutter(
        wow_rate_hz=1.5, wow_depth_percent=wow, flutter_rate_hz=11, flutter_depth_percent=flutter, motion=motion
    )
    out, _ = applied(transform, tone(1_000, RATE, 3))
    inner = slice(RATE // 4, -RATE // 4)
    time = (np.arange(out.shape[1] - 1) + 0.5) / RATE
    key = Key.of("drift")
    sines = {"even": 1, "uneven": 5}[motion]
    speed = np.ones_like(time)
    for name, hertz, depth in (("wow", 1.5, wow), ("flutter", 11, flutter)):
        for index in range(sines):
            near = hertz * 2 ** ((index - (sines - 1) / 2) / math.e)
            phase = 2 * np.pi * key.uniform(name, index)
            speed += depth / 100 / math.sqrt(sines) * np.sin(2 * np.pi * near * time + phase)
    assert np.abs(pitch(out) / 1_000 - speed)[inner].max() < 0.0002
    assert np.ptp(speed[inner]) > 0.005


@pytest.mark.parametrize("hertz", [1_000, 10_000, 18_000])
def test_what_is_between_frames_is_exact(hertz: float) -> None:
    """A modulated tone beside the sine itself at the same times: what is left is the interpolation's own error."""
    speed = Wavering((Waver(0.01, 0.8, 1.0), Waver(0.003, 20, 2.0)))
    frames = round(2.9 * RATE)
    out = read_at(tone(hertz, RATE, 3), speed.frames_of(RATE), frames)[0].astype(np.float64)
    expected = 0.5 * np.sin(2 * np.pi * hertz * speed.source_at(np.arange(frames) / RATE))
    assert below_db(out[100:-100], expected[100:-100]) < -85


def test_what_is_played_too_fast_does_not_fold_back() -> None:
    for hertz, audible in ((12_000, True), (17_000, False), (20_000, False)):
        out = read_at(tone(hertz, RATE, 1, 1.0), lambda start, stop: np.arange(start, stop) * 1.5, RATE // 2)[
            :, 1_000:-1_000
        ]
        level_db = 10 * np.log10(2 * np.mean(out.astype(np.float64) ** 2))
        assert level_db == pytest.approx(0, abs=0.1) if audible else level_db < -60


@pytest.mark.parametrize("motion", ["even", "uneven"])
def test_the_whole_clip_is_played_and_the_map_is_near_the_formula(motion: str) -> None:
    wavers = spread(0.01, 0.7, [0.3, 1.0, 2.0]) if motion == "uneven" else (Waver(0.01, 0.7, 0.3),)
    speed = Wavering((*wavers, Waver(0.003, 12, 1.0)))
    for duration_s, off_ms in ((0.5, 1.0), (60, 1.0), (600, 3.0)):
        length_s = speed.length_of(duration_s)
        assert speed.source_at(np.array([length_s]))[0] == pytest.approx(duration_s, abs=1e-9)
        out, source = speed.knots(length_s)
        assert len(out) <= 1_001
        time = np.linspace(0, length_s, 100_001)
        assert np.abs(np.interp(time, out, source) - speed.source_at(time)).max() * 1_000 < off_ms


@pytest.mark.golden(
    "ClockDrift",
    by="soxr.resample at its highest quality",
    within="-70 dB up to 0.4 of the rate: two anti-alias filters",
)
@pytest.mark.parametrize("ppm", [100.0, -37.0, 10_000.0])
def test_a_clock_that_drifts_is_a_resampling(ppm: float) -> None:
    frames = 60_000
    narrow = signal.lfilter(signal.firwin(301, 0.8, window="blackman"), 1, noise(frames, 2), axis=1)
    source = (narrow * signal.windows.tukey(frames, 0.1)).astype(np.float32)
    out, time_map = applied(ClockDrift(ppm=ppm), source)
    assert out.shape[1] == round(frames / (1 + ppm / 1e6))
    theirs = soxr.resample(source.T.astype(np.float64), 1 + ppm / 1e6, 1.0, quality="VHQ").T
    common = slice(100, min(out.shape[1], theirs.shape[1]) - 100)
    assert below_db(out[:, common], theirs[:, common]) < -70
    assert time_map.to_out(1.0) == pytest.approx(1 / (1 + ppm / 1e6), abs=1 / RATE)


def test_a_clock_that_is_right_changes_nothing() -> None:
    source = noise(5_000, 2)
    assert np.abs(applied(ClockDrift(ppm=0), source)[0] - source).max() < 1e-6


@pytest.mark.golden(
    "Doppler", by="the retarded time solved numerically (scipy.optimize.brentq), and the tone's Hilbert transform",
    within="1e-6 s of the time, 0.05 % of the pitch and 0.1 dB of the level",
)  # fmt: skip
@pytest.mark.parametrize(("speed", "closest"), [(15.0, 5.0), (40.0, 2.0), (100.0, 50.0)])
def test_a_passing_source_sounds_as_physics_has_it(speed: float, closest: float) -> None:
    sound, c, seconds = tone(1_000, RATE, 4), 343.0, 4.0
    out, time_map = applied(Doppler(speed_m_per_s=speed, closest_m=closest, passes_at_percent=40), sound)

    def distance(sent: float) -> float:
        return math.hypot(closest, speed * (sent - 1.6))

    def sent_at(heard: float) -> float:
        return optimize.brentq(lambda s: s + (distance(s) - distance(0)) / c - heard, -1, seconds + 1, xtol=1e-12)

    assert out.shape[1] == pytest.approx((seconds + (distance(seconds) - distance(0)) / c) * RATE, abs=1)
    way = Passing(speed, closest, 1.6)
    heard, level = pitch(out), np.abs(signal.hilbert(out[0].astype(np.float64)))
    for time in np.linspace(0.3, out.shape[1] / RATE - 0.3, 40):
        sent, frame = sent_at(time), round(time * RATE)
        assert float(way.sent_at(np.array([time]))[0]) == pytest.approx(sent, abs=1e-6)
        assert time_map.to_source(time) == pytest.approx(sent, abs=0.001)
        approach = -speed * speed * (sent - 1.6) / distance(sent)
        assert heard[frame] == pytest.approx(1_000 * c / (c - approach), rel=0.0005)
        assert 20 * math.log10(level[frame] / 0.5 / (closest / distance(sent))) == pytest.approx(0, abs=0.1)


def test_the_maps_of_passing_sources_are_short_and_near() -> None:
    for speed, closest, duration_s in ((15, 5, 600), (150, 0.5, 600), (150, 500, 3_600), (0.5, 0.5, 0.1)):
        way = Passing(speed, closest, 0.4 * duration_s)
        out, source = way.knots(duration_s)
        assert len(out) <= 1_001
        time = np.linspace(0, out[-1], 50_001)
        assert np.abs(np.interp(time, out, source) - way.sent_at(time)).max() < 0.001


def test_a_click_is_heard_where_the_map_says() -> None:
    source = np.zeros((1, RATE), np.float32)
    source[0, 20_000] = 1
    for transform in (WowFlutter(wow_depth_percent=2), ClockDrift(ppm=-5_000), Doppler(speed_m_per_s=40)):
        out, time_map = applied(transform, source)
        place = int(np.argmax(np.abs(out[0])))
        assert source_times(time_map, np.array([place / RATE]))[0] * RATE == pytest.approx(20_000, abs=0.001 * RATE)
