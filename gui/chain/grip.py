"""The handle that a card is moved by."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from ..widgets.buttons import GlyphButton
from ..widgets.glyphs import grip
from ..words import tr


class Grip(GlyphButton):
    """Tells where it is dragged to; Escape gives up."""

    dragged = Signal(QPoint)
    dropped = Signal()
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(grip, tr("Move: drag, or Alt+Up and Alt+Down"), parent)
        self.setFixedWidth(16)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._from: QPoint | None = None
        self._dragging = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Bring along, once it has moved far enough to be meant."""
        if self._from is None:
            return
        place = event.globalPosition().toPoint()
        far = (place - self._from).manhattanLength() >= QApplication.startDragDistance()
        self._dragging = self._dragging or far
        if self._dragging:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        dragging = self._dragging
        self._end()
        if dragging:
            self.dropped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape and self._dragging:
            self._end()
            self.given_up.emit()

    def _end(self) -> None:
        self._from, self._dragging = None, False
        self.setCursor(Qt.CursorShape.OpenHandCursor)
