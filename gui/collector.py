"""The window's garbage is collected on its own thread, and on no other.

Left alone, Python collects on whichever thread happens to allocate. If that is another one, it may free the wrapper of
a Qt object in the very moment in which Qt destroys the object: PySide looks the wrapper up before it waits for the
interpreter's lock, finds it freed, and the process ends. A timer of the window's thread collects instead.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 200
FULL_EVERY = 50
"""A full collection at most once in so many looks: it is the only one that takes longer than a repaint may wait."""


class Collector(QObject):
    """Collects when as much has been made as Python itself would wait for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._since_full = 0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """From now on; what is there already, imports above all, stays and is looked at no more."""
        gc.disable()
        gc.freeze()
        self._timer.start()

    def close(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _look(self) -> None:
        self._since_full += 1
        young, middle, old = (count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True))
        if old and self._since_full > FULL_EVERY:
            self._since_full = 0
            gc.collect()
        elif middle:
            gc.collect(1)
        elif young:
            gc.collect(0)
