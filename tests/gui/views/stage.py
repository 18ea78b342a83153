"""What the tests of the views share: sounds, pixels, and a mouse that knows seconds and heights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.track import Track

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.views.lane import Lane
    from gui.views.sound_view import SoundView

RATE = 16_000
LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Writer = Callable[[np.ndarray], Track]


def tone(hz: float, seconds: float = 2.0, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)[None]


def lane(view: SoundView, kind: str, side: str) -> Lane:
    return view._canvas.lanes[kind, side]


def pixels(view: SoundView, of: Lane) -> np.ndarray:
    """What a lane shows: (rows from the top, columns, RGB)."""
    image = view._canvas.grab(of.rect.toRect()).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return raw[:, : image.width(), :3].astype(int)


def settled(qtbot: QtBot, view: SoundView) -> None:
    qtbot.waitUntil(lambda: not view._refresh.isActive() and not view._growth.isActive())


def point(view: SoundView, of: Lane, seconds: float, height: float = 0.5) -> QPoint:
    x = view._canvas.marks.x_of(of, seconds)
    return QPoint(round(x), round(of.rect.bottom() - height * of.rect.height()))


def click(qtbot: QtBot, view: SoundView, at: QPoint, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
    qtbot.mouseClick(view._canvas.overlay, LEFT, modifiers, at)


def drag(qtbot: QtBot, view: SoundView, start: QPoint, end: QPoint) -> None:
    overlay = view._canvas.overlay
    qtbot.mousePress(overlay, LEFT, pos=start)
    qtbot.mouseMove(overlay, end)
    qtbot.mouseRelease(overlay, LEFT, pos=end)


def read_at(qtbot: QtBot, view: SoundView, at: QPoint) -> str:
    """What is said under the cursor."""
    qtbot.mouseMove(view._canvas.overlay, at + QPoint(1, 0))
    qtbot.mouseMove(view._canvas.overlay, at)
    return view._canvas.marks.reading


def wheel(view: SoundView, at: QPoint, notches: float, modifiers: Qt.KeyboardModifier) -> None:
    overlay = view._canvas.overlay
    event = QWheelEvent(
        QPointF(at), QPointF(overlay.mapToGlobal(at)), QPoint(), QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(overlay, event)
