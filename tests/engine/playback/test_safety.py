"""The monitor path: nothing is touched when there is nothing to do, and ears are safe whatever comes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.playback.fade import Tail, to_stereo
from engine.playback.safety import SafetyLimiter, VolumeRamp
from tests.support.playing import RATE, noise


def test_up_to_full_scale_the_very_samples_pass() -> None:
    limiter, volume = SafetyLimiter(), VolumeRamp(0.0)
    block = noise(4096) * np.float32(2)
    block[0, 100], block[1, 200] = 1.0, -1.0
    assert limiter.process(volume.process(block, RATE), RATE) is block


def test_above_full_scale_it_is_held_and_recovers_to_transparent() -> None:
    limiter = SafetyLimiter()
    loud = np.concatenate([limiter.process(noise(512, seed=n) * np.float32(20), RATE) for n in range(20)], axis=1)
    assert np.abs(loud).max() <= 1.0
    assert np.abs(loud).max() > 0.5
    for n in range(300):
        limiter.process(noise(512, seed=n), RATE)
    quiet = noise(512)
    assert limiter.process(quiet, RATE) is quiet


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_sample_that_is_no_number_mutes_for_a_while(bad: float) -> None:
    limiter = SafetyLimiter()
    block = noise(512)
    block[1, 7] = bad
    out = [limiter.process(block, RATE)] + [limiter.process(noise(512), RATE) for _ in range(400)]
    assert all(np.isfinite(part).all() for part in out)
    muted = next(index for index, part in enumerate(out) if part.any())
    assert muted * 512 >= 0.09 * RATE
    assert np.abs(np.diff(out[muted][0])).max() < 0.2, "sound must come back softly"
    assert np.array_equal(out[-1], noise(512))


def test_volume_is_ramped_and_exact_at_its_goal() -> None:
    volume = VolumeRamp(-6.0)
    ones = np.ones((2, 512), np.float32)
    assert volume.process(ones, RATE)[0, 0] == pytest.approx(10 ** (-6 / 20))
    volume.set_db(0.0)
    ramp = np.concatenate([volume.process(ones, RATE) for _ in range(10)], axis=1)
    assert np.abs(np.diff(ramp[0])).max() < 0.003
    assert volume.process(ones, RATE) is ones
    volume.set_db(-80.0, at_once=True)
    assert not volume.process(ones, RATE).any()


def test_a_tail_fades_and_then_leaves_samples_alone() -> None:
    tail = Tail()
    tail.start(np.ones((2, 100), np.float32))
    new = np.full((2, 300), -1, np.float32)
    mixed = np.concatenate([tail.mix(new[:, at : at + 33].copy()) for at in range(0, 300, 33)], axis=1)
    assert np.abs(np.diff(mixed[0, :101])).max() < 0.021
    assert np.array_equal(mixed[:, 100:], new[:, 100:])
    assert not tail.active


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 7, 8, 12, 32])
def test_any_number_of_channels_is_heard_on_both_sides_and_no_louder(channels: int) -> None:
    folded = to_stereo(np.full((channels, 10), 0.5, np.float32))
    assert folded.shape == (2, 10)
    assert np.allclose(folded, 0.5)
    if channels == 2:
        assert folded[0, 0] == 0.5
