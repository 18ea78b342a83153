"""What stands around and over the live picture: painted when it changes, put down as it is at every repaint."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from .. import theme
from ..words import tr

PILL_HEIGHT = 18
Mark = tuple[float, str]


@dataclass(frozen=True)
class Edges:
    """Everything that the edges depend on; marks are places in pixels with their words."""

    size: QSize
    ratio: float
    box: QRectF
    spectrum: QRectF
    words: str
    heights: tuple[Mark, ...]
    times: tuple[Mark, ...]
    colours: theme.Theme

    def ground(self) -> QPixmap:
        """The whole strip without its picture: ground and axes."""
        made = _pixmap(self.size, self.ratio)
        made.fill(QColor(self.colours.background))
        painter = QPainter(made)
        painter.fillRect(self.box, QColor(self.colours.sunken))
        painter.setFont(theme.font(theme.SMALL_PX))
        painter.setPen(QColor(self.colours.faint))
        right, room = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.box.left() - 6
        painter.drawText(QRectF(0, self.box.top(), room, self.spectrum.top() - self.box.top()), right, tr("live"))
        for y, words in self.heights:
            painter.drawText(QRectF(0, y - 8, room, 16), right, words)
        below = self.size.height() - self.box.bottom()
        for x, words in self.times:
            painter.drawText(QRectF(x - 40, self.box.bottom(), 80, below), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        return made

    def pill(self) -> QPixmap:
        """What the picture is of, on a ground of its own."""
        font = theme.font(theme.SMALL_PX, theme.font().Weight.DemiBold)
        probe = QPixmap(1, 1)
        painter = QPainter(probe)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        painter.end()
        words = metrics.elidedText(self.words, Qt.TextElideMode.ElideMiddle, max(int(self.box.width()) - 32, 0))
        area = QSize(metrics.horizontalAdvance(words) + 12, PILL_HEIGHT)
        made = _pixmap(area, self.ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self.colours.background)
        colour.setAlphaF(0.72)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(QPointF(), area.toSizeF()), 4, 4)
        painter.setFont(font)
        painter.setPen(QColor(self.colours.text))
        painter.drawText(QRectF(QPointF(), area.toSizeF()), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        return made


def _pixmap(size: QSize, ratio: float) -> QPixmap:
    made = QPixmap((size.toSizeF() * ratio).toSize())
    made.setDevicePixelRatio(ratio)
    return made
