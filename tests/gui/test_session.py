"""Sessions in the real window: save and open, what is asked about unsaved edits, recent ones, and after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine import session
from gui.session.autosave import COPY
from tests.support.desk import PATIENCE_MS, Desk, home_in, sitting_at
from tests.support.recordings import write_folder
from tests.support.window import drop

pytestmark = pytest.mark.usefixtures("no_sound_card")
CONTROL = Qt.KeyboardModifier.ControlModifier


def fill(desk: Desk, qtbot: QtBot, folder: Path) -> None:
    """Open a folder and make some edits."""
    store = desk.application.store
    count = len(store.project.sources)
    desk.application.window.open_paths((str(folder),))
    qtbot.waitUntil(lambda: len(store.project.sources) > count, timeout=PATIENCE_MS)
    desk.application.window.draws.new_draw()
    store.commit("Bank", store.project.with_bank("background", str(folder)))


def saved(desk: Desk, qtbot: QtBot, path: Path) -> None:
    """Press Ctrl+S, name the file where one is asked for, and wait until it is written."""
    desk.answers.file = str(path)
    qtbot.keyClick(desk.application.window, Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: not desk.application.session.modified, timeout=PATIENCE_MS)


def test_saved_closed_and_opened_it_is_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    """The title tells the name and what is unsaved; nothing is asked where nothing is unsaved."""
    file = tmp_path / "mine.variophone"
    folder = write_folder(tmp_path / "words", each=1)
    with sitting_at(qtbot, tmp_path / "own") as desk:
        window = desk.application.window
        assert not window.isWindowModified()
        fill(desk, qtbot, folder)
        assert window.isWindowModified()
        saved(desk, qtbot, file)
        assert desk.answers.asked == ["save Untitled.variophone"]
        assert window.windowTitle().startswith("mine.variophone[*]")
        assert not window.isWindowModified()
        project = desk.application.store.project
    with sitting_at(qtbot, tmp_path / "own", file) as desk:
        qtbot.waitUntil(lambda: bool(desk.application.store.project.sources), timeout=PATIENCE_MS)
        assert desk.application.store.project == project
        assert not desk.application.session.modified
        assert desk.application.store.undo_label is None
        desk.application.window.draws.new_draw()
        assert desk.application.session.modified
        qtbot.keyClick(desk.application.window, Qt.Key.Key_Z, CONTROL)
        assert not desk.application.session.modified
        desk.application.store.amend(replace(project, selected=project.sources[1].path))
        assert not desk.application.session.modified, "looking at another recording is no edit"
        assert desk.application.window.close()
        assert desk.answers.asked == []


def test_a_dropped_session_is_opened_wherever_it_moved(qtbot: QtBot, tmp_path: Path) -> None:
    write_folder(tmp_path / "work" / "words", each=1)
    with sitting_at(qtbot, tmp_path / "own") as desk:
        fill(desk, qtbot, tmp_path / "work" / "words")
        saved(desk, qtbot, tmp_path / "work" / "mine.variophone")
        shutil.move(tmp_path / "work", tmp_path / "moved")
        drop(desk.application.window.views, tmp_path / "moved" / "mine.variophone")
        near = str(tmp_path / "moved")

        def moved() -> bool:
            sources = desk.application.store.project.readable
            return bool(sources) and all(source.path.startswith(near) for source in sources)

        qtbot.waitUntil(moved, timeout=PATIENCE_MS)
        assert not desk.application.store.project.failed
        (tmp_path / "moved" / "words" / "no" / "no_0.wav").unlink()
        desk.application.session.open(str(tmp_path / "moved" / "mine.variophone"))
        qtbot.waitUntil(lambda: "1 recording of this session is missing" in desk.notice(), timeout=PATIENCE_MS)
        assert len(desk.application.store.project.readable) == 1


def test_closing_asks_about_real_edits(qtbot: QtBot, tmp_path: Path) -> None:
    """Cancel stays, Save saves and closes, and what the program brought along itself is no edit."""
    with sitting_at(qtbot, tmp_path / "own", start_with="demo") as desk:
        qtbot.waitUntil(lambda: desk.application.store.project.source is not None, timeout=PATIENCE_MS)
        assert not desk.application.session.modified
        window = desk.application.window
        window.draws.new_draw()
        desk.answers.about_unsaved = "cancel"
        assert not window.close()
        assert window.isVisible()
        desk.answers.about_unsaved, desk.answers.file = "save", ""
        window.close()
        assert window.isVisible(), "no file was chosen"
        desk.answers.file = str(tmp_path / "mine")
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
    assert session.read(tmp_path / "mine.variophone").project.variant == 2


def test_new_and_open_ask_too_and_recent_ones_are_offered(qtbot: QtBot, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "words", each=1)
    with sitting_at(qtbot, tmp_path / "own") as desk:
        window = desk.application.window
        fill(desk, qtbot, folder)
        desk.answers.about_unsaved = "cancel"
        qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
        assert desk.application.store.project.sources
        saved(desk, qtbot, tmp_path / "mine.variophone")
        qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
        assert not desk.application.store.project.sources
        assert desk.application.session.path is None
        assert desk.application.store.undo_label is None
        recent = window.actions_by_id["open_recent"].menu()
        recent.aboutToShow.emit()
        entries = {action.text(): action for action in recent.actions()}
        assert {"mine.variophone", "words"} <= set(entries)
        entries["mine.variophone"].trigger()
        qtbot.waitUntil(lambda: len(desk.application.store.project.sources) == 2, timeout=PATIENCE_MS)
        shutil.rmtree(folder)
        recent.aboutToShow.emit()
        assert not next(action for action in recent.actions() if "words" in action.text()).isEnabled()


@pytest.mark.parametrize("content", ["", "{", '{"variophone": 9}', "notes"])
def test_a_bad_session_is_a_sentence_and_changes_nothing(content: str, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "bad.variophone"
    file.write_text(content)
    with sitting_at(qtbot, tmp_path / "own", file) as desk:
        qtbot.waitUntil(lambda: "bad.variophone" in desk.notice(), timeout=PATIENCE_MS)
        assert "\n" not in desk.notice()
        assert desk.application.session.path is None
        assert not desk.application.session.modified


def test_a_session_that_cannot_be_saved_is_still_unsaved(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with sitting_at(qtbot, tmp_path / "own") as desk:
        desk.application.window.draws.new_draw()
        desk.answers.file = str(tmp_path / "file" / "mine.variophone")
        qtbot.keyClick(desk.application.window, Qt.Key.Key_S, CONTROL)
        qtbot.waitUntil(lambda: "mine.variophone cannot be written" in desk.notice(), timeout=PATIENCE_MS)
        assert desk.application.session.modified


def test_unsaved_work_that_cannot_be_kept_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    home_in(tmp_path / "own").copies.parent.mkdir(parents=True)
    home_in(tmp_path / "own").copies.touch()
    with sitting_at(qtbot, tmp_path / "own") as desk:
        desk.application.window.draws.new_draw()
        qtbot.waitUntil(lambda: "Unsaved work cannot be kept" in desk.notice(), timeout=PATIENCE_MS)
        assert desk.application.window.isVisible()


USER = """
import sys
from pathlib import Path
from gui import app
from tests.support.desk import home_in
if __name__ == "__main__":
    from engine.playback.player import Player
    folder = Path(sys.argv[1])
    _, application = app.build(sys.argv[2:], Player(in_thread=True), home=home_in(folder))
    application.preferences.set("start_with", "nothing")
    application.start()
    def edit():
        if len(application.store.project.sources) == 2:
            timer.stop()
            for _ in range(4):
                application.window.draws.new_draw()
            print("edited", flush=True)
    from PySide6.QtCore import QTimer
    timer = QTimer(interval=50)
    timer.timeout.connect(edit)
    timer.start()
    app.QApplication.instance().exec()
"""


def killed(own: Path, *paths: Path) -> None:
    """Have another process open these and edit, and kill it once its copy is written."""
    root = Path(__file__).resolve().parents[2]
    script = own / "user.py"
    own.mkdir(parents=True, exist_ok=True)
    script.write_text(USER)
    command = [sys.executable, str(script), str(own), *map(str, paths)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == "edited\n"
        until = time.monotonic() + PATIENCE_MS / 1000
        while not list(home_in(own).copies.glob(f"*/{COPY}")) and time.monotonic() < until:
            time.sleep(0.05)
        user.send_signal(signal.SIGKILL)


def test_an_edit_made_while_a_session_is_read_is_not_lost(qtbot: QtBot, tmp_path: Path) -> None:
    with sitting_at(qtbot, tmp_path / "own") as desk:
        desk.application.window.draws.new_draw()
        saved(desk, qtbot, tmp_path / "mine.variophone")
        desk.answers.about_unsaved = "cancel"
        desk.application.session.open(str(tmp_path / "mine.variophone"))
        desk.application.window.draws.new_draw()
        qtbot.waitUntil(lambda: "unsaved mine.variophone" in desk.answers.asked, timeout=PATIENCE_MS)
        assert desk.application.store.project.variant == 3


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_after_a_kill_the_session_is_offered_and_restored(qtbot: QtBot, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "words", each=1)
    killed(tmp_path / "own", folder)
    with sitting_at(qtbot, tmp_path / "own") as desk, sitting_at(qtbot, tmp_path / "own") as other:
        desk.application.window.notice.say("no sound", "sound", ("Rescan", list))
        assert "ended unexpectedly" in desk.notice(), "a question stands before what is wrong"
        desk.application.window.notice.take_back("sound")
        assert "ended unexpectedly" not in other.notice(), "two windows do not offer the same"
        buttons = {button.text(): button for button in desk.application.window.notice.findChildren(QPushButton)}
        qtbot.mouseClick(buttons["Restore"], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(desk.application.store.project.sources) == 2, timeout=PATIENCE_MS)
        assert desk.application.store.project.variant == 5
        assert desk.application.session.modified
        assert desk.notice() == ""
    assert not list(home_in(tmp_path / "own").copies.glob(f"*/{COPY}")), "it was let go when the window was closed"


def test_what_another_window_has_unsaved_is_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    """While it runs nobody takes its copy; ended from outside it leaves it, and Discard removes it."""
    copies = home_in(tmp_path / "own").copies
    with sitting_at(qtbot, tmp_path / "own") as desk:
        desk.application.window.draws.new_draw()
        qtbot.waitUntil(lambda: bool(list(copies.glob(f"*/{COPY}"))), timeout=PATIENCE_MS)
        with sitting_at(qtbot, tmp_path / "own") as other:
            assert other.notice() == ""
        desk.application.end()
    with sitting_at(qtbot, tmp_path / "own") as desk:
        assert "ended unexpectedly" in desk.notice()
        buttons = {button.text(): button for button in desk.application.window.notice.findChildren(QPushButton)}
        qtbot.mouseClick(buttons["Discard"], Qt.MouseButton.LeftButton)
        assert not list(copies.glob(f"*/{COPY}"))
        assert desk.application.store.project.variant == 1
