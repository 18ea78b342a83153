"""What the session asks the user: where to save, what to open, and what becomes of unsaved edits."""

from __future__ import annotations

from typing import Literal, Protocol

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from engine.session import SUFFIX

from ..words import tr

Answer = Literal["save", "discard", "cancel"]


class Questions(Protocol):
    """Whom the session asks."""

    def unsaved(self, name: str) -> Answer:
        """What becomes of the edits of the session of that name."""
        ...

    def where_to_save(self, proposed: str) -> str:
        """The file to save to, empty if the user thinks better of it."""
        ...

    def what_to_open(self, folder: str) -> str:
        """The session to open, empty if the user thinks better of it."""
        ...


class Dialogs:
    """Asks by the system's dialogs, in front of the active window."""

    def unsaved(self, name: str) -> Answer:
        """Save, discard or cancel."""
        box = QMessageBox(_parent())
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Unsaved changes"))
        box.setText(tr("Save the changes in {name}?", name=name))
        box.setInformativeText(tr("Without saving they are lost. Your recordings stay as they are either way."))
        save = box.addButton(tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        box.setEscapeButton(box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole))
        box.setDefaultButton(save)
        box.exec()
        chosen = box.clickedButton()
        return "save" if chosen is save else "discard" if chosen is discard else "cancel"

    def where_to_save(self, proposed: str) -> str:
        """Ask for a name; the ending is added before it is asked whether an old file may go."""
        dialog = QFileDialog(_parent(), tr("Save the session"), proposed, _filter())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX)
        dialog.selectFile(proposed)
        return dialog.selectedFiles()[0] if dialog.exec() else ""

    def what_to_open(self, folder: str) -> str:
        """Ask for a file."""
        return QFileDialog.getOpenFileName(_parent(), tr("Open a session"), folder, _filter())[0]


class Nobody:
    """Where nobody sits at the window: edits are let go, and nothing is saved that was not given a name."""

    def unsaved(self, name: str) -> Answer:
        """Let them go."""
        return "discard"

    def where_to_save(self, proposed: str) -> str:
        """Nowhere."""
        return ""

    def what_to_open(self, folder: str) -> str:
        """Nothing."""
        return ""


def _parent() -> QWidget | None:
    from PySide6.QtWidgets import QApplication

    return QApplication.activeWindow()


def _filter() -> str:
    return tr("Sessions") + f" (*{SUFFIX})"
