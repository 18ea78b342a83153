"""What can be done to chosen recordings. Their files are never touched; what changes the library is one undo step."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QCompleter, QDialog, QInputDialog, QLineEdit, QWidget

from engine.jobs import Done, Request, Response
from engine.library import LookRequest, renewed
from engine.project import Source

from ..store import Store
from ..words import tr, trn


class Deeds(QObject):
    """Takes recordings out, labels them, looks at them again; `retried` when that is over."""

    retried = Signal()

    def __init__(self, store: Store, submit: Callable[[str, Request, Done], None], parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self._numbers = itertools.count(1)

    def take_out(self, sources: Collection[Source], next_path: str | None) -> None:
        """Take recordings out of the library and look at that path, or at the first that is left."""
        gone = {source.path for source in sources}
        if not gone:
            return
        project = self._store.project
        kept = tuple(source for source in project.sources if source.path not in gone)
        selected = next_path if project.selected in gone else project.selected
        words = trn("Remove 1 recording", "Remove {count} recordings", len(gone))
        self._store.commit(words, replace(project, sources=kept, selected=selected).with_sources(()))

    def set_label(self, sources: Collection[Source], label: str) -> None:
        """Give recordings a label."""
        project = self._store.project
        meant = {source.path for source in sources}
        labelled = tuple(
            replace(source, label=label) if source.path in meant and source.label != label else source
            for source in project.sources
        )
        words = trn("Label 1 recording", "Label {count} recordings", len(meant))
        self._store.commit(words, replace(project, sources=labelled))

    def retry(self, sources: tuple[Source, ...]) -> None:
        """Look at recordings again, from end to end."""
        if sources:
            self._submit(f"retry {next(self._numbers)}", LookRequest(sources, whole=True), self._looked)

    def _looked(self, response: Response) -> None:
        again: tuple[Source, ...] = response.value or ()
        self._store.learn(lambda sources: renewed(sources, again, ()))
        self.retried.emit()


def ask_label(parent: QWidget, sources: Collection[Source], known: Collection[str]) -> str | None:
    """Ask for the label of recordings; those that there are are offered. None if the user thinks better of it."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(tr("Set label"))
    dialog.setLabelText(trn("Label of 1 recording:", "Label of {count} recordings:", len(sources)))
    now = {source.label for source in sources}
    dialog.setTextValue(now.pop() if len(now) == 1 else "")
    field = dialog.findChild(QLineEdit)
    if field is not None:
        completer = QCompleter(sorted(known), field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        field.setCompleter(completer)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    text = dialog.textValue().strip()
    dialog.deleteLater()
    return text if accepted else None


def copy_paths(sources: Collection[Source]) -> None:
    """Put the paths on the clipboard, one a line."""
    if sources:
        QApplication.clipboard().setText("\n".join(source.path for source in sources))
