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
    from ..clip import Samples
    from .ring import Tap

PEAK_S = 0.1
"""Longer than anybody who polls the meters waits in between: no peak is missed."""
RMS_S = 0.3
EVERY_S = 0.024
"""Levels are measured so often at most, whoever asks meanwhile."""


@dataclass(frozen=True)
class Levels:
    """Peak and RMS in dBFS a channel, true peak of the louder one, and loudness over 400 ms and over 3 s in LUFS."""

    peak_db: tuple[float, ...] = ()
    rms_db: tuple[float, ...] = ()
    true_peak_db: float = SILENCE_DB
    momentary_lufs: float = SILENCE_DB
    short_term_lufs: float = SILENCE_DB


@dataclass(frozen=True)
class _Heard:
    """A stretch that was heard: where it ends, how long it is, each channel's peak and energy, and its true peak."""

    end: int
    frames: int
    peaks: tuple[float, ...]
    energies: tuple[float, ...]
    true_peak: float


class Meters:
    """Follows the ring at one rate, each frame once; a break in it is measured over."""

    def __init__(self, rate: int, start: int) -> None:
        self.rate = rate
        self._at = start
        self._loudness = LoudnessMeter(rate, WIDTH)
        self._true_peak = TruePeak(WIDTH)
        self._heard: deque[_Heard] = deque()
        self._levels = Levels((SILENCE_DB,) * WIDTH, (SILENCE_DB,) * WIDTH)

    def measure(self, tap: Tap, heard: int) -> Levels:
        """The levels at the frame that is heard."""
        if heard - self._at >= EVERY_S * self.rate:
            self._levels = self._measured(tap, heard)
        return self._levels

    def _measured(self, tap: Tap, heard: int) -> Levels:
        self._listen(np.ascontiguousarray(tap.between(self._at, heard)), heard)
        self._at = heard
        late = [part for part in self._heard if part.end > heard - PEAK_S * self.rate]
        frames = max(sum(part.frames for part in self._heard), 1)
        return Levels(
            tuple(_db(max((part.peaks[channel] for part in late), default=0.0)) for channel in range(WIDTH)),
            tuple(
                _db(math.sqrt(sum(part.energies[channel] for part in self._heard) / frames))
                for channel in range(WIDTH)
            ),
            _db(max((part.true_peak for part in late), default=0.0)),
            max(self._loudness.momentary, SILENCE_DB), max(self._loudness.short_term, SILENCE_DB),
        )  # fmt: skip

    def _listen(self, fresh: Samples, end: int) -> None:
        self._loudness.feed(fresh)
        if fresh.shape[1]:
            peaks = tuple(float(np.abs(channel).max()) for channel in fresh)
            energies = tuple(float(np.dot(channel, channel)) for channel in fresh)
            self._heard.append(_Heard(end, fresh.shape[1], peaks, energies, self._true_peak.feed(fresh)))
        while self._heard and self._heard[0].end <= end - RMS_S * self.rate:
            self._heard.popleft()


def _db(level: float) -> float:
    return max(20 * math.log10(level), SILENCE_DB) if level > 0 else SILENCE_DB
