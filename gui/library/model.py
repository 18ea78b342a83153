"""The recordings as rows: name, label, duration."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.project import Source

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Name", "Label", "Length")
PATH_ROLE = Qt.ItemDataRole.UserRole
SORT_ROLE = Qt.ItemDataRole.UserRole + 1


class LibraryModel(QAbstractTableModel):
    """The readable recordings of the project."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Source, ...] = ()

    def show(self, rows: tuple[Source, ...]) -> None:
        """Take over the rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, path: str | None) -> int:
        """The row of a path, -1 if it has none."""
        return next((row for row, source in enumerate(self._rows) if source.path == path), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        """How many recordings."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        """Name, label, duration."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # Qt's name
        """The columns' titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == len(COLUMNS) - 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows, sorts by and means."""
        source, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (source.source_id.rpartition("/")[2], source.label, duration_words(source))[column]
        if role == SORT_ROLE:
            return (source.source_id.casefold(), source.label.casefold(), _duration_s(source))[column]
        if role == PATH_ROLE:
            return source.path
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{source.source_id}\n{source.path}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column == len(COLUMNS) - 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def _duration_s(source: Source) -> float:
    return (source.info.duration_s or 0.0) if source.info is not None else 0.0


def duration_words(source: Source) -> str:
    """The length as it stands in a list: seconds to the hundredth, minutes from one on."""
    seconds = _duration_s(source)
    if seconds < 60:
        return f"{seconds:.2f}"
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
