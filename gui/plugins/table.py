"""The plugins that were found, as lines of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from engine.plugins.described import Described

from ..widgets.line_list import Index
from ..words import mark, tr

LINE_PX = 26
ALLOWED, LEFT_OUT, ASKS = mark("runs"), mark("left out"), mark("asks first")
"""What becomes of a plugin that a preset or a session brings along."""


@dataclass(frozen=True)
class _Column:
    title: str
    width: int
    text: Callable[[Described], str]


COLUMNS = (
    _Column(mark("Name"), 150, lambda one: one.title),
    _Column(mark("Maker"), 130, lambda one: one.maker),
    _Column(mark("Version"), 66, lambda one: one.version),
    _Column(mark("Format"), 82, lambda one: one.format),
    _Column(
        mark("Channels"),
        72,
        lambda one: _channels(one.channels),
    ),
    _Column(mark("Latency"), 92, lambda one: _latency(one.latency_frames)),
)


def _channels(counts: tuple[int, ...]) -> str:
    few, *more = counts
    return tr("{few} or {many}", few=few, many=more[-1]) if more else str(few)


def _latency(frames: int) -> str:
    return tr("{count} frames", count=frames) if frames else tr("none")


class PluginTable(QTableView):
    """Name, maker, version, format, channels and latency of each, and whether a preset may run it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Found(self)
        self.setModel(self._model)
        self.setAccessibleName(tr("Plugins that were found"))
        self.setToolTip(tr("Choose some with Ctrl or Shift"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setObjectName("pluginTable")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(LINE_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for place, column in enumerate(COLUMNS):
            header.resizeSection(place, column.width)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def show_plugins(self, plugins: tuple[Described, ...], standing: Callable[[Described], str]) -> None:
        """Show these; `standing` says what becomes of each that a preset brings along."""
        self._model.show(plugins, standing)

    @property
    def chosen(self) -> tuple[Described, ...]:
        """The lines that are chosen."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self._model.plugins[row] for row in rows)


class _Found(QAbstractTableModel):
    """A line for each plugin."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.plugins: tuple[Described, ...] = ()
        self._standings: tuple[str, ...] = ()

    def show(self, plugins: tuple[Described, ...], standing: Callable[[Described], str]) -> None:
        standings = tuple(map(standing, plugins))
        if (plugins, standings) != (self.plugins, self._standings):
            self.beginResetModel()
            self.plugins, self._standings = plugins, standings
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        return 0 if parent.isValid() else len(self.plugins)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        return 0 if parent.isValid() else len(COLUMNS) + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:  # Qt's name
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section].title) if section < len(COLUMNS) else tr("In presets")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        plugin = self.plugins[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == len(COLUMNS):
                return tr(self._standings[index.row()])
            return COLUMNS[index.column()].text(plugin)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plugin.path
        return None
