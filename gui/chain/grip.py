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
            self.hold(event.globalPosition().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Bring along."""
        self.bring(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.let_go()

    def hold(self, place: QPoint) -> None:
        """A hand took hold at that place of the screen, here or elsewhere on the card."""
        self._from = place

    def bring(self, place: QPoint) -> None:
        """The hand moves; it is meant once it has gone far enough."""
        if self._from is None:
            return
        far = (place - self._from).manhattanLength() >= QApplication.startDragDistance()
        if far and not self._dragging:
            self._dragging = True
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._dragging:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(place)

    def let_go(self) -> bool:
        """The hand lets go; whether it was a click, which moves nothing."""
        held, dragging = self._from is not None, self._dragging
        self._end()
        if dragging:
            self.dropped.emit()
        return held and not dragging

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape and self._dragging:
            self._end()
            self.given_up.emit()

    def _end(self) -> None:
        self._from, self._dragging = None, False
        self.setCursor(Qt.CursorShape.OpenHandCursor)
