"""The filters beside scipy's designs, as transforms from end to end: the spectrum of what an impulse becomes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from engine.params import SettingError
from engine.transform import Streaming
from engine.transforms.filters import BandPass, HighPass, LowPass, SevenBandEq
from tests.support.processing import impulse, noise, processed

RATES = [8000, 44100, 192000]
FRAMES = 1 << 16


def spectrum_db(transform: Streaming, rate: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies from 20 Hz, and the transform's gain there."""
    spectrum = np.fft.rfft(processed(transform, impulse(FRAMES), rate)[0].astype(np.float64))
    hertz = np.fft.rfftfreq(FRAMES, 1 / rate)
    audible = hertz >= 20
    return hertz[audible], 20 * np.log10(np.abs(spectrum[audible]) + 1e-9)


def expected_db(sections: NDArray[np.float64], hertz: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    return 20 * np.log10(np.abs(signal.sosfreqz(sections, hertz, fs=rate)[1]) + 1e-9)


def check(transform: Streaming, sections: NDArray[np.float64], rate: int, floor_db: float = -90) -> None:
    hertz, gained = spectrum_db(transform, rate)
    expected = expected_db(sections, hertz, rate)
    heard = expected > floor_db
    assert np.abs(gained - expected)[heard].max() < 0.1
    assert gained[~heard].max(initial=-200) < floor_db + 6


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("slope", [6, 12, 18, 24, 36, 48])
def test_low_and_high_pass_are_butterworth(rate: int, slope: int) -> None:
    order = slope // 6
    for cutoff in (300, 3000):
        low = LowPass(cutoff_hz=cutoff, slope_db_per_octave=slope)
        check(low, signal.butter(order, cutoff, "low", fs=rate, output="sos"), rate)
        high = HighPass(cutoff_hz=cutoff, slope_db_per_octave=slope)
        check(high, signal.butter(order, cutoff, "high", fs=rate, output="sos"), rate)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("slope", [6, 12, 18, 24, 48])
@pytest.mark.parametrize("octaves", [0.5, 3.0])
def test_band_pass_is_butterworth(rate: int, slope: int, octaves: float) -> None:
    edges = [1000 * 2 ** (-octaves / 2), 1000 * 2 ** (octaves / 2)]
    band = BandPass(center_hz=1000, bandwidth_octaves=octaves, slope_db_per_octave=slope)
    check(band, signal.butter(slope // 6, edges, "bandpass", fs=rate, output="sos"), rate)


@pytest.mark.parametrize("transform", [LowPass(cutoff_hz=3920), HighPass(cutoff_hz=3920), BandPass(center_hz=19000)])
def test_what_is_out_of_reach_is_left_alone(transform: Streaming) -> None:
    samples = noise(5000, 2)
    assert np.array_equal(processed(transform, samples, 8000), samples)


def test_a_band_whose_upper_edge_is_out_of_reach_is_a_high_pass() -> None:
    sections = signal.butter(2, 2000, "high", fs=8000, output="sos")
    check(BandPass(center_hz=4000, bandwidth_octaves=2), sections, 8000)


def test_the_slope_is_drawn_in_whole_orders() -> None:
    slope = HighPass.params()["slope_db_per_octave"]
    drawn = {slope.draw(slope.from_data([12, 24]), turn / 100) for turn in range(100)}
    assert drawn == {12, 18, 24}
    with pytest.raises(SettingError, match="steps of 6"):
        slope.check(13)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    ("band", "hertz"),
    [
        ("gain_63_hz_db", 20), ("gain_140_hz_db", 140), ("gain_300_hz_db", 300), ("gain_630_hz_db", 630),
        ("gain_1400_hz_db", 1400), ("gain_3000_hz_db", 3000), ("gain_6300_hz_db", 20000),
    ],
)  # fmt: skip
def test_each_band_has_its_gain_in_its_place(rate: int, band: str, hertz: float) -> None:
    there, gained = spectrum_db(SevenBandEq(**{band: -9.0}), rate)
    if hertz >= 0.49 * rate:
        assert np.abs(gained).max() < 0.01
        return
    assert gained[np.argmin(np.abs(there - hertz))] == pytest.approx(-9, abs=0.6)
    far = (there < hertz / 8) | (there > hertz * 8)
    assert np.abs(gained[far]).max(initial=0) < 0.6


def test_a_shelf_is_half_way_at_its_corner_and_bands_add_up() -> None:
    there, gained = spectrum_db(SevenBandEq(gain_6300_hz_db=12), 48000)
    assert gained[np.argmin(np.abs(there - 6300))] == pytest.approx(6, abs=0.05)
    _, other = spectrum_db(SevenBandEq(gain_630_hz_db=-7), 48000)
    _, both = spectrum_db(SevenBandEq(gain_6300_hz_db=12, gain_630_hz_db=-7), 48000)
    assert np.abs(both - gained - other).max() < 0.01


def test_a_bell_is_that_of_the_cookbook() -> None:
    """Bristow-Johnson's peaking equaliser at 1,400 Hz, its coefficients worked out here by its own formulas."""
    root, w = 10 ** (6 / 40), 2 * np.pi * 1400 / 48000
    alpha = np.sin(w) / (2 * SevenBandEq.Q)
    b = np.array([1 + alpha * root, -2 * np.cos(w), 1 - alpha * root])
    a = np.array([1 + alpha / root, -2 * np.cos(w), 1 - alpha / root])
    check(SevenBandEq(gain_1400_hz_db=6), np.array([[*b / a[0], *a / a[0]]]), 48000)


def test_silence_after_a_sound_does_not_end_in_slow_numbers() -> None:
    samples = np.zeros((1, 400_000), np.float32)
    samples[0, :100] = 1
    out = processed(HighPass(cutoff_hz=4000, slope_db_per_octave=48), samples, 44100)
    ended = np.abs(out[0, 100_000:])
    assert np.all((ended == 0) | (ended > np.finfo(np.float32).tiny))
