"""Rounding to few bits with noise before it, so that the error does not depend on the sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .noise import Pieces

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Key

CHUNK = 4096
"""Frames that share one generator."""


class DitherNoise(Pieces):
    """Noise in steps of the last bit, independent on each channel, keyed by channel and absolute chunk.

    `density` is triangular, rectangular or gaussian.
    """

    def __init__(self, key: Key, channels: int, density: str) -> None:
        super().__init__(CHUNK, channels)
        self._key = key
        self._density = density

    def piece(self, index: int) -> Samples:
        """One chunk, a generator for each channel."""
        drawn = [self._drawn(self._key.generator("dither", row, index)) for row in range(self._channels)]
        return np.stack(drawn).astype(np.float32)

    def _drawn(self, generator: np.random.Generator) -> NDArray[np.float64]:
        if self._density == "gaussian":
            return generator.standard_normal(CHUNK) / 2
        flat = generator.random((2, CHUNK)) - 0.5
        drawn: NDArray[np.float64] = flat[0] if self._density == "rectangular" else flat.sum(axis=0)
        return drawn


class Dithered:
    """Rounds to the steps of a bit depth at work on a stream, in float64: 24 bits are more than a float32 has."""

    latency = 0
    tail = 0

    def __init__(self, noise: DitherNoise, bit_depth: int) -> None:
        self._noise = noise
        self._steps = float(2 ** (bit_depth - 1))
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Round the next block; what lies beyond full scale is cut off, as a converter does."""
        noise = self._noise.read(self._frame, block.shape[1])
        self._frame += block.shape[1]
        rounded = np.rint(block * self._steps + noise)
        dithered: Samples = (np.clip(rounded, -self._steps, self._steps - 1) / self._steps).astype(np.float32)
        return dithered

    def reset(self, frame: int = 0) -> None:
        """Go on at this frame."""
        self._frame = frame
