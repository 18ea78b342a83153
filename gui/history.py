"""The history of edits as a list: where the present stands, and the way to any other state."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPixmap, QShowEvent
from PySide6.QtWidgets import QDialog, QListView, QVBoxLayout, QWidget

from . import theme
from .actions import Command
from .icons import icon
from .store import Store
from .widgets.labels import label
from .words import mark, tr

Index = QModelIndex | QPersistentModelIndex
SIZE = (320, 420)
ICON_PX = 16
START = mark("Start")


class HistoryModel(QAbstractListModel):
    """Every state of the document by what was done to reach it, the oldest first."""

    def __init__(self, store: Store, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._labels: tuple[str, ...] = ()
        self._no_icon = QPixmap(ICON_PX, ICON_PX)
        self._no_icon.fill(Qt.GlobalColor.transparent)

    def renew(self) -> None:
        """Take over what was done since."""
        self.beginResetModel()
        self._labels = self._store.labels
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        """How many states."""
        return 0 if parent.isValid() else len(self._labels)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What was done; the present is marked, and what was taken back is faint."""
        after = index.row() - self._store.place
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(self._labels[index.row()])
        if role == Qt.ItemDataRole.DecorationRole:
            return icon("caret-right-fill", "take").pixmap(ICON_PX) if after == 0 else self._no_icon
        if role == Qt.ItemDataRole.ForegroundRole and after > 0:
            return QColor(theme.current().faint)
        if role == Qt.ItemDataRole.FontRole and after == 0:
            return theme.font(weight=QFont.Weight.DemiBold)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr("The present") if after == 0 else tr("Taken back") if after > 0 else tr("Done")
        return None


class HistoryList(QDialog):
    """A small window that stays open while states are tried; click or Enter goes to one."""

    def __init__(self, store: Store, parent: QWidget) -> None:
        super().__init__(parent)
        self._store = store
        self._window = parent
        self.setWindowTitle(tr("History"))
        self.resize(*SIZE)
        self._model = HistoryModel(store, self)
        self._list = QListView()
        self._list.setAccessibleName(tr("Edits, the oldest first"))
        self._list.setToolTip(tr("Click an edit to go back, or forward again, to where it was just done"))
        self._list.setModel(self._model)
        self._list.setUniformItemSizes(True)
        self._list.setIconSize(QSize(ICON_PX, ICON_PX))
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.clicked.connect(lambda index: self._go_to(index.row()))
        self._list.activated.connect(lambda index: self._go_to(index.row()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(label(tr("HISTORY"), "heading"))
        layout.addWidget(self._list, 1)
        store.changed.connect(lambda _new, _old: self._renew())

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        hint = tr("See every edit and go to any of them")
        return [Command("history", "Edit", tr("History …"), hint, self.call_up, ("Ctrl+Shift+H",))]

    def call_up(self) -> None:
        """Show it, with the keys in it; those of the window go on working."""
        self.addActions(self._window.actions())
        self.show()
        self.activateWindow()
        self._list.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was done while nobody looked."""
        super().showEvent(event)
        self._renew()

    def _renew(self) -> None:
        if not self.isVisible():
            return
        self._model.renew()
        present = self._model.index(self._store.place, 0)
        self._list.setCurrentIndex(present)
        self._list.scrollTo(present)

    def _go_to(self, place: int) -> None:
        if place != self._store.place:
            self._store.go_to(place)
