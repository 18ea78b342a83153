"""Compressor, gate and limiter beside the curves of the books."""

from __future__ import annotations

import numpy as np
import pytest

from engine.dsp.limiter import LookaheadLimiter
from engine.transforms.dynamics import Compressor, Limiter, NoiseGate
from tests.support.processing import decibels, noise, processed, tone


def steady(transform: Compressor | NoiseGate, level_db: float, rate: int = 16000) -> float:
    """The level, dB, that a constant of that level settles at."""
    samples = np.full((1, rate), 10 ** (level_db / 20), np.float32)
    return decibels(float(abs(processed(transform, samples, rate)[0, -1])) + 1e-12)


@pytest.mark.golden("Compressor", by="the static curve of the books", within="0.01 dB")
@pytest.mark.parametrize("level_db", [-50, -30, -20.1, -15, -6, 0, 12])
@pytest.mark.parametrize(("threshold_db", "ratio"), [(-20, 4), (-30, 1.5), (-40, 20)])
def test_compressor_has_the_static_curve(level_db: float, threshold_db: float, ratio: float) -> None:
    expected = level_db if level_db < threshold_db else threshold_db + (level_db - threshold_db) / ratio
    got = steady(Compressor(threshold_db=threshold_db, ratio=ratio, makeup_db=3), level_db)
    assert got == pytest.approx(expected + 3, abs=0.01)


@pytest.mark.golden("NoiseGate", by="the static curve of the books", within="0.05 dB: its detector settles")
@pytest.mark.parametrize("level_db", [-70, -60, -50.1, -40, -6])
@pytest.mark.parametrize("ratio", [2, 5])
def test_gate_has_the_static_curve(level_db: float, ratio: float) -> None:
    expected = level_db if level_db > -50 else -50 + (level_db + 50) * ratio
    assert steady(NoiseGate(threshold_db=-50, ratio=ratio), level_db) == pytest.approx(expected, abs=0.05)


def test_attack_and_release_take_their_time() -> None:
    """JUCE's ballistics: after the attack's time the envelope is at 1 - exp(-2 pi) of a step; so for the release."""
    rate = 48000
    step = np.repeat(np.float32([0.01, 1, 0.01]), (rate // 4, rate // 2, rate // 2))
    quick, slow = (
        processed(Compressor(attack_ms=ms, release_ms=5 * ms), step[np.newaxis], rate)[0] / step for ms in (5.0, 50.0)
    )
    for gain, ms in ((quick, 5), (slow, 50)):
        start, end = rate // 4, 3 * rate // 4
        reduction = -20 * np.log10(gain)
        assert reduction[start - 1] == pytest.approx(0, abs=0.01)
        assert reduction[start + round(ms * rate / 1000)] > 0.95 * 15
        assert reduction[start + round(ms * rate / 20000)] < 0.9 * 15
        assert reduction[end + round(ms * rate / 2000)] > 3
        assert reduction[end + round(5 * ms * rate / 1000)] < 1


@pytest.mark.parametrize("transform", [Compressor(), NoiseGate(threshold_db=-20), Limiter(ceiling_db=-12)])
@pytest.mark.parametrize("channels", [2, 3, 8])
def test_channels_are_linked(transform: Compressor | NoiseGate | Limiter, channels: int) -> None:
    """One gain for all, set by the loudest, which is the last here: the balance between the channels stays."""
    alone = noise(24000, 1, 0.3) * np.geomspace(0.001, 1, 24000, dtype=np.float32)
    balance = np.linspace(0.01, 1, channels, dtype=np.float32)[:, np.newaxis]
    expected = processed(transform, alone, 24000)
    assert not np.allclose(expected, alone, rtol=0.1)
    assert np.allclose(processed(transform, alone * balance, 24000), expected * balance, rtol=1e-4, atol=1e-9)


def test_another_channel_may_be_the_loudest_later() -> None:
    """The gate stays open for all while any channel is loud."""
    samples = np.full((2, 16000), 0.001, np.float32)
    samples[0, :8000] = 0.5
    samples[1, 8000:] = 0.5
    out = processed(NoiseGate(threshold_db=-20, release_ms=5), samples, 16000)
    assert np.allclose(out[:, 2000:], samples[:, 2000:], rtol=1e-3)


@pytest.mark.parametrize("rate", [8000, 44100, 192000])
@pytest.mark.parametrize("settings", [{}, {"lookahead_ms": 0.5, "release_ms": 5}, {"lookahead_ms": 50, "drive_db": 40}])
@pytest.mark.parametrize("channels", [1, 6])
def test_limiter_never_exceeds_its_ceiling(rate: int, settings: dict[str, float], channels: int) -> None:
    rng = np.random.default_rng(4)
    samples = noise(rate // 2, channels, 1)
    samples[:, rng.integers(0, samples.shape[1], 40)] *= 30
    samples[:, :3] = 8
    samples[:, -2:] = -8
    for ceiling_db in (-60.0, -6.0, 0.0):
        out = processed(Limiter(ceiling_db=ceiling_db, **settings), samples, rate)
        assert np.abs(out).max() <= 10 ** (ceiling_db / 20)
        assert np.abs(out).max() > 0.99 * 10 ** (ceiling_db / 20)


def test_limiter_is_transparent_below_its_ceiling() -> None:
    samples = np.clip(noise(48000, 2), -0.89, 0.89)
    assert np.array_equal(processed(Limiter(ceiling_db=-1), samples, 48000), samples)


def test_limiter_turns_down_before_the_peak_smoothly_and_recovers() -> None:
    rate = 48000
    samples = tone(1000, rate, 1.0, 0.25)
    samples[0, rate // 2] = 2
    gain = processed(Limiter(ceiling_db=-6, lookahead_ms=5, release_ms=100), samples, rate) / np.where(
        np.abs(samples) < 1e-4, np.nan, samples
    )
    ahead = rate // 2 - 240
    assert gain[0, ahead - 10] == pytest.approx(1, abs=1e-6)
    assert gain[0, rate // 2] == pytest.approx(10 ** (-6 / 20) / 2, rel=0.01)
    reduction = 1 - gain[0, rate // 2 :]
    assert np.nanmax(reduction[round(0.1 * rate) + 240 :]) < 0.75 / 10 + 0.01
    assert np.nanmin(reduction[: round(0.01 * rate)]) > 0.5
    # A gain that jumped would be a click: from frame to frame it changes by no more than its share of the look-ahead.
    filled = gain[0][~np.isnan(gain[0])]
    assert np.abs(np.diff(filled)).max() < 0.02


def test_a_long_block_does_not_overflow_the_limiters_whole_numbers() -> None:
    limiter = LookaheadLimiter(0.5, 9600, 1000.0, 1)
    samples = np.tile(np.float32([[0.3, -0.3]]), (1, 5_000_000))
    assert np.array_equal(limiter.process(samples)[0, 9600:], samples[0, :-9600])


@pytest.mark.golden("Limiter", by="the book's design as plain loops", within="1e-6: float32 rounding")
@pytest.mark.parametrize("lookahead", [1, 2, 37, 240])
def test_limiter_is_that_of_a_plain_loop(lookahead: int) -> None:
    """Over bursts and pauses: while it recovers, where it is at rest, and where it begins anew."""
    samples = noise(10_000, 2) * np.repeat(np.float32([2, 0.5, 2, 0.5]), (1000, 7500, 500, 1000))
    ceiling, release = float(np.nextafter(np.float32(0.5), np.float32(0))), 800.0
    needed = np.maximum(1 - ceiling / np.abs(samples).max(axis=0).astype(np.float64), 0)
    held, gains = 0.0, [1.0] * lookahead
    for frame in range(samples.shape[1]):
        held = max(needed[max(frame - lookahead, 0) : frame + 1].max(), held * 10 ** (-1 / release))
        gains.append(1 - held)
    expected = [
        samples[:, frame - lookahead] * np.mean(gains[frame : frame + lookahead + 1])
        for frame in range(lookahead, samples.shape[1])
    ]
    found = LookaheadLimiter(0.5, lookahead, release, 2).process(samples)
    assert not found[:, :lookahead].any()
    assert np.abs(found[:, lookahead:] - np.transpose(expected)).max() < 1e-6
