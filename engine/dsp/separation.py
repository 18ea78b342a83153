"""Telling what rings from what strikes: a spectrogram's level lines from its upright ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .pieces import frames_between

if TYPE_CHECKING:
    from ..clip import Samples

WINDOW_S = 2048 / 44_100
MEDIAN = 31
"""Over how many frames, and how many bins, the two medians go; librosa's own figure, as the window is."""

CHUNK = 512
"""Frames worked on at once, so that a long clip takes no more memory than a short one."""


def _median_along(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The running median along the last axis, mirrored at the ends; as one row, which scipy does ten times as fast."""
    from scipy.ndimage import median_filter

    side = MEDIAN // 2
    padded = np.pad(rows, ((0, 0), (side, side)), mode="symmetric")
    smooth: NDArray[np.float32] = median_filter(padded.ravel(), size=MEDIAN)
    return smooth.reshape(padded.shape)[:, side : side + rows.shape[1]]


def harmonic_share(magnitudes: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much of each point of a spectrogram (frames, bins) rings on, from 0 to 1; the rest is struck.

    Medians along time and along frequency, their squares weighed against each other (Fitzgerald 2010; the soft mask of
    Driedger, Müller and Disch 2014).
    """
    ringing = np.square(_median_along(np.ascontiguousarray(magnitudes.T)).T, dtype=np.float64)
    struck = np.square(_median_along(magnitudes), dtype=np.float64)
    both = ringing + struck
    share: NDArray[np.float64] = np.divide(ringing, both, out=np.full(both.shape, 0.5), where=both > 0)
    return share.astype(np.float32)


def rebalanced(samples: Samples, sample_rate: int, harmonic: float, percussive: float) -> Samples:
    """The clip with what rings and what strikes each times its gain; all channels by the same shares."""
    from scipy import fft

    from .phase_kernels import overlap_add

    hop = fft.next_fast_len(max(round(WINDOW_S * sample_rate / 4), 4), real=True)
    size, count = 4 * hop, samples.shape[1] // hop + 1
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)
    out, weight = np.zeros(samples.shape, np.float32), np.zeros((1, samples.shape[1]), np.float32)
    for first, after, begin, end in _chunks(count):
        heard = frames_between(samples, (begin - 2) * hop, (end + 1) * hop)
        spectra = fft.rfft(np.lib.stride_tricks.sliding_window_view(heard, size, axis=1)[:, ::hop] * window)
        magnitudes = np.sqrt((np.square(spectra.real) + np.square(spectra.imag)).sum(0))
        share = harmonic_share(magnitudes)[first - begin : after - begin]
        gains = np.float32(percussive) + share * np.float32(harmonic - percussive)
        frames = fft.irfft(spectra[:, first - begin : after - begin] * gains, size)
        starts = np.arange(first - 2, after - 2) * hop
        overlap_add(out, frames, starts, window)
        overlap_add(weight, np.tile(window, (1, after - first, 1)), starts, window)
    out /= weight
    return out


def _chunks(count: int) -> Iterator[tuple[int, int, int, int]]:
    """From where to where the frames of each chunk go, and from where to where they must be seen for their medians."""
    side = MEDIAN // 2
    for first in range(0, count, CHUNK):
        after = min(first + CHUNK, count)
        yield first, after, max(first - side, 0), min(after + side, count)
