"""A small window that is searched by typing: a field, a list, and a line for when nothing is found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

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
        self._across = QHBoxLayout()
        self._across.setSpacing(6)
        self._across.addWidget(self.list, 1)
        for widget in (self.search, self.none):
            column.addWidget(widget)
        column.addLayout(self._across, 1)
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

    def skip_headings(self, *, down: bool) -> None:
        """Let the choice go on from a heading to what can be chosen, back where there is nothing on that way."""
        for step in (1, -1) if down else (-1, 1):
            row, lines = max(self.list.row, 0), self.list.lines
            while 0 <= row < len(lines) and not lines[row].usable:
                row += step
            if 0 <= row < len(lines):
                self.list.set_row(row)
                return

    def pressed(self, key: int) -> bool:
        """A key was pressed with Ctrl; gives whether it meant something here."""
        return False

    def put_beside(self, widget: QWidget) -> None:
        """Put something to the left of the list."""
        self._across.insertWidget(0, widget)

    def open_above(self, corner: QPoint) -> None:
        """Show with the lower right corner here, or as near as the screen allows."""
        self._open_near(corner - QPoint(self.width(), self.height()))

    def open_below(self, corner: QPoint) -> None:
        """Show with the upper right corner here, or as near as the screen allows."""
        self._open_near(corner - QPoint(self.width(), 0))

    def _open_near(self, corner: QPoint) -> None:
        room = self.screen().availableGeometry().adjusted(8, 8, -8, -8)
        place = QRect(corner, self.size().boundedTo(room.size()))
        place.moveLeft(max(min(place.left(), room.right() - place.width()), room.left()))
        place.moveTop(max(min(place.top(), room.bottom() - place.height()), room.top()))
        self.setGeometry(place)
        self.open_here()

    def open_here(self) -> None:
        """Show, ready to be typed into."""
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the search field's arrow keys choose in the list, and Return take."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.pressed(event.key()):
                return True
            if event.key() in _LISTED:
                self.list.keyPressEvent(event)
                self.skip_headings(down=event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.current is not None:
                self.take(self.list.current.value)
                return True
        return False
