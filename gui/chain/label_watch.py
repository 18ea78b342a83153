"""Has the labels beside the recording read by a worker while steps need them, and anew when their file changes."""

from __future__ import annotations

import os
from functools import partial

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from engine.chain import Step
from engine.files.labels import ReadLabels, file_beside, stamp
from engine.jobs import Response, Submit
from engine.project import Project
from engine.regions import Events, Labels

SETTLE_MS = 400
"""So long after a change: who writes a file writes it in pieces."""


class LabelWatch(QObject):
    """`labels` are those of the recording that is looked at, None before they are read; `trouble` says why not.

    `changed` says that they are others, `rewritten` that their file came, went or was written.
    """

    changed = Signal()
    rewritten = Signal()

    def __init__(self, submit: Submit, parent: QObject) -> None:
        super().__init__(parent)
        self._submit = submit
        self._path: str | None = None
        self._regions: tuple[Events, ...] = ()
        self._stamp: tuple[object, ...] = ()
        self.labels: Labels | None = None
        self.trouble = ""
        self._watcher = QFileSystemWatcher(self)
        self._later = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._later.timeout.connect(self._look_again)
        self._watcher.directoryChanged.connect(lambda _: self._later.start())
        self._watcher.fileChanged.connect(lambda _: self._later.start())
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.applicationStateChanged.connect(self._activated)

    def look(self, project: Project) -> None:
        """Have the labels read, for another recording or whenever a region was edited."""
        regions = tuple(node.region for node in project.chain.walk() if isinstance(node, Step))
        by_labels = tuple(region for region in regions if isinstance(region, Events))
        path = project.selected if by_labels else None
        if (path, by_labels) == (self._path, self._regions):
            return
        if path != self._path:
            self.labels, self.trouble = None, ""
        self._path, self._regions = path, by_labels
        self._ask()

    def _ask(self) -> None:
        self._stamp = stamp(self._path) if self._path else ()
        self._watch()
        if self._path:
            self._submit("chain labels", ReadLabels(self._path), partial(self._read, self._path))

    def _watch(self) -> None:
        """Watch the label file, and the folder where there may be one some day."""
        found = file_beside(self._path) if self._path else None
        wanted = {os.path.dirname(self._path)} if self._path else set()
        wanted |= {str(found)} if found else set()
        now = {*self._watcher.files(), *self._watcher.directories()}
        if now - wanted:
            self._watcher.removePaths(sorted(now - wanted))
        if wanted - now:
            self._watcher.addPaths(sorted(wanted - now))

    def _activated(self, state: Qt.ApplicationState) -> None:
        """Where a folder cannot be watched, look when the user comes back from another program."""
        if state == Qt.ApplicationState.ApplicationActive:
            self._look_again()

    def _look_again(self) -> None:
        if self._path and stamp(self._path) != self._stamp:
            self._ask()
            self.rewritten.emit()

    def _read(self, path: str, response: Response) -> None:
        if self._path == path:
            self.labels, self.trouble = response.value, response.error or ""
            self.changed.emit()
