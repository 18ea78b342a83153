"""Keeps the library true to the disk: the folders that recordings came from are watched, and looked through again.

What is found is no edit: it goes into every state that undo leads to. A recording that was taken out of the library
is not brought back, nor is one that was there before and never in it: only files that appear are added.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QFileSystemWatcher, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from engine.jobs import Done, Request, Response
from engine.library import Rescanned, RescanRequest, Stamp, renewed
from engine.project import Project, Source

from ..store import Store
from ..words import tr

WATCHED_MAX = 512
SETTLE_MS = 400
UNSETTLED_MS = 1500
ACTIVATION_MS = 10_000
"""So long after the last look, a window that comes to the front looks at what is not watched."""


class Watch(QObject):
    """Watches folders and rescans them; `told` says in words what the last asked-for rescan found."""

    told = Signal(str)
    changed = Signal()

    def __init__(self, store: Store, submit: Callable[[str, Request, Done], None], parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self._listed: dict[str, set[str]] = {}
        self._folders: dict[str, dict[str, None]] = {}
        self._pending: set[str] = set()
        self._asked: dict[str, int] | None = None
        self._looked = QElapsedTimer()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._touched)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._look_at_pending)
        store.changed.connect(self._document_changed)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.applicationStateChanged.connect(self._activated)

    @property
    def watched(self) -> tuple[int, int]:
        """How many folders are watched, of how many; the others are too many, or the system cannot."""
        return len(self._watcher.directories()), sum(map(len, self._folders.values()))

    @property
    def busy(self) -> bool:
        """Whether a rescan that was asked for is under way."""
        return self._asked is not None

    def note_listing(self, sources: tuple[Source, ...]) -> None:
        """Remember what a scan is about to add: the folder's other files are then new when they appear."""
        for source in sources:
            self._listed.setdefault(source.folder, set()).add(source.path)

    def rescan(self) -> None:
        """Look at everything again, as the user wishes."""
        roots = {source.folder for source in self._store.project.sources}
        if roots and self._asked is None:
            self._asked = {"left": len(roots), "new": 0, "changed": 0}
            for root in sorted(roots):
                self._look(root, root)
            self.changed.emit()

    def _document_changed(self, new: Project, old: Project) -> None:
        if new.sources is old.sources:
            return
        roots = {source.folder for source in new.sources} - {""}
        for root in roots - set(self._folders):
            self._folders[root] = {}
            self._look(root, root)
        gone = set(self._folders) - roots
        for root in gone:
            del self._folders[root]
        if gone:
            self._watch_folders()

    def _activated(self, state: Qt.ApplicationState) -> None:
        """Look at what is not watched when the user comes back from another program."""
        rested = not self._looked.isValid() or self._looked.hasExpired(ACTIVATION_MS)
        if state == Qt.ApplicationState.ApplicationActive and rested:
            self._looked.start()
            watched = set(self._watcher.directories())
            for root, folders in self._folders.items():
                if not watched.issuperset(folders):
                    self._look(root, root)
            if any(not source.folder for source in self._store.project.sources):
                self._look("", "")

    def _touched(self, folder: str) -> None:
        self._pending.add(folder)
        self._later.start(SETTLE_MS)

    def _look_at_pending(self) -> None:
        pending, self._pending = sorted(self._pending), set()
        tops: list[str] = []
        for folder in pending:
            if not tops or not _lies_in(folder, tops[-1]):
                tops.append(folder)
        for folder in tops:
            for root, folders in self._folders.items():
                if folder in folders:
                    self._look(root, folder)

    def _look(self, root: str, inside: str) -> None:
        stamps: dict[str, Stamp | None] = {}
        if root:
            stamps.update((path, None) for path in self._listed.get(root, ()) if _lies_in(path, inside))
        stamps.update(
            (source.path, source.stamp)
            for source in self._store.project.sources
            if source.folder == root and (not root or _lies_in(source.path, inside))
        )
        request = RescanRequest(root, inside, tuple(stamps.items()))
        self._submit(f"rescan {inside}", request, lambda response: self._seen(inside, response))

    def _seen(self, inside: str, response: Response) -> None:
        """Take in what a look found; the first at a folder that was not scanned in this run says what is old there."""
        found = response.value if isinstance(response.value, Rescanned) else Rescanned(inside)
        listed = self._listed.get(found.root)
        new = () if listed is None else tuple(source for source in found.new if source.path not in listed)
        if found.root:
            self._listed.setdefault(found.root, set()).update(found.listed)
        if new or found.changed:
            self._store.learn(lambda sources: renewed(sources, found.changed, new))
        if found.root in self._folders:
            kept = {} if inside == found.root else self._folders[found.root]
            self._folders[found.root] = {
                folder: None for folder in kept if not _lies_in(folder, inside)
            } | dict.fromkeys(found.folders)
            self._watch_folders()
        if found.unsettled:
            self._pending.add(inside)
            self._later.start(UNSETTLED_MS)
        self._count(len(new), len(found.changed))

    def _watch_folders(self) -> None:
        wanted = [folder for folders in self._folders.values() for folder in folders]
        watched = set(wanted[:WATCHED_MAX])
        now = set(self._watcher.directories())
        if now - watched:
            self._watcher.removePaths(sorted(now - watched))
        if watched - now:
            self._watcher.addPaths(sorted(watched - now))
        self.changed.emit()

    def _count(self, new: int, changed: int) -> None:
        if self._asked is None:
            return
        self._asked["left"] -= 1
        self._asked["new"] += new
        self._asked["changed"] += changed
        if self._asked["left"] <= 0:
            asked, self._asked = self._asked, None
            self.changed.emit()
            self.told.emit(_outcome(asked["new"], asked["changed"]))


def _outcome(new: int, changed: int) -> str:
    if not new and not changed:
        return tr("Nothing has changed")
    return tr("{new} new · {changed} changed or gone", new=new, changed=changed)


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
