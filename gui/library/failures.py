"""The recordings that cannot be used: a small box with how many and the first reasons, and the whole list behind it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from engine.project import Source

from ..widgets.labels import label
from ..words import sentence, tr, trn
from .model import Index

REASONS, LETTERS = 2, 130
"""How much of the reasons the box says."""
SIZE = (720, 360)
NAME_PX = 220


class Failures(QFrame):
    """Their number and the first reasons; hidden while there is none."""

    show_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("failures")
        self.setProperty("role", "sunken")
        self.setAccessibleName(tr("Recordings that cannot be used"))
        self._count = label("", "error")
        self._reasons = label("", "small")
        self._reasons.setWordWrap(True)
        self._reasons.setMinimumWidth(1)
        self._show = QPushButton(tr("Show"))
        self._show.setProperty("role", "quiet")
        self._show.setToolTip(tr("List all of them with their reasons, to try again or to take out"))
        self._show.clicked.connect(self.show_wanted)
        head = QHBoxLayout()
        head.addWidget(self._count, 1)
        head.addWidget(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 8)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._reasons)

    @property
    def words(self) -> str:
        """What it says."""
        return f"{self._count.text()} · {self._reasons.text()}"

    def show_failed(self, failed: tuple[Source, ...]) -> None:
        """Show these."""
        self._count.setText(trn("1 unreadable", "{count} unreadable", len(failed)))
        reasons = "; ".join(sentence(source.error) for source in failed[:REASONS])
        more = len(reasons) > LETTERS or len(failed) > REASONS
        whole = reasons if len(reasons) <= LETTERS else reasons[:LETTERS].rpartition(" ")[0]
        self._reasons.setText(whole.rstrip(" ;,") + (" …" if more else ""))
        self.setVisible(bool(failed))


class FailureList(QDialog):
    """All of them, with their reasons; what is done is done to the chosen ones, or to all where none is chosen."""

    retry_wanted = Signal(tuple)
    remove_wanted = Signal(tuple)
    reveal_wanted = Signal(tuple)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("failureList")
        self.setWindowTitle(tr("Recordings that cannot be used"))
        self.resize(*SIZE)
        self._model = _Reasons(self)
        self.table = self._make_table()
        self._words = label("", "dim")
        self.retry = self._button(
            tr("Try again"), tr("Look at the chosen files again, or at all where none is chosen"), self._retry
        )
        self.remove = self._button(
            tr("Remove"), tr("Take them out of the library; the files stay as they are"), self._remove
        )
        self.reveal = self._button(tr("Show in folder"), tr("Show the files in the file manager"), self._reveal)
        self.copy = self._button(tr("Copy"), tr("Copy paths and reasons as text"), self._copy)
        close = self._button(tr("Close"), tr("Close this list"), self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self._words, 1)
        for button in (self.copy, self.reveal, self.remove, self.retry, close):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        table.setAccessibleName(tr("Files and reasons"))
        table.setToolTip(tr("Choose some with Ctrl or Shift; with none chosen the buttons mean all"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 10)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, NAME_PX)
        table.selectionModel().selectionChanged.connect(lambda: self._show_words())
        return table

    def _button(self, text: str, hint: str, run: object) -> QPushButton:
        made = QPushButton(text)
        made.setToolTip(hint)
        made.setAutoDefault(False)
        made.clicked.connect(run)
        return made

    def show_failed(self, failed: tuple[Source, ...]) -> None:
        """Show these; the list closes when there is none left."""
        if failed != self._model.failed:
            self._model.show(failed)
        self._show_words()
        if not failed:
            self.close()

    def say_busy(self, count: int) -> None:
        """Say that so many are being looked at again."""
        self._words.setText(trn("Looking at 1 file again …", "Looking at {count} files again …", count))
        self.retry.setEnabled(False)

    def meant(self) -> tuple[Source, ...]:
        """The chosen ones, or all."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self._model.failed[row] for row in rows) or self._model.failed

    def _show_words(self) -> None:
        chosen = len(self.table.selectionModel().selectedRows())
        total = len(self._model.failed)
        words = tr("{chosen} of {total} chosen", chosen=chosen, total=total) if chosen else ""
        self._words.setText(words or trn("1 file", "{count} files", total))
        self.retry.setEnabled(True)

    def _retry(self) -> None:
        self.retry_wanted.emit(self.meant())

    def _remove(self) -> None:
        self.remove_wanted.emit(self.meant())

    def _reveal(self) -> None:
        self.reveal_wanted.emit(self.meant())

    def _copy(self) -> None:
        QApplication.clipboard().setText(
            "\n".join(f"{source.path}\t{sentence(source.error)}" for source in self.meant())
        )


class _Reasons(QAbstractTableModel):
    """File and reason."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.failed: tuple[Source, ...] = ()

    def show(self, failed: tuple[Source, ...]) -> None:
        self.beginResetModel()
        self.failed = failed
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        return 0 if parent.isValid() else len(self.failed)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        return 0 if parent.isValid() else 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:  # Qt's name
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("File"), tr("Why it cannot be used"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        source = self.failed[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (source.source_id, sentence(source.error))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{source.path}\n{sentence(source.error)}"
        return None
