"""A picture that scrolls without being copied: columns go round in a buffer, painting is two blits of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from engine.analysis.scales import Frequencies

from .analyser import Columns, Rows
from .look import Colours, Look

CLIPPED = 0.999
GAP_ROWS = 3
WAVE_SHARE = 0.26


@dataclass(frozen=True)
class Ink:
    """The colours of the waveform, `#rrggbb`: wave, clipped wave, and the ground of both."""

    wave: str
    clip: str
    ground: str
    gap: str


class Picture:
    """`columns` columns of waveform over spectrogram; the newest takes the place of the oldest."""

    def __init__(self, columns: int, rows: int, bins: int, rate: int) -> None:
        self.columns, self.rows = columns, rows
        self.wave_rows = round(rows * WAVE_SHARE)
        self.spectrum_rows = max(rows - self.wave_rows - GAP_ROWS, 1)
        self._rate, self._window = rate, 2 * (bins - 1)
        self._next = 0
        self._frames = np.full(columns, -1, np.int64)
        self._bins = np.zeros((columns, bins), np.uint8)
        self._low = np.zeros(columns, np.float32)
        self._high = np.zeros(columns, np.float32)
        self._pixels = np.zeros((rows, columns), np.uint32)
        self._image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)

    @property
    def kind(self) -> tuple[int, int]:
        """Bins and rate of its columns: pictures of one kind can hand them on."""
        return self._bins.shape[1], self._rate

    def dress(self, look: Look, ink: Ink) -> None:
        """Draw everything in a look and colours."""
        self._pooled = Rows(Frequencies.of(look.scale, self._rate), self.spectrum_rows, self._window, self._rate)
        self._colours = _native(look.colours)
        self._wave, self._clip, self._ground, gap = (
            np.uint32(QColor(colour).rgb()) for colour in (ink.wave, ink.clip, ink.ground, ink.gap)
        )
        self._pixels[self.wave_rows : self.wave_rows + GAP_ROWS] = gap
        self._draw(slice(0, self.columns))

    @property
    def frames(self) -> NDArray[np.int64]:
        """The middle frame of each column from left to right; -1 where nothing has come yet."""
        return np.roll(self._frames, -self._next)

    def add(self, new: Columns) -> None:
        """Put columns at the right end; the same number leaves at the left."""
        kept = min(new.frames.size, self.columns)
        done = new.frames.size - kept
        while done < new.frames.size:
            count = min(new.frames.size - done, self.columns - self._next)
            here, there = slice(self._next, self._next + count), slice(done, done + count)
            self._frames[here], self._bins[here] = new.frames[there], new.bins[there]
            self._low[here], self._high[here] = new.low[there], new.high[there]
            self._draw(here)
            self._next = (self._next + count) % self.columns
            done += count

    def moved_to(self, columns: int, rows: int) -> Picture:
        """A picture of another size with the same columns at its right end."""
        other = Picture(columns, rows, self._bins.shape[1], self._rate)
        order = np.roll(np.arange(self.columns), -self._next)[-columns:]
        place = slice(columns - order.size, columns)
        other._frames[place], other._bins[place] = self._frames[order], self._bins[order]
        other._low[place], other._high[place] = self._low[order], self._high[order]
        return other

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Paint the columns into a box, the oldest at its left."""
        left = box.width() * (self.columns - self._next) / self.columns
        old = QRectF(self._next, 0, self.columns - self._next, self.rows)
        painter.drawImage(QRectF(box.left(), box.top(), left, box.height()), self._image, old)
        if self._next:
            rest = QRectF(box.left() + left, box.top(), box.width() - left, box.height())
            painter.drawImage(rest, self._image, QRectF(0, 0, self._next, self.rows))

    def _draw(self, where: slice) -> None:
        rows = self._pooled.of(self._bins[where])
        self._pixels[self.wave_rows + GAP_ROWS :, where] = self._colours[rows]
        self._pixels[: self.wave_rows, where] = self._waves(self._low[where], self._high[where])

    def _waves(self, low: NDArray[np.float32], high: NDArray[np.float32]) -> Colours:
        """The wave's reach in each column, at least the row in the middle; full scale is the whole height."""
        half = (self.wave_rows - 1) / 2
        top, bottom = np.rint(half * (1 - high.clip(-1, 1))), np.rint(half * (1 - low.clip(-1, 1)))
        row = np.arange(self.wave_rows)[:, None]
        ink = np.where((high >= CLIPPED) | (low <= -CLIPPED), self._clip, self._wave)
        pixels: Colours = np.where((row >= top) & (row <= bottom), ink, self._ground)
        return pixels


def _native(colours: Colours) -> Colours:
    """Pixels with red in their lowest byte as Qt's own, with blue there."""
    red, blue = colours & 0xFF, colours >> 16 & 0xFF
    return ((colours & 0xFF00FF00) | red << 16 | blue).astype(np.uint32)
