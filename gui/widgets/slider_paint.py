"""How a slider looks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..theme import current

TRACK = 3.0
RADIUS = 5.0
TICK = 12.0


def paint(
    widget: QWidget,
    *,
    ends: Sequence[float],
    dots: Sequence[float],
    mark: float | None,
    active: int | None,
    faded: bool,
    origin: float,
) -> None:
    """Track, the band or dots that may be drawn, the tick of this draw, and the handles; all in widget units.

    A value is filled from `origin`: from the left, or from zero where there are numbers on both sides of it.
    """
    theme = current()
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = widget.height() / 2
    take = QColor(theme.faint if faded else theme.take)
    _bar(painter, 0, widget.width(), middle, QColor(theme.edge))
    if ends:
        other = ends[0] if len(ends) == 2 else origin
        _bar(painter, min(other, ends[-1]), max(other, ends[-1]), middle, take)
    for x in dots:
        painter.setBrush(take)
        painter.drawEllipse(QPointF(x, middle), 3, 3)
    for index, x in enumerate(ends):
        _handle(painter, QPointF(x, middle), take, index == active)
    if mark is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.text))
        painter.drawRoundedRect(QRectF(mark - 1, middle - TICK / 2, 2, TICK), 1, 1)


def _bar(painter: QPainter, left: float, right: float, middle: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(left, middle - TRACK / 2, max(right - left, 0), TRACK), TRACK / 2, TRACK / 2)


def _handle(painter: QPainter, centre: QPointF, colour: QColor, active: bool) -> None:
    theme = current()
    painter.setBrush(QColor(theme.text if active else theme.card))
    painter.setPen(QPen(colour, 2))
    painter.drawEllipse(centre, RADIUS, RADIUS)
