"""What air takes from a sound on its way: ISO 9613-1, at a pressure of 101.325 kPa."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

SPEED_OF_SOUND = 343.0
"""Metres a second."""

TAPS_S = 0.02
STRETCH_S = 0.005
"""Within so long the air's filter is one and the same: sound goes 1.7 m."""


def absorption_db_per_m(hertz: ArrayLike, temperature_c: float, humidity_percent: float) -> NDArray[np.float64]:
    """The attenuation of pure tones by ISO 9613-1:1993, equations 3 to 5 and B.1 to B.3."""
    squared = np.square(np.asarray(hertz, np.float64))
    kelvin = temperature_c + 273.15
    ratio = kelvin / 293.15
    vapour = humidity_percent * 10 ** (-6.8346 * (273.16 / kelvin) ** 1.261 + 4.6151)
    oxygen_hz = 24 + 4.04e4 * vapour * (0.02 + vapour) / (0.391 + vapour)
    nitrogen_hz = ratio**-0.5 * (9 + 280 * vapour * math.exp(-4.170 * (ratio ** (-1 / 3) - 1)))
    oxygen = 0.01275 * math.exp(-2239.1 / kelvin) / (oxygen_hz + squared / oxygen_hz)
    nitrogen = 0.1068 * math.exp(-3352 / kelvin) / (nitrogen_hz + squared / nitrogen_hz)
    found: NDArray[np.float64] = 8.686 * squared * (1.84e-11 * ratio**0.5 + ratio**-2.5 * (oxygen + nitrogen))
    return found


def air_response(
    sample_rate: int, distance_m: float, temperature_c: float, humidity_percent: float
) -> tuple[NDArray[np.float64], int]:
    """The air's filter over a distance, (1, taps) of linear phase, and its middle frame."""
    half = round(TAPS_S * sample_rate / 2)
    size = 1 << (8 * half - 1).bit_length()
    lost_db = distance_m * absorption_db_per_m(np.fft.rfftfreq(size, 1 / sample_rate), temperature_c, humidity_percent)
    taps = np.fft.irfft(10 ** (-lost_db / 20), size)
    taps = np.concatenate((taps[-half:], taps[: half + 1])) * np.hanning(2 * half + 3)[1:-1]
    return taps[np.newaxis], half


def absorb(
    response: NDArray[np.float64], sample_rate: int, path_m: float, temperature_c: float, humidity_percent: float
) -> NDArray[np.float64]:
    """A response, (channels, frames), as air leaves it; its first frame has come `path_m` metres.

    What arrives later has come farther, so the filter changes as time goes on: it is that of ISO 9613-1 at the middle
    of each short stretch, and the stretches are faded over into one another.
    """
    from scipy import fft

    step = max(round(STRETCH_S * sample_rate), 8)
    count = -(-response.shape[1] // step) + 1
    size = fft.next_fast_len(6 * step, real=True)
    paths = path_m + SPEED_OF_SOUND / sample_rate * step * np.arange(count)
    rates = absorption_db_per_m(np.fft.rfftfreq(size, 1 / sample_rate), temperature_c, humidity_percent)
    gains = np.exp(-np.log(10) / 20 * np.maximum(paths, 0)[:, np.newaxis] * rates)
    return np.stack([_filtered(channel, step, size, gains) for channel in response])


def _filtered(response: NDArray[np.float64], step: int, size: int, gains: NDArray[np.float64]) -> NDArray[np.float64]:
    """One channel through the filter of each stretch of two steps, (stretches, frequencies)."""
    from scipy import fft

    count, frames = gains.shape[0], response.size
    padded = np.zeros((count + 1) * step)
    padded[step : step + frames] = response
    stretches = np.lib.stride_tricks.sliding_window_view(padded, 2 * step)[::step]
    rise = (np.arange(step) + 0.5) / step
    heard = fft.irfft(fft.rfft(stretches * np.concatenate((rise, rise[::-1])), n=size, axis=1) * gains, n=size, axis=1)
    return _laid(np.roll(heard, 2 * step, axis=1)[:, : 6 * step], step)[3 * step : 3 * step + frames]


def _laid(pieces: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """Add up pieces, (count, k * step), of which each begins `step` frames after the one before."""
    count, length = pieces.shape
    parts = pieces.reshape(count, length // step, step)
    line = np.zeros((count + length // step - 1, step))
    for place in range(length // step):
        line[place : place + count] += parts[:, place]
    return line.reshape(-1)
