"""Frequency scales of a picture: hertz to a height between 0 (bottom) and 1 (top), and back.

Mel is Slaney's (Auditory Toolbox, 1998), which librosa's front ends use: linear up to 1 kHz, logarithmic above. It is
written out here because the window draws the axis, and librosa is slow to import.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FrequencyScale = Literal["linear", "log", "mel"]
LOG_LOWEST_HZ = 50.0

_BEND_HZ = 1000.0
_LINEAR_MELS = 15.0
_LOG_STEP = np.log(6.4) / 27.0


@dataclass(frozen=True)
class Frequencies:
    """A frequency axis from `low_hz` to `high_hz`."""

    scale: FrequencyScale
    low_hz: float
    high_hz: float

    @classmethod
    def of(cls, scale: FrequencyScale, sample_rate: int) -> Frequencies:
        """The whole axis of a recording, up to half its rate; a log axis begins at 50 Hz."""
        high_hz = sample_rate / 2
        return cls(scale, min(LOG_LOWEST_HZ, high_hz / 8) if scale == "log" else 0.0, high_hz)

    def height(self, hz: ArrayLike) -> NDArray[np.float64]:
        """Where frequencies lie, from 0 to 1."""
        low, high = self._warped(self.low_hz), self._warped(self.high_hz)
        return (self._warped(hz) - low) / (high - low)

    def hz(self, height: ArrayLike) -> NDArray[np.float64]:
        """The frequencies at heights."""
        low, high = self._warped(self.low_hz), self._warped(self.high_hz)
        return self._unwarped(low + np.asarray(height, np.float64) * (high - low))

    def edges_hz(self, rows: int) -> NDArray[np.float64]:
        """The rows + 1 frequencies between which the rows of a picture lie, lowest first."""
        return self.hz(np.linspace(0.0, 1.0, rows + 1))

    def _warped(self, hz: ArrayLike) -> NDArray[np.float64]:
        values = np.asarray(hz, np.float64)
        if self.scale == "log":
            return np.log(np.maximum(values, 1e-3))
        if self.scale == "mel":
            return _mels(values)
        return values

    def _unwarped(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.scale == "log":
            return np.exp(values)
        if self.scale == "mel":
            return _hz_of_mels(values)
        return values


def _mels(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithmic = _LINEAR_MELS + np.log(np.maximum(hz, _BEND_HZ) / _BEND_HZ) / _LOG_STEP
    return np.where(hz < _BEND_HZ, hz * (_LINEAR_MELS / _BEND_HZ), logarithmic)


def _hz_of_mels(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithmic = _BEND_HZ * np.exp(_LOG_STEP * np.maximum(mels - _LINEAR_MELS, 0.0))
    return np.where(mels < _LINEAR_MELS, mels * (_BEND_HZ / _LINEAR_MELS), logarithmic)
