"""Hears acoustic feedback, the tone of speakers that reach their own microphone.

The criteria are those of van Waterschoot and Moonen, "Fifty years of acoustic feedback control: state of the art and
future challenges", Proceedings of the IEEE 99 (2011), section IV: a peak that holds nearly all power (peak-to-average
power ratio), stands far above its neighbours (peak-to-neighbouring power ratio) and stays where it is from frame to
frame (interframe peak magnitude persistence), and whose level either rises as a straight line of decibels, as
feedback below the limiter does (interframe magnitude slope deviation), or holds close to full scale, as it does
behind one. The place is the sharpest of them: a loop rings at a frequency that its length decides to a fraction of a
hertz, while voices, birds and whistles waver.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...clip import Samples

WINDOW_S = 0.04
HOPS = 4
"""Looks in each window."""
LOOKS = 20
"""How many looks in a row must show it: 0.21 s at 48 kHz, and the window before."""
LOWEST_HZ = 60.0
SHARE = 0.7
"""Of the power that lies in the peak; what a chain adds to a howl are its overtones."""
ABOVE_NEIGHBOURS_DB = 20.0
WAVERING_BINS = 0.15
RISE_DB = 3.0
FROM_DB = -36.0
"""A rising tone must have come so far."""
FALL_DB = 0.4
STRAY_DB = 1.5
LOUD_DB, FADES_DB = -6.0, 1.0
"""A tone that neither wavers nor fades is taken for a howl from this level on."""
BEYOND = 1.02
BEYOND_S = 0.25
BREATH_S = 0.06
"""Many tones that howl at once are none: what goes beyond full scale for so long, with no longer pause than this."""
_NEAR, _FAR = 3, 12
_QUIET = 1e-20


@dataclass(frozen=True)
class _Look:
    """One spectrum's highest peak: where, in bins, and how high, in dB of a sine at full scale."""

    place: float
    level_db: float


class HowlDetector:
    """Fed with what would leave for the speakers, before the limiter: `feed`, and `is_beyond` for what is too loud."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._size = 2 ** round(np.log2(WINDOW_S * rate))
        self._hop = self._size // HOPS
        window = np.hanning(self._size + 1)[:-1]
        self._window = (window * 2 / window.sum()).astype(np.float32)
        self._lowest = max(round(LOWEST_HZ * self._size / rate), _NEAR + 1)
        self._kept = np.zeros((0, 0), np.float32)
        self._looks: deque[_Look | None] = deque(maxlen=LOOKS)
        self._frames = 0
        self._beyond: tuple[int, int] | None = None

    def forget(self) -> None:
        """Begin anew."""
        self._kept = np.zeros((0, 0), np.float32)
        self._looks.clear()
        self._beyond = None

    def feed(self, block: Samples) -> bool:
        """Listen to the next (channels, n), and say whether it howls in one tone."""
        howls = False
        kept = block if not self._kept.size else np.concatenate((self._kept, block), axis=1)
        while kept.shape[1] >= self._size:
            self._looks.append(self._look(kept[:, : self._size]))
            howls = howls or self._howls()
            kept = kept[:, self._hop :]
        self._kept = kept
        return howls

    def is_beyond(self, block: Samples) -> bool:
        """Whether the sound, of which this is the next, has been beyond full scale for too long."""
        before, self._frames = self._frames, self._frames + block.shape[1]
        if self._beyond is not None and before - self._beyond[1] > BREATH_S * self._rate:
            self._beyond = None
        if float(np.abs(block).max(initial=0.0)) >= BEYOND:
            self._beyond = (before if self._beyond is None else self._beyond[0], self._frames)
        return self._beyond is not None and self._beyond[1] - self._beyond[0] > BEYOND_S * self._rate

    def _look(self, frame: Samples) -> _Look | None:
        """The frame's peak, None where nothing stands out as a tone."""
        spectra = np.abs(np.fft.rfft(frame * self._window, axis=1)) ** 2
        power: NDArray[np.float64] = spectra.mean(axis=0) + _QUIET
        at = self._lowest + int(power[self._lowest : -_FAR].argmax())
        near = power[at - _NEAR : at + _NEAR + 1]
        beside = np.concatenate((power[max(at - _FAR, 0) : at - _NEAR - 1], power[at + _NEAR + 2 : at + _FAR + 1]))
        above_db = 10 * np.log10(power[at] / beside.max(initial=_QUIET))
        if near.sum() < SHARE * power.sum() or above_db < ABOVE_NEIGHBOURS_DB:
            return None
        low, mid, high = np.log(power[at - 1 : at + 2])
        curve = low - 2 * mid + high
        shift = 0.5 * (low - high) / curve if curve else 0.0
        return _Look(at + shift, 10 * float(np.log10(power[at])))

    def _howls(self) -> bool:
        looks = [look for look in self._looks if look is not None]
        if len(looks) < LOOKS:
            return False
        places = np.array([look.place for look in looks])
        if np.ptp(places) > 2 * WAVERING_BINS:
            return False
        levels = np.array([look.level_db for look in looks])
        holds = levels.min() >= LOUD_DB and levels[0] - levels[-1] <= FADES_DB
        return bool(holds) or _rises(levels)


def _rises(levels: NDArray[np.float64]) -> bool:
    """Whether levels go up as a straight line does."""
    if levels[-1] < FROM_DB or levels[-1] - levels[0] < RISE_DB or np.diff(levels).min() < -FALL_DB:
        return False
    at = np.arange(levels.size)
    slope, base = np.polyfit(at, levels, 1)
    return bool(np.abs(levels - (base + slope * at)).max() <= STRAY_DB)
