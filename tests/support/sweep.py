"""A tone that rises steadily, and where the live strip's pixels have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage

from gui.live.strip import LiveStrip

LOOKED_AT_S = 2.0
SHIFTS = np.arange(-12, 12.5, 0.5)


@dataclass(frozen=True)
class Sweep:
    """A tone whose frequency rises by the same each second."""

    rate: int
    seconds: float
    low_hz: float
    high_hz: float

    def hz(self, time_s: np.ndarray) -> np.ndarray:
        """Its law."""
        return self.low_hz + (self.high_hz - self.low_hz) * time_s / self.seconds

    @property
    def samples(self) -> np.ndarray:
        """The tone on both channels, half of full scale."""
        time_s = np.arange(round(self.seconds * self.rate)) / self.rate
        phase = 2 * np.pi * (self.low_hz + self.hz(time_s)) / 2 * time_s
        wave = (0.5 * np.sin(phase + 0.5)).astype(np.float32)
        return np.stack((wave, wave))


def offset_hops(strip: LiveStrip, sweep: Sweep, begun: float) -> float:
    """By how many hops the sweep, begun at a frame of the tap's clock, lies off its law in the strip's pixels.

    Fails if it is not at the right frequency, within a row of the picture, wherever it is looked at.
    """
    image = strip.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    light = np.array(image.constBits()).reshape(image.height(), -1, 4)[:, :, :3].sum(axis=2, dtype=int)
    box, frames = strip.spectrum_box.toAlignedRect(), strip.frames
    hop = int(np.diff(frames)[-1])
    columns = round(LOOKED_AT_S * sweep.rate / hop)
    last = frames.size - 4
    shown = light[box.top() + 1 : box.bottom(), box.left() : box.left() + frames.size][:, last - columns : last]
    assert shown.max() - np.median(shown) > 200, "there is no tone in the picture"
    found = 1 - (shown.argmax(axis=0) + 1.5) / box.height()
    frames = frames[last - columns : last]
    errors = [
        float(np.abs(found - strip.frequencies.height(sweep.hz((frames + shift * hop - begun) / sweep.rate))).mean())
        for shift in SHIFTS
    ]
    best = int(np.argmin(errors))
    assert errors[best] * box.height() < 1.0, f"the tone is {errors[best] * box.height():.1f} rows off"
    return float(SHIFTS[best])
