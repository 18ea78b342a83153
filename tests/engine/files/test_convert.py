from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.files.convert import prepare, resample, with_channels
from engine.files.encode import Encoding, encode
from tests.engine.files.corpus import sound


@pytest.mark.parametrize(("from_hz", "to_hz"), [(44_100, 48_000), (48_000, 8_000), (8_000, 44_100), (22_051, 16_000)])
def test_a_tone_is_the_same_tone_at_another_rate(from_hz: int, to_hz: int) -> None:
    """Held against the tone computed at the new rate: no shift, no change of level."""
    tone = np.sin(2 * np.pi * 1_000 * np.arange(from_hz) / from_hz).astype(np.float32)
    found = resample(np.stack([tone, -tone]), from_hz, to_hz)
    truth = np.sin(2 * np.pi * 1_000 * np.arange(to_hz) / to_hz)
    assert found.shape == (2, to_hz)
    inside = slice(to_hz // 10, -to_hz // 10)
    assert np.abs(found[0, inside] - truth[inside]).max() < 1e-4
    np.testing.assert_array_equal(found[0], -found[1])


def test_what_the_new_rate_cannot_hold_is_gone() -> None:
    tone = np.sin(2 * np.pi * 7_000 * np.arange(48_000) / 48_000).astype(np.float32)
    assert np.abs(resample(tone[np.newaxis], 48_000, 8_000)[0, 400:-400]).max() < 1e-4


@pytest.mark.parametrize("frames", [1, 2, 7, 100])
@pytest.mark.parametrize(("from_hz", "to_hz"), [(192_000, 8_000), (8_000, 192_000), (44_100, 44_100)])
def test_short_clips_have_the_length_that_is_said(frames: int, from_hz: int, to_hz: int) -> None:
    found = resample(np.ones((3, frames), np.float32), from_hz, to_hz)
    assert found.shape == (3, max(1, round(frames * to_hz / from_hz)))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


def test_resampling_twice_gives_the_same_bits() -> None:
    assert resample(sound(), 44_100, 48_000).tobytes() == resample(sound(), 44_100, 48_000).tobytes()


def test_channels() -> None:
    samples = np.array([[1, 2], [3, 4], [8, 9]], np.float32)
    np.testing.assert_array_equal(with_channels(samples, "mono"), [[4, 5]])
    np.testing.assert_array_equal(with_channels(samples, "stereo"), samples[:2])
    np.testing.assert_array_equal(with_channels(samples[:1], "stereo"), [[1, 2], [1, 2]])
    assert with_channels(samples, "keep") is samples
    assert with_channels(samples[:1], "mono").shape == (1, 2)
    with pytest.raises(ValueError, match="keep, mono, stereo"):
        with_channels(samples, "quad")


@pytest.mark.parametrize("channels", ["keep", "mono", "stereo"])
@pytest.mark.parametrize("rate", [None, 16_000, 44_100, 48_000])
def test_prepare_is_decode_then_channels_then_rate(tmp_path: Path, channels: str, rate: int | None) -> None:
    samples = sound(3, 150_000)
    encode(tmp_path / "a.wav", samples, 44_100, Encoding("wav", "32f"))
    clip = prepare(tmp_path / "a.wav", rate, channels)
    assert clip.sample_rate == (rate or 44_100)
    assert not clip.samples.flags.writeable
    np.testing.assert_array_equal(clip.samples, resample(with_channels(samples, channels), 44_100, rate or 44_100))
