"""A user without a plan: seeded clicks, drags, wheel turns, keys and commands at whatever the window shows."""

from __future__ import annotations

import random
from collections import deque

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QDesktopServices, QDrag, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMainWindow,
    QMenuBar,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)

KEYS = (
    Qt.Key.Key_Space, Qt.Key.Key_A, Qt.Key.Key_N, Qt.Key.Key_L, Qt.Key.Key_E, Qt.Key.Key_M, Qt.Key.Key_F,
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Tab, Qt.Key.Key_Return,
    Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    Qt.Key.Key_1, Qt.Key.Key_5, Qt.Key.Key_Period, Qt.Key.Key_Minus, Qt.Key.Key_Backspace, Qt.Key.Key_BracketLeft,
    Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F11,
)  # fmt: skip
MODIFIERS = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
BUTTONS = (Qt.MouseButton.LeftButton,) * 5 + (Qt.MouseButton.RightButton,)
TYPED = ("-12", "0.5", "3..7", "p: 2", "  - ", "transform: Gain", "[1, 2]", "gain", "{", "1e9")
REMEMBERED = 12


class Monkey:
    """Does one random thing at a time; `last` says what, so that a failure can be read."""

    def __init__(self, window: QMainWindow, seed: int, never: frozenset[str]) -> None:
        self._window = window
        self._random = random.Random(seed)
        self._never = never
        self.last: deque[str] = deque(maxlen=REMEMBERED)
        self._impatience = QTimer(interval=100)
        self._impatience.timeout.connect(self._put_away)

    def act(self) -> None:
        """One action; a popup gets it if there is one, or is put away."""
        self._impatience.start()
        self._act()
        self._impatience.stop()

    def _put_away(self) -> None:
        """A button's menu does not come back before it is closed, nor a drag of selected text before it is dropped."""
        QTest.keyPress(self._window, Qt.Key.Key_Escape)
        popup = QApplication.activePopupWidget()
        if popup is not None:
            self._say("put away", popup)
            popup.close()

    def _act(self) -> None:
        popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if popup is not None and self._random.random() < 0.5:
            self._say("put away", popup)
            popup.close()
            return
        deeds = (self._click, self._drag, self._wheel, self._key, self._type, self._command)
        (deed,) = self._random.choices(deeds, (8, 3, 2, 4, 2, 4))
        deed(popup or self._one_of_the_windows())

    def _one_of_the_windows(self) -> QWidget:
        """Mostly the window itself; a dialog that lies open gets its share, and is closed now and then."""
        dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]
        if not dialogs or self._random.random() < 0.5:
            return self._window
        dialogs.sort(key=lambda dialog: type(dialog).__name__)
        dialog = self._random.choice(dialogs)
        if self._random.random() < 0.2:
            self._say("close", dialog)
            dialog.close()
            return self._window
        return dialog

    def _click(self, inside: QWidget) -> None:
        target, place = self._somewhere(inside)
        button = self._random.choice(BUTTONS)
        keys = self._random.choice(MODIFIERS)
        self._say(f"click {button.name} {keys.name}", target, place)
        if self._random.random() < 0.15:
            QTest.mouseDClick(target, button, keys, place)
        else:
            QTest.mouseClick(target, button, keys, place)

    def _drag(self, inside: QWidget) -> None:
        target, place = self._somewhere(inside)
        self._say("drag", target, place)
        keys = self._random.choice(MODIFIERS)
        QTest.mousePress(target, Qt.MouseButton.LeftButton, keys, place)
        for _ in range(self._random.randint(1, 6)):
            place += QPoint(self._random.randint(-60, 60), self._random.randint(-30, 30))
            _move(target, place, keys)
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, keys, place)

    def _wheel(self, inside: QWidget) -> None:
        target, place = self._somewhere(inside)
        turn = QPoint(0, self._random.choice((-240, -120, 120, 240)))
        self._say(f"wheel {turn.y()}", target, place)
        QApplication.sendEvent(
            target,
            QWheelEvent(
                QPointF(place), QPointF(target.mapToGlobal(place)), QPoint(), turn, Qt.MouseButton.NoButton,
                self._random.choice(MODIFIERS), Qt.ScrollPhase.NoScrollPhase, False,
            ),
        )  # fmt: skip

    def _key(self, inside: QWidget) -> None:
        target = QApplication.focusWidget() or inside
        key, keys = self._random.choice(KEYS), self._random.choice(MODIFIERS)
        self._say(f"key {key.name} {keys.name}", target)
        QTest.keyClick(target, key, keys)

    def _type(self, inside: QWidget) -> None:
        """Write into whatever text there is to write into."""
        fields = [
            widget for widget in inside.findChildren(QWidget)
            if isinstance(widget, QLineEdit | QPlainTextEdit) and widget.isVisible() and widget.isEnabled()
        ]  # fmt: skip
        if not fields:
            return
        target, words = self._random.choice(fields), self._random.choice(TYPED)
        self._say(f"type {words!r}", target)
        target.setFocus()
        if self._random.random() < 0.3:
            target.selectAll()
        QTest.keyClicks(target, words)
        if self._random.random() < 0.5:
            QTest.keyClick(target, Qt.Key.Key_Return)

    def _command(self, _inside: QWidget) -> None:
        actions = [
            action for action in self._window.actions()
            if action.objectName() and action.objectName() not in self._never and action.isEnabled()
        ]  # fmt: skip
        action = self._random.choice(actions)
        self.last.append(f"command {action.objectName()}")
        action.trigger()

    def _somewhere(self, inside: QWidget) -> tuple[QWidget, QPoint]:
        """A widget that the mouse can reach, and a place in it; menu bars are the commands' affair."""
        there = [
            widget for widget in (inside, *inside.findChildren(QWidget))
            if widget.isVisible() and widget.isEnabled() and not isinstance(widget, QMenuBar)
            and widget.width() > 1 and widget.height() > 1 and not self._is_forbidden(widget)
        ]  # fmt: skip
        target = self._random.choice(there)
        return target, QPoint(self._random.randrange(target.width()), self._random.randrange(target.height()))

    def _is_forbidden(self, widget: QWidget) -> bool:
        return widget.objectName() in self._never

    def _say(self, what: str, target: QWidget, place: QPoint | None = None) -> None:
        name = target.objectName() or target.accessibleName() or type(target).__name__
        self.last.append(f"{what} on {name}" + (f" at {place.x()},{place.y()}" if place is not None else ""))


def _move(target: QWidget, place: QPoint, keys: Qt.KeyboardModifier) -> None:
    QApplication.sendEvent(
        target,
        QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), QPointF(target.mapToGlobal(place)), Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, keys,
        ),
    )  # fmt: skip


def leave_questions_unanswered(patch: pytest.MonkeyPatch) -> None:
    """Questions that would wait for an answer are cancelled at once, drags end nowhere, and no other program starts."""
    patch.setattr(QFileDialog, "getOpenFileName", staticmethod(lambda *_, **__: ("", "")))
    patch.setattr(QFileDialog, "getOpenFileNames", staticmethod(lambda *_, **__: ([], "")))
    patch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: ("", "")))
    patch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *_, **__: ""))
    for name in ("getText", "getInt", "getDouble", "getItem", "getMultiLineText"):
        patch.setattr(QInputDialog, name, staticmethod(lambda *_, **__: ("", False)))
    for name in ("question", "warning", "information", "critical"):
        patch.setattr(QMessageBox, name, staticmethod(lambda *_, **__: QMessageBox.StandardButton.Cancel))
    patch.setattr(QDrag, "exec", lambda *_, **__: Qt.DropAction.IgnoreAction)
    patch.setattr(QDialog, "exec", _turn_down)
    patch.setattr(QDesktopServices, "openUrl", staticmethod(lambda *_: True))


def _turn_down(dialog: QDialog) -> int:
    dialog.reject()
    return 0
