"""MP3: in its place to the sample, at every rate, on every channel, whatever blocks it comes in."""

from __future__ import annotations

import numpy as np
import pytest

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.files.codec import coded_kbps, coded_rate
from engine.render import run
from engine.transform import StreamSpec
from engine.transforms.codec import Mp3, Mp3Processor
from tests.support.measures import lag

DRAW = Draw(Key.of("codec test"))


def speechlike(rate: int, channels: int, duration_s: float = 1.0) -> Samples:
    """Noise below 3 kHz that swells, different on each channel."""
    frames = round(rate * duration_s)
    noise = Key.of("codec").generator(rate).standard_normal((channels, frames))
    spectrum = np.fft.rfft(noise)
    spectrum[:, int(frames * min(3_000, 0.2 * rate) / rate) :] = 0
    swell = np.sin(2 * np.pi * 3 * np.arange(frames) / rate) ** 2
    low = np.fft.irfft(spectrum, frames) * swell
    return (0.5 * low / np.abs(low).max()).astype(np.float32)


def coded(samples: Samples, rate: int, kbps: int) -> Samples:
    processor = Mp3(bitrate_kbps=kbps).processor(StreamSpec(rate, *samples.shape), DRAW)
    return np.concatenate(list(run([processor], samples)), axis=1)


@pytest.mark.parametrize("kbps", [24, 64, 320])
@pytest.mark.parametrize("rate", [8_000, 9_999, 22_050, 44_100, 48_000, 96_000])
def test_it_stays_where_it_was(rate: int, kbps: int) -> None:
    """No lag, the same length, and the sound itself is still there."""
    clean = speechlike(rate, 2)
    out = coded(clean, rate, kbps)
    assert out.shape == clean.shape
    assert [lag(out[n], clean[n]) for n in range(2)] == [0, 0]
    assert min(np.corrcoef(out[n], clean[n])[0, 1] for n in range(2)) > 0.85


def test_a_lower_bitrate_is_rougher() -> None:
    clean = speechlike(44_100, 1)
    errors = [float(np.square(coded(clean, 44_100, kbps) - clean).mean()) for kbps in (8, 24, 64, 320)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 100 * errors[-1]


def test_more_than_two_channels_are_each_themselves() -> None:
    clean = speechlike(32_000, 5, 0.5)
    out = coded(clean, 32_000, 128)
    assert np.array(np.argmax(np.corrcoef(out, clean)[:5, 5:], axis=1)).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rate", [16_000, 44_100, 40_000, 96_000])
def test_blocks_of_any_length_give_the_same_bits(rate: int) -> None:
    """Down to single frames: the delay is enough at every phase of the codec's frames."""
    clean = np.pad(speechlike(rate, 2, 0.25), ((0, 0), (0, 25_000)))
    spec = StreamSpec(rate, *clean.shape)
    whole = Mp3Processor(spec, 24).process(clean)
    for length in (1, 333) if rate == 16_000 else (333, 4_096):
        processor = Mp3Processor(spec, 24)
        parts = [processor.process(clean[:, s : s + length]) for s in range(0, clean.shape[1], length)]
        assert all(part.shape[1] == length for part in parts[:-1])
        assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_the_delay_does_not_depend_on_the_sound() -> None:
    """Silence, noise at full scale and silence again: the codec never holds more back than was said."""
    loud = Key.of("loud").generator().uniform(-1, 1, (2, 60_000)).astype(np.float32)
    loud[:, 20_000:40_000] = 0
    for kbps in (8, 32, 320):
        out = coded(loud, 24_000, kbps)
        assert out.shape == loud.shape
        assert np.abs(out[:, 24_000:38_000]).max() < 1e-3


def test_reset_begins_again() -> None:
    clean = speechlike(24_000, 1, 0.5)
    processor = Mp3(bitrate_kbps=32).processor(StreamSpec(24_000, *clean.shape), DRAW)
    first = processor.process(clean)
    processor.reset()
    assert np.array_equal(processor.process(clean), first)


@pytest.mark.parametrize(
    ("rate", "asked", "at", "kbps"),
    [(44_100, 64, 44_100, 64), (44_100, 24, 22_050, 24), (48_000, 8, 8_000, 8), (96_000, 320, 48_000, 320),
     (88_200, 100, 44_100, 96), (9_999, 320, 11_025, 64), (37_800, 320, 44_100, 320), (22_050, 320, 22_050, 160)],
)  # fmt: skip
def test_the_nearest_that_the_format_has_is_taken(rate: int, asked: int, at: int, kbps: int) -> None:
    assert coded_rate(rate, asked) == at
    assert coded_kbps(at, asked) == kbps
