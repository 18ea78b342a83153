"""The window's garbage is collected on its own thread, and on no other.

Left alone, Python collects on whichever thread happens to allocate: a pipe's, the worker pool's. Whatever of Qt lies in
a cycle is then destroyed on that thread, timers and widgets too, beside the window's thread, which may be using them:
the process ends. A timer of the window's thread collects instead.
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
        self._looks = 0
        self._was_on = True
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """From now on; what is there already, imports above all, stays and is looked at no more."""
        self._was_on = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer.start()

    def close(self) -> None:
        """Leave it as it was."""
        if self._timer.isActive():
            self._timer.stop()
            gc.unfreeze()
            if self._was_on:
                gc.enable()

    def _look(self) -> None:
        self._looks += 1
        if collect(full=self._looks > FULL_EVERY):
            self._looks = 0


def collect(*, full: bool) -> bool:
    """Collect what Python would by now, and all of it only if that may be; gives whether it was all."""
    young, middle, old = (count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True))
    if old and full:
        gc.collect()
    elif middle:
        gc.collect(1)
    elif young:
        gc.collect(0)
    return old and full
