"""What the meters say of what leaves for the ear, beside the reference that everybody uses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from engine.dsp.true_peak import TruePeak
from engine.playback import ring
from engine.playback.messages import SILENCE_DB, Follow, Pause, Play, Seek, Volume
from engine.playback.meters import Levels, Meters
from engine.playback.ring import Ring
from tests.support.playing import RATE, Bench, noise, sound_of


def tone(hz: float, gain: float, rate: int, seconds: float = 4.0) -> np.ndarray:
    wave = gain * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return np.stack((wave, 0.5 * wave)).astype(np.float32)


def measured(folder: Path, sound: np.ndarray, rate: int, step: int = 577) -> Levels:
    """The levels at the end of a sound that came through a ring in steps."""
    ring.create(folder / "ring")
    through = Ring(folder / "ring")
    meters = Meters(rate, 0)
    for start in range(0, sound.shape[1], step):
        through.write(sound[:, start : start + step])
        levels = meters.measure(through, through.written)
    return levels


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("kind", ["low tone", "tone", "high tone", "noise"])
def test_loudness_is_that_of_pyloudnorm(tmp_path: Path, rate: int, kind: str) -> None:
    hz = {"low tone": 60.0, "tone": 997.0, "high tone": 9000.0}.get(kind)
    sound = tone(hz, 0.2, rate) if hz else 0.3 * noise(4 * rate)
    levels = measured(tmp_path, sound, rate)
    for lufs, seconds in ((levels.momentary_lufs, 0.4), (levels.short_term_lufs, 3.0)):
        whole_hops = sound[:, -round(seconds * rate) :]
        expected = pyloudnorm.Meter(rate).integrated_loudness(whole_hops.T.astype(np.float64))
        assert lufs == pytest.approx(expected, abs=0.2)


def test_levels_of_a_tone_and_of_silence(tmp_path: Path) -> None:
    levels = measured(tmp_path, tone(997.0, 0.5, RATE), RATE)
    assert levels.peak_db == pytest.approx((-6.0, -12.0), abs=0.1)
    assert levels.rms_db == pytest.approx((-9.0, -15.1), abs=0.1)
    quiet = measured(tmp_path, np.zeros((2, 4 * RATE), np.float32), RATE)
    assert {*quiet.peak_db, quiet.true_peak_db, quiet.momentary_lufs, quiet.short_term_lufs} == {SILENCE_DB}


@pytest.mark.parametrize("step", [1, 7, 512])
def test_true_peak_finds_the_wave_between_its_samples(step: int) -> None:
    """At a quarter of the rate, sampled 45 degrees off, every sample lies 3 dB under the wave's top."""
    frames = np.arange(4096)
    wave = np.sin(np.pi / 2 * frames + np.pi / 4) * np.minimum(frames / 1000, 1)
    sound = np.stack((wave, wave)).astype(np.float32)
    meter = TruePeak(2)
    highest = max(meter.feed(sound[:, start : start + step]) for start in range(0, 4096, step))
    assert np.abs(sound).max() < 0.71
    assert 20 * np.log10(highest) == pytest.approx(0.0, abs=0.3)


def test_overs_are_counted_when_they_are_heard_and_not_when_they_are_taken_back(tmp_path: Path) -> None:
    clip = 0.5 * noise(4 * RATE)
    clip[:, 2 * RATE] = 1.0
    bench = Bench(tmp_path)
    bench.send(Volume(0.0), Follow(sound_of(tmp_path, "o", clip)), Seek(1.9), Play())
    bench.send(Pause())
    bench.take(RATE // 2)
    assert bench.feeder.overs(bench.ring.read) == 0, "it was rendered ahead, and never left"
    bench.send(Play())
    bench.take(RATE // 100)
    assert bench.feeder.overs(bench.ring.read) == 0
    heard = bench.take(RATE // 2)
    assert bench.feeder.overs(bench.ring.read) == 1
    assert bench.feeder.overs(bench.ring.read) == 1
    assert np.abs(heard).max() <= 1.0
