"""Chorus and phaser: that they are where they say, at every rate."""

from __future__ import annotations

import numpy as np
import pytest

from engine.transforms.modulation import Chorus, Phaser
from tests.support.processing import impulse, processed


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 192000])
@pytest.mark.parametrize("center_hz", [400.0, 1300.0, 3000.0])
def test_the_phasers_middle_notch_is_at_its_center(rate: int, center_hz: float) -> None:
    out = processed(Phaser(center_hz=center_hz, depth=0, mix=0.5), impulse(1 << 16), rate)[0]
    gained, hertz = np.abs(np.fft.rfft(out)), np.fft.rfftfreq(out.size, 1 / rate)
    dips = [n for n in range(1, gained.size - 1) if gained[n - 1] > gained[n] < gained[n + 1] and gained[n] < 0.2]
    assert min(abs(hertz[dip] / center_hz - 1) for dip in dips) < 0.01


@pytest.mark.parametrize("rate", [8000, 48000])
def test_the_choruss_copy_comes_after_its_delay(rate: int) -> None:
    out = processed(Chorus(depth=0, center_delay_ms=12, mix=0.4), impulse(rate // 4), rate)[0]
    assert out[0] == pytest.approx(0.6, abs=1e-3)
    assert abs(int(np.argmax(out[1:])) + 1 - 0.012 * rate) <= 1


def test_the_chorus_sways() -> None:
    """The copy of a click moves from one click to the next, by up to what the depth says."""
    rate, step = 16000, 1600
    clicks = np.zeros((1, 20 * step), np.float32)
    clicks[0, ::step] = 1
    out = processed(Chorus(rate_hz=1, depth=0.3, center_delay_ms=10, mix=1), clicks, rate)[0]
    delays = np.argmax(np.abs(out.reshape(-1, step)), axis=1) / rate * 1000
    assert delays.min() == pytest.approx(7, abs=0.4)
    assert delays.max() == pytest.approx(13, abs=0.4)
