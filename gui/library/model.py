"""The arranged lines as Qt asks for them; nothing is kept for a line, so fifty thousand cost no more than ten."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.project import Source

from ..words import sentence, tr, trn
from .arrangement import Group, Lines
from .columns import COLUMNS, Peaks

Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LibraryModel(QAbstractTableModel):
    """The lines of the library; `looked_at` is the path of the recording that is seen and heard."""

    def __init__(self, peaks: Peaks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines = Lines()
        self.looked_at: str | None = None
        self.peaks = peaks
        self._order = ("name", False)
        self._places: dict[str, int] | None = None

    def show(self, lines: Lines) -> None:
        """Take over the lines."""
        self.beginResetModel()
        self.lines = lines
        self._places = None
        self.endResetModel()

    def line_of(self, path: str | None) -> int:
        """The line of a recording, -1 where it has none."""
        if self._places is None:
            sources = self.lines.sources
            self._places = {sources[place].path: line for line, place in enumerate(self.lines.lines) if place >= 0}
        return self._places.get(path or "", -1)

    def levels_known(self, paths: tuple[str, ...]) -> None:
        """Say that the levels of recordings are known now."""
        level = len(COLUMNS) - 1
        for line in sorted(line for line in map(self.line_of, paths) if line >= 0):
            self.dataChanged.emit(self.index(line, level), self.index(line, level))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        """How many lines."""
        return 0 if parent.isValid() else len(self.lines.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        """How many columns there are, shown or not."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # Qt's name
        """The columns' titles and hints."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(column.title)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole):
            return tr("{meaning}. Click to sort, right-click to choose the columns", meaning=tr(column.hint))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.sample else LEFT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Everything can be chosen and dragged."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows and says."""
        group, source = self.lines.group(index.row()), self.lines.source(index.row())
        if group is not None:
            return _group_data(group, index.column(), role)
        assert source is not None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[index.column()].text(source, self.peaks)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _hint(source)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return sentence(source.error)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if COLUMNS[index.column()].sample else LEFT
        return None


def _group_data(group: Group, column: int, role: int) -> Any:
    if role == Qt.ItemDataRole.DisplayRole and column == 0:
        return group.title
    if role == Qt.ItemDataRole.ToolTipRole:
        return group.path or None
    if role == Qt.ItemDataRole.AccessibleDescriptionRole:
        return trn("1 recording", "{count} recordings", len(group.members))
    return None


def _hint(source: Source) -> str:
    reason = f"\n{sentence(source.error)}" if source.error else ""
    return f"{source.source_id}\n{source.path}{reason}"
