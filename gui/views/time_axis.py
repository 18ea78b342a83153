"""The times under a column of lanes; unlike pyqtgraph's axis it keeps the words at its ends, moved inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsWidget

from gui import theme

from .ticks import time_ticks

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

    from .span import Span

HEIGHT_PX = 20
GAP_PX = 6


class TimeAxis(QGraphicsWidget):
    """Only quiet words, at the times that are in view."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self._span: Span | None = None
        self.setMinimumHeight(HEIGHT_PX)
        self.setMaximumHeight(HEIGHT_PX)

    def show_span(self, span: Span) -> None:
        """Bring a stretch of time into view."""
        self._span = span
        self.update()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:  # fmt: skip
        """Write the words, each under its time and none over another."""
        painter.setFont(theme.font(theme.SMALL_PX))
        painter.setPen(QColor(theme.current().faint))
        for place, words in self.labels(painter.fontMetrics().horizontalAdvance):
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), words)

    def labels(self, width_of: Callable[[str], int]) -> list[tuple[QRectF, str]]:
        """Where each word stands, given how wide words are."""
        if self._span is None:
            return []
        width, placed = float(self.size().width()), list[tuple[QRectF, str]]()
        for at_s, words in time_ticks(self._span, width):
            wide = float(width_of(words)) + 2
            x = (at_s - self._span.start_s) / self._span.length_s * width - wide / 2
            place = QRectF(min(max(x, 0.0), max(width - wide, 0.0)), 0, wide, HEIGHT_PX)
            if not placed or placed[-1][0].right() + GAP_PX <= place.left():
                placed.append((place, words))
        return placed
