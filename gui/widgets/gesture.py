"""Which edits belong together: undo takes a whole drag, or a run of key presses, back at once."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QElapsedTimer

PAUSE_MS = 800
_ids = itertools.count(1)


class Gesture:
    """Numbers one hand movement after another."""

    def __init__(self) -> None:
        self._id = 0
        self._since = QElapsedTimer()

    def begin(self) -> int:
        """A new movement: the mouse was pressed."""
        self._id = next(_ids)
        self._since.start()
        return self._id

    def go_on(self) -> int:
        """One more step of a wheel or key: the same movement if the last step was a moment ago."""
        if not self._since.isValid() or self._since.elapsed() > PAUSE_MS:
            return self.begin()
        self._since.start()
        return self._id

    @property
    def id(self) -> int:
        """The movement that is going on."""
        return self._id
