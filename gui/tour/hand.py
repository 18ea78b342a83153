"""What a user's hands and eyes do: press a key, wait until something is there, and take a picture of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from .. import theme

PATIENCE_S = 60.0
REST_MS = 150
"""So long the window is left alone before a picture, so that timers have run and all is painted."""


class NeverCame(Exception):
    """What was waited for did not come; the message says what it was."""


def wait_for(what: str, there: Callable[[], object]) -> None:
    """Let the window work until something is there; raises `NeverCame`."""
    until = time.monotonic() + PATIENCE_S
    while not there():
        if time.monotonic() > until:
            raise NeverCame(f"{what} did not come within {PATIENCE_S:.0f} s")
        QTest.qWait(10)


def rest(milliseconds: int = REST_MS) -> None:
    """Let the window work for a while."""
    QTest.qWait(milliseconds)


def press(widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key while a widget has the focus."""
    QTest.keyClick(widget, key, keys)


def others(window: QMainWindow) -> list[QWidget]:
    """The menus, popups and dialogs that are open over a window."""
    shown = (other for other in QApplication.topLevelWidgets() if other.isVisible() and other.width() > 1)
    return [other for other in shown if other is not window]


def picture(window: QMainWindow) -> QPixmap:
    """The window as it is on the screen, with the menus, popups and dialogs that are open over it."""
    shown = window.grab()
    painter = QPainter(shown)
    corner = window.mapToGlobal(window.rect().topLeft())
    for other in others(window):
        painter.drawPixmap(other.pos() - corner, other.grab())
        if isinstance(other, QDialog):  # what a window manager would do
            painter.setPen(QColor(theme.current().edge))
            painter.drawRect(other.geometry().translated(-corner).adjusted(-1, -1, 0, 0))
    painter.end()
    return shown
