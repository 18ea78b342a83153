"""The handle by which the present take is dragged out of the window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from ..icons import icon
from ..words import tr


class TakeHandle(QToolButton):
    """`pressed` says that the take may be wanted, `dragged` that it is dragged, `clicked` that it is to be copied."""

    dragged = Signal()
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place: QPoint | None = None
        self.setIcon(icon("hand-grabbing", "dim"))
        self.setProperty("role", "quiet")
        self.setAccessibleName(tr("Drag or copy this take"))
        self.setWhatsThis(
            tr(
                "Drag this take to a folder or program, or click to copy it as a file. It is the file that the export "
                "would write, as WAV of 16 bits, and lies in a folder that goes when Variophone ends: to keep it, let "
                "what you drop it on make a copy, or save the take."
            )
        )
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def show_chain(self, letter: str) -> None:
        """Say which chain's take it is."""
        hint = tr("Drag this take of chain {letter} to a folder or program; click to copy it as a file", letter=letter)
        self.setToolTip(hint)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag would begin."""
        self._place = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from there it is one."""
        if self._place is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if (event.position().toPoint() - self._place).manhattanLength() >= QApplication.startDragDistance():
            self._place = None
            self.setDown(False)
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go, which clicks where it was not dragged."""
        self.let_go.emit()
        super().mouseReleaseEvent(event)
