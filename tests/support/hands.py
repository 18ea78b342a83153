"""Real hands: the X server's own mouse and keyboard, for tests on a (virtual) screen; Qt cannot tell the difference."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

DRAG_SOURCE = Path(__file__).with_name("drag_source.py")
PACE_MS = 40


class Hands:
    """Moves, presses and types through xdotool, and lets the window work meanwhile."""

    def click(self, widget: QWidget, at: QPoint | None = None, button: int = 1) -> None:
        """Press and release a button over a widget, in its middle by default."""
        self._at(widget, at)
        self._do("click", str(button))

    def point(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Move the mouse over a widget."""
        self._at(widget, at)

    def wheel(self, widget: QWidget, turns: int, keys: str = "") -> None:
        """Turn the wheel over a widget, up for positive turns, with a modifier key held."""
        self._at(widget, None)
        held = ["keydown", keys] if keys else []
        let_go = ["keyup", keys] if keys else []
        self._do(*held, "click", "--repeat", str(abs(turns)), "4" if turns > 0 else "5", *let_go)

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """Press at one place of a widget, move to another, release."""
        self._at(widget, start)
        self._do("mousedown", "1")
        for share in (0.25, 0.5, 0.75, 1.0):
            self._at(widget, start + (end - start) * share)
        self._do("mouseup", "1")

    def type(self, text: str) -> None:
        """Type a text."""
        self._do("type", "--delay", "15", "--", text)

    def key(self, *keys: str) -> None:
        """Press keys one after the other, in xdotool's words: `space`, `ctrl+shift+z`."""
        for key in keys:
            self._do("key", key)

    def hold(self, key: str, milliseconds: int) -> None:
        """Hold a key for a while."""
        self._do("keydown", key)
        QTest.qWait(milliseconds)
        self._do("keyup", key)

    def drop(self, widget: QWidget, *paths: Path) -> None:
        """Drag files from another program's window onto a widget, through the X server's own protocol."""
        beside = QPoint(widget.window().frameGeometry().right() + 40, 40)
        self.drop_at(widget.mapToGlobal(widget.rect().center()), beside, *paths)
        self.focus(int(widget.window().winId()))

    def drop_at(self, place: QPoint, beside: QPoint, *paths: Path) -> None:
        """Drag files from another program's window, which is shown at the one place, to the other."""
        with self._files(beside, paths) as source:
            self._go(beside + QPoint(60, 60))
            self._do("mousedown", "1")
            self._do("mousemove_relative", "20", "20")
            for offset in (-8, -4, 0):
                self._go(place + QPoint(offset, offset))
            self._do("mouseup", "1")
            assert self._said(source) == "dropped"

    def focus(self, window: int) -> None:
        """Give the keys to a window, which is a window manager's work, and there is none."""
        self._do("windowfocus", "--sync", str(window))

    @contextlib.contextmanager
    def _files(self, beside: QPoint, paths: tuple[Path, ...]) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, str(DRAG_SOURCE), str(beside.x()), str(beside.y()), *map(str, paths)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as source:
            try:
                assert self._said(source) == "shown"
                QTest.qWait(300)
                yield source
            finally:
                source.terminate()

    def _said(self, source: subprocess.Popen[str]) -> str:
        """The next line that the other program prints; the window works until it comes."""
        assert source.stdout is not None
        os.set_blocking(source.stdout.fileno(), False)
        said = ""
        for _ in range(500):
            said += source.stdout.readline() or ""
            if said.endswith("\n"):
                return said.strip()
            QTest.qWait(20)
        raise AssertionError("the other program said nothing")

    def _at(self, widget: QWidget, place: QPoint | None) -> None:
        self._go(widget.mapToGlobal(widget.rect().center() if place is None else place))

    def _go(self, place: QPoint) -> None:
        self._do("mousemove", str(place.x()), str(place.y()))

    def _do(self, *words: str) -> None:
        doing = subprocess.Popen(["xdotool", *words])
        while doing.poll() is None:
            QTest.qWait(5)
        assert doing.returncode == 0, words
        QTest.qWait(PACE_MS)


@pytest.fixture
def hands() -> Hands:
    """The screen's hands; a test that needs them is skipped where there is no screen or no xdotool."""
    if os.environ.get("QT_QPA_PLATFORM") != "xcb" or shutil.which("xdotool") is None:
        pytest.skip("no screen to work on: run by `make test`, with Xvfb and xdotool installed")
    return Hands()
