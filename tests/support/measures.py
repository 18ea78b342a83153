"""Measuring sound: how pure and how exact a tone is, where clicks lie, how alike and how late two sounds are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.clip import Samples
from engine.draws import Key

Floats = NDArray[np.floating]


def tone(hz: float, rate: int, duration_s: float, channels: int = 1) -> Samples:
    """A sine at half of full scale, float32 (channels, frames)."""
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate * duration_s)) / rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


def clicks(rate: int, duration_s: float, times: Floats) -> Samples:
    """Short noise bursts that begin at these seconds, each decaying within 15 ms."""
    samples = np.zeros((1, round(rate * duration_s)), np.float32)
    length = round(0.03 * rate)
    burst = Key.of("click").generator().standard_normal(length) * np.exp(-np.arange(length) / (0.004 * rate))
    for time in times:
        start = round(time * rate)
        samples[0, start : start + length] += (0.9 * burst / np.abs(burst).max()).astype(np.float32)
    return samples


def tone_error(samples: Floats, expected_hz: float, rate: int) -> tuple[float, float]:
    """How many cents a tone is off, and the energy beside it in dB; from the middle half, by least squares."""
    middle = samples[samples.size // 4 : -(samples.size // 4)].astype(np.float64)
    best = _refined(middle, _peak_hz(middle, rate), rate)
    fit = _tone_fit(middle, best, rate)
    residual = np.square(middle - fit).mean() / np.square(fit).mean()
    return float(1200 * np.log2(best / expected_hz)), float(10 * np.log10(residual))


def _peak_hz(samples: Floats, rate: int) -> float:
    size = 4 * samples.size
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size), size))
    return float(np.argmax(spectrum)) * rate / size


def _refined(samples: Floats, hz: float, rate: int) -> float:
    """The frequency near `hz` that leaves least, by ever finer steps."""
    width = rate / samples.size / 2
    while width > 1e-5 * hz / 1000:
        tried = np.linspace(hz - width, hz + width, 9)
        left = [float(np.square(samples - _tone_fit(samples, f, rate)).sum()) for f in tried]
        hz, width = float(tried[int(np.argmin(left))]), width / 4
    return hz


def _tone_fit(samples: Floats, hz: float, rate: int) -> Floats:
    phase = 2 * np.pi * hz * np.arange(samples.size) / rate
    basis = np.stack((np.cos(phase), np.sin(phase)), axis=1)
    fit: Floats = basis @ np.linalg.lstsq(basis, samples, rcond=None)[0]
    return fit


def onsets(samples: Floats, rate: int, times: Floats, reach_s: float = 0.06) -> Floats:
    """Where the clicks nearest to these seconds begin: where their energy first has a fifth of its peak."""
    window = np.hanning(int(0.002 * rate) | 1)
    energy = np.convolve(np.square(samples, dtype=np.float64), window / window.sum(), "same")
    found = []
    for time in times:
        first = max(round((time - reach_s) * rate), 0)
        part = energy[first : round((time + reach_s) * rate)]
        found.append((first + int(np.argmax(part > 0.2 * part.max()))) / rate)
    return np.array(found)


def lag(late: Floats, early: Floats) -> int:
    """By how many frames the first sound lies behind the second, at the peak of their correlation."""
    size = 2 * early.size
    correlation = np.fft.irfft(np.fft.rfft(late, size) * np.conj(np.fft.rfft(early, size)), size)
    best = int(np.argmax(correlation))
    return best if best < early.size else best - size
