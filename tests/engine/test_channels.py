"""Channels among each other: beside ffmpeg's own, and the formulas of the standards."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.transform import Streaming, StreamSpec
from engine.transforms.channels import ChannelDropout, ChannelSwap, Pan, StereoWidth
from tests.support.ffmpeg import filtered
from tests.support.processing import noise

RATE = 48_000


def processed(transform: Streaming, samples: Samples, turn: int = 0) -> Samples:
    processor = transform.processor(StreamSpec(RATE, *samples.shape), Draw(Key.of("channels", turn)))
    return processor.process(samples)


@pytest.mark.golden("ChannelSwap", by="the manual of SoX (swap, remix) and AugLy (flip of the channels)", within="0")
@pytest.mark.parametrize(
    ("channels", "pairs", "reverse"),
    [(1, [0], [0]), (2, [1, 0], [1, 0]), (3, [1, 0, 2], [2, 1, 0]), (4, [1, 0, 3, 2], [3, 2, 1, 0])],
)
def test_channels_change_places(channels: int, pairs: list[int], reverse: list[int]) -> None:
    source = noise(100, channels)
    assert np.array_equal(processed(ChannelSwap(order="pairs"), source), source[pairs])
    assert np.array_equal(processed(ChannelSwap(order="reversed"), source), source[reverse])


def test_every_order_is_drawn_equally_often() -> None:
    source = np.arange(3, dtype=np.float32)[:, None]
    orders = [tuple(processed(ChannelSwap(order="drawn"), source, turn)[:, 0]) for turn in range(1_200)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert min(counts) > 150


@pytest.mark.golden("ChannelDropout", by="a mask of zeros and ones, as speechbrain's ChannelDrop", within="0")
def test_dropped_channels_are_silent_and_the_others_untouched() -> None:
    source = noise(100, 5)
    dropped = np.zeros(5, int)
    for turn in range(500):
        out = processed(ChannelDropout(count=2), source, turn)
        mask = out.any(axis=1)
        assert mask.sum() == 3
        assert np.array_equal(out, source * mask[:, None])
        dropped += ~mask
    assert dropped.min() > 150
    assert np.count_nonzero(processed(ChannelDropout(count=9), source).any(axis=1)) == 1
    assert np.array_equal(processed(ChannelDropout(), source[:1]), source[:1])


@pytest.mark.golden("StereoWidth", by="ffmpeg's extrastereo", within="1e-6: float32 rounding")
@pytest.mark.parametrize("width", [0, 35, 100, 200])
def test_the_width_is_ffmpeg_s(width: float) -> None:
    source = noise(4_800, 2)
    theirs = filtered("extrastereo", f"m={width / 100}:c=0", source, RATE)
    assert np.abs(processed(StereoWidth(width_percent=width), source) - theirs).max() < 1e-6


def test_without_width_every_channel_is_the_mean_of_all() -> None:
    source = noise(500, 5)
    out = processed(StereoWidth(width_percent=0), source)
    assert np.abs(out - source.mean(axis=0)).max() < 1e-6
    assert np.allclose(processed(StereoWidth(width_percent=0), source[:1]), source[:1])
    wide = processed(StereoWidth(width_percent=170), source)
    assert np.abs(wide.mean(axis=0) - source.mean(axis=0)).max() < 1e-6


@pytest.mark.golden(
    "Pan", by="the Web Audio API's formula for stereo input, sample by sample", within="1e-6: float32 rounding"
)
@pytest.mark.parametrize("pan", [-1.0, -0.4, 0.0, 0.7, 1.0])
def test_panning_is_that_of_the_web_audio_api(pan: float) -> None:
    source = noise(200, 3)
    x = pan + 1 if pan <= 0 else pan
    left_gain, right_gain = math.cos(x * math.pi / 2), math.sin(x * math.pi / 2)
    out = processed(Pan(position_percent=100 * pan), source)
    for frame in range(200):
        left, right = float(source[0, frame]), float(source[1, frame])
        if pan <= 0:
            expected = left + right * left_gain, right * right_gain
        else:
            expected = left * left_gain, right + left * right_gain
        assert out[:2, frame] == pytest.approx(expected, abs=1e-6)
    assert np.array_equal(out[2], source[2])
    assert np.array_equal(processed(Pan(position_percent=100 * pan), source[:1]), source[:1])
