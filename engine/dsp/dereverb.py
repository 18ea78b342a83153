"""Taking the late reverberation out of a recording: weighted prediction error (WPE).

Nakatani et al., Speech dereverberation based on variance-normalized delayed linear prediction, IEEE TASLP 18(7), 2010,
in the STFT domain, for all channels together. In each frequency the sound is predicted from its own past, which ends
some frames ago; what can be predicted so is reverberation, and is taken away. The prediction is the least-squares one,
weighted by the inverse of the sound's own power, which is found anew in each round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

Spectra = NDArray[np.complex128]

WINDOW_S = 0.032
OVERLAP = 4
QUIETEST = 1e-10
"""The power of a frame is taken for no less than this share of the loudest one of its frequency."""

LOADING = 1e-12
"""Added to the diagonal, as a share of its mean: channels that are alike leave the equations without an answer."""

HOPS_FOR_A_TAP = 4
"""A clip of fewer hops than this for each tap of each channel would be predicted to the last bit, sound and all."""

AT_ONCE = 1 << 17
"""Numbers of the past that are worked on in one call, for as many frequencies as that makes: they stay in the cache."""

ONE_THREAD = 1 << 15
"""Multiplications of a matrix product up to which it is computed on one thread, and so the same whatever there are."""


def dereverberated(samples: Samples, sample_rate: int, taps: int, delay: int, rounds: int) -> Samples:
    """The clip without its late reverberation, (channels, frames); `taps` and `delay` in hops of 8 ms.

    A clip that is too short to tell reverberation from sound gets fewer taps, or comes back as it was.
    """
    from scipy import fft

    hop = max(round(WINDOW_S * sample_rate / OVERLAP), 1)
    size = OVERLAP * hop
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    channels, length = samples.shape
    count = -(-length // hop) + OVERLAP - 1
    padded = np.zeros((channels, (count + OVERLAP - 1) * hop))
    padded[:, size - hop : size - hop + length] = samples
    framed = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop]
    spectra = fft.rfft(framed * window, axis=2).transpose(2, 0, 1)
    used = min(taps, (length // hop - delay) // (HOPS_FOR_A_TAP * channels))
    if used < 1:
        return samples.copy()
    at_once = max(AT_ONCE // (used * channels * spectra.shape[2]), 1)
    for first in range(0, spectra.shape[0], at_once):
        some = slice(first, first + at_once)
        spectra[some] = predicted_away(spectra[some], used, delay, rounds)
    pieces = fft.irfft(spectra.transpose(1, 2, 0), n=size, axis=2) * (window * 2 / OVERLAP)
    line = np.zeros((channels, count + OVERLAP - 1, hop))
    for place in range(OVERLAP):
        line[:, place : place + count] += pieces[:, :, place * hop : (place + 1) * hop]
    return line.reshape(channels, -1)[:, size - hop : size - hop + length].astype(np.float32)


def predicted_away(spectra: Spectra, taps: int, delay: int, rounds: int) -> Spectra:
    """What the past does not predict of each frequency, (frequencies, channels, hops)."""
    from .kernels import solved

    past = _past(spectra, taps, delay)
    clean = spectra
    for _round in range(rounds):
        power = np.mean(np.square(clean.real) + np.square(clean.imag), axis=1, keepdims=True)
        loudest = power.max(axis=2, keepdims=True)
        weighted = past / np.maximum(power, np.where(loudest > 0, QUIETEST * loudest, 1))
        square = _correlated(weighted, past)
        diagonal = np.einsum("fkk->fk", square)
        diagonal += np.maximum(LOADING * diagonal.real.mean(axis=1, keepdims=True), 1e-30)
        filters = solved(square, _correlated(weighted, spectra)).conj().swapaxes(1, 2)
        clean = spectra.copy()
        for some in _stretches(past):
            clean[:, :, some] -= filters @ past[:, :, some]
    return clean


def _correlated(left: Spectra, right: Spectra) -> Spectra:
    """The correlation over all hops of each row of one with each row of the other: (frequencies, rows, rows)."""
    summed = np.zeros((left.shape[0], left.shape[1], right.shape[1]), left.dtype)
    for some in _stretches(left):
        summed += left[:, :, some] @ right[:, :, some].conj().swapaxes(1, 2)
    return summed


def _stretches(past: Spectra) -> list[slice]:
    """The hops cut so short that no product over them is shared out among threads."""
    length = max(ONE_THREAD // past.shape[1] ** 2, 1)
    return [slice(first, first + length) for first in range(0, past.shape[2], length)]


def _past(spectra: Spectra, taps: int, delay: int) -> Spectra:
    """The hops from `delay` ago on for each hop, channels within taps: (frequencies, taps * channels, hops)."""
    bins, channels, count = spectra.shape
    past = np.zeros((bins, taps, channels, count), spectra.dtype)
    for tap in range(taps):
        ago = delay + tap
        past[:, tap, :, ago:] = spectra[:, :, : max(count - ago, 0)]
    return past.reshape(bins, taps * channels, count)
