"""A key that changes between original and take: pressed it stays so, held it goes back when it is let go.

Shortcuts fire when a key is pressed and know nothing of its release, so the window's own key events are watched. What
somebody types into a field never comes by here: the field takes it before.
"""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from engine.playback.messages import Side

from ..audition import Audition

KEY = Qt.Key.Key_A
HELD_S = 0.25


class Momentary(QObject):
    """Watches a window for the key; `toggle` is what the key's command does."""

    def __init__(self, audition: Audition, parent: QObject) -> None:
        super().__init__(parent)
        self._audition = audition
        self._pressed: tuple[float, Side] | None = None
        self._held: tuple[float, Side] | None = None
        self._watched: QWidget | None = None

    def watch(self, window: QWidget) -> None:
        """Watch the key events of a window."""
        if self._watched is not window:
            self._watched = window
            window.installEventFilter(self)

    def toggle(self) -> None:
        """Change what is heard; while the key is held it is done once."""
        if self._held is None:
            self._held, self._pressed = self._pressed, None
            self._audition.toggle_heard()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when the key goes down and up again, and when the window loses the keys."""
        if isinstance(event, QKeyEvent) and event.key() == KEY:
            return self._key(event)
        if event.type() == QEvent.Type.WindowDeactivate and self._held is not None:
            self._let_go(at_once=True)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            if self._held is None:
                return False
            event.accept()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._pressed, self._held = (monotonic(), self._audition.side), None
        elif event.type() == QEvent.Type.KeyRelease:
            self._let_go()
        return False

    def _let_go(self, *, at_once: bool = False) -> None:
        held, self._held, self._pressed = self._held, None, None
        if held is not None and (at_once or monotonic() - held[0] >= HELD_S):
            self._audition.listen(held[1])
