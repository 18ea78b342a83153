"""A user without a plan, for a long time: the window keeps its composure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.playback.player import Player
from gui.session.session import Session
from gui.store import Store
from tests.support.monkey import Monkey, leave_questions_unanswered
from tests.support.recordings import write_folder
from tests.support.sound import SoundCard
from tests.support.window import PATIENCE_MS, complete, drop, running

ACTIONS = int(os.environ.get("VARIOPHONE_RANDOM_ACTIONS", "2000"))
SEED = int(os.environ.get("VARIOPHONE_RANDOM_SEED", "20"))
NEVER = frozenset({"quit"})


@pytest.mark.timeout(600)
def test_thousands_of_random_actions_while_it_plays(
    qtbot: QtBot, tmp_path: Path, sound_card: SoundCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No exception and no warning comes of them, nothing is left behind, and undo leads back to the start.

    The guards of every test see to exceptions in slots, warnings of Qt and what is left behind.
    """
    leave_questions_unanswered(monkeypatch)
    monkeypatch.chdir(tmp_path)  # a folder that is typed by chance lies here
    folder = write_folder(tmp_path / "words")
    with running(qtbot, tmp_path / "own", Player()) as application:
        drop(application.window, folder)
        qtbot.waitUntil(lambda: complete(application) is not None, timeout=PATIENCE_MS)
        start = _undo_all(application.store)
        application.store.redo()
        monkey = Monkey(application.window, SEED, NEVER)
        with monkeypatch.context() as patch:
            patch.setattr(Session, "may_leave", lambda _session, _later: False)  # another document has no way back
            for number in range(ACTIONS):
                monkey.act()
                QTest.qWait(2 if number % 10 else 30)
                if number % 50 == 0 and not application.player.snapshot().playing:
                    application.audition.toggle_play()
                assert application.window.isVisible(), list(monkey.last)
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        assert _undo_all(application.store) == start


def _undo_all(store: Store) -> tuple[object, ...]:
    """Where undo leads to, in what it is answerable for: all but the recording looked at."""
    while store.undo_label is not None:
        store.undo()
    project = store.project
    return project.chain, project.preset, project.seed, project.variant, project.banks, project.sources
