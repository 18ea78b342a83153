"""The monitor path after the deck: volume, and a limiter that protects ears and speakers.

Both are exactly transparent when they have nothing to do: at 0 dB and at or below full scale no sample is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples

SILENT_DB = -80.0
RAMP_S = 0.02
RELEASE_S = 0.15
MUTE_S = 0.1
_ATTACK_FRAMES = 32


class VolumeRamp:
    """Gain that never steps: a change is ramped over 20 ms."""

    def __init__(self, db: float) -> None:
        self._gain = self._goal = _gain_of(db)

    def set_db(self, db: float, *, at_once: bool = False) -> None:
        """Go to that volume, at once in silence; -80 dB and below is no sound at all."""
        self._goal = _gain_of(db)
        if at_once:
            self._gain = self._goal

    def process(self, block: Samples, rate: int) -> Samples:
        """Apply the gain to (channels, n)."""
        if self._gain == self._goal:
            return block if self._gain == 1.0 else block * np.float32(self._gain)
        step = block.shape[1] / (RAMP_S * rate)
        start, distance = self._gain, self._goal - self._gain
        self._gain = self._goal if abs(distance) <= step else start + np.sign(distance) * step
        ramp = np.linspace(start, self._gain, block.shape[1], dtype=np.float32)
        scaled: Samples = block * ramp
        return scaled


class SafetyLimiter:
    """Holds the output to full scale: down within 32 frames, up again over 150 ms; mutes 100 ms on NaN or infinity."""

    def __init__(self) -> None:
        self.overs = 0
        """How many blocks reached full scale, or were not numbers, before they were limited."""
        self._gain = 1.0
        self._mute_frames = 0

    def process(self, block: Samples, rate: int) -> Samples:
        """Limit (channels, n) to [-1, 1]."""
        peak = float(np.abs(block).max(initial=0.0))
        self.overs += not peak < 1.0
        if not np.isfinite(peak):
            self._mute_frames = int(MUTE_S * rate)
            self._gain = 0.0
        if self._mute_frames > 0:
            self._mute_frames -= block.shape[1]
            return np.zeros_like(block)
        if peak <= 1.0 and self._gain == 1.0:
            return block
        return self._limited(block, peak, rate)

    def _limited(self, block: Samples, peak: float, rate: int) -> Samples:
        """Ramp to what this block allows; the clip catches what the ramp has not reached yet."""
        frames = block.shape[1]
        risen = self._gain + (1.0 - self._gain) * min(frames / (RELEASE_S * rate), 1.0)
        goal = min(1.0 if risen > 0.999 else risen, 1.0 / max(peak, 1.0))
        length = min(_ATTACK_FRAMES, frames) if goal < self._gain else frames
        gains = np.full(frames, goal, np.float32)
        gains[:length] = np.linspace(self._gain, goal, length, dtype=np.float32)
        self._gain = goal
        limited: Samples = np.clip(block * gains, -1.0, 1.0)
        return limited


def _gain_of(db: float) -> float:
    return 0.0 if db <= SILENT_DB else float(10.0 ** (db / 20.0))
