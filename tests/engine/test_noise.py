"""Added noise: its ratio, its colour, where it comes from, and that it depends on nothing else."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.dsp.active_level import active_level
from engine.dsp.noise import ColoredNoise, NoiseSource, WhiteNoise, rms_of
from engine.render import run
from engine.transform import Measured, StreamSpec
from engine.transforms.noise import BackgroundNoise, ColorNoise
from engine.transforms.noise import WhiteNoise as WhiteNoiseStep

KEY = Key.of(7, "noise test")


def tone(rate: int, frames: int, channels: int = 1) -> Samples:
    wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(frames) / rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


def recording(frames: int, channels: int = 1) -> Samples:
    return KEY.generator("recording").standard_normal((channels, frames), np.float32) * np.float32(0.1)


def applied(transform: Measured, samples: Samples, rate: int, load: Samples | None = None) -> Samples:
    draw = Draw(KEY, () if load is None else (lambda: load,))
    spec = StreamSpec(rate, *samples.shape)
    processor = transform.processor(spec, draw, transform.measure(samples, spec, draw))
    return np.concatenate(list(run([processor], samples)), axis=1)


def level_db(samples: NDArray[np.floating]) -> float:
    return float(10 * np.log10(np.square(samples, dtype=np.float64).mean()))


@pytest.mark.parametrize("frames", [1, 50, 3_000, 100_000])
@pytest.mark.parametrize("snr_db", [-10.0, 5.0, 40.0])
@pytest.mark.parametrize("kind", [WhiteNoiseStep, ColorNoise, BackgroundNoise])
def test_the_ratio_is_exact(kind: type, snr_db: float, frames: int) -> None:
    """To 0.1 dB, on the shortest clip as on a long one: a steady tone's active level is its RMS."""
    clean = tone(16_000, frames, 2) + np.float32(0.01)
    noise = applied(kind(snr_db=snr_db), clean, 16_000, recording(40_000)) - clean
    assert level_db(clean) - level_db(noise) == pytest.approx(snr_db, abs=0.1)


def test_pauses_do_not_count_as_the_sound() -> None:
    """A word in a long, nearly silent clip gets the noise of the word, not of the clip."""
    word = tone(16_000, 16_000)
    padded = np.pad(word, ((0, 0), (64_000, 32_000)))
    padded += np.float32(0.001) * KEY.generator("hum").standard_normal(padded.shape, np.float32)
    assert active_level(padded, 16_000) == pytest.approx(active_level(word, 16_000), rel=0.02)
    noise = applied(WhiteNoiseStep(snr_db=10.0), padded, 16_000) - padded
    assert level_db(word) - level_db(noise) == pytest.approx(10, abs=0.2)


def test_silence_stays_silent() -> None:
    silent = np.zeros((2, 5_000), np.float32)
    for kind in (WhiteNoiseStep, ColorNoise, BackgroundNoise):
        assert not applied(kind(), silent, 16_000, recording(4_000)).any()


def test_a_silent_recording_adds_nothing() -> None:
    clean = tone(16_000, 9_000)
    assert np.array_equal(applied(BackgroundNoise(), clean, 16_000, np.zeros((1, 4_000), np.float32)), clean)


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
@pytest.mark.parametrize("slope", [0, -3, -6, 3, 6])
def test_the_slope_holds(rate: int, slope: float) -> None:
    """Within 0.5 dB an octave, over every stretch of two octaves from 50 Hz to 0.45 of the rate."""
    frames = 1 << 21
    bands, powers = octave_powers(ColoredNoise(KEY, 1, rate, slope).read(0, frames)[0], rate)
    slopes = (powers[2:] - powers[:-2]) / 2
    assert bands.size >= 5
    assert np.abs(slopes - slope).max() < 0.5


def octave_powers(noise: NDArray[np.floating], rate: int) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Welch's spectrum of a noise (Hann, half overlap), as mean density in dB in each octave from 50 Hz."""
    size = 1 << (int(rate / 4) - 1).bit_length()
    window = np.hanning(size)
    starts = range(0, noise.size - size, size // 2)
    power = np.mean([np.abs(np.fft.rfft(noise[s : s + size] * window)) ** 2 for s in starts], axis=0)
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    octaves = int(np.log2(0.45 * rate / 50))
    edges = 50 * 2.0 ** np.arange(octaves + 1)
    density = [np.log10(power[(frequencies >= low) & (frequencies < high)]).mean() for low, high in pairwise(edges)]
    return np.sqrt(edges[1:] * edges[:-1]), 10 * np.array(density)


@pytest.mark.parametrize("source", [WhiteNoise(KEY, 2), ColoredNoise(KEY, 2, 8_000, -3)])
def test_noise_is_a_matter_of_the_frame_alone(source: NoiseSource) -> None:
    """Read whole, read in odd pieces, read from the middle, read backwards: the same noise."""
    whole = source.read(0, 40_000)
    pieces = [source.read(start, min(333, 40_000 - start)) for start in range(0, 40_000, 333)]
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)
    for start in (39_000, 12_345, 0):
        assert np.array_equal(source.read(start, 1_000), whole[:, start : start + 1_000])


def test_channels_and_chunks_are_independent() -> None:
    noise = WhiteNoise(KEY, 3).read(0, 3 * 4_096)
    parts = np.concatenate([noise[:, first : first + 4_096] for first in range(0, noise.shape[1], 4_096)])
    likeness = np.corrcoef(parts) - np.eye(len(parts))
    assert np.abs(likeness).max() < 0.08


def test_a_processor_goes_on_at_an_absolute_frame() -> None:
    clean = tone(16_000, 20_000)
    transform, draw, spec = WhiteNoiseStep(), Draw(KEY), StreamSpec(16_000, 1, 20_000)
    processor = transform.processor(spec, draw, transform.measure(clean, spec, draw))
    whole = processor.process(clean)
    processor.reset(7_777)
    assert np.array_equal(processor.process(clean[:, 7_777:]), whole[:, 7_777:])


def test_a_long_recording_is_taken_from_the_place_that_the_numbers_say() -> None:
    clean, sound = tone(16_000, 9_000), recording(50_000)
    draw, spec = Draw(KEY, (lambda: sound,)), StreamSpec(16_000, 1, 9_000)
    numbers = BackgroundNoise(snr_db=0.0).measure(clean, spec, draw)
    noise = applied(BackgroundNoise(snr_db=0.0), clean, 16_000, sound) - clean
    start = round(numbers["offset_s"] * 16_000)
    assert np.corrcoef(noise[0], sound[0, start : start + 9_000])[0, 1] > 0.999
    assert all(type(value) is float for value in numbers.values())


def test_a_short_recording_loops_without_a_step() -> None:
    """A slow wave whose ends do not meet: where it begins again no step is larger than within it."""
    wave = np.sin(np.linspace(0, 2.6 * np.pi, 6_000)).astype(np.float32)[None]
    clean = np.full((2, 50_000), 0.1, np.float32)
    noise = applied(BackgroundNoise(snr_db=0.0), clean, 16_000, wave) - clean
    steps = np.abs(np.diff(noise[0])) / np.abs(noise).max()
    assert steps.max() < 0.01
    assert np.array_equal(noise[0], noise[1])


def test_recordings_find_their_channels() -> None:
    stereo = recording(30_000, 2)
    three = applied(BackgroundNoise(snr_db=0.0), tone(16_000, 9_000, 3), 16_000, stereo) - tone(16_000, 9_000, 3)
    assert np.corrcoef(three)[0, 2] > 0.999
    assert abs(np.corrcoef(three)[0, 1]) < 0.1
    one = applied(BackgroundNoise(snr_db=0.0), tone(16_000, 9_000), 16_000, stereo)
    assert one.shape == (1, 9_000)


def test_a_long_noise_is_measured_without_being_held() -> None:
    """The measure of a noise reads it in blocks and comes to what the whole of it has."""
    source = WhiteNoise(KEY, 2)
    assert rms_of(source, 150_000) == pytest.approx(float(np.sqrt(np.square(source.read(0, 150_000)).mean())), rel=1e-4)
