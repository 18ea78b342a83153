"""Convolution with a long response, block by block: uniformly partitioned overlap-save.

The stream is cut at fixed multiples of the partition's length whatever the blocks are, so the sound does not depend
on them (Wefers, Partitioned convolution algorithms for real-time auralization, 2015, section 5.1). It is late by one
partition, and by the response's `onset`: both are its latency, so that a rendered clip stays where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

PARTITION = 1024


class PartitionedConvolution:
    """One response for each channel of the stream, float (channels, taps)."""

    def __init__(self, response: NDArray[np.float32], onset: int = 0) -> None:
        channels, taps = response.shape
        count = -(-taps // PARTITION)
        pieces = np.zeros((channels, count * PARTITION), np.float32)
        pieces[:, :taps] = response
        pieces = pieces.reshape(channels, count, PARTITION)
        self._spectra: NDArray[np.complex64] = np.fft.rfft(pieces, n=2 * PARTITION, axis=2).astype(np.complex64)
        self.latency = PARTITION + onset
        self.tail = max(taps - 1 - onset, 0)
        # Each past spectrum is stored twice, so that the last so many always lie side by side, newest first.
        self._past = np.tile(np.zeros_like(self._spectra), (1, 2, 1))
        self._newest = 0
        self._fed: Samples = np.zeros((channels, PARTITION), np.float32)
        self._ready: Samples = np.zeros((channels, PARTITION), np.float32)

    def process(self, block: Samples) -> Samples:
        """Convolve the next block; gives what was complete before it."""
        self._fed = np.concatenate((self._fed, block), axis=1)
        ready = [self._ready]
        while self._fed.shape[1] >= 2 * PARTITION:
            ready.append(self._partition(self._fed[:, : 2 * PARTITION]))
            self._fed = self._fed[:, PARTITION:]
        line = np.concatenate(ready, axis=1)
        self._ready = line[:, block.shape[1] :]
        return np.ascontiguousarray(line[:, : block.shape[1]])

    def _partition(self, window: Samples) -> Samples:
        """The next partition's sound, from the last two partitions that were fed."""
        count = self._spectra.shape[1]
        self._newest = (self._newest - 1) % count
        self._past[:, [self._newest, self._newest + count]] = np.fft.rfft(window, axis=1)[:, np.newaxis]
        past = self._past[:, self._newest : self._newest + count]
        spectrum = np.einsum("cpf,cpf->cf", past, self._spectra)
        out: Samples = np.fft.irfft(spectrum, axis=1)[:, PARTITION:].astype(np.float32)
        return out

    def reset(self, frame: int = 0) -> None:
        """Forget the past."""
        channels = self._spectra.shape[0]
        self._past[:] = 0
        self._newest = 0
        self._fed = np.zeros((channels, PARTITION), np.float32)
        self._ready = np.zeros((channels, PARTITION), np.float32)
