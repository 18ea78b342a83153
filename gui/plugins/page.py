"""The plugins' page: the folders to look in, what was found there, and what could not be scanned."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.plugins.shelf import Unusable

from ..widgets.described import Described, DescribedLine
from ..widgets.labels import ErrorLabel, label
from ..widgets.line_list import Line, LineList
from ..words import mark, sentence, tr, trn
from .rack import Rack
from .table import PluginTable

SIZE = (820, 620)
UNREADABLE = mark("The list of plugins cannot be read. A scan begins it anew, and asks again which may run.")
FOLDER_PX, FOLDERS_PX, REASONS_PX = 24, 84, 132


class PluginPage(QDialog):
    """Folders, a scan with its progress, the plugins with what a preset may do with them, and the failures."""

    def __init__(self, rack: Rack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rack = rack
        self.setObjectName("pluginPage")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Plugins"))
        self.resize(*SIZE)
        self.folders = LineList()
        self.folders.setAccessibleName(tr("Folders with plugins"))
        self.folders.setToolTip(tr("Where plugins are looked for, with all folders below"))
        self.folders.setProperty("role", "")
        self.folders.setFixedHeight(FOLDERS_PX)
        self.add = _button(tr("Add …"), tr("Choose one more folder"), self._add)
        self.remove = _button(tr("Remove"), tr("Look in the chosen folder no longer"), self._remove)
        self.usual = _button(tr("Usual folders"), tr("Look where this system keeps plugins"), rack.use_usual_folders)
        self.scan = _button(
            tr("Scan"), tr("Look for plugins; those that have not changed are not loaded again"), self._scan
        )  # fmt: skip
        self.scan.setProperty("role", "primary")
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Progress of the scan"))
        self.progress.setToolTip(tr("How many files were looked at"))
        self.now = label("", "small")
        self.error = ErrorLabel()
        self.count = label("", "heading")
        self.table = PluginTable()
        self.ask_again = _button(
            tr("Ask again"), tr("Forget whether the chosen plugins may run in presets"), self._ask_again
        )  # fmt: skip
        self.broken = label("", "heading")
        self.reasons = LineList()
        self.reasons.setAccessibleName(tr("What could not be scanned"))
        self.reasons.setToolTip(tr("Files that hold no usable plugin, and why"))
        self.reasons.setProperty("role", "")
        self.reasons.setItemDelegate(DescribedLine(_described, self.reasons))
        self.reasons.setSelectionMode(LineList.SelectionMode.NoSelection)
        self._lay_out()
        rack.changed.connect(self._show)
        self.table.selectionModel().selectionChanged.connect(lambda: self._enable())
        self._show()

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        for button in (self.add, self.remove, self.usual):
            buttons.addWidget(button)
        buttons.addStretch(1)
        above = QHBoxLayout()
        above.addWidget(self.folders, 1)
        above.addLayout(buttons)
        run = QHBoxLayout()
        run.setSpacing(12)
        run.addWidget(self.scan)
        run.addWidget(self.progress)
        run.addWidget(self.now, 1)
        close = _button(tr("Close"), tr("Close this page; a scan goes on"), self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.ask_again)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(label(tr("FOLDERS"), "heading"))
        column.addLayout(above)
        column.addLayout(run)
        column.addWidget(self.error)
        column.addSpacing(4)
        column.addWidget(self.count)
        column.addWidget(self.table, 1)
        column.addWidget(self.broken)
        column.addWidget(self.reasons)
        column.addLayout(foot)
        self.progress.setFixedWidth(160)
        self.now.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _show(self) -> None:
        """Show what the rack has and how far its scan is."""
        rack, contents = self._rack, self._rack.contents
        lines = [Line(folder, folder, folder, FOLDER_PX) for folder in rack.folders]
        if lines != list(self.folders.lines):
            self.folders.show_lines(lines)
        self.table.show_plugins(contents.plugins, rack.standing)
        self.count.setText(trn("1 PLUGIN", "{count} PLUGINS", len(contents.plugins)))
        self.broken.setText(trn("1 COULD NOT BE USED", "{count} COULD NOT BE USED", len(contents.unusable)))
        reasons = [_line(one) for one in contents.unusable]
        if reasons != list(self.reasons.lines):
            self.reasons.show_lines(reasons)
            needed = sum(self.reasons.sizeHintForRow(row) for row in range(len(reasons)))
            self.reasons.setFixedHeight(min(needed + 12, REASONS_PX))
        for widget in (self.broken, self.reasons):
            widget.setVisible(bool(contents.unusable))
        self._show_scan()
        self._enable()

    def _show_scan(self) -> None:
        state = self._rack.scan
        self.error.say(sentence(self._rack.error) or (tr(UNREADABLE) if self._rack.contents.unreadable else ""))
        self.progress.setVisible(state is not None)
        self.now.setText("" if state is None else state.words)
        if state is not None:
            self.progress.setRange(0, state.total)
            self.progress.setValue(state.done)

    def _enable(self) -> None:
        self.scan.setEnabled(self._rack.scan is None and bool(self._rack.folders))
        self.remove.setEnabled(self.folders.current is not None)
        self.ask_again.setEnabled(bool(self.table.chosen))

    def _scan(self) -> None:
        self._rack.look()

    def _add(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("A folder with plugins"))
        if folder:
            self._rack.look_in((*self._rack.folders, folder))

    def _remove(self) -> None:
        line = self.folders.current
        if line is not None:
            self._rack.look_in(tuple(folder for folder in self._rack.folders if folder != line.value))

    def _ask_again(self) -> None:
        self._rack.forget(self.table.chosen)


def _button(text: str, hint: str, run: object) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(hint)
    made.setAutoDefault(False)
    made.clicked.connect(run)
    return made


def _line(one: Unusable) -> Line:
    return Line(f"{one.path} {one.reason}", one, one.path, 0)


def _described(one: Unusable) -> Described:
    return Described(one.path.replace("\\", "/").rpartition("/")[2], tr("It {reason}.", reason=sentence(one.reason)))
