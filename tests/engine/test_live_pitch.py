"""LivePitch: as late as it says and no later, exact in pitch and level, on time, beside what is not ours."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.render import run
from engine.transform import Processor, StreamSpec
from engine.transforms.pitch_time import LivePitch
from tests.support.measures import clicks, onsets, tone, tone_error

DRAW = Draw(Key.of("live pitch"))
TIMES = np.arange(0.5, 3.5, 0.37)


def processor(step: LivePitch, samples: Samples, rate: int) -> Processor:
    return step.processor(StreamSpec(rate, samples.shape[0]), DRAW)


def live(step: LivePitch, samples: Samples, rate: int) -> Samples:
    return np.concatenate(list(run([processor(step, samples, rate)], samples, block_frames=512)), axis=1)


@pytest.mark.golden("LivePitch", by="the sine that it must become, by least squares", within="0.1 cents and -57 dB")
@pytest.mark.parametrize("rate", [8_000, 48_000])
@pytest.mark.parametrize("semitones", [-12.0, -4.0, 4.0, 12.0])
def test_pitch_and_level_are_exact(semitones: float, rate: int) -> None:
    for hz in (80, 440, 1_500):
        out = live(LivePitch(semitones=semitones), tone(hz, rate, 1.5), rate)[0]
        cents, residual_db = tone_error(out, hz * 2 ** (semitones / 12), rate)
        assert abs(cents) < 0.1
        assert residual_db < -57
        level = np.sqrt(2 * np.square(out[rate // 2 : rate]).mean()) / 0.5
        assert abs(20 * np.log10(level)) < 0.05


@pytest.mark.golden(
    "LivePitch",
    by="the chord that it must become, by least squares",
    within="0.5 dB of each partial, -30 dB beside them",
)
@pytest.mark.parametrize("semitones", [-7.0, 5.0])
def test_a_chord_stays_a_chord(semitones: float) -> None:
    """Three notes of two partials each; they lie further apart than the window can tell from 56 Hz on."""
    rate, ratio = 44_100, 2 ** (semitones / 12)
    hertz = np.array([note * partial for note in (220.0, 277.18, 349.23) for partial in (1, 2)])
    time = np.arange(2 * rate) / rate
    chord = 0.05 * np.sin(2 * np.pi * hertz[:, None] * time).sum(0, keepdims=True).astype(np.float32)
    middle = slice(rate // 2, -rate // 2)
    out = live(LivePitch(semitones=semitones), chord, rate)[0, middle].astype(np.float64)
    phases = 2 * np.pi * ratio * hertz[:, None] * time[middle]
    basis = np.concatenate((np.cos(phases), np.sin(phases))).T
    parts = np.linalg.lstsq(basis, out, rcond=None)[0]
    levels = np.hypot(*np.split(parts, 2)) / 0.05
    assert np.abs(20 * np.log10(levels)).max() < 0.5
    assert np.square(out - basis @ parts).mean() < 1e-3 * np.square(out).mean()


@pytest.mark.parametrize("delay_ms", [40.0, 80.0, 100.0])
def test_it_is_no_later_than_it_says(delay_ms: float) -> None:
    """At every rate and pitch: what comes out has been heard by then, and nothing is read that has not come."""
    for rate, semitones in product((8_000, 11_025, 48_000, 192_000), (-24.0, -12.0, -0.1, 0.0, 7.0, 24.0)):
        noise = Key.of("late").generator().standard_normal((1, rate // 4), np.float32)
        step = LivePitch(semitones=semitones, delay_ms=delay_ms)
        running = processor(step, noise, rate)
        assert running.latency == int(delay_ms * rate / 1000) <= 0.1 * rate
        heard = running.process(noise)
        after = processor(step, noise, rate).process(np.pad(noise, ((0, 0), (0, 999)), constant_values=1))
        assert np.array_equal(after[:, : heard.shape[1]], heard)


@pytest.mark.parametrize("semitones", [-12.0, -4.0, 4.0, 12.0])
def test_attacks_are_where_they_were(semitones: float) -> None:
    """Within a millisecond, once the latency is taken off."""
    source = clicks(22_050, 4.0, TIMES)
    begin = onsets(source[0], 22_050, TIMES)
    for delay_ms in (60.0, 90.0):
        out = live(LivePitch(semitones=semitones, delay_ms=delay_ms), source, 22_050)
        assert np.abs(onsets(out[0], 22_050, begin) - begin).max() < 0.001
