"""The transport's signs as icons, drawn in the colours of the theme and sharp at any scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

SIZE = 16
SCALES = (1, 2)


def glyph(name: str, colour: str) -> QIcon:
    """The icon of that name: start, play, pause, stop or loop."""
    icon = QIcon()
    for scale in SCALES:
        pixmap = QPixmap(SIZE * scale, SIZE * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        _PAINTERS[name](painter, QColor(colour))
        painter.end()
        icon.addPixmap(pixmap)
    return icon


def _start(painter: QPainter, _: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.5, 3, 2, 10), 0.5, 0.5)
    painter.drawPolygon(QPolygonF([QPointF(13, 3), QPointF(13, 13), QPointF(5.5, 8)]))


def _play(painter: QPainter, _: QColor) -> None:
    painter.drawPolygon(QPolygonF([QPointF(4, 2.5), QPointF(13.5, 8), QPointF(4, 13.5)]))


def _pause(painter: QPainter, _: QColor) -> None:
    painter.drawRoundedRect(QRectF(3.5, 3, 3.2, 10), 0.8, 0.8)
    painter.drawRoundedRect(QRectF(9.3, 3, 3.2, 10), 0.8, 0.8)


def _stop(painter: QPainter, _: QColor) -> None:
    painter.drawRoundedRect(QRectF(3.5, 3.5, 9, 9), 1, 1)


def _loop(painter: QPainter, colour: QColor) -> None:
    arc = QPainterPath()
    arc.arcMoveTo(QRectF(3, 3.5, 10, 9), 60)
    arc.arcTo(QRectF(3, 3.5, 10, 9), 60, 300)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPath(arc)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(9.2, 0.6), QPointF(13.2, 4.2), QPointF(8.4, 6.4)]))


_PAINTERS = {"start": _start, "play": _play, "pause": _pause, "stop": _stop, "loop": _loop}
