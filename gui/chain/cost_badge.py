"""The remark beside a step's name: what it costs, or why this draw goes without it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import SMALL_PX, current, font
from .costs import Badge

INDENT = 3


class CostBadge(QWidget):
    """Words in the room that is left over: the fullest there is room for, in one place whatever they say.

    Nothing but its own few pixels is painted when they change. `clicked` says that the words were, where that does
    something.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.badge = Badge(("",))
        self._held = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMouseTracking(True)

    def text(self) -> str:
        """The fullest words."""
        return self.badge.words[0]

    def setText(self, words: str) -> None:  # as a label's
        """Say this, whatever it costs."""
        self.show_badge(Badge((words,)))

    def show_badge(self, badge: Badge) -> None:
        """Say this, if it is anything new."""
        if badge != self.badge:
            self.badge = badge
            self.setToolTip(badge.hint)
            self.setAccessibleName(badge.words[0])
            self.setAccessibleDescription(badge.hint)
            self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """As high as its type."""
        return QSize(0, QFontMetrics(font(SMALL_PX)).height())

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """No room at all, if there is none."""
        return QSize(0, self.sizeHint().height())

    def fitting(self) -> str:
        """The fullest words that there is room for, however many figures they may come to have; or none."""
        measure = QFontMetrics(font(SMALL_PX))
        return next((words for words in self.badge.words if self._width(measure, words) <= self.width() - INDENT), "")

    def _width(self, measure: QFontMetrics, words: str) -> int:
        figures = sum(letter.isdigit() for letter in words)
        spare = 0 if figures in (0, 3) else measure.horizontalAdvance("0")
        return measure.horizontalAdvance(words) + spare

    def _box(self) -> QRect:
        """Where the words stand."""
        width = QFontMetrics(font(SMALL_PX)).horizontalAdvance(self.fitting())
        return QRect(0, 0, min(width + INDENT, self.width()), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """The words; those that can be clicked are brighter under the mouse."""
        theme = current()
        painter = QPainter(self)
        painter.setFont(font(SMALL_PX))
        near = self.badge.offers and self.underMouse()
        colour = theme.text if near and self.badge.colour == "faint" else getattr(theme, self.badge.colour)
        painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(INDENT, 0, 0, 0), side, self.fitting())

    def enterEvent(self, event: QEnterEvent) -> None:  # Qt's name
        """Brighter."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # Qt's name
        """Quiet again."""
        super().leaveEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A hand over words that can be clicked; the rest is the card's."""
        if self._offers_at(event):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Hold the words, if they can be clicked; elsewhere the card is taken hold of."""
        self._held = event.button() == Qt.MouseButton.LeftButton and self._offers_at(event)
        if not self._held:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A click, if the mouse is still there."""
        if not self._held:
            event.ignore()
        elif self._offers_at(event):
            self.clicked.emit()
        self._held = False

    def _offers_at(self, event: QMouseEvent) -> bool:
        return self.badge.offers and self._box().contains(event.position().toPoint())
