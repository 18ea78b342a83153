"""A copy of unsaved work, a moment after each edit, and what an earlier run left behind of its own.

Each window keeps its copy in a folder that is locked while it lives. The lock goes with the process, however that
ends, so a copy whose folder can be locked is one that nobody came back for, and of two windows only one gets it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine import session
from engine.folders import RunFolder
from engine.project import Project

from .writer import Writer

DELAY_MS = 2000
COPY = f"unsaved{session.SUFFIX}"


@dataclass(frozen=True)
class Left:
    """A copy that an earlier run left behind."""

    folder: RunFolder

    @property
    def path(self) -> Path:
        """The copy."""
        return self.folder.path / COPY

    @property
    def since(self) -> datetime:
        """When it was written."""
        return datetime.fromtimestamp(self.path.stat().st_mtime)


class Autosave(QObject):
    """Keeps the copy; without a folder it keeps none. `state` gives the document and the session's own file.

    `failed` says why a copy could not be written, and with an empty sentence that one was.
    """

    failed = Signal(str)

    def __init__(
        self, parent_folder: Path | None, writer: Writer, state: Callable[[], tuple[Project, str]],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._parent_folder = parent_folder
        self._writer = writer
        self._state = state
        self._folder: RunFolder | None = None
        self._on = True
        self._wanted = False
        self._error = ""
        self._later = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._later.timeout.connect(self._write)

    def set_on(self, on: bool) -> None:
        """Keep a copy from now on, or none."""
        self._on = on
        if not on:
            self.drop()

    def soon(self) -> None:
        """There was an edit."""
        if self._on and self._parent_folder is not None:
            self._wanted = True
            if not self._later.isActive():
                self._later.start()

    def drop(self) -> None:
        """The document is saved, or let go: there is nothing to restore."""
        self._later.stop()
        self._wanted = False
        if self._folder is not None:
            (self._folder.path / COPY).unlink(missing_ok=True)

    def now(self) -> None:
        """Write the copy before this returns, since there may be no later; not being able to is no further trouble."""
        path = self._copy()
        if self._on and path is not None:
            self._later.stop()
            with contextlib.suppress(session.SessionError):
                session.write(path, *self._state())

    def left_behind(self) -> list[Left]:
        """What earlier runs left, the oldest first; each is this run's to restore or to discard from now on."""
        if self._parent_folder is None:
            return []
        left = []
        for folder in RunFolder.adopt_abandoned(self._parent_folder):
            if (folder.path / COPY).is_file():
                left.append(Left(folder))
            else:
                folder.close()
        return sorted(left, key=lambda one: one.since)

    def take_over(self, left: Left) -> None:
        """That copy is of this window's document now."""
        if self._folder is not None:
            self._folder.close()
        self._folder = left.folder

    def close(self, *, keep: bool) -> None:
        """End; `keep` leaves the copy for the next start. The writer must have come to its end."""
        self._later.stop()
        if self._folder is not None:
            self._folder.leave() if keep else self._folder.close()

    def _write(self) -> None:
        path = self._copy()
        if path is not None:
            project, origin = self._state()
            self._writer.write(path, project, self._written, origin)

    def _written(self, error: str) -> None:
        if error != self._error:
            self._error = error
            self.failed.emit(error)
        if not self._wanted:
            self.drop()  # it was being written when the document was saved

    def _copy(self) -> Path | None:
        if self._folder is None and self._parent_folder is not None:
            try:
                self._parent_folder.mkdir(parents=True, exist_ok=True)
                self._folder = RunFolder(self._parent_folder)
            except OSError as error:
                self._parent_folder = None
                self.failed.emit(error.strerror or str(error))
        return None if self._folder is None else self._folder.path / COPY
