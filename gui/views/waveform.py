"""A waveform as pixels: a filled band from the lowest to the highest sample, smooth at its edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from engine.analysis.clipping import FULL_SCALE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engine.analysis.peaks import Peaks

    from .ticks import Tick

HEADROOM = 1.08
"""The axis goes this far beyond full scale, so that a clip mark has its place."""
CLIP_MARK_PX = 3
_SCALES = tuple(digit / 10**power for power in (4, 3, 2) for digit in (10, 15, 20, 30, 50, 70))


@dataclass(frozen=True)
class Ink:
    """The colours of a waveform, as `#rrggbb`, how opaque its band is, and whether clipping is marked."""

    band: str
    zero: str
    clip: str
    opacity: float = 1.0
    marks: bool = True


def fitting(sounds: Iterable[Peaks]) -> float:
    """The round sample value at the top of the axis that shows these sounds largest; at most full scale."""
    highest = max((float(max(-p.low.min(), p.high.max())) for p in sounds if p.low.size), default=1.0)
    return next((scale for scale in _SCALES if highest <= scale), 1.0)


def wave_ticks(scale: float, bands: int = 1) -> list[Tick]:
    """The marks of a waveform's axis whose top is this sample value; of several channels, only their middles."""
    if bands > 1:
        return [((band + 0.5) / bands, "0") for band in range(bands)]
    words = f"{scale:g}"
    return [((sign / HEADROOM + 1) / 2, text) for sign, text in ((-1, f"−{words}"), (0, "0"), (1, words))]


def drawn(peaks: Peaks, rows: int, ink: Ink, scale: float = 1.0) -> NDArray[np.uint8]:
    """The waveform as RGBA bytes (rows, columns, 4), lowest row first; the axis goes to `scale` either way.

    Channels apart lie one above the other, the first at the top.
    """
    edges = np.linspace(0, rows, peaks.low.shape[0] + 1).round().astype(int)
    heights = np.diff(edges)[::-1]
    bands = [_band(peaks, channel, int(height), ink, scale) for channel, height in enumerate(heights)]
    return np.concatenate(bands[::-1])


def _band(peaks: Peaks, channel: int, rows: int, ink: Ink, scale: float) -> NDArray[np.uint8]:
    low, high = _joined(peaks.low[channel] / scale, peaks.high[channel] / scale)
    bottom, top = (low / HEADROOM + 1) / 2 * rows, (high / HEADROOM + 1) / 2 * rows
    thin = np.maximum(0, 1 - (top - bottom)) / 2
    bottom, top = bottom - thin, top + thin
    row = np.arange(rows, dtype=np.float32)[:, None]
    cover = (np.minimum(top, row + 1) - np.maximum(bottom, row)).clip(0, 1)
    picture = np.empty((rows, low.size, 4), np.uint8)
    picture[..., :3] = _rgb(ink.band)
    picture[..., 3] = np.rint(cover * (255 * ink.opacity))
    clear = picture[rows // 2, :, 3] == 0
    picture[rows // 2, clear] = (*_rgb(ink.zero), 255)
    if ink.marks:
        depth, at = min(CLIP_MARK_PX, rows), peaks.clipped[channel]
        picture[-depth:, at & (peaks.high[channel] >= FULL_SCALE)] = (*_rgb(ink.clip), 255)
        picture[:depth, at & (peaks.low[channel] <= -FULL_SCALE)] = (*_rgb(ink.clip), 255)
    return picture


def _joined(low: NDArray[np.float32], high: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """Each column reaches to its neighbour, so that the band has no holes."""
    reached_low, reached_high = low.copy(), high.copy()
    np.minimum(low[1:], high[:-1], out=reached_low[1:])
    np.maximum(high[1:], low[:-1], out=reached_high[1:])
    return reached_low.clip(-HEADROOM, HEADROOM), reached_high.clip(-HEADROOM, HEADROOM)


def _rgb(colour: str) -> tuple[int, int, int]:
    made = QColor(colour)
    return made.red(), made.green(), made.blue()
