"""Where the window stood and how it was divided, from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter

from ..memory import Memory

GEOMETRY = "window/geometry"
VISIBLE_PX = 100
SETTLE_MS = 500


class Layout(QObject):
    """Brings window and splitters back to where they were, and remembers how they are moved."""

    def __init__(self, window: QMainWindow, memory: Memory, splitters: dict[str, QSplitter]) -> None:
        super().__init__(window)
        self._window = window
        self._memory = memory
        self._splitters = splitters
        self._later = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._later.timeout.connect(self.remember)
        self._restore()
        window.installEventFilter(self)
        for splitter in splitters.values():
            splitter.splitterMoved.connect(lambda _place, _index: self._later.start())

    def remember(self) -> None:
        """Note how it is now."""
        self._later.stop()
        self._memory.put(GEOMETRY, _text(self._window.saveGeometry()))
        for name, splitter in self._splitters.items():
            self._memory.put(f"window/{name}", splitter.sizes())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a moment after the window was moved or sized, and when it closes."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._later.start()
        elif event.type() == QEvent.Type.Close:
            self.remember()
        return False

    def _restore(self) -> None:
        geometry = self._memory.get(GEOMETRY, "")
        if geometry:
            self._window.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
            self._onto_a_screen()
        for name, splitter in self._splitters.items():
            sizes = self._memory.get(f"window/{name}", [])
            if len(sizes) == splitter.count() and all(type(size) is int and size >= 0 for size in sizes):
                splitter.setSizes(sizes)

    def _onto_a_screen(self) -> None:
        """A screen that is gone takes no window with it."""
        frame = self._window.geometry()
        rooms = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        if any(_is_reachable(frame, room) for room in rooms) or not rooms:
            return
        room = QGuiApplication.primaryScreen().availableGeometry()
        frame.setSize(frame.size().boundedTo(room.size()))
        frame.moveCenter(room.center())
        self._window.setGeometry(frame)


def _is_reachable(frame: QRect, room: QRect) -> bool:
    """Whether so much of the window's upper edge is on that screen that it can be taken hold of."""
    edge = QRect(frame.left(), frame.top(), frame.width(), VISIBLE_PX // 2).intersected(room)
    return edge.width() >= VISIBLE_PX and edge.height() > 0


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")
