"""The one kind of combo box of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from ..theme import current
from .glyphs import chevron


class QuietCombo(QComboBox):
    """A combo box with a caret, that leaves the wheel to the panel unless it has the focus."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change only where the focus is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The word and the caret."""
        super().paintEvent(event)
        paint_caret(self)


def paint_caret(widget: QWidget) -> None:
    """Paint the caret that says that a list opens here, at the right of a widget."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(current().dim), 1.3, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    painter.translate(widget.width() - 21, (widget.height() - 16) / 2)
    chevron(painter)
