"""The library's panel: count, filter, list, and the recordings that cannot be used with their reasons."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTreeView, QVBoxLayout, QWidget

from engine.project import Project

from ..store import Store
from ..widgets.labels import label, length_words
from .failures import Failures
from .model import PATH_ROLE, SORT_ROLE, LibraryModel

LENGTH_PX = 62
LABEL_PX = (48, 96)
"""The label's column is as wide as its labels, within these."""


class LibraryPanel(QWidget):
    """Shows the project's recordings and selects the one that is looked at; `left` when the keys are done here."""

    left = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.setObjectName("libraryPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self._count = label("LIBRARY", "heading")
        self._filter = QLineEdit(placeholderText="Filter by name or label …", clearButtonEnabled=True)
        self._filter.setAccessibleName("Filter the library")
        self._filter.setToolTip("Show what has this in its name or label; Down goes to the list, Escape clears")
        self._filter.setAcceptDrops(False)
        self._filter.installEventFilter(self)
        self._model = LibraryModel(self)
        self._proxy = _Filter(self)
        self._proxy.setSourceModel(self._model)
        self._filter.textChanged.connect(self._narrow)
        self._list = self._make_list()
        self._list.installEventFilter(self)
        self._failures = Failures()
        self._failures.forgotten.connect(self._forget_failed)
        self._lay_out()
        store.changed.connect(self._document_changed)
        self._show(store.project)

    def _make_list(self) -> QTreeView:
        rows = QTreeView()
        rows.setObjectName("libraryList")
        rows.setProperty("role", "plain")
        rows.setAccessibleName("Recordings")
        rows.setToolTip("The recording that is chosen is seen and heard; Delete takes it out of the library")
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
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(2, LENGTH_PX)
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
        self._model.show(readable)
        self._list.setColumnHidden(1, not any(source.label for source in readable))
        least, most = LABEL_PX
        self._list.header().resizeSection(1, min(max(self._list.sizeHintForColumn(1), least), most))
        self._mark(project.selected)
        self._failures.show_failed(project.failed)
        self._show_count()

    def _narrow(self, words: str) -> None:
        self._proxy.setFilterFixedString(words)
        self._mark(self._store.project.selected)
        self._show_count()

    def _show_count(self) -> None:
        readable = self._store.project.readable
        shown = self._proxy.rowCount()
        seconds = sum((source.info.duration_s or 0.0) for source in readable if source.info is not None)
        clips = "CLIP" if len(readable) == 1 else "CLIPS"
        some = f"{shown} OF " if shown < len(readable) else ""
        self._count.setText(f"LIBRARY   {some}{len(readable)} {clips} · {length_words(seconds).upper()}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Escape clears the filter and leaves, Down goes to the list; Delete in the list takes a recording out."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if watched is self._list and event.key() == Qt.Key.Key_Delete:
            self._take_out()
        elif watched is self._filter and event.key() == Qt.Key.Key_Escape:
            self._filter.clear()
            self.left.emit()
        elif watched is self._filter and event.key() == Qt.Key.Key_Down:
            self._list.setFocus()
        else:
            return False
        return True

    def _take_out(self) -> None:
        """Take the chosen recording out of the library, and choose its neighbour."""
        current = self._list.currentIndex()
        if not current.isValid():
            return
        below, above = self._list.indexBelow(current), self._list.indexAbove(current)
        project = self._store.project.without_source(current.data(PATH_ROLE))
        neighbour = below if below.isValid() else above
        if neighbour.isValid():
            project = replace(project, selected=neighbour.data(PATH_ROLE))
        self._store.commit("Take out a recording", project)

    def _forget_failed(self) -> None:
        project = self._store.project
        self._store.commit("Forget what cannot be used", replace(project, sources=project.readable))

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
