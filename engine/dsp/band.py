"""A band-pass of linear phase for frames of one length, whose delay is a whole number of frames of sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples


def band_taps(low_hz: float, high_hz: float, sample_rate: int, half: int) -> NDArray[np.float64]:
    """A windowed sinc (Hamming) of 2 * half + 1 taps, 6 dB down at both edges; it delays by `half`."""
    times = np.arange(-half, half + 1)
    low, high = 2 * low_hz / sample_rate, 2 * high_hz / sample_rate
    taps: NDArray[np.float64] = high * np.sinc(high * times) - low * np.sinc(low * times)
    return taps * np.hamming(2 * half + 1)


class BandLimit:
    """Filters frames of the length 2 * `half` by overlap-save: each frame has the same arithmetic wherever it lies."""

    def __init__(self, channels: int, taps: NDArray[np.float64]) -> None:
        self._past = taps.size - 1
        self._size = 2 * self._past
        self._response = np.fft.rfft(taps, self._size)
        self._before: Samples = np.zeros((channels, self._past), np.float32)

    def frame(self, samples: Samples) -> Samples:
        """The next frame, (channels, taps - 1), as it comes out."""
        whole = np.concatenate((self._before, samples), axis=1)
        self._before = whole[:, self._past :]
        rows = [
            np.fft.irfft(np.fft.rfft(row.astype(np.float64)) * self._response, self._size)[self._past :]
            for row in whole
        ]
        return np.stack(rows).astype(np.float32)
