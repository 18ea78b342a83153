"""Levels of what leaves for the ear, read from the ring behind the frame that is heard."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..dsp.loudness import LoudnessMeter
from ..dsp.true_peak import TruePeak
from .fade import WIDTH
from .messages import SILENCE_DB

if TYPE_CHECKING:
    from .ring import Tap

PEAK_S = 0.1
"""Longer than anybody who polls the meters waits in between: no peak is missed."""
RMS_S = 0.3


@dataclass(frozen=True)
class Levels:
    """Peak and RMS in dBFS a channel, true peak of the louder one, and loudness over 400 ms and over 3 s in LUFS."""

    peak_db: tuple[float, ...] = ()
    rms_db: tuple[float, ...] = ()
    true_peak_db: float = SILENCE_DB
    momentary_lufs: float = SILENCE_DB
    short_term_lufs: float = SILENCE_DB


class Meters:
    """Follows the ring at one rate; a break in it is measured over."""

    def __init__(self, rate: int, start: int) -> None:
        self.rate = rate
        self._at = start
        self._loudness = LoudnessMeter(rate, WIDTH)
        self._true_peak = TruePeak(WIDTH)
        self._true_peaks: deque[tuple[int, float]] = deque()

    def measure(self, tap: Tap, heard: int) -> Levels:
        """The levels at the frame that is heard."""
        fresh = tap.between(self._at, heard)
        self._at = heard
        self._loudness.feed(fresh)
        self._true_peaks.append((heard, self._true_peak.feed(fresh)))
        while self._true_peaks[0][0] <= heard - round(PEAK_S * self.rate) and len(self._true_peaks) > 1:
            self._true_peaks.popleft()
        last = tap.before(heard, round(RMS_S * self.rate))
        if not last.shape[1]:
            return Levels((SILENCE_DB,) * WIDTH, (SILENCE_DB,) * WIDTH)
        peaks = np.abs(last[:, -round(PEAK_S * self.rate) :]).max(axis=1)
        powers = np.square(last).mean(axis=1)
        return Levels(
            tuple(_db(float(peak)) for peak in peaks), tuple(_db(math.sqrt(float(power))) for power in powers),
            _db(max(peak for _, peak in self._true_peaks)), max(self._loudness.momentary, SILENCE_DB),
            max(self._loudness.short_term, SILENCE_DB),
        )  # fmt: skip


def _db(level: float) -> float:
    return max(20 * math.log10(level), SILENCE_DB) if level > 0 else SILENCE_DB
