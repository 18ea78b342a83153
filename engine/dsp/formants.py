"""The envelope of a spectrum: what the throat or the body of an instrument makes of the partials; and moving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .vocoder import Colour, Spectra

SMOOTH_S = 0.0025
"""The finest ripple of the envelope is 400 Hz wide, as formants are."""

SMOOTH_PERIODS = 0.6
"""Where a voice's partials lie further apart than that, the envelope is smooth enough not to follow each of them."""

PERIODS_S = 0.00125, 0.0125
"""The periods of voices: 800 to 80 Hz."""

ROUNDS = 8
"""How often the envelope is lifted towards the partials' tops; from here on it rises by less than half a decibel."""

GAIN_MAX_DB = 40.0
"""A gap in the spectrum beside a formant would ask for more, and what is in it is noise."""


def log_envelope(power: NDArray[np.float32], orders: NDArray[np.int64]) -> NDArray[np.float32]:
    """The natural logarithm of the envelope of power spectra (frames, bins), in power; by so many coefficients each.

    The "true envelope": the log spectrum smoothed by its cepstrum, over and over, each time with what lies above the
    last envelope (Imai and Abe 1979; Röbel and Rodet 2005).
    """
    from scipy import fft

    size = 2 * (power.shape[-1] - 1)
    floor = power.max(-1, keepdims=True) * np.float32(1e-8) + np.float32(1e-30)
    target = np.log(power + floor)
    place = np.arange(size)
    smooth = (np.minimum(place, size - place) <= orders[:, None]).astype(np.float32)
    envelope: NDArray[np.float32] = np.full_like(target, -np.inf)
    for _ in range(ROUNDS):
        envelope = fft.rfft(fft.irfft(np.maximum(target, envelope), size) * smooth).real
    return envelope


def periods(power: NDArray[np.float32], first: int, after: int) -> NDArray[np.int64]:
    """The likeliest period of each frame, in samples from `first` on: where its autocorrelation is largest.

    The frame's window lets long periods appear less likely, which favours a period above its double.
    """
    from scipy import fft

    likeliest: NDArray[np.int64] = np.argmax(fft.irfft(power)[:, first:after], axis=-1) + first
    return likeliest


def moved(sources: NDArray[np.float64], sample_rate: int, ratio: float = 1) -> Colour:
    """Gains that give each bin the envelope that lies at the bin `sources` names, a fraction for between two.

    All times are that of a sound whose pitch was multiplied by `ratio`. All channels get the same gains, those of their
    sum of power, so that the stereo image stays.
    """
    size = 2 * (sources.size - 1)
    low = np.minimum(sources.astype(np.int64), sources.size - 2)
    above = (sources - low).astype(np.float32)
    most = np.float32(GAIN_MAX_DB / 20 * np.log(10))
    shortest, longest, finest = (max(round(time * sample_rate / ratio), 1) for time in (*PERIODS_S, SMOOTH_S))
    longest = min(longest, size // 2)

    def gains(spectra: Spectra) -> NDArray[np.float32]:
        power = (np.square(spectra.real) + np.square(spectra.imag)).sum(0)
        orders = np.minimum(np.rint(SMOOTH_PERIODS * periods(power, shortest, longest)), finest).astype(np.int64)
        envelope = log_envelope(power, orders)
        there = envelope[:, low] * (1 - above) + envelope[:, low + 1] * above
        return np.exp(np.clip((there - envelope) / 2, -most, most))

    return gains


def kept_under_pitch(ratio: float, sample_rate: int, size: int) -> Colour:
    """Gains that put the envelope back where it was when all frequencies are multiplied by `ratio`.

    They are for spectra of the higher of both pitches: after the move upward, before the move downward.
    """
    bins = np.arange(size // 2 + 1)
    return moved(np.minimum(bins * ratio, size // 2), sample_rate, max(ratio, 1))


def kept_while_live(ratio: float, sample_rate: int, size: int) -> Colour:
    """The same for spectra of what has been moved, upward or downward."""
    bins = np.arange(size // 2 + 1)
    return moved(np.minimum(bins * ratio, size // 2), sample_rate, ratio)


def warped(factor: float, upper_hz: float, sample_rate: int, size: int) -> Colour:
    """Gains that move the envelope as a vocal tract of another length does (see `origins`)."""
    return moved(origins(factor, upper_hz, sample_rate, size), sample_rate)


def origins(factor: float, upper_hz: float, sample_rate: int, size: int) -> NDArray[np.float64]:
    """At which bin each bin's envelope lay before the vocal tract changed its length (Jaitly and Hinton 2013).

    Frequencies up to `upper_hz` (up to that after the move, if it is upward) are multiplied by `factor`; from there a
    straight line leads to half the sample rate, which stays. `upper_hz` is held below 0.9 of that.
    """
    half = sample_rate / 2
    upper = min(upper_hz, 0.9 * half) * min(factor, 1)
    hertz = np.arange(size // 2 + 1) * sample_rate / size
    found: NDArray[np.float64] = np.interp(hertz, (0, upper, half), (0, upper / factor, half)) * size / sample_rate
    return found
