"""Added noise: its ratio, its colour, where it comes from, and that it depends on nothing else."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.dsp.active_level import active_level
from engine.dsp.noise import KEPT_BYTES, ColoredNoise, NoiseSource, WhiteNoise, rms_of
from engine.dsp.noise import _kept as noise_blocks
from engine.render import run
from engine.transform import Measured, Streaming, StreamSpec
from engine.transforms.noise import BabbleNoise, BackgroundNoise, ColorNoise, NoiseFloor, ShortNoises
from engine.transforms.noise import WhiteNoise as WhiteNoiseStep

KEY = Key.of(7, "noise test")


def tone(rate: int, frames: int, channels: int = 1) -> Samples:
    wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(frames) / rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


def recording(frames: int, channels: int = 1, name: str = "recording") -> Samples:
    return KEY.generator(name).standard_normal((channels, frames), np.float32) * np.float32(0.1)


def applied(transform: Measured | Streaming, samples: Samples, rate: int, *loads: Samples) -> Samples:
    draw = Draw(KEY, tuple(partial(np.asarray, load) for load in loads))
    spec = StreamSpec(rate, *samples.shape)
    if isinstance(transform, Measured):
        processor = transform.processor(spec, draw, transform.measure(samples, spec, draw))
    else:
        processor = transform.processor(spec, draw)
    return np.concatenate(list(run([processor], samples)), axis=1)


def level_db(samples: NDArray[np.floating]) -> float:
    return float(10 * np.log10(np.square(samples, dtype=np.float64).mean()))


def active_db(samples: Samples, rate: int) -> float:
    """The active level as its description says, frame by frame."""
    frame = round(0.05 * rate)
    count = max(samples.shape[1] // frame, 1)
    ends = [*(frame * number for number in range(count)), samples.shape[1]]
    powers = [sum(float(x) ** 2 for x in samples[:, a:b].ravel()) for a, b in pairwise(ends)]
    sizes = [samples.shape[0] * (b - a) for a, b in pairwise(ends)]
    loudest = max(power / size for power, size in zip(powers, sizes, strict=True))
    active = [n for n in range(count) if powers[n] / sizes[n] >= loudest / 1000]
    return 10 * math.log10(sum(powers[n] for n in active) / sum(sizes[n] for n in active))


def words(rate: int, seconds: float = 1.5) -> Samples:
    """Two channels of sound that comes and goes, from full level to 60 dB below it."""
    sound = recording(round(rate * seconds), 2, "words")
    time = np.arange(sound.shape[1]) / rate
    loud: Samples = (sound * 10 ** (-3 + 3 * np.sin(2 * np.pi * 1.3 * time) ** 2)).astype(np.float32)
    return loud


@pytest.mark.golden(
    "WhiteNoise", "ColorNoise", "BackgroundNoise", by="a plain loop over frames of 50 ms", within="0.1 dB"
)
@pytest.mark.parametrize("snr_db", [-10.0, 25.0])
@pytest.mark.parametrize("rate", [8_000, 44_100])
@pytest.mark.parametrize("kind", [WhiteNoiseStep, ColorNoise, BackgroundNoise, BabbleNoise])
def test_the_ratio_is_what_it_says(kind: type, rate: int, snr_db: float) -> None:
    clean = words(rate)
    loads = [recording(40_000, 1, f"voice {number}") for number in range(5)]
    noise = applied(kind(snr_db=snr_db), clean, rate, *loads).astype(np.float64) - clean
    assert active_db(clean, rate) - level_db(noise) == pytest.approx(snr_db, abs=0.1)


@pytest.mark.parametrize("frames", [1, 50, 3_000, 100_000])
@pytest.mark.parametrize("snr_db", [-10.0, 5.0, 40.0])
@pytest.mark.parametrize("kind", [WhiteNoiseStep, ColorNoise, BackgroundNoise, BabbleNoise])
def test_the_ratio_is_exact(kind: type, snr_db: float, frames: int) -> None:
    """To 0.1 dB, on the shortest clip as on a long one: a steady tone's active level is its RMS."""
    clean = tone(16_000, frames, 2) + np.float32(0.01)
    noise = applied(kind(snr_db=snr_db), clean, 16_000, *[recording(40_000)] * 5) - clean
    assert level_db(clean) - level_db(noise) == pytest.approx(snr_db, abs=0.1)


@pytest.mark.parametrize("seconds", [0.03, 1.35, 1.399])
def test_the_active_level_is_as_described(seconds: float) -> None:
    """Also where the last frame is loud and nearly twice as long as the others."""
    sound = words(16_000, seconds)
    assert 20 * math.log10(active_level(sound, 16_000)) == pytest.approx(active_db(sound, 16_000), abs=1e-5)


def test_pauses_do_not_count_as_the_sound() -> None:
    """A word in a long, nearly silent clip gets the noise of the word, not of the clip."""
    word = tone(16_000, 16_000)
    padded = np.pad(word, ((0, 0), (64_000, 32_000)))
    padded += np.float32(0.001) * KEY.generator("hum").standard_normal(padded.shape, np.float32)
    assert active_level(padded, 16_000) == pytest.approx(active_level(word, 16_000), rel=0.02)
    noise = applied(WhiteNoiseStep(snr_db=10.0), padded, 16_000) - padded
    assert level_db(word) - level_db(noise) == pytest.approx(10, abs=0.2)


@pytest.mark.parametrize("kind", [WhiteNoiseStep, ColorNoise, BackgroundNoise, BabbleNoise])
def test_a_silent_clip_gets_noise_as_if_it_had_sound(kind: type) -> None:
    """So does one that holds only the last bit of 16; what is a little louder counts as what it is."""
    loads = [recording(4_000)] * 5
    for silent in (np.zeros((2, 5_000), np.float32), np.full((2, 5_000), 2.0**-16, np.float32)):
        noise = applied(kind(snr_db=10.0, silence_dbfs=-40.0), silent, 16_000, *loads).astype(np.float64) - silent
        assert level_db(noise) == pytest.approx(-50, abs=0.1)
    quiet = np.full((2, 5_000), 2.0**-14, np.float32)
    noise = applied(kind(snr_db=10.0, silence_dbfs=-40.0), quiet, 16_000, *loads).astype(np.float64) - quiet
    assert level_db(noise) == pytest.approx(level_db(quiet) - 10, abs=0.1)


@pytest.mark.parametrize("kind", [BackgroundNoise, BabbleNoise])
def test_a_recording_may_lie_below_full_scale_instead(kind: type) -> None:
    for clean in (tone(16_000, 9_000), np.zeros((1, 9_000), np.float32)):
        added = applied(kind(snr_db=30.0, relative_to="full scale"), clean, 16_000, *[recording(40_000)] * 5)
        assert level_db(added.astype(np.float64) - clean) == pytest.approx(-30, abs=0.1)


def test_a_silent_recording_adds_nothing() -> None:
    clean = tone(16_000, 9_000)
    assert np.array_equal(applied(BackgroundNoise(), clean, 16_000, np.zeros((1, 4_000), np.float32)), clean)


@pytest.mark.golden("WhiteNoise", by="scipy.stats.kstest beside the normal distribution", within="p > 0.01")
def test_white_noise_is_gaussian_and_flat() -> None:
    from scipy import stats

    noise = WhiteNoise(KEY, 1).read(0, 1 << 20)[0].astype(np.float64)
    assert stats.kstest(noise, "norm").pvalue > 0.01
    assert abs(stats.kurtosis(noise)) < 0.02
    beyond = np.abs(noise) > 4.2  # where the table ends
    assert 15 < beyond.sum() < 45  # 28 are expected
    assert np.abs(noise).max() > 4.5
    assert stats.kstest(stats.norm.sf(np.abs(noise[beyond])) / stats.norm.sf(4.2), "uniform").pvalue > 0.01


@pytest.mark.golden(
    "ColorNoise", "NoiseFloor", by="scipy.signal.welch", within="0.5 dB an octave from 20 Hz to half the rate"
)
@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
@pytest.mark.parametrize("slope", [-12.0, -6.0, -3.0, 3.0, 12.0])
def test_the_slope_holds(rate: int, slope: float) -> None:
    noise = ColoredNoise(KEY, 1, rate, slope).read(0, 1 << (22 if rate > 100_000 else 20))[0]
    steps = np.diff(octave_levels(noise, rate, lambda frequencies: slope * np.log2(frequencies)))
    held = steps if slope * math.log2(rate / 2 / 20) < 140 else steps[1:]  # 32 bits reach no further down
    assert np.abs(held).max() < 0.5


def octave_levels(noise, rate, expected_db):  # type: ignore[no-untyped-def]
    """Welch's density in decibels less what is expected, averaged over each octave from 20 Hz to half the rate."""
    from scipy.signal import welch

    frequencies, power = welch(noise.astype(np.float64), rate, nperseg=1 << (int(rate / 4) - 1).bit_length())
    edges = [*(20 * 2.0 ** np.arange(math.floor(math.log2(rate / 2 / 20)))), rate / 2]
    bands = [(frequencies >= low) & (frequencies < high) for low, high in pairwise(edges)]
    return np.array([10 * np.log10(power[band]).mean() - expected_db(frequencies[band]).mean() for band in bands])


@pytest.mark.golden("ColorNoise", by="librosa.A_weighting", within="0.7 dB in each octave")
@pytest.mark.parametrize(("weighting", "sign"), [("A", 1), ("inverse A", -1)])
def test_noise_is_weighted(weighting: str, sign: int) -> None:
    import librosa

    silent = np.zeros((1, 1 << 20), np.float32)
    step = ColorNoise(slope_db_per_octave=-3.0, weighting=weighting, snr_db=-20.0)
    noise = applied(step, silent, 44_100)[0]
    levels = octave_levels(noise, 44_100, lambda f: -3 * np.log2(f) + sign * librosa.A_weighting(f, min_db=None))
    assert np.abs(levels - levels.mean()).max() < 0.7


@pytest.mark.golden("NoiseFloor", by="the RMS that it says", within="0.1 dB in 20 s")
@pytest.mark.parametrize("slope", [0.0, -3.0, 6.0])
def test_a_noise_floor_lies_at_its_level(slope: float) -> None:
    for clean in (np.zeros((1, 320_000), np.float32), tone(16_000, 320_000)):
        added = applied(NoiseFloor(level_dbfs=-50.0, slope_db_per_octave=slope), clean, 16_000)
        assert level_db(added.astype(np.float64) - clean) == pytest.approx(-50, abs=0.1)


def test_colored_noise_is_as_loud_where_its_blocks_meet() -> None:
    """The power at each frame, over many keys: no seam stands out."""
    source = ColoredNoise(Key.of("seams"), 1_000, 1_000, -3)
    power = np.square(source.read(0, 2_000), dtype=np.float64).mean(axis=0)
    smooth = np.convolve(power, np.ones(40) / 40, "valid")
    assert np.abs(smooth - 1).max() < 0.1


@pytest.mark.parametrize("source", [WhiteNoise(KEY, 2), ColoredNoise(KEY, 2, 8_000, -3)])
def test_noise_is_a_matter_of_the_frame_alone(source: NoiseSource) -> None:
    """Read whole, read in odd pieces, read from the middle, read backwards: the same noise."""
    whole = source.read(0, 40_000)
    pieces = [source.read(start, min(333, 40_000 - start)) for start in range(0, 40_000, 333)]
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)
    for start in (39_000, 12_345, 0):
        assert np.array_equal(source.read(start, 1_000), whole[:, start : start + 1_000])


def test_channels_and_chunks_are_independent() -> None:
    noise = WhiteNoise(KEY, 3).read(0, 3 * 65_536)
    parts = np.concatenate([noise[:, first : first + 65_536] for first in range(0, noise.shape[1], 65_536)])
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


def test_what_is_kept_of_noise_is_bounded() -> None:
    """However much is read; and what was dropped comes again as it was."""
    source = WhiteNoise(KEY, 4)
    first = source.read(0, 65_536).copy()
    for block in range(40):
        source.read(block * 65_536, 65_536)
    assert sum(block.nbytes for block in noise_blocks._blocks.values()) == noise_blocks._bytes <= KEPT_BYTES
    assert np.array_equal(source.read(0, 65_536), first)


@pytest.mark.golden(
    "BabbleNoise", by="the sum of the voices at one level, by least squares", within="0.1 dB between voices"
)
def test_voices_talk_at_one_level() -> None:
    """However loud each was recorded; as long as the clip, each is heard from its beginning."""
    voices = [recording(30_000, 1, f"voice {number}") * np.float32(0.05 * (number + 1)) for number in range(4)]
    clean = tone(16_000, 30_000)
    babble = applied(BabbleNoise(snr_db=0.0, speakers=4), clean, 16_000, *voices).astype(np.float64) - clean
    gains, rest, _, _ = np.linalg.lstsq(np.concatenate(voices).T, babble[0], rcond=None)
    levels = [20 * math.log10(gain) + active_db(voice, 16_000) for gain, voice in zip(gains, voices, strict=True)]
    assert max(levels) - min(levels) < 0.1
    assert rest[0] / np.square(babble).sum() < 1e-8


@pytest.mark.golden("ShortNoises", by="each noise cut out and measured by a plain loop", within="0.1 dB")
def test_short_noises_come_at_their_pauses_and_levels() -> None:
    rate, seconds = 8_000, 120
    clean = tone(rate, rate * seconds)
    loads = [recording(length, 1, f"short {length}") for length in (800, 1_600, 4_000)]
    step = ShortNoises(
        snr_db=6.0, spread_db=4.0, every_s=2.0, burst_percent=0.0, fade_in_ms=0.0, fade_out_ms=0.0, recordings=3,
        longest_s=0.4,
    )  # fmt: skip
    noise = applied(step, clean, rate, *loads) - clean
    edges = np.flatnonzero(np.diff(np.abs(noise[0]) > 0, prepend=False, append=False))
    starts, ends = joined(edges[::2], edges[1::2], rate // 4)
    assert starts[0] < 2 * rate
    pauses = (starts[1:] - ends[:-1]) / rate
    assert pauses.min() > 0.79
    assert pauses.max() < 3.21
    assert pauses.mean() == pytest.approx(2, abs=0.3)
    assert set(ends - starts) <= {800, 1_600, 3_200, *(ends - starts)[-1:]}
    sound_db = level_db(clean)
    ratios = [sound_db - active_db(noise[:, a:b], rate) for a, b in zip(starts, ends, strict=True)]
    assert min(ratios) > 1.9
    assert max(ratios) < 10.1
    assert np.std(ratios) == pytest.approx(8 / math.sqrt(12), rel=0.2)


def joined(starts: NDArray[np.intp], ends: NDArray[np.intp], gap: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Stretches between which fewer frames lie are one."""
    apart = starts[1:] - ends[:-1] >= gap
    return starts[np.append(True, apart)], ends[np.append(apart, True)]


def test_short_noises_without_spread_lie_at_their_ratio() -> None:
    """Also after their fades, and in the shortest clip there is one."""
    clean = tone(16_000, 3_000, 2)
    step = ShortNoises(snr_db=12.0, spread_db=0.0, every_s=600.0, longest_s=0.02, recordings=1)
    noise = applied(step, clean, 16_000, recording(900)) - clean
    heard = np.flatnonzero(noise[0])
    sounding = noise[:, heard[0] : heard[-1] + 1]
    if heard[-1] < 2_999:  # the whole of it is within the clip
        power = np.square(sounding, dtype=np.float64).sum() / 2 / 320
        assert level_db(clean) - 10 * math.log10(power) == pytest.approx(12, abs=0.1)


def test_the_sound_is_turned_down_under_a_noise() -> None:
    """By as much where the noise has faded in, and not at all where there is none."""
    loads = [recording(8_000)] * 4
    clean, silent = tone(16_000, 160_000), np.zeros((1, 160_000), np.float32)
    kept = {"relative_to": "full scale", "every_s": 1.0, "burst_percent": 50.0}
    noise = applied(ShortNoises(**kept), silent, 16_000, *loads)
    sound = applied(ShortNoises(duck_db=12.0, **kept), clean, 16_000, *loads) - noise
    gain = sound[0] @ clean[0] / (clean[0] @ clean[0])
    assert 0.3 < gain < 0.9
    alone = np.flatnonzero(noise[0] == 0)
    assert np.array_equal(sound[0, alone], clean[0, alone])
    heard = np.abs(clean[0]) > 0.1
    ratios = 20 * np.log10(np.abs(sound[0, heard] / clean[0, heard]))
    assert ratios.min() == pytest.approx(-12, abs=0.01)
    assert np.mean(ratios < -11.99) > 0.2


def test_bursts_come_one_over_the_other() -> None:
    """Recordings that are nothing but a first sample show where each begins; all lengths are those of a recording."""
    length, rate = 8_000, 16_000
    mark = np.eye(1, length, dtype=np.float32)
    step = ShortNoises(every_s=3.0, burst_percent=80.0, spread_db=0.0, fade_in_ms=0.0, fade_out_ms=0.0)
    starts = np.flatnonzero(applied(step, np.zeros((1, rate * 300), np.float32), rate, *[mark] * 4))
    apart = np.diff(starts) / length
    burst = apart < 2
    assert np.mean(burst) == pytest.approx(0.8, abs=0.1)
    assert 0.1 <= apart[burst].min() < 0.2
    assert 1 < apart[burst].max() <= 1.1
    assert apart[~burst].min() >= 1 + 0.4 * 6
    assert apart[~burst].max() <= 1 + 1.6 * 6


def test_a_long_noise_is_measured_without_being_held() -> None:
    """The measure of a noise reads it in blocks and comes to what the whole of it has."""
    source = WhiteNoise(KEY, 2)
    assert rms_of(source, 150_000) == pytest.approx(float(np.sqrt(np.square(source.read(0, 150_000)).mean())), rel=1e-4)
