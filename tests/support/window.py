"""The whole window under test: started as `main` starts it, with real workers and a data folder of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.playback.player import Player
from engine.takes import View
from gui import app as gui_app
from gui.app import Application, Home

PATIENCE_MS = 60_000


@contextlib.contextmanager
def running(qtbot: QtBot, own: Path, player: Player, home: Home | None = None) -> Iterator[Application]:
    """The whole application, with real workers, just started; what it keeps of its own lies in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gui_app, "_data_folder", lambda: str(own))
        patch.setenv("XDG_DATA_HOME", str(own))
        _, application = gui_app.build((), player, home=home)
        qtbot.addWidget(application.window, before_close_func=lambda window: window.close_unasked())
        application.start()
        application.window.activateWindow()  # no window manager does it on a virtual screen
        try:
            yield application
        finally:
            application.window.close_unasked()
            application.close()


def complete(application: Application) -> View | None:
    """The view of the wanted draw, once its take is rendered."""
    view = application.audition.view
    wanted = application.store.project.recipe()
    return view if view is not None and view.complete and view.recipe == wanted else None


def drop(target: QWidget, *paths: Path) -> None:
    """Let go of files over a widget, as a file manager does: the first around it that takes drops gets them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    while not target.acceptDrops():
        target = target.parentWidget()
    place, action = target.rect().center(), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(place, action, data, buttons, keys))
    QApplication.sendEvent(target, QDropEvent(QPointF(place), action, data, buttons, keys))
