"""The library's panel: count, filter, list, and the recordings that cannot be used with their reasons."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from engine.project import Project

from ..store import Store
from .model import PATH_ROLE, SORT_ROLE, LibraryModel

FAILURES_SHOWN = 4


class LibraryPanel(QWidget):
    """Shows the project's recordings and selects the one that is looked at."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.setObjectName("libraryPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self._count = QLabel("LIBRARY")
        self._count.setProperty("role", "heading")
        self._filter = QLineEdit(placeholderText="Filter by name or label …", clearButtonEnabled=True)
        self._filter.setAccessibleName("Filter the library")
        self._model = LibraryModel(self)
        self._proxy = _Filter(self)
        self._proxy.setSourceModel(self._model)
        self._filter.textChanged.connect(self._proxy.setFilterFixedString)
        self._list = self._make_list()
        self._failures = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._failures.setObjectName("failures")
        self._failures.setProperty("role", "error")
        self._failures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        store.changed.connect(self._document_changed)
        self._show(store.project)

    def _make_list(self) -> QTreeView:
        rows = QTreeView()
        rows.setObjectName("libraryList")
        rows.setProperty("role", "plain")
        rows.setAccessibleName("Recordings")
        rows.setModel(self._proxy)
        rows.setRootIsDecorated(False)
        rows.setUniformRowHeights(True)
        rows.setSortingEnabled(True)
        rows.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        rows.setAllColumnsShowFocus(True)
        header = rows.header()
        header.setMinimumSectionSize(32)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        rows.selectionModel().currentChanged.connect(self._current_changed)
        return rows

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._count)
        layout.addWidget(self._filter)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._failures)

    def _document_changed(self, new: Project, old: Project) -> None:
        if new.sources is not old.sources:
            self._show(new)
        elif new.selected != old.selected:
            self._mark(new.selected)

    def _show(self, project: Project) -> None:
        readable = project.readable
        seconds = sum((source.info.duration_s or 0.0) for source in readable if source.info is not None)
        clips = "clip" if len(readable) == 1 else "clips"
        self._count.setText(f"LIBRARY   {len(readable)} {clips.upper()} · {_long_duration(seconds)}")
        self._model.show(readable)
        self._list.setColumnHidden(1, not any(source.label for source in readable))
        self._mark(project.selected)
        self._failures.setVisible(bool(project.failed))
        reasons = [source.error for source in project.failed]
        more = len(reasons) - FAILURES_SHOWN
        words = [f"{len(reasons)} unreadable", *reasons[:FAILURES_SHOWN]]
        self._failures.setText("\n".join(words + ([f"and {more} more"] if more > 0 else [])))
        self._failures.setToolTip("\n".join(reasons))

    def _mark(self, path: str | None) -> None:
        row = self._model.row_of(path)
        index = self._proxy.mapFromSource(self._model.index(row, 0)) if row >= 0 else QModelIndex()
        if index != self._list.currentIndex():
            self._list.setCurrentIndex(index)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            path = current.data(PATH_ROLE)
            self._store.amend(replace(self._store.project, selected=path))


class _Filter(QSortFilterProxyModel):
    """Filters by name and label together, and sorts by what a cell means."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFilterKeyColumn(-1)
        self.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setSortRole(SORT_ROLE)


def _long_duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} S"
    if seconds < 3600:
        return f"{seconds / 60:.0f} MIN"
    return f"{seconds / 3600:.1f} H"
