"""A list of lines that a delegate paints, with no object of Qt's for each line.

Items of a QListWidget that are made in Python crash PySide 6.11 now and then when the list is destroyed: the list
deletes an item whose Python half is gone (Shiboken::BindingManager::releaseWrapper).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

VALUE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Line:
    """A line: its text for who cannot see it, what it stands for, its hint, and whether it can be chosen."""

    text: str
    value: object
    hint: str
    height: int
    usable: bool = True


class LineList(QListView):
    """Shows lines; `taken` gives what a clicked or activated one stands for."""

    taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.setProperty("role", "plain")
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._take)
        self.activated.connect(self._take)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is listed."""
        return self._lines.shown

    @property
    def row(self) -> int:
        """The current line's number, -1 for none."""
        return self.currentIndex().row()

    @property
    def current(self) -> Line | None:
        """The current line."""
        return self.lines[self.row] if 0 <= self.row < len(self.lines) else None

    def show_lines(self, lines: Sequence[Line]) -> None:
        """List these; the first is current."""
        self._lines.show_lines(tuple(lines))
        self.set_row(0)

    def set_row(self, row: int) -> None:
        """Make a line the current one."""
        self.setCurrentIndex(self._lines.index(row, 0))

    def _take(self, index: QModelIndex) -> None:
        line = self.lines[index.row()]
        if line.usable and self.isVisible():  # where a click activates too, the second signal finds a closed popup
            self.taken.emit(line.value)


class _Lines(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shown: tuple[Line, ...] = ()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        self.beginResetModel()
        self.shown = lines
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        usable = index.isValid() and self.shown[index.row()].usable
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if usable else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.shown[index.row()]
        answers: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: line.text, Qt.ItemDataRole.ToolTipRole: line.hint,
            Qt.ItemDataRole.SizeHintRole: QSize(0, line.height), VALUE: line.value,
        }  # fmt: skip
        return answers.get(role)
