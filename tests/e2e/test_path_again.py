"""A user's way through the program and back to it: saved and opened again, and ended by force and restored."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.playback.player import Player
from gui.app import Home
from gui.session.autosave import COPY
from tests.support.hands import Hands
from tests.support.recordings import write_folder
from tests.support.user import User
from tests.support.window import PATIENCE_MS, running

ROOT = Path(__file__).resolve().parents[2]
MIDDLE, BESIDE = QPoint(600, 300), QPoint(1480, 40)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_sound_card: None) -> Home:
    """The folders of a user who has none of the program's yet, here and in programs started from here."""
    for kind in ("STATE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    return Home.of_user()


@dataclass
class Program:
    """The program in a process of its own, seen by its window's title and worked by keys alone."""

    process: subprocess.Popen[bytes]
    hands: Hands

    def title(self) -> str:
        """What stands over its window; empty as long as there is none."""
        return self._ask("getwindowname") if self._windows() else ""

    def comes_to_the_front(self) -> None:
        """Give its newest window the keys."""
        self.hands.focus(int(self._windows()[-1]))

    def _windows(self) -> list[str]:
        command = ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid), "--name", "."]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()

    def _ask(self, what: str) -> str:
        names = [
            subprocess.run(["xdotool", what, each], capture_output=True, text=True, check=False).stdout.strip()
            for each in self._windows()
        ]
        return " | ".join(names)


@contextlib.contextmanager
def program(hands: Hands) -> Iterator[Program]:
    """Start `main.py` and wait for its window; whatever happens, it does not outlive the test."""
    process = subprocess.Popen([sys.executable, str(ROOT / "main.py")], cwd=ROOT, env={**os.environ})
    try:
        started = Program(process, hands)
        until(lambda: "demo" in started.title())
        started.comes_to_the_front()
        hands.key("Escape")
        yield started
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
        process.wait()


def until(seen: Callable[[], object]) -> None:
    """Look until it is so."""
    for _ in range(PATIENCE_MS // 100):
        if seen():
            return
        QTest.qWait(100)
    raise AssertionError("it did not come")


def test_what_was_saved_is_there_again(hands: Hands, home: Home, qtbot: QtBot, tmp_path: Path) -> None:
    """Drop, add, draw, Ctrl+S with a name, Ctrl+Q; the next start finds it under the recent ones."""
    session = tmp_path / "mine.variophone"
    with program(hands) as first:
        works(first, write_folder(tmp_path / "words"))
        hands.key("ctrl+s")
        until(lambda: "Save the session" in first.title())
        first.comes_to_the_front()
        hands.key("ctrl+a")
        hands.type(str(session))
        hands.key("Return")
        until(lambda: "mine.variophone –" in first.title() and "*" not in first.title())
        first.comes_to_the_front()
        hands.key("ctrl+q")
        until(lambda: first.process.poll() is not None)
        assert first.process.returncode == 0
    assert session.is_file()
    with sitting(qtbot, tmp_path, home, hands) as user:
        user.opens_menu("File")
        user.chooses("Open recent")
        user.chooses("mine.variophone")
        user.waits_until(lambda: "mine.variophone" in user.application.window.windowTitle())
        finds_the_work(user)


def test_work_survives_the_program(hands: Hands, home: Home, qtbot: QtBot, tmp_path: Path) -> None:
    """Killed in the middle of it, nothing saved: the next start offers it, and the one after has nothing to offer."""
    with program(hands) as first:
        works(first, write_folder(tmp_path / "words"))
        until(lambda: any("Gain" in path.read_text() and '"variant": 2' in path.read_text()
                          for path in home.copies.glob(f"*/{COPY}")))  # fmt: skip
        children = psutil.Process(first.process.pid).children(recursive=True)
        first.process.kill()
        first.process.wait()
        until(lambda: not any(child.is_running() for child in children))
    with sitting(qtbot, tmp_path, home, hands) as user:
        user.reads("Variophone ended unexpectedly")
        user.clicks("Restore")
        finds_the_work(user)
        assert "Untitled[*]" in user.application.window.windowTitle()
        assert user.application.window.isWindowModified()
    with sitting(qtbot, tmp_path, home, hands) as user:
        user.sees_take(1)
        assert not [text for text in user.texts() if "unexpectedly" in text]


def works(first: Program, folder: Path) -> None:
    """A folder, a step, another draw."""
    first.hands.drop_at(MIDDLE, BESIDE, folder)
    until(lambda: "no_0.wav" in first.title())
    first.comes_to_the_front()
    first.hands.key("e")
    QTest.qWait(1500)
    first.hands.type("gain")
    QTest.qWait(1500)
    first.hands.key("Return")
    QTest.qWait(1000)
    first.hands.key("n")


def finds_the_work(user: User) -> None:
    """The folder, the step and the draw are on the screen again."""
    user.reads("6 CLIPS", user.application.window.library)
    user.sees_take(2)
    assert "Gain" in user.order()
    assert "no_0.wav" in user.application.window.windowTitle()


@contextlib.contextmanager
def sitting(qtbot: QtBot, tmp_path: Path, home: Home, hands: Hands) -> Iterator[User]:
    """Somebody who starts the program again."""
    with running(qtbot, tmp_path / "own", Player(in_thread=True), home) as application:
        hands.focus(int(application.window.winId()))
        yield User(application, hands, qtbot)
