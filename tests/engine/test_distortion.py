"""What the distortions do to a waveform, sample by sample."""

from __future__ import annotations

import numpy as np
import pytest

from engine.transforms.distortion import BitCrush, Clipping, Distortion, TanhDistortion
from tests.support.processing import noise, processed, tone


def test_distortion_is_that_of_pedalboard() -> None:
    import pedalboard

    samples = noise(4000, 2, 0.4)
    expected = pedalboard.Distortion(drive_db=3).process(samples, 44100.0)
    assert np.abs(processed(Distortion(drive_db=3), samples, 44100) - expected).max() < 1e-6


@pytest.mark.parametrize("level", [0.001, 0.1, 1.0])
def test_tanh_distortion_keeps_the_rms_and_does_not_depend_on_the_level(level: float) -> None:
    samples = noise(16000, 2, 0.2)
    out = processed(TanhDistortion(drive_db=18), samples * np.float32(level), 16000)
    assert np.sqrt(np.mean(out**2)) == pytest.approx(np.sqrt(np.mean(samples**2)) * level, rel=1e-4)
    assert np.allclose(out, processed(TanhDistortion(drive_db=18), samples, 16000) * level, rtol=1e-4, atol=1e-9)


def test_more_drive_makes_more_harmonics() -> None:
    samples = tone(500, 16000, 0.5)

    def third(drive_db: float) -> float:
        spectrum = np.abs(np.fft.rfft(processed(TanhDistortion(drive_db=drive_db), samples, 16000)[0]))
        return float(spectrum[750] / spectrum[250])

    assert 0.001 < third(0) < third(12) < third(30) == pytest.approx(1 / 3, abs=0.05)


def test_clipping_cuts_at_its_threshold_and_nothing_else() -> None:
    samples = noise(4000, 2, 0.5)
    out = processed(Clipping(threshold_db=-6), samples, 8000)
    limit = 10 ** (-6 / 20)
    assert np.allclose(out, np.clip(samples, -limit, limit), atol=1e-7)
    assert np.mean(np.abs(out) >= limit * 0.999999) > 0.1


@pytest.mark.parametrize("bits", [2, 5, 8, 16])
def test_bit_crush_has_so_many_steps(bits: int) -> None:
    ramp = np.linspace(-1, 1, 200_001, dtype=np.float32)[np.newaxis]
    out = processed(BitCrush(bit_depth=bits), ramp, 8000)
    assert len(np.unique(out)) == 2**bits + 1
    assert np.abs(out - ramp).max() <= 0.5**bits + 1e-6
