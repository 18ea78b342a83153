"""The picture on a help page: waveform and spectrogram before and behind a transform, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import SMALL_PX, current, font, mixed
from ..words import tr

if TYPE_CHECKING:
    from engine.analysis.effect import Effect, Shape

COLUMNS, ROWS = 208, 96
WAVE_HEIGHT, WORDS_HEIGHT, GAP = 40, 18, 8
FLOOR_INDEX, CEILING_INDEX = 70, 210
"""Indices between which the spectrogram goes from dark to bright: -80 dB to -10 dB."""


class EffectView(QWidget):
    """Shows an effect once it is made; until then, and if it cannot be, words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.effect: Effect | None = None
        self._words = tr("Rendering a picture …")
        self.setAccessibleName(tr("Waveform and spectrogram of a clip, before and behind the transform"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_effect(self, effect: Effect) -> None:
        """Show this."""
        self.effect = effect
        self.update()

    def fail(self, words: str) -> None:
        """Say why there is no picture."""
        self._words = words
        self.update()

    def sizeHint(self) -> QSize:
        """Two pictures beside each other."""
        return QSize(2 * COLUMNS + GAP, WORDS_HEIGHT + WAVE_HEIGHT + ROWS)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both sides, the original at the left in its colour, the take at the right in the accent."""
        theme = current()
        painter = QPainter(self)
        painter.setFont(font(SMALL_PX))
        if self.effect is None:
            painter.setPen(QColor(theme.dim))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._words)
            return
        width = (self.width() - GAP) // 2
        sides = ((tr("original"), self.effect.before, theme.original), (tr("take"), self.effect.after, theme.take))
        for number, (name, shape, colour) in enumerate(sides):
            place = QRect(number * (width + GAP), 0, width, self.height())
            painter.setPen(QColor(colour))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), name)
            _paint_wave(painter, place.adjusted(0, WORDS_HEIGHT, 0, -ROWS), shape, colour)
            _paint_levels(painter, QRect(place.left(), self.height() - ROWS, width, ROWS), shape, colour)


def _paint_wave(painter: QPainter, place: QRect, shape: Shape, colour: str) -> None:
    painter.fillRect(place, QColor(current().sunken))
    painter.save()
    painter.setClipRect(place)
    painter.setPen(QPen(QColor(colour), max(place.width() / shape.low.size, 1.0)))
    middle, reach = place.center().y() + 0.5, place.height() / 2 - 1
    step = place.width() / shape.low.size
    painter.drawLines(
        [
            QLineF(place.left() + (at + 0.5) * step, middle - high * reach, place.left() + (at + 0.5) * step, bottom)
            for at, high, bottom in zip(
                range(shape.low.size), shape.high.tolist(), (middle - shape.low * reach + 0.5).tolist(), strict=True
            )
        ]
    )
    painter.restore()


def _paint_levels(painter: QPainter, place: QRect, shape: Shape, colour: str) -> None:
    """From nothing to the colour, and on to nearly white."""
    indices = shape.indices[::-1].copy()
    rows, columns = indices.shape
    image = QImage(indices.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    image.setColorTable([QColor(_level_colour(index, colour)).rgb() for index in range(256)])
    painter.drawImage(place, image)


def _level_colour(index: int, colour: str) -> str:
    height = min(max((index - FLOOR_INDEX) / (CEILING_INDEX - FLOOR_INDEX), 0.0), 1.0)
    if height < 0.6:
        return mixed("#101218", colour, height / 0.6)
    return mixed(colour, "#ffffff", (height - 0.6) / 0.4 * 0.9)
