"""Keys that change what is heard: pressed it stays so, held it goes back when it is let go.

Shortcuts fire when a key is pressed and know nothing of its release, so the window's own key events are watched. What
somebody types into a field never comes by here: the field takes it before.

A key that is held repeats, under X11 as a release and a press of the same moment. Qt marks those as repeats only while
it finds both in its queue, which on a busy machine it does not, so a release counts once no such press has followed it.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ..audition import Audition

HELD_S = 0.25
REPEAT_MS = 30
"""So long after a release the press that shows it to be a repeat may come."""


class Momentary(QObject):
    """Watches a window for a key; `toggle` is what the key's command does, with `change`."""

    def __init__(self, audition: Audition, key: Qt.Key, change: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._audition = audition
        self._watched_key = key
        self._change = change
        self._pressed: tuple[float, str] | None = None
        self._held: tuple[float, str] | None = None
        self._watched: QWidget | None = None
        self._released: tuple[float, int] | None = None
        self._release = QTimer(self, singleShot=True, interval=REPEAT_MS)
        self._release.timeout.connect(self._let_go)

    def watch(self, window: QWidget) -> None:
        """Watch the key events of a window."""
        if self._watched is not window:
            self._watched = window
            window.installEventFilter(self)

    def toggle(self) -> None:
        """Change what is heard; while the key is held it is done once."""
        if self._held is None:
            self._held, self._pressed = self._pressed, None
            self._change()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when the key goes down and up again, and when the window loses the keys."""
        if isinstance(event, QKeyEvent) and event.key() == self._watched_key:
            return self._key(event)
        if event.type() == QEvent.Type.WindowDeactivate:
            self._let_go(at_once=True)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        pressed = event.type() == QEvent.Type.ShortcutOverride
        if event.isAutoRepeat() or (pressed and self._goes_on(event)):
            if self._held is None:
                return False
            event.accept()
            return True
        if pressed and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if self._released is not None:
                self._let_go()
            self._pressed, self._held = (monotonic(), self._audition.heard), None
        elif event.type() == QEvent.Type.KeyRelease:
            self._released = (monotonic(), event.timestamp())
            self._release.start()
        return False

    def _goes_on(self, press: QKeyEvent) -> bool:
        """Whether a press takes back the release before it: a key cannot go up and down in one moment."""
        if self._released is None or not press.timestamp() or press.timestamp() != self._released[1]:
            return False
        self._release.stop()
        self._released = None
        return True

    def _let_go(self, *, at_once: bool = False) -> None:
        self._release.stop()
        until = self._released[0] if self._released is not None else monotonic()
        held, self._held, self._pressed, self._released = self._held, None, None, None
        if held is not None and (at_once or until - held[0] >= HELD_S):
            self._audition.hear(held[1])
