"""Small signs, painted in a square of 16 units with one pen, sharp at every scale."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

Glyph = Callable[[QPainter], None]


def more(painter: QPainter) -> None:
    """Three dots: a menu."""
    _dots(painter, ((4, 8), (8, 8), (12, 8)), 1.2)


def grip(painter: QPainter) -> None:
    """Six dots: take hold here."""
    _dots(painter, tuple((x, y) for x in (6, 10) for y in (4, 8, 12)), 1.0)


def chevron(painter: QPainter) -> None:
    """A caret pointing down: there is more to choose from."""
    painter.drawPolyline([QPointF(4.5, 6.5), QPointF(8, 10), QPointF(11.5, 6.5)])


def one_value(painter: QPainter) -> None:
    """A track with one handle: a plain value."""
    _track(painter, (8,))


def two_ends(painter: QPainter) -> None:
    """A track with two handles: a range, or several choices."""
    _track(painter, (4, 12))


def _track(painter: QPainter, handles: tuple[float, ...]) -> None:
    at = 0.5
    for x in handles:
        painter.drawLine(QPointF(at, 8), QPointF(x - 2.2, 8))
        painter.drawEllipse(QPointF(x, 8), 2.2, 2.2)
        at = x + 2.2
    painter.drawLine(QPointF(at, 8), QPointF(15.5, 8))


def _dots(painter: QPainter, places: tuple[tuple[float, float], ...], radius: float) -> None:
    painter.setBrush(painter.pen().color())
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y in places:
        painter.drawEllipse(QRectF(x - radius, y - radius, 2 * radius, 2 * radius))
