"""Delay, reverb and recorded rooms, beside what they should be by hand and by scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import fftconvolve

from engine.clip import Samples
from engine.transforms.space import Delay, ImpulseResponse, Reverb
from tests.support.processing import impulse, noise, processed


@pytest.mark.parametrize("delay_ms", [1.0, 30.0, 100.0])
def test_delay_has_its_taps(delay_ms: float) -> None:
    rate, step = 8000, round(delay_ms * 8)
    out = processed(Delay(delay_ms=delay_ms, feedback=0.5, mix=0.25), impulse(4000, 2), rate)
    expected = np.zeros(4000)
    expected[0] = 0.75
    taps = np.arange(step, 4000, step)
    expected[taps] = 0.25 * 0.5 ** np.arange(taps.size)
    assert np.abs(out - expected).max() < 1e-6


def test_delay_without_feedback_is_one_echo_and_its_tail_one_delay() -> None:
    out = processed(Delay(delay_ms=100, feedback=0, mix=0.5), impulse(800, at=799), 8000, tail=True)
    assert out.shape[1] == 800 + 800
    assert np.flatnonzero(out).tolist() == [799, 1599]


@pytest.mark.parametrize("channels", [1, 2, 3, 6])
def test_every_channel_has_its_room(channels: int) -> None:
    rate = 16000
    clip = noise(rate // 2, 1)
    wet = processed(Reverb(wet_level=1 / 3, dry_level=0), np.tile(clip, (channels, 1)), rate, tail=True)
    assert wet.shape[1] > rate
    levels = 10 * np.log10(np.mean(wet[:, rate // 2 :].astype(np.float64) ** 2, axis=1))
    alone = processed(Reverb(wet_level=1 / 3, dry_level=0), clip, rate, tail=True)
    assert np.abs(levels - 10 * np.log10(np.mean(alone[:, rate // 2 :] ** 2))).max() < 1.5
    if channels > 1:
        assert abs(np.corrcoef(wet[0], wet[1])[0, 1]) < 0.6


def test_a_room_without_anything_wet_is_only_louder_or_softer() -> None:
    samples = noise(4000, 3)
    assert np.allclose(processed(Reverb(wet_level=0, dry_level=0.5), samples, 8000), samples, atol=1e-6)


@pytest.mark.parametrize("room_size", [0.1, 0.5, 0.8])
def test_a_larger_room_rings_longer_and_no_longer_than_its_tail(room_size: float) -> None:
    rate = 16000
    room = Reverb(room_size=room_size, damping=0, wet_level=0.5, dry_level=0)
    ring = processed(room, impulse(rate // 10), rate, tail=True)[0].astype(np.float64)
    decay = 10 * np.log10(np.cumsum(ring[::-1] ** 2)[::-1] / np.sum(ring**2) + 1e-20)
    t30 = 2 * (np.argmax(decay < -35) - np.argmax(decay < -5)) / rate
    tail_s = (ring.size - rate // 10) / rate
    assert 0.6 * tail_s < t30 < 1.1 * tail_s


def response(frames: int, channels: int, direct: int) -> Samples:
    """Noise that dies away after a direct sound, with a little hiss before it."""
    room = noise(frames, channels, 0.1, seed=5) * np.exp(-np.arange(frames) / (frames / 5)).astype(np.float32)
    room[:, :direct] *= 0.01
    room[:, direct] = 1
    return room


@pytest.mark.parametrize("frames", [1, 100, 1024, 5000])
@pytest.mark.parametrize(("channels", "recorded"), [(1, 1), (2, 2), (1, 2), (3, 1), (5, 2)])
def test_convolution_is_that_of_scipy(frames: int, channels: int, recorded: int) -> None:
    """With unit energy in the strongest channel, and moved forward by what lies before the direct sound."""
    samples, direct = noise(7000, channels), min(frames - 1, 60)
    room = response(frames, recorded, direct)
    out = processed(ImpulseResponse(), samples, 16000, recording=room)
    room = room / np.sqrt(np.max(np.sum(room.astype(np.float64) ** 2, axis=1)))
    for channel in range(channels):
        whole = fftconvolve(samples[channel].astype(np.float64), room[channel % recorded])
        assert np.abs(out[channel] - whole[direct : direct + 7000]).max() < 2e-6


def test_convolution_keeps_its_tail_to_the_last_frame() -> None:
    samples, room = noise(3000), response(5000, 1, 0)
    out = processed(ImpulseResponse(), samples, 16000, recording=room, tail=True)
    whole = fftconvolve(samples[0].astype(np.float64), room[0] / np.sqrt(np.sum(room[0].astype(np.float64) ** 2)))
    assert out.shape[1] == whole.size
    assert np.abs(out[0] - whole).max() < 2e-6


def test_a_long_silence_before_the_direct_sound_moves_nothing() -> None:
    room = np.zeros((1, 16000), np.float32)
    room[0, 9000] = -0.5
    samples = noise(4000)
    out = processed(ImpulseResponse(), samples, 16000, recording=room)
    assert np.allclose(out, samples, atol=1e-6)


def test_mix_fades_between_the_sound_and_the_room() -> None:
    samples, room = noise(4000), response(2000, 1, 10)
    dry = processed(ImpulseResponse(mix=0), samples, 16000, recording=room)
    assert np.allclose(dry, samples, atol=1e-6)
    half = processed(ImpulseResponse(mix=0.5), samples, 16000, recording=room)
    wet = processed(ImpulseResponse(mix=1), samples, 16000, recording=room)
    assert np.allclose(half, 0.5 * dry + 0.5 * wet, atol=1e-6)


def test_a_silent_response_lets_the_sound_through() -> None:
    samples = noise(4000, 2)
    out = processed(ImpulseResponse(), samples, 16000, recording=np.zeros((1, 500), np.float32))
    assert np.allclose(out, samples, atol=1e-6)
