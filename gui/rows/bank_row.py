"""The line for a bank of recordings: its logical name, and the folder that the name is bound to here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from engine.params import Bank, Options, Setting, Value

from ..widgets.entry import Entry
from ..widgets.labels import ErrorLabel
from ..words import sentence, tr
from .row import Row, spoken

PADDING = 20

ChooseFolder = Callable[[QWidget, str], str]


def ask_folder(parent: QWidget, title: str) -> str:
    """Ask for a folder; empty if the user thinks better of it."""
    return QFileDialog.getExistingDirectory(parent, title)


class FolderButton(QPushButton):
    """The folder that a bank is bound to; press it or drop a folder on it to bind another."""

    chosen = Signal(str, str)

    def __init__(self, bank: str, folder: str, choose: ChooseFolder, parent: QWidget | None = None) -> None:
        super().__init__(folder or tr("Choose a folder for {bank} …", bank=bank), parent)
        self._bank = bank
        self._choose = choose
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("role", "field" if folder else "unbound")
        self.setAccessibleName(tr("Folder of {bank}", bank=bank))
        self.setToolTip(folder or tr("The bank {bank} has no folder yet; press, or drop a folder here", bank=bank))
        self.clicked.connect(self._ask)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The folder, elided in its middle, so that both ends of the path are read."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.width() - PADDING
        fitting = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        option.text = fitting.replace("&", "&&")
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, QPainter(self), self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders."""
        if _dropped_folder(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Bind the folder that was dropped."""
        folder = _dropped_folder(event)
        if folder:
            event.acceptProposedAction()
            self.chosen.emit(self._bank, folder)

    def _ask(self) -> None:
        folder = self._choose(self, tr("Folder of recordings for {bank}", bank=self._bank))
        if folder:
            self.chosen.emit(self._bank, folder)


class BankRow(Row):
    """A bank's name, or several to draw from, each with its folder."""

    bank_bound = Signal(str, str)

    def __init__(self, bank: Bank, choose: ChooseFolder = ask_folder, parent: QWidget | None = None) -> None:
        super().__init__(bank, parent)
        self._choose = choose
        self._shown: tuple[tuple[str, str], ...] = ()
        self._banks: Mapping[str, str] = {}
        self.folders: list[FolderButton] = []
        self.trouble = ErrorLabel()
        self.toggle.hide()
        self.entry = Entry(spoken(bank))
        self.entry.setToolTip(tr(bank.help) + "\n" + tr("The bank's name; several names, with commas, to draw from"))
        self.entry.entered.connect(self._typed)
        self.line.addWidget(self.entry, 1)
        self.line.addWidget(self.drawn)
        self.body.setSpacing(4)
        self.body.addWidget(self.trouble)
        self.show_setting(bank.default, None)

    def show_banks(self, banks: Mapping[str, str]) -> None:
        """Show which folders the names are bound to."""
        self._banks = banks
        self._show_folders()

    def show_troubles(self, troubles: Mapping[str, str]) -> None:
        """Say what is wrong with the folders of these names, if anything is."""
        said = [troubles[str(name)] for name in _names(self.setting) if troubles.get(str(name))]
        self.trouble.say("\n".join(sentence(one)[:1].upper() + sentence(one)[1:] for one in said))

    def show_setting(self, setting: Setting, drawn: Value | None) -> None:
        """Show the name and its folder."""
        super().show_setting(setting, drawn)
        names = ", ".join(map(str, _names(setting)))
        self.entry.show_value(names, names)
        self._show_folders()

    def _show_folders(self) -> None:
        wanted = tuple((str(name), self._banks.get(str(name), "")) for name in _names(self.setting))
        if wanted == self._shown:
            return
        self._shown = wanted
        for button in self.folders:
            self.body.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.folders = [FolderButton(name, folder, self._choose) for name, folder in wanted]
        for button in self.folders:
            button.chosen.connect(self.bank_bound)
            self.body.insertWidget(self.body.indexOf(self.trouble), button)

    def _typed(self, text: str) -> None:
        names = tuple(part.strip() for part in text.split(",") if part.strip())
        self.edit(Options(names) if len(names) > 1 else "".join(names))


def _names(setting: Setting) -> tuple[Value, ...]:
    return setting.values if isinstance(setting, Options) else (str(setting),)


def _dropped_folder(event: QDropEvent) -> str:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return str(paths[0]) if len(paths) == 1 and paths[0].is_dir() else ""
