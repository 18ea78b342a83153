"""What stands in the views' place where there is no sound: an invitation, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui import icons, theme

from ..words import tr

if TYPE_CHECKING:
    from .marks import State

_BARS = (6, 14, 26, 18, 34, 46, 30, 40, 22, 12, 20, 8)


def paint_empty(painter: QPainter, ground: QRectF, state: State | None) -> None:
    """Fill the place with the trouble there is, or with how to begin."""
    shown = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(ground, QColor(shown.background))
    area = ground.adjusted(16, 8, -16, -16)
    painter.setPen(QPen(QColor(shown.edge), 1.5, Qt.PenStyle.SolidLine if state else Qt.PenStyle.DashLine))
    painter.setBrush(QColor(shown.panel))
    painter.drawRoundedRect(area, 8, 8)
    middle = area.center() - QPointF(0, 44)
    if state is not None:
        box = QRectF(middle.x() - 20, middle.y() - 20, 40, 40)
        icons.paint(painter, state.icon, box, shown.clip if state.wrong else shown.faint)
        _write(painter, area, middle.y() + 36, state.title, state.detail, "")
        return
    _paint_bars(painter, middle)
    _write(
        painter, area, middle.y() + 36, tr("Drop recordings here"),
        tr("or open files with Ctrl+O, a folder with Ctrl+Shift+O"),
        tr("WAV, FLAC, MP3, M4A, OGG and the sound of videos"),
    )  # fmt: skip


def _paint_bars(painter: QPainter, middle: QPointF) -> None:
    """A waveform that turns from the original's colour to the take's."""
    shown = theme.current()
    painter.setPen(Qt.PenStyle.NoPen)
    for place, height in enumerate(_BARS):
        x = middle.x() + (place - (len(_BARS) - 1) / 2) * 9
        painter.setBrush(QColor(shown.original if place < len(_BARS) / 2 else shown.take))
        painter.drawRoundedRect(QRectF(x - 2, middle.y() - height / 2, 4, height), 2, 2)


def _write(painter: QPainter, area: QRectF, top: float, title: str, detail: str, note: str) -> None:
    shown = theme.current()
    painter.setFont(theme.font(17))
    painter.setPen(QColor(shown.text))
    line = QRectF(area.left() + 16, top, area.width() - 32, 28)
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, title)
    painter.setFont(theme.font())
    painter.setPen(QColor(shown.dim))
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
    below = QRectF(line.left(), line.bottom() + 8, line.width(), 60)
    used = painter.boundingRect(below, flags, detail)
    painter.drawText(below, flags, detail)
    painter.setPen(QColor(shown.faint))
    painter.drawText(QRectF(below.left(), used.bottom() + 8, below.width(), 40), flags, note)
