"""Delay, reverb and recorded rooms, beside what they should be by hand and by scipy."""

from __future__ import annotations

import numpy as np
import pedalboard
import pytest
from scipy.signal import butter, fftconvolve, freqz, sosfilt

from engine.clip import Samples
from engine.dsp.convolution import Response, Responses
from engine.transforms.space import Delay, ImpulseResponse, MicrophoneResponse, Reverb
from tests.support.processing import decibels, impulse, noise, processed


@pytest.mark.golden("Delay", by="pedalboard.Delay", within="1e-7: float32 rounding")
@pytest.mark.parametrize("feedback", [0.0, 0.6])
def test_delay_is_that_of_pedalboard(feedback: float) -> None:
    samples = noise(20000, 2)
    out = processed(Delay(delay_ms=125, feedback=feedback, mix=0.4), samples, 8000)
    assert np.abs(out - pedalboard.Delay(0.125, feedback, 0.4).process(samples, 8000.0)).max() < 1e-7


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


def freeverb(samples: Samples, rate: int, room: Reverb) -> np.ndarray:
    """Freeverb as a plain loop: eight combs side by side, four all-passes in a row, 23 frames more on the right."""
    tails = []
    for spread in (0, 23)[: samples.shape[0]]:
        fed = samples.astype(np.float64).sum(axis=0) * 0.015 / samples.shape[0]
        sound = np.zeros(fed.size)
        for length in (1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617):
            line, last = [0.0] * (rate * (length + spread) // 44100), 0.0
            for frame, value in enumerate(fed):
                place = frame % len(line)
                sound[frame] += line[place]
                last = line[place] * (1 - 0.4 * room.damping) + last * 0.4 * room.damping
                line[place] = value + last * (0.7 + 0.28 * room.room_size)
        for length in (556, 441, 341, 225):
            line = [0.0] * (rate * (length + spread) // 44100)
            for frame in range(fed.size):
                place = frame % len(line)
                held, sound[frame] = line[place], line[place] - sound[frame]
                line[place] = held - sound[frame] + 0.5 * held
        tails.append(3 * room.wet_level * sound)
    near, far = (1 + room.width) / 2, (1 - room.width) / 2
    wet = [near * tails[0]] if len(tails) == 1 else [near * one + far * other for one, other in (tails, tails[::-1])]
    return np.stack(wet) + 2 * room.dry_level * samples


@pytest.mark.golden("Reverb", by="Freeverb as a plain loop", within="1e-6: float32 rounding")
@pytest.mark.parametrize("channels", [1, 2])
def test_reverb_is_freeverb(channels: int) -> None:
    room = Reverb(room_size=0.4, damping=0.3, wet_level=0.3, dry_level=0.4, width=0.6)
    samples = noise(6000, channels)
    assert np.abs(processed(room, samples, 16000) - freeverb(samples, 16000, room)).max() < 1e-6


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


@pytest.mark.golden("ImpulseResponse", by="scipy.signal.fftconvolve", within="2e-6: float32 rounding")
@pytest.mark.parametrize("frames", [1, 100, 1024, 5000, 40000])
@pytest.mark.parametrize(("channels", "recorded"), [(1, 1), (2, 2), (1, 2), (3, 1), (5, 2)])
def test_convolution_is_that_of_scipy(frames: int, channels: int, recorded: int) -> None:
    """With unit energy in the strongest channel heard, and moved forward by what lies before the direct sound."""
    samples, direct = noise(7000, channels), min(frames - 1, 60)
    room = response(frames, recorded, direct)
    out = processed(ImpulseResponse(), samples, 16000, recording=room)
    room = room / np.sqrt(np.max(np.sum(room[:channels].astype(np.float64) ** 2, axis=1)))
    for channel in range(channels):
        whole = fftconvolve(samples[channel].astype(np.float64), room[channel % recorded])
        assert np.abs(out[channel] - whole[direct : direct + 7000]).max() < 2e-6


def test_a_mono_clip_keeps_its_level_in_the_weaker_channel_of_a_room() -> None:
    """And its place: the other channel heard the direct sound 40 frames earlier."""
    room = response(2000, 2, 60)
    room[0] = np.roll(room[0], 40) * 0.1
    samples = noise(40000)
    out = processed(ImpulseResponse(), samples, 16000, recording=room)
    assert abs(decibels(float(out.std() / samples.std()))) < 0.1
    alone = processed(ImpulseResponse(), samples, 16000, recording=room[:1])
    assert np.array_equal(out, alone)


def test_convolution_keeps_its_tail_to_the_last_frame() -> None:
    samples, room = noise(3000), response(5000, 1, 0)
    out = processed(ImpulseResponse(), samples, 16000, recording=room, tail=True)
    whole = fftconvolve(samples[0].astype(np.float64), room[0] / np.sqrt(np.sum(room[0].astype(np.float64) ** 2)))
    assert out.shape[1] == whole.size
    assert np.abs(out[0] - whole).max() < 2e-6


def test_what_lies_long_before_the_direct_sound_is_cut_off_and_moves_nothing() -> None:
    room = np.zeros((1, 16000), np.float32)
    room[0, 8900], room[0, 9000] = 0.2, -0.5
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


@pytest.mark.golden("MicrophoneResponse", by="scipy.signal.fftconvolve", within="2e-6: float32 rounding")
def test_a_device_is_convolved_with_and_keeps_the_level_of_noise() -> None:
    samples, device = noise(40000, 2), response(400, 1, 25)
    out = processed(MicrophoneResponse(), samples, 16000, recording=device)
    device = device[0] / np.sqrt(np.sum(device[0].astype(np.float64) ** 2))
    for channel in range(2):
        whole = fftconvolve(samples[channel].astype(np.float64), device)
        assert np.abs(out[channel] - whole[25 : 25 + 40000]).max() < 2e-6
    assert abs(decibels(float(out.std() / samples.std()))) < 0.1


def test_a_device_may_keep_the_level_at_1_khz() -> None:
    sections = butter(2, [300, 900], "bandpass", fs=16000, output="sos")
    telephone = 0.01 * sosfilt(sections, impulse(800)[0])[np.newaxis].astype(np.float32)
    heard = processed(MicrophoneResponse(level_kept="1 kHz"), impulse(4000, at=100), 16000, recording=telephone)[0]
    assert abs(decibels(abs(freqz(heard, worN=[1000], fs=16000)[1][0]))) < 0.01


def test_responses_are_kept_until_others_need_the_room() -> None:
    one = Response(np.ones((1, 100)))
    responses = Responses(limit=2 * one.spectra.nbytes)
    assert responses.get("a", lambda: one) is one
    assert responses.get("a", lambda: Response(np.ones((1, 100)))) is one
    for name in ("b", "c"):
        responses.get(name, lambda: Response(np.ones((1, 100))))
    assert responses.get("a", lambda: Response(np.ones((1, 100)))) is not one
