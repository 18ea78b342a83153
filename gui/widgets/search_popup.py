"""A small window that is searched by typing: a field, a list, and a line for when nothing is found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from .labels import label
from .line_list import LineList

_LISTED = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class SearchPopup(QFrame):
    """Type to search, arrows to choose, Return to take, Escape to leave."""

    def __init__(self, parent: QWidget | None, name: str, nothing: str, size: QSize) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(name)
        self.search = QLineEdit()
        self.list = LineList()
        self.none = label(nothing, "dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.search, self.none, self.list):
            column.addWidget(widget)
        self.search.textChanged.connect(self.fill)
        self.search.installEventFilter(self)
        self.list.taken.connect(self.take)
        self.resize(size)

    def fill(self, typed: str) -> None:
        """List what answers to what was typed."""
        raise NotImplementedError

    def take(self, value: object) -> None:
        """Close, and do what the chosen line stands for."""
        raise NotImplementedError

    def walked(self, key: int) -> None:
        """A key has moved the choice."""

    def open_here(self) -> None:
        """Show, ready to be typed into."""
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the search field's arrow keys choose in the list, and Return take."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _LISTED:
                self.list.keyPressEvent(event)
                self.walked(event.key())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.current is not None:
                self.take(self.list.current.value)
                return True
        return False
