"""The filters beside scipy's designs, as transforms from end to end: the spectrum of what an impulse becomes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from engine.dsp.emphasis import Curve
from engine.dsp.sos import bandstop
from engine.params import SettingError
from engine.transform import Streaming
from engine.transforms.filters import (
    CURVES,
    LADDER_MODES,
    AllPass,
    BandPass,
    BandStop,
    Deemphasis,
    EmphasisEq,
    FrequencyDrop,
    HighPass,
    HighShelf,
    LadderFilter,
    LowPass,
    LowShelf,
    Peaking,
    Preemphasis,
    SevenBandEq,
    TiltEq,
)
from tests.support.ffmpeg import filtered
from tests.support.processing import DRAW, impulse, noise, processed

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


@pytest.mark.golden("LowPass", by="scipy.signal.butter", within="0.1 dB down to -90 dB: float32 rounding below")
@pytest.mark.golden("HighPass", by="scipy.signal.butter", within="0.1 dB down to -90 dB: float32 rounding below")
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("slope", [6, 12, 18, 24, 36, 48])
def test_low_and_high_pass_are_butterworth(rate: int, slope: int) -> None:
    order = slope // 6
    for cutoff in (300, 3000):
        low = LowPass(cutoff_hz=cutoff, slope_db_per_octave=slope)
        check(low, signal.butter(order, cutoff, "low", fs=rate, output="sos"), rate)
        high = HighPass(cutoff_hz=cutoff, slope_db_per_octave=slope)
        check(high, signal.butter(order, cutoff, "high", fs=rate, output="sos"), rate)


@pytest.mark.golden("BandPass", by="scipy.signal.butter", within="0.1 dB down to -90 dB: float32 rounding below")
@pytest.mark.golden("BandStop", by="scipy.signal.butter", within="0.1 dB down to -90 dB: float32 rounding below")
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("slope", [6, 12, 18, 24, 48])
@pytest.mark.parametrize("octaves", [0.5, 3.0])
def test_band_pass_and_band_stop_are_butterworth(rate: int, slope: int, octaves: float) -> None:
    edges = [1000 * 2 ** (-octaves / 2), 1000 * 2 ** (octaves / 2)]
    band = BandPass(center_hz=1000, bandwidth_octaves=octaves, slope_db_per_octave=slope)
    check(band, signal.butter(slope // 6, edges, "bandpass", fs=rate, output="sos"), rate)
    stop = BandStop(center_hz=1000, bandwidth_octaves=octaves, slope_db_per_octave=slope)
    check(stop, signal.butter(slope // 6, edges, "bandstop", fs=rate, output="sos"), rate)


@pytest.mark.parametrize(
    "transform",
    [
        LowPass(cutoff_hz=3920), HighPass(cutoff_hz=3920), BandPass(center_hz=19000), BandStop(center_hz=19000),
        AllPass(center_hz=3920), LowShelf(corner_hz=3920), HighShelf(corner_hz=3920), Peaking(center_hz=3920),
        FrequencyDrop(lowest_hz=20000, highest_hz=20000, width_octaves=2), Preemphasis(coefficient=0),
    ],
)  # fmt: skip
def test_what_is_out_of_reach_is_left_alone(transform: Streaming) -> None:
    samples = noise(5000, 2)
    assert np.array_equal(processed(transform, samples, 8000), samples)


def test_a_band_whose_upper_edge_is_out_of_reach_has_one_edge() -> None:
    sections = signal.butter(2, 2000, "high", fs=8000, output="sos")
    check(BandPass(center_hz=4000, bandwidth_octaves=2), sections, 8000)
    sections = signal.butter(2, 2000, "low", fs=8000, output="sos")
    check(BandStop(center_hz=4000, bandwidth_octaves=2), sections, 8000)


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


@pytest.mark.golden("SevenBandEq", by="the cookbook's formulas for a bell, worked out here", within="0.1 dB")
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


@pytest.mark.golden("AllPass", by="ffmpeg's allpass", within="2e-5: ffmpeg filters in float32")
@pytest.mark.golden("Peaking", by="ffmpeg's equalizer", within="2e-5: ffmpeg filters in float32")
@pytest.mark.golden("LowShelf", by="ffmpeg's lowshelf", within="2e-5: ffmpeg filters in float32")
@pytest.mark.golden("HighShelf", by="ffmpeg's highshelf", within="2e-5: ffmpeg filters in float32")
@pytest.mark.parametrize("rate", [8000, 48000])
@pytest.mark.parametrize(
    ("transform", "name", "settings"),
    [
        (AllPass(center_hz=900, q=0.7), "allpass", "f=900:t=q:w=0.7:o=2"),
        (Peaking(center_hz=900, gain_db=-12, q=3), "equalizer", "f=900:t=q:w=3:g=-12"),
        (LowShelf(corner_hz=900, gain_db=15, q=0.4), "lowshelf", "f=900:t=q:w=0.4:g=15"),
        (HighShelf(corner_hz=900, gain_db=-15, q=1.1), "highshelf", "f=900:t=q:w=1.1:g=-15"),
    ],
)
def test_sections_are_those_of_ffmpeg(transform: Streaming, name: str, settings: str, rate: int) -> None:
    samples = noise(8000, 2, 0.1)
    assert np.abs(processed(transform, samples, rate) - filtered(name, settings, samples, rate)).max() < 2e-5


@pytest.mark.golden("Peaking", by="pedalboard.PeakFilter", within="1e-4: JUCE filters in float32")
@pytest.mark.golden("LowShelf", by="pedalboard.LowShelfFilter", within="1e-4: JUCE filters in float32")
@pytest.mark.golden("HighShelf", by="pedalboard.HighShelfFilter", within="1e-4: JUCE filters in float32")
def test_bells_and_shelves_are_those_of_pedalboard() -> None:
    import pedalboard

    samples = noise(8000, 2, 0.1)
    for ours, theirs in (
        (Peaking(center_hz=700, gain_db=9, q=2), pedalboard.PeakFilter(700, 9, 2)),
        (LowShelf(corner_hz=700, gain_db=9, q=0.6), pedalboard.LowShelfFilter(700, 9, 0.6)),
        (HighShelf(corner_hz=700, gain_db=9, q=0.6), pedalboard.HighShelfFilter(700, 9, 0.6)),
    ):
        assert np.abs(processed(ours, samples, 44100) - theirs.process(samples, 44100)).max() < 1e-4


@pytest.mark.golden(
    "TiltEq", by="ffmpeg's highshelf, half of its gain taken off", within="2e-5: ffmpeg filters in float32"
)
def test_a_tilt_leaves_its_pivot_and_parts_the_ends() -> None:
    there, gained = spectrum_db(TiltEq(pivot_hz=1000, tilt_db=8), 48000)
    at = [gained[np.argmin(np.abs(there - hertz))] for hertz in (20, 1000, 20000)]
    assert at == pytest.approx([-4, 0, 4], abs=0.1)
    samples = noise(8000, 2, 0.1)
    expected = filtered("highshelf", "f=1000:t=q:w=0.35:g=8", samples, 48000) * 10 ** (-4 / 20)
    assert np.abs(processed(TiltEq(pivot_hz=1000, tilt_db=8), samples, 48000) - expected).max() < 2e-5


@pytest.mark.golden("FrequencyDrop", by="scipy.signal.butter at the drawn frequencies", within="0.1 dB")
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("highest", [2000, 20000])
def test_so_many_bands_are_dropped_where_they_were_drawn(rate: int, highest: int) -> None:
    top = min(highest, 0.49 * rate / 2**0.15)
    centers = [200 * (top / 200) ** DRAW.key.uniform("band", band) for band in range(3)]
    edges = [np.array([center * 2**-0.15, center * 2**0.15]) for center in centers]
    notches = [signal.butter(2, pair, "bandstop", fs=rate, output="sos") for pair in edges]
    drop = FrequencyDrop(count=3, width_octaves=0.3, lowest_hz=200, highest_hz=highest)
    check(drop, np.concatenate(notches), rate)


def test_a_stopped_band_is_empty_in_its_middle_and_whole_far_from_it() -> None:
    response = np.abs(signal.sosfreqz(bandstop(500, 2000, 4, 48000), [20, 1000, 20000], fs=48000)[1])
    assert response == pytest.approx([1, 0, 1], abs=1e-6)


def ladder(
    line: NDArray[np.float64], rate: int, mode: str, cutoff_hz: float, resonance: float, drive: float
) -> list[float]:
    """JUCE's ladder, one sample at a time: four one-poles behind one another, the last fed back through a tanh."""
    taps, share = {
        "low_pass_12": ([0, 0, 1, 0, 0], 0.5), "low_pass_24": ([0, 0, 0, 0, 1], 0.5),
        "high_pass_12": ([1, -2, 1, 0, 0], 0.0), "high_pass_24": ([1, -4, 6, -4, 1], 0.0),
        "band_pass_12": ([0, 0, -1, 1, 0], 0.5), "band_pass_24": ([0, 0, 1, -2, 1], 0.5),
    }[mode]  # fmt: skip
    pole = np.exp(-2 * np.pi * cutoff_hz / rate)
    new, old = (1 - pole) / 1.3, (1 - pole) * 0.3 / 1.3
    drives = drive, drive * 0.04 + 0.96
    gains = [factor**-2.642 * 0.6103 + 0.3903 for factor in drives]
    loop = 0.1 + 0.9 * resonance
    state, out = [0.0] * 5, []
    for sample in line:
        driven = gains[0] * np.tanh(drives[0] * sample)
        fed = driven - 4 * loop * (gains[1] * np.tanh(drives[1] * state[4]) - driven * share)
        stages = [fed]
        for n in range(4):
            stages.append(old * state[n] + pole * state[n + 1] + new * stages[n])
        state = stages
        out.append(1.2 * float(np.dot(taps, stages)))
    return out


@pytest.mark.golden("LadderFilter", by="JUCE's ladder as a plain loop", within="2e-3: JUCE reads its tanh from a table")
@pytest.mark.parametrize("mode", LADDER_MODES)
@pytest.mark.parametrize(("resonance", "drive"), [(0.0, 1.0), (0.7, 4.0)])
def test_the_ladder_is_that_of_the_book(mode: str, resonance: float, drive: float) -> None:
    samples = noise(3000, 1, 0.2)
    out = processed(LadderFilter(mode=mode, cutoff_hz=1500, resonance=resonance, drive=drive), samples, 44100)
    expected = ladder(samples[0].astype(np.float64), 44100, mode, 1500, resonance, drive)
    assert np.abs(out[0] - expected).max() < 2e-3


@pytest.mark.golden("Preemphasis", by="librosa.effects.preemphasis", within="1e-6: float32 rounding")
@pytest.mark.golden("Deemphasis", by="librosa.effects.deemphasis", within="1e-5 of the peak: float32 rounding")
def test_pre_emphasis_and_its_inverse() -> None:
    import librosa

    samples = noise(20000, 2, 0.1)
    raised = processed(Preemphasis(coefficient=0.9), samples, 16000)
    expected = librosa.effects.preemphasis(samples, coef=0.9, zi=np.zeros((2, 1), np.float32))
    assert np.abs(raised - expected).max() < 1e-6
    lowered = processed(Deemphasis(coefficient=0.9), samples, 16000)
    expected = librosa.effects.deemphasis(samples, coef=0.9, zi=np.zeros((2, 1), np.float32))
    assert np.abs(lowered - expected).max() < 1e-5 * np.abs(lowered).max()
    assert np.abs(processed(Deemphasis(coefficient=0.9), raised, 16000) - samples).max() < 1e-6


@pytest.mark.golden(
    "EmphasisEq",
    by="the standards' time constants in the analogue formula",
    within="0.05 dB up to 0.45 of the rate; 0.2 dB for RIAA below 16 kHz, where its bass shelf bends",
)
@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000, 192000])
@pytest.mark.parametrize("name", CURVES)
def test_emphasis_follows_the_analogue_curve(name: str, rate: int) -> None:
    there, played = spectrum_db(EmphasisEq(curve=name), rate)
    _, recorded = spectrum_db(EmphasisEq(curve=name, side="recording"), rate)
    heard = there < min(20000, 0.45 * rate)
    expected = 20 * np.log10(analogue(CURVES[name], there))
    bound = 0.2 if name == "riaa" and rate < 16000 else 0.05
    assert np.abs(played - expected)[heard].max() < bound
    assert np.abs(recorded + expected)[heard].max() < bound


def analogue(curve: Curve, hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gain of poles and zeros at their time constants, worked out with complex numbers."""

    def gain(at: NDArray[np.float64]) -> NDArray[np.float64]:
        s = 2j * np.pi * at
        zeros = (1 + s * curve.zero_s) * (1 + s * curve.shelf_s[1])
        return np.abs(zeros / ((1 + s * curve.pole_s) * (1 + s * curve.shelf_s[0])))

    return gain(hertz) / gain(np.array([curve.unity_hz]))


def test_riaa_is_the_table_of_the_standard() -> None:
    """IEC 60098: 19.3 dB at 20 Hz, 13.1 at 100, 0 at 1 kHz, -13.7 at 10 kHz, -19.6 at 20 kHz."""
    there, played = spectrum_db(EmphasisEq(), 192000)
    for hertz, expected in ((20, 19.3), (100, 13.1), (1000, 0), (10000, -13.7), (20000, -19.6)):
        assert np.interp(hertz, there, played) == pytest.approx(expected, abs=0.1)
