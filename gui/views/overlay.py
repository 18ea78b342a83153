"""The pane over the pictures: paints the marks and turns mouse, wheel and keys into times and heights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QWidget

from gui import theme

from ..numbers import time_words
from ..words import tr
from .empty import paint_empty
from .marks import Marks
from .paint import paint

if TYPE_CHECKING:
    from .lane import Lane

DRAG_PX = 4
ZOOM_A_NOTCH = 0.8
SCROLL_A_NOTCH = 0.1
NUDGE = 0.01
PAGE = 0.9
SCROLL_MS = 40
SCROLL_A_TICK = 0.03
"""How far, as a share of what is in view, a tick scrolls while a drag is held beyond an end of its lane."""
_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


@dataclass
class _Press:
    """A button held down: where, and the end of the selection that stays where it is."""

    lane: Lane
    x: float
    anchor_s: float
    y: float = 0.0
    on_axis: bool = False
    extends: bool = False
    moved: bool = False


class Overlay(QWidget):
    """Seconds in its signals are of the side's own time, named with them ("original" or "take")."""

    clicked = Signal(str, float)
    dragged = Signal(str, float, float)
    dropped = Signal(str, float, float)
    overview_moved = Signal(float)
    zoomed = Signal(float, float)
    scrolled = Signal(float)
    frequencies_zoomed = Signal(float, float)
    frequencies_moved = Signal(float)
    frequencies_reset = Signal()
    nudged = Signal(float)
    """Move the playhead by this share of the part in view."""
    pointed = Signal()
    escaped = Signal()

    def __init__(self, marks: Marks, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Sound views"))
        self.setAccessibleDescription(tr("Click to move the playhead, drag to select, Ctrl and wheel to zoom"))
        self.setWhatsThis(
            tr(
                "Original and take as waveforms and spectrograms. Click to move the playhead, drag to select, "
                "Shift and click to extend, drag an edge to move it. Ctrl and wheel zooms in time, Ctrl, Shift and "
                "wheel in frequency; the wheel alone scrolls. Double-click the frequency axis to see all of it."
            )
        )
        self._marks = marks
        self._press: _Press | None = None
        self._ring = False
        self._beyond = QTimer(self, interval=SCROLL_MS)
        self._beyond.timeout.connect(self._scroll_on)
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
            if lane.clock == side:
                for at in (before, at_s):
                    if at is not None and self._marks.shown(lane).holds(at):
                        self.update(self._marks.head_area(lane, at).toAlignedRect())

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Paint the marks."""
        painter = QPainter(self)
        if self._marks.empty:
            paint_empty(painter, QRectF(self.rect()), self._marks.states.get("take"))
        else:
            paint(painter, self._marks, QRectF(event.rect()))
        if self._ring:
            painter.setPen(QPen(QColor(theme.current().take), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 0.5, -2.5, -0.5), 4, 4)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:  # Qt's name
        """Show the ring to those who come by key."""
        self._ring = event.reason() in _TAB
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # Qt's name
        """Take the ring away."""
        self._ring = False
        self.update()
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Begin a click or a drag."""
        if event.button() != Qt.MouseButton.LeftButton or self._marks.empty:
            return
        point = event.position()
        axis, lane = self._marks.axis_at(point), self._marks.lane_at(point)
        if axis is not None:
            self._press = _Press(axis, point.x(), 0.0, point.y(), on_axis=True)
        elif lane is not None:
            self._press = self._begun(lane, point.x(), event.modifiers())
            if lane.kind == "overview":
                self.overview_moved.emit(self._press.anchor_s)

    def _begun(self, lane: Lane, x: float, modifiers: Qt.KeyboardModifier) -> _Press:
        """A drag makes a selection, moves the edge under it, or with Shift the nearer edge."""
        at = self._marks.time_at(lane, x)
        edges = self._marks.selections.get(lane.clock)
        if modifiers & Qt.KeyboardModifier.ShiftModifier and lane.kind != "overview":
            anchor = (
                max(edges, key=lambda edge: abs(edge - at)) if edges else self._marks.playheads.get(lane.clock, 0.0)
            )
            return _Press(lane, x, anchor, extends=True)
        edge = self._marks.edge_at(lane, x)
        if edge is not None and edges is not None:
            return _Press(lane, x, edges[1] if edge == edges[0] else edges[0])
        return _Press(lane, x, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Follow a drag, or say what is under the cursor."""
        point, press = event.position(), self._press
        if press is not None and press.on_axis:
            self.frequencies_moved.emit((point.y() - press.y) / max(press.lane.rect.height(), 1))
            press.y = point.y()
            return
        if press is not None:
            press.moved = press.moved or abs(point.x() - press.x) >= DRAG_PX
        self._point(point)
        if press is None:
            return
        if press.lane.kind == "overview":
            self.overview_moved.emit(self._marks.time_at(press.lane, point.x()))
        elif press.moved:
            self._select_to(press, point.x())
            if press.lane.rect.left() <= point.x() <= press.lane.rect.right():
                self._beyond.stop()
            elif not self._beyond.isActive():
                self._beyond.start()

    def _select_to(self, press: _Press, x: float) -> None:
        first, second = self._stretch(press, x)
        self._marks.reading = tr(
            "{start} … {end} ({length} s)", start=time_words(first), end=time_words(second),
            length=f"{second - first:.3f}",
        )  # fmt: skip
        self.dragged.emit(press.lane.clock, first, second)

    def _scroll_on(self) -> None:
        """What is in view follows a drag that is held beyond its lane."""
        press = self._press
        if press is None or self._marks.empty:
            self._beyond.stop()
            return
        after = self._marks.pointer_x > press.lane.rect.center().x()
        self.scrolled.emit(SCROLL_A_TICK if after else -SCROLL_A_TICK)
        self._select_to(press, self._marks.pointer_x)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """End a click or a drag."""
        if self._press is None or event.button() != Qt.MouseButton.LeftButton:
            return
        press, self._press = self._press, None
        self._beyond.stop()
        x = event.position().x()
        if press.on_axis or press.lane.kind == "overview":
            return
        if press.moved or press.extends:
            self.dropped.emit(press.lane.clock, *self._stretch(press, x))
        else:
            self.clicked.emit(press.lane.clock, self._marks.time_at(press.lane, x))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """On the frequency axis: show all of it."""
        if self._marks.axis_at(event.position()) is not None:
            self.frequencies_reset.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # Qt's name
        """Ctrl zooms at the pointer, Ctrl and Shift or the axis zooms in frequency, all else scrolls."""
        if self._marks.empty:
            return
        turn, point = event.angleDelta(), event.position()
        notches = (turn.y() or turn.x()) / 120
        ctrl, shift = (
            bool(event.modifiers() & key)
            for key in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
        )
        axis, lane = self._marks.axis_at(point), self._marks.lane_at(point) or self._marks.lanes[-1]
        if axis is not None or (ctrl and shift and lane.kind == "spectrum"):
            rect = (axis or lane).rect
            self.frequencies_zoomed.emit(ZOOM_A_NOTCH**notches, (rect.bottom() - point.y()) / max(rect.height(), 1))
        elif ctrl:
            self.zoomed.emit(ZOOM_A_NOTCH**notches, self._marks.time_at(lane, point.x()))
        else:
            self.scrolled.emit(-notches * SCROLL_A_NOTCH)
        event.accept()

    def event(self, event: QEvent) -> bool:  # Qt's name
        """Zoom by two fingers where the system tells of them."""
        zoom = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == zoom and not self._marks.empty:
            lane = self._marks.lane_at(event.position()) or self._marks.lanes[-1]
            self.zoomed.emit(1 / max(1 + event.value(), 0.1), self._marks.time_at(lane, event.position().x()))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Arrows move the playhead a little, PgUp and PgDown turn the page, Escape takes the selection away."""
        middle = (self._marks.span.start_s + self._marks.span.end_s) / 2
        moves = {Qt.Key.Key_Left: -NUDGE, Qt.Key.Key_Right: NUDGE}
        pages = {Qt.Key.Key_PageUp: -PAGE, Qt.Key.Key_PageDown: PAGE}
        zooms = {Qt.Key.Key_Plus: ZOOM_A_NOTCH, Qt.Key.Key_Equal: ZOOM_A_NOTCH, Qt.Key.Key_Minus: 1 / ZOOM_A_NOTCH}
        key = Qt.Key(event.key())
        if key in moves:
            self.nudged.emit(moves[key])
        elif key in pages:
            self.scrolled.emit(pages[key])
        elif key in zooms:
            self.zoomed.emit(zooms[key], middle)
        elif key == Qt.Key.Key_Escape and self._marks.selections:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # Qt's name
        """Nothing is under the cursor any more."""
        self._update_pointer()
        self._marks.pointed = None
        super().leaveEvent(event)

    def _stretch(self, press: _Press, x: float) -> tuple[float, float]:
        """From where the drag began to the pointer, but not out of sight."""
        first, second = sorted((press.anchor_s, self._marks.time_at(press.lane, _within(press.lane, x))))
        return first, second

    def _point(self, point: QPointF) -> None:
        """Move the pointer's line and reading; only the strips that change are painted."""
        self._update_pointer()
        dragged = self._press.lane if self._press is not None and self._press.moved else None
        self._marks.pointed = None if self._marks.empty else dragged or self._marks.lane_at(point)
        self._marks.pointer_x = _within(dragged, point.x()) if dragged is not None else point.x()
        if self._marks.pointed is not None:
            rect = self._marks.pointed.rect
            self.pointer_height = (rect.bottom() - point.y()) / max(rect.height(), 1)
        self._update_pointer()
        self.setCursor(self._cursor(point))
        self.pointed.emit()

    def _update_pointer(self) -> None:
        for area in self._marks.pointer_areas():
            self.update(area.toAlignedRect())

    def _cursor(self, point: QPointF) -> Qt.CursorShape:
        lane = self._marks.pointed
        if lane is None:
            on_axis = not self._marks.empty and self._marks.axis_at(point) is not None
            return Qt.CursorShape.SizeVerCursor if on_axis else Qt.CursorShape.ArrowCursor
        if lane.kind == "overview":
            return Qt.CursorShape.OpenHandCursor
        over_edge = self._marks.edge_at(lane, point.x()) is not None
        return Qt.CursorShape.SizeHorCursor if over_edge else Qt.CursorShape.CrossCursor


def _within(lane: Lane, x: float) -> float:
    return min(max(x, lane.rect.left()), lane.rect.right())
