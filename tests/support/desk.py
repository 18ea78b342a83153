"""The whole window with a home of its own, for tests of what it keeps."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.playback.player import Player
from gui import app as gui_app
from gui.app import WELCOMED, Application, Home
from gui.session.questions import Answer

PATIENCE_MS = 60_000


@dataclass
class Answers:
    """A user who answers at once, and what was asked."""

    about_unsaved: Answer = "discard"
    file: str = ""
    asked: list[str] = field(default_factory=list)

    def unsaved(self, name: str) -> Answer:
        """What becomes of the edits."""
        self.asked.append(f"unsaved {name}")
        return self.about_unsaved

    def where_to_save(self, proposed: str) -> str:
        """The file to save to."""
        self.asked.append(f"save {Path(proposed).name}")
        return self.file

    def what_to_open(self, folder: str) -> str:
        """The file to open."""
        self.asked.append("open")
        return self.file


@dataclass
class Desk:
    """The application that was started, and the user at it."""

    application: Application
    answers: Answers

    def notice(self) -> str:
        """What the strip says."""
        return self.application.window.notice.words


def home_in(folder: Path) -> Home:
    """A user's home."""
    return Home(folder / "state" / "window.json", folder / "config" / "settings.toml", folder / "state" / "unsaved")


@contextlib.contextmanager
def sitting_at(
    qtbot: QtBot, own: Path, *paths: Path, welcomed: bool = True, start_with: str = "nothing"
) -> Iterator[Desk]:
    """The application, started with these paths and closed at the end; nothing is said of sound."""
    home = home_in(own)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gui_app, "_data_folder", lambda: str(own / "data"))
        _, application = gui_app.build([str(path) for path in paths], Player(in_thread=True), home=home)
        qtbot.addWidget(application.window)
        application.preferences.set("start_with", start_with)
        application.memory.put(WELCOMED, welcomed)
        answers = Answers()
        application.session.questions = answers
        application.audition.troubled.disconnect()
        application.start()
        qtbot.waitUntil(lambda: bool(application.store.project.chain.steps), timeout=PATIENCE_MS)
        try:
            yield Desk(application, answers)
        finally:
            answers.about_unsaved = "discard"
            application.window.close()
            application.close()


def opened(kind: type[QWidget]) -> QWidget:
    """The one shown window of that kind."""
    (found,) = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible())
    return found
