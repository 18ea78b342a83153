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

HOPS_AT_ONCE = 256
"""Hops that are transformed in one call: of a clip of hours no more is held than its spectra, in 32 bits."""

ONE_THREAD = 1 << 15
"""Multiplications of a matrix product up to which it is computed on one thread, and so the same whatever there are."""


def dereverberated(samples: Samples, sample_rate: int, taps: int, delay: int, rounds: int) -> Samples:
    """The clip without its late reverberation, (channels, frames); `taps` and `delay` in hops of 8 ms.

    A clip that is too short to tell reverberation from sound gets fewer taps, or comes back as it was.
    """
    hop = max(round(WINDOW_S * sample_rate / OVERLAP), 1)
    channels, length = samples.shape
    used = min(taps, (length // hop - delay) // (HOPS_FOR_A_TAP * channels))
    if used < 1:
        return samples.copy()
    spectra = _transformed(samples, hop)
    at_once = max(AT_ONCE // (used * channels * spectra.shape[2]), 1)
    for first in range(0, spectra.shape[0], at_once):
        some = slice(first, first + at_once)
        spectra[some] = predicted_away(spectra[some].astype(np.complex128), used, delay, rounds)
    return _sounded(spectra, hop, length)


def _window(hop: int) -> NDArray[np.float64]:
    return np.sin(np.pi * (np.arange(OVERLAP * hop) + 0.5) / (OVERLAP * hop))


def _transformed(samples: Samples, hop: int) -> NDArray[np.complex64]:
    """The short-time spectra, (frequencies, channels, hops); the first ends with the clip's first hop."""
    from scipy import fft

    channels, length = samples.shape
    count = -(-length // hop) + OVERLAP - 1
    spectra = np.empty((OVERLAP * hop // 2 + 1, channels, count), np.complex64)
    for first in range(0, count, HOPS_AT_ONCE):
        hops = min(HOPS_AT_ONCE, count - first)
        part = np.zeros((channels, (hops + OVERLAP - 1) * hop))
        start = (first - OVERLAP + 1) * hop
        there = samples[:, max(start, 0) : start + part.shape[1]]
        part[:, max(-start, 0) : max(-start, 0) + there.shape[1]] = there
        framed = np.lib.stride_tricks.sliding_window_view(part, OVERLAP * hop, axis=1)[:, ::hop]
        spectra[:, :, first : first + hops] = fft.rfft(framed * _window(hop), axis=2).transpose(2, 0, 1)
    return spectra


def _sounded(spectra: NDArray[np.complex64], hop: int, length: int) -> Samples:
    """The sound of short-time spectra, laid over one another."""
    from scipy import fft

    out = np.empty((spectra.shape[1], length), np.float32)
    for first in range(0, -(-length // hop), HOPS_AT_ONCE):
        hops = min(HOPS_AT_ONCE, -(-length // hop) - first)
        some = spectra[:, :, first : first + hops + OVERLAP - 1].transpose(1, 2, 0).astype(np.complex128)
        pieces = fft.irfft(some, n=OVERLAP * hop, axis=2) * (_window(hop) * 2 / OVERLAP)
        line = np.zeros((out.shape[0], hops, hop))
        for place in range(OVERLAP):
            earlier = OVERLAP - 1 - place
            line += pieces[:, earlier : earlier + hops, place * hop : (place + 1) * hop]
        there = out[:, first * hop : (first + hops) * hop]
        there[:] = line.reshape(out.shape[0], -1)[:, : there.shape[1]]
    return out


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
