"""Clicks at random moments, each a short ring, that can be read anywhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .noise import Pieces

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Key

SECTION_S = 0.5
"""Length of the sections of time whose clicks are drawn together."""

CHANNEL_DB = 2.0
"""How far a click's size on one channel may be off its size, either way."""

_PERIODS = 4.5
"""A ring ends after so many periods, 70 dB down."""


class Crackle(Pieces):
    """Clicks as a Poisson process: so many a second on average, none of which knows of another.

    All channels click at once. The sizes are log-normal around 1, the polarities random.
    """

    def __init__(
        self, key: Key, channels: int, sample_rate: int, *, rate_hz: float, spread_db: float, ring_hz: float
    ) -> None:
        super().__init__(round(SECTION_S * sample_rate), channels)
        self._key = key
        self._expected = rate_hz * self._length / sample_rate
        self._spread_db = spread_db
        self._ring = ring(ring_hz, sample_rate)
        self._drawn: tuple[int, Samples] = (-1, self._empty())

    def clicks(self, index: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The clicks of one section: the frames in it at which they begin, and their sizes (channels, clicks)."""
        random = self._key.generator("clicks", index)
        count = int(random.poisson(self._expected))
        starts = random.integers(0, self._length, count)
        polarities = random.choice((-1.0, 1.0), count)
        common_db = self._spread_db * random.standard_normal(count)
        own_db = [
            self._key.generator("channel", channel, index).uniform(-CHANNEL_DB, CHANNEL_DB, count)
            for channel in range(self._channels)
        ]
        return starts, polarities * 10 ** ((common_db + np.array(own_db)) / 20)

    def piece(self, index: int) -> Samples:
        """One section, with what still rings of the one before it."""
        before = self._drawn[1] if self._drawn[0] == index - 1 else self._section(index - 1)
        section = self._section(index)
        self._drawn = (index, section)
        piece = section[:, : self._length].copy()
        piece[:, : self._ring.size] += before[:, self._length :]
        return piece

    def _section(self, index: int) -> Samples:
        """What the clicks of one section sound like, their rings beyond its end included."""
        out = self._empty()
        if index < 0:
            return out
        starts, sizes = self.clicks(index)
        for start, size in zip(starts.tolist(), sizes.T.astype(np.float32), strict=True):
            out[:, start : start + self._ring.size] += size[:, None] * self._ring
        return out

    def _empty(self) -> Samples:
        return np.zeros((self._channels, self._length + self._ring.size), np.float32)


def ring(ring_hz: float, sample_rate: int) -> Samples:
    """A sine that falls to 1/e in half a period, its largest sample 1."""
    turns = np.arange(1, max(math.ceil(_PERIODS * sample_rate / ring_hz), 1) + 1) * (ring_hz / sample_rate)
    sound = np.exp(-2 * turns) * np.sin(2 * np.pi * turns)
    largest = float(np.abs(sound).max())
    scaled: Samples = (sound / largest).astype(np.float32)
    return scaled
