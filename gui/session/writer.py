"""Writes documents on a thread of its own: fifty thousand recordings are no reason for the window to stop."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from engine import session
from engine.project import Project

POLL_MS = 20

Done = Callable[[str], None]
"""Gets the sentence that says why nothing was written, or an empty one."""


class Writer(QObject):
    """One document after another; `done` is called on the GUI's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, "variophone-session")
        self._rows = session.Rows()
        self._begun: list[tuple[Future[str], Done]] = []
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._deliver)

    def write(self, path: Path, project: Project, done: Done, origin: str = "") -> None:
        """Begin to write a document."""
        self._begun.append((self._thread.submit(self._written, path, project, origin), done))
        self._timer.start()

    @property
    def busy(self) -> bool:
        """Whether something is still to be written."""
        return bool(self._begun)

    def close(self) -> None:
        """Write what was begun to its end."""
        self._thread.shutdown()
        self._deliver()

    def _deliver(self) -> None:
        while self._begun and self._begun[0][0].done():
            future, done = self._begun.pop(0)
            done(future.result())
        if not self._begun:
            self._timer.stop()

    def _written(self, path: Path, project: Project, origin: str) -> str:
        try:
            session.write(path, project, origin, self._rows)
        except session.SessionError as error:
            return str(error)
        return ""
