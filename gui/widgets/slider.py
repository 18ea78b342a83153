"""The slider for a declared number: one handle for a value, two for a range, on the number's own scale.

Drag a handle, or the band between two to move both; Ctrl or Shift is fine; the right button and Backspace reset; the
wheel and the arrow keys step the handle that has the focus. A bright tick shows what this draw got. `Setting`s go in
and come out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.params import Number, Options, Range, Setting, Value

from . import slider_paint
from .gesture import Gesture
from .scale import stepped, tidy

HEIGHT = 16
MARGIN = 7
REACH = 9
FINE = 0.1

_STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10,
}  # fmt: skip


@dataclass(frozen=True)
class _Drag:
    """A drag in progress: which handles move, and from where."""

    moves: tuple[int, ...]
    x: float
    positions: tuple[float, ...]
    fine: bool


class Slider(QWidget):
    """See the module; `moved` gives the new setting and the gesture that it belongs to."""

    moved = Signal(object, int)
    released = Signal()
    reset_asked = Signal()
    typing_asked = Signal()

    def __init__(self, number: Number, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._ends: tuple[float, ...] = (float(number.default),)
        self._options: tuple[float, ...] = ()
        self._mark: float | None = None
        self._active = 0
        self._faded = False
        self._drag: _Drag | None = None
        self._gesture = Gesture()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_setting(self, setting: Setting, drawn: Value | None) -> None:
        """Show a value, a range or a list, and where this draw lies (None: no draw, or the value itself)."""
        ends: tuple[float, ...] = ()
        options: tuple[float, ...] = ()
        if isinstance(setting, Range):
            ends = (float(setting.low), float(setting.high))
        elif isinstance(setting, Options):
            options = tuple(float(value) for value in setting.values)
        else:
            ends = (float(setting),)
        mark = None if drawn is None or len(ends) == 1 else float(drawn)
        if (ends, options, mark) != (self._ends, self._options, self._mark):
            self._ends, self._options, self._mark = ends, options, mark
            self._active = min(self._active, max(len(ends) - 1, 0))
            self.update()

    def set_faded(self, faded: bool) -> None:
        """Show the handles without the accent: this draw left the step out."""
        if faded != self._faded:
            self._faded = faded
            self.update()

    @property
    def is_held(self) -> bool:
        """Whether a handle is dragged: until it is let go, the slider must stay where it is."""
        return self._drag is not None

    @property
    def setting(self) -> Setting:
        """What the handles say."""
        if not self._ends:
            return Options(self._options)
        return self._ends[0] if len(self._ends) == 1 else Range(*self._ends)

    def sizeHint(self) -> QSize:
        """One line of any width."""
        return QSize(120, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Enough to tell two handles apart."""
        return QSize(32, HEIGHT)

    def handle(self, index: int) -> QPointF:
        """Where a handle is, in the widget's own units."""
        return QPointF(self._x(self._ends[index]), self.height() / 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, band, tick and handles."""
        slider_paint.paint(
            self,
            ends=[self._x(end) for end in self._ends],
            dots=[self._x(option) for option in self._options],
            mark=None if self._mark is None else self._x(self._mark),
            faded=self._faded,
            active=self._active if self.hasFocus() else None,
            origin=self._x(0.0) if self._number.low < 0 < self._number.high else 0.0,
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of what is nearest; a press beside the handles brings the nearest one here."""
        if event.button() != Qt.MouseButton.LeftButton or not self._ends:
            event.ignore()
            return
        x, fine = event.position().x(), _is_fine(event)
        moves, on_handle = self._grasped(x)
        self._active = moves[0]
        self._gesture.begin()
        self._drag = _Drag(moves, x, tuple(map(self._number.position, self._ends)), fine)
        if not on_handle and len(moves) == 1 and not fine:
            jumped = list(self._drag.positions)
            jumped[moves[0]] = self._position(x)
            self._drag = replace(self._drag, positions=tuple(jumped))
            self._drag_to(x, fine)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Bring along what is held."""
        if self._drag is not None:
            self._drag_to(event.position().x(), _is_fine(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._drag = None
        self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type the value instead."""
        self._drag = None
        self.typing_asked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button resets; the menu key is for whoever the slider lies in."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.reset_asked.emit()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step, but only where the focus is: elsewhere the wheel scrolls the panel."""
        if not self.hasFocus() or not self._ends:
            event.ignore()
            return
        delta = event.angleDelta()
        self.step((delta.y() or delta.x()) / 120, _is_fine(event))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keep the arrow keys from the window's shortcuts while a handle has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and (self._step_of(event) or _resets(event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows step, Page Up and Down step far, Ctrl or Shift is fine, Backspace resets, Return types."""
        steps = self._step_of(event)
        if steps:
            self.step(steps, _is_fine(event))
        elif _resets(event):
            self.reset_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.typing_asked.emit()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Come in at the first handle, or backwards at the last."""
        if event.reason() == Qt.FocusReason.TabFocusReason:
            self._active = 0
        elif event.reason() == Qt.FocusReason.BacktabFocusReason:
            self._active = max(len(self._ends) - 1, 0)
        super().focusInEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab goes from one handle to the other before it leaves."""
        following = self._active + (1 if forwards else -1)
        if 0 <= following < len(self._ends):
            self._active = following
            self.update()
            return True
        return super().focusNextPrevChild(forwards)

    def step(self, steps: float, fine: bool = False) -> None:
        """Move the active handle by hundredths of the scale, or thousandths if fine."""
        ends = list(self._ends)
        ends[self._active] = stepped(self._number, ends[self._active], steps, fine)
        self._gesture.go_on()
        self._put(ends, (self._active,))

    def _step_of(self, event: QEvent) -> int:
        if not isinstance(event, QKeyEvent) or not self._ends:
            return 0
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return 0
        return _STEPS.get(Qt.Key(event.key()), 0)

    def _grasped(self, x: float) -> tuple[tuple[int, ...], bool]:
        """The handles that a press takes hold of, and whether it was on one."""
        places = [self._x(end) for end in self._ends]
        away = [abs(place - x) for place in places]
        nearest = away.index(min(away))
        if len(places) == 2 and places[0] == places[1]:
            nearest = int(x > places[0] if 0 < self._position(x) < 1 else x < self.width() / 2)
        if away[nearest] <= REACH:
            return (nearest,), True
        if len(places) == 2 and places[0] < x < places[1]:
            return (0, 1), False
        return (nearest,), False

    def _drag_to(self, x: float, fine: bool) -> None:
        drag = self._drag
        if drag is None:
            return
        if fine != drag.fine:
            drag = _Drag(drag.moves, x, tuple(map(self._number.position, self._ends)), fine)
            self._drag = drag
        shift = (x - drag.x) / self._length() * (FINE if fine else 1)
        held = [drag.positions[index] for index in drag.moves]
        shift = min(max(shift, -min(held)), 1 - max(held))
        ends = list(self._ends)
        for index in drag.moves:
            if shift or drag.positions[index] != self._number.position(ends[index]):
                ends[index] = tidy(self._number, self._number.value_at(drag.positions[index] + shift), fine)
        self._put(ends, drag.moves)

    def _put(self, ends: list[float], moved: tuple[int, ...]) -> None:
        """Set the handles, the moved ones stopping at the others, and tell."""
        if len(ends) == 2 and ends[0] > ends[1]:
            ends[moved[0]] = ends[1 - moved[0]]
        if tuple(ends) != self._ends:
            self._ends = tuple(ends)
            self.update()
            self.moved.emit(self.setting, self._gesture.id)

    def _length(self) -> float:
        return max(self.width() - 2 * MARGIN, 1)

    def _x(self, value: float) -> float:
        return MARGIN + self._number.position(value) * self._length()

    def _position(self, x: float) -> float:
        return min(max((x - MARGIN) / self._length(), 0.0), 1.0)


def _is_fine(event: QMouseEvent | QWheelEvent | QKeyEvent) -> bool:
    return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))


def _resets(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Backspace
