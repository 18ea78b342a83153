"""The pane over the pictures: paints the marks and turns the mouse into times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from .marks import Marks, head_area, paint

if TYPE_CHECKING:
    from .lane import Lane

DRAG_PX = 4
ZOOM_A_NOTCH = 0.8
SCROLL_A_NOTCH = 0.1


class Overlay(QWidget):
    """Seconds in its signals are of the side's own time, named with them ("original" or "take")."""

    clicked = Signal(str, float)
    dragged = Signal(str, float, float)
    dropped = Signal(str, float, float)
    cleared = Signal()
    overview_moved = Signal(float)
    zoomed = Signal(float, float)
    scrolled = Signal(float)
    pointed = Signal()
    fit_wanted = Signal()

    def __init__(self, marks: Marks, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Sound views")
        self.setAccessibleDescription("Click to move the playhead, drag to set the loop, Ctrl and wheel to zoom")
        self._marks = marks
        self._pressed: tuple[Lane, float] | None = None
        self._dragging = False
        self.pointer_height = 0.0

    def move_head(self, side: str, at_s: float | None) -> None:
        """Put a playhead somewhere else; only the two strips that change are painted."""
        before = self._marks.playheads.get(side)
        if before == at_s:
            return
        if at_s is None:
            del self._marks.playheads[side]
        else:
            self._marks.playheads[side] = at_s
        for lane in self._marks.lanes:
            if lane.side == side:
                for at in (before, at_s):
                    if at is not None and self._marks.shown(lane).holds(at):
                        self.update(head_area(self._marks, lane, at).toAlignedRect())

    def paintEvent(self, _: QPaintEvent) -> None:  # Qt's name
        """Paint the marks."""
        painter = QPainter(self)
        paint(painter, self._marks, QRectF(self.rect()))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Begin a click or a drag."""
        lane = self._marks.lane_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or lane is None or self._marks.empty:
            return
        at = self._marks.time_at(lane, event.position().x())
        self._pressed, self._dragging = (lane, event.position().x()), False
        if lane.kind == "overview":
            self.overview_moved.emit(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Follow a drag, or say what is under the cursor."""
        x = event.position().x()
        if self._pressed is not None:
            lane, begun = self._pressed
            self._dragging = self._dragging or abs(x - begun) >= DRAG_PX
            if lane.kind == "overview":
                self.overview_moved.emit(self._marks.time_at(lane, x))
            elif self._dragging:
                self.dragged.emit(lane.side, *self._times(lane, begun, x))
        self._point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """End a click or a drag."""
        if self._pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        (lane, begun), self._pressed = self._pressed, None
        if lane.kind == "overview":
            return
        x = event.position().x()
        if self._dragging:
            self.dropped.emit(lane.side, *self._times(lane, begun, x))
        else:
            self.clicked.emit(lane.side, self._marks.time_at(lane, x))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Take the loop region away."""
        if event.button() == Qt.MouseButton.LeftButton and not self._marks.empty:
            self.cleared.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # Qt's name
        """Zoom at the pointer with Ctrl, scroll without."""
        if self._marks.empty:
            return
        turn = event.angleDelta()
        notches = (turn.y() or turn.x()) / 120
        lane = self._marks.lane_at(event.position()) or self._marks.lanes[-1]
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(ZOOM_A_NOTCH**notches, self._marks.time_at(lane, event.position().x()))
        else:
            self.scrolled.emit(-notches * SCROLL_A_NOTCH)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """F shows everything; plus and minus zoom, the arrows scroll."""
        middle = (self._marks.span.start_s + self._marks.span.end_s) / 2
        if event.key() == Qt.Key.Key_F:
            self.fit_wanted.emit()
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoomed.emit(ZOOM_A_NOTCH, middle)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoomed.emit(1 / ZOOM_A_NOTCH, middle)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.scrolled.emit(SCROLL_A_NOTCH if event.key() == Qt.Key.Key_Right else -SCROLL_A_NOTCH)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # Qt's name
        """Nothing is under the cursor any more."""
        self._marks.pointed = None
        self.update()
        super().leaveEvent(event)

    def _times(self, lane: Lane, begun: float, x: float) -> tuple[float, float]:
        first, second = sorted((self._marks.time_at(lane, begun), self._marks.time_at(lane, x)))
        return first, second

    def _point(self, point: QPointF) -> None:
        self._marks.pointed = None if self._marks.empty else self._marks.lane_at(point)
        self._marks.pointer_x = point.x()
        if self._marks.pointed is not None:
            rect = self._marks.pointed.rect
            self.pointer_height = (rect.bottom() - point.y()) / max(rect.height(), 1)
        inside = self._marks.pointed is not None
        self.setCursor(Qt.CursorShape.CrossCursor if inside else Qt.CursorShape.ArrowCursor)
        self.pointed.emit()
        self.update()
