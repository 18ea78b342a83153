"""What a user's hands and eyes do: press, type, drop, wait until something is there, and take a picture of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

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
            raise NeverCame(f"the tour waited {PATIENCE_S:.0f} s for {what}, which did not come")
        QTest.qWait(10)


def rest(milliseconds: int = REST_MS) -> None:
    """Let the window work for a while."""
    QTest.qWait(milliseconds)


def click(widget: QWidget) -> None:
    """Press the left button in the middle of a widget."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, widget.rect().center())


def press(widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key while a widget has the focus."""
    QTest.keyClick(widget, key, keys)


def drop(target: QWidget, paths: Iterable[Path]) -> None:
    """Let go of files over a widget, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, action = target.rect().center(), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(place, action, data, buttons, keys))
    QApplication.sendEvent(target, QDropEvent(QPointF(place), action, data, buttons, keys))


def picture(window: QMainWindow) -> QPixmap:
    """The window as it is on the screen, with the menus, popups and dialogs that are open over it."""
    shown = window.grab()
    painter = QPainter(shown)
    corner = window.mapToGlobal(window.rect().topLeft())
    for other in QApplication.topLevelWidgets():
        if other is not window and other.isVisible() and other.width() > 1:
            painter.drawPixmap(other.pos() - corner, other.grab())
    painter.end()
    return shown
