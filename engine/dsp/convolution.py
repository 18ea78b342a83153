"""Convolution with a long response, block by block: uniformly partitioned overlap-save.

The stream is cut at fixed multiples of the partition's length whatever the blocks are, so the sound does not depend
on them (Wefers, Partitioned convolution algorithms for real-time auralization, 2015, section 5.1). It is late by one
partition, and by the response's `onset`: both are its latency, so that a rendered clip stays where it was.

A `Response` is cut and transformed once and may serve many streams: it is never written to. scipy's transforms work
on four partitions of a long block at once, which halves what they cost, and give the same bits for one alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

SHORTEST_PARTITION = 1024
LONGEST_PARTITION = 8192
PARTITIONS_WANTED = 8
"""Measured: with so many, transforms and products take about equal time; longer ones save little and wait long."""

AT_ONCE = 24
"""Partitions of all channels together that are transformed in one call, so that they stay in the processor's cache."""

RESPONSES_BYTES = 64 * 2**20


def partition_of(taps: int) -> int:
    """How the stream is cut for a response of that many taps; a power of two."""
    wanted = 1 << max(-(-taps // PARTITIONS_WANTED) - 1, 0).bit_length()
    return min(max(wanted, SHORTEST_PARTITION), LONGEST_PARTITION)


class Response:
    """One response for each channel of a stream, float (channels, taps), or one for all of them, as spectra."""

    def __init__(self, taps: NDArray[np.floating], onset: int = 0) -> None:
        """`onset` is the frame of the response that is to lie where the sound was."""
        from scipy import fft

        self.onset = onset
        self.taps = taps.shape[1]
        self.partition = partition_of(self.taps)
        count = -(-self.taps // self.partition)
        pieces = np.zeros((taps.shape[0], count * self.partition), np.float32)
        pieces[:, : self.taps] = taps
        spectra = fft.rfft(pieces.reshape(-1, count, self.partition), n=2 * self.partition, axis=2)
        # The last piece comes first: it meets the oldest of the past partitions.
        self.spectra: NDArray[np.complex64] = np.ascontiguousarray(spectra[:, ::-1])
        self.spectra.flags.writeable = False


class Responses:
    """Responses by what they are made from, the longest unused dropped first; any thread may ask."""

    def __init__(self, limit: int = RESPONSES_BYTES) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, Response] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Response]) -> Response:
        """The response of that key, made if it is not there; two threads that ask at once may both make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._bytes += made.spectra.nbytes
            while self._bytes > self._limit:
                self._bytes -= self._kept.popitem(last=False)[1].spectra.nbytes
        return made


class PartitionedConvolution:
    """A response at work on one stream."""

    def __init__(self, response: Response, channels: int) -> None:
        self._spectra = response.spectra
        self._length = response.partition
        self.latency = response.partition + response.onset
        self.tail = max(response.taps - 1 - response.onset, 0)
        _rows, count, bins = self._spectra.shape
        self._at_once = max(AT_ONCE // channels, 1)
        self._past = np.zeros((channels, count - 1 + self._at_once, bins), np.complex64)
        self._fed: Samples = np.zeros((channels, self._length), np.float32)
        self._ready: Samples = self._fed.copy()

    def process(self, block: Samples) -> Samples:
        """Convolve the next block; gives what was complete before it."""
        length = self._length
        line = np.concatenate((self._fed, block), axis=1)
        complete = line.shape[1] // length - 1
        ready = [self._ready]
        for first in range(0, complete, self._at_once):
            count = min(self._at_once, complete - first)
            ready.append(self._partitions(line[:, first * length : (first + count + 1) * length], count))
        self._fed = line[:, complete * length :].copy()
        given = np.concatenate(ready, axis=1)
        self._ready = given[:, block.shape[1] :].copy()
        return np.ascontiguousarray(given[:, : block.shape[1]])

    def _partitions(self, line: Samples, count: int) -> Samples:
        """The sound of so many partitions, from them and the one before them."""
        from scipy import fft

        from .kernels import multiplied_and_added

        channels, older = line.shape[0], self._spectra.shape[1] - 1
        windows = np.lib.stride_tricks.sliding_window_view(line, 2 * self._length, axis=1)[:, :: self._length]
        self._past[:, older : older + count] = fft.rfft(windows, axis=2)
        spectra = multiplied_and_added(self._past, self._spectra, count)
        self._past[:, :older] = self._past[:, count : count + older].copy()
        sound = np.asarray(fft.irfft(spectra, axis=2), np.float32)
        return sound[:, :, self._length :].reshape(channels, -1)

    def reset(self, frame: int = 0) -> None:
        """Forget the past."""
        self._past[:] = 0
        self._fed = np.zeros((self._past.shape[0], self._length), np.float32)
        self._ready = self._fed.copy()
