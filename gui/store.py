"""The document as Qt sees it: one signal, and commits that can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.history import History
from engine.project import LETTERS, Project, Source

Sources = tuple[Source, ...]


class Store(QObject):
    """Holds the project; views compare the new one with the old by identity to know what changed."""

    changed = Signal(object, object)

    def __init__(self, project: Project | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = History(project or Project())

    @property
    def project(self) -> Project:
        """The present document."""
        return self._history.document

    def commit(self, label: str, project: Project, merge: object = None) -> None:
        """Make an edit that undo takes back; edits in a row with the same `merge` are one."""
        old = self.project
        if project != old:
            self._history.commit(label, project, merge)
            self.changed.emit(project, old)

    def amend(self, project: Project) -> None:
        """Put in what is no edit, such as which recording is looked at; undo leaves it as it is."""
        old = self.project
        if project != old:
            self._history.amend(project)
            self.changed.emit(project, old)

    def learn(self, change: Callable[[Sources], Sources]) -> None:
        """Put in what was found out about recordings, in every state that undo and redo lead to.

        The states share their recordings, so `change` is asked once for each different tuple of them.
        """
        old = self.project
        known: dict[int, Sources] = {}

        def changed(project: Project) -> Project:
            key = id(project.sources)
            if key not in known:
                known[key] = change(project.sources)
            return replace(project, sources=known[key])

        self._history.amend_all(changed)
        new = self.project
        if new.source is None or new.source.error:
            new = new.with_sources(())
            self._history.amend(new)
        if new != old:
            self.changed.emit(new, old)

    def begin(self, project: Project) -> None:
        """Take another document, with a history of its own."""
        old = self.project
        self._history = History(project)
        self.changed.emit(project, old)

    def undo(self) -> None:
        """Take back the last edit."""
        self._go(self._history.undo)

    def redo(self) -> None:
        """Do again what was taken back."""
        self._go(self._history.redo)

    def go_to(self, place: int) -> None:
        """Take back or do again as many edits as lie between the present and a place in `labels`."""
        self._go(lambda: self._history.go_to(place))

    def _go(self, move: Callable[[], Project]) -> None:
        """Move in the history, keeping what is no edit: the recording looked at, and the chain that was changed."""
        old = self.project
        new = _showing_the_change(move(), old)
        if any(source.path == old.selected for source in new.sources):
            new = replace(new, selected=old.selected)
        self._history.amend(new)
        self.changed.emit(new, old)

    @property
    def labels(self) -> tuple[str, ...]:
        """What was done to reach each state of the document, the oldest first."""
        return self._history.labels

    @property
    def place(self) -> int:
        """Where the present stands in `labels`."""
        return self._history.place

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, None if nothing."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str | None:
        """What redo would do again, None if nothing."""
        return self._history.redo_label


def _showing_the_change(new: Project, old: Project) -> Project:
    """The project with that chain active in which the two differ, and the same as before where they do in neither."""
    changed = [letter for letter in LETTERS if new.at(letter) != old.at(letter)] or [old.letter]
    shown = changed[0] if len(changed) == 1 else new.letter
    return new if new.at(shown) is None else new.showing(shown)
