"""The one way from workers to the window: answers wait in a queue that a timer empties on the GUI's thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from engine.jobs import Done, Request, Workers

POLL_MS = 16


class Bridge(QObject):
    """Submits requests to worker processes and delivers their answers on the GUI's thread."""

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(workers.drain)
        self._timer.start()

    def submit(self, lane: str, request: Request, done: Done) -> None:
        """Ask for work; the newest request of a lane wins, and `done` gets its answer."""
        self._workers.submit(lane, request, done)

    def forget(self, lane: str) -> None:
        """Drop what the lane waits for."""
        self._workers.forget(lane)

    def close(self) -> None:
        """Stop polling and end the workers."""
        self._timer.stop()
        self._workers.close()
