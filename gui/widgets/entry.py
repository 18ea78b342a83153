"""A field that reads like a label and is typed in like a field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ..theme import restyle, set_role


class Entry(QLineEdit):
    """Shows words, and while it has the focus the exact text behind them.

    `entered` gives a text that was changed and confirmed by Return or by leaving; `stepped` gives arrow keys and
    the wheel as steps, fine with Ctrl or Shift. Escape leaves things as they were.
    """

    entered = Signal(str)
    stepped = Signal(float, bool)

    def __init__(self, name: str, role: str = "value", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._typed = ""
        self._fresh = False
        self._confirming = False
        self._editing = False
        self.setAccessibleName(name)
        self.setAcceptDrops(False)
        self.setProperty("role", role)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedHeight(18)

    def show_value(self, words: str, typed: str) -> None:
        """Show these words, and offer this text for editing; what is being typed stays."""
        untouched = not self._editing or self._confirming or self.text() == self._typed
        self._words, self._typed = words, typed
        if untouched:
            self._refresh()

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as refused, or not."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            restyle(self)

    def set_role(self, role: str) -> None:
        """Weigh it as a `value`, as a `range`, or as the `bounds` beside a value."""
        set_role(self, role)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Turn into a field with the exact text, all of it selected."""
        super().focusInEvent(event)
        self._fresh = event.reason() == Qt.FocusReason.MouseFocusReason
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._open()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Confirm what was typed and read like a label again."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._confirm()
            self._close()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The click that opens the field selects its text."""
        super().mouseReleaseEvent(event)
        if self._fresh and not self.hasSelectedText():
            self.selectAll()
        self._fresh = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return confirms, Escape takes back, arrows step."""
        key = event.key()
        if not self._editing:
            self._open()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._confirm()
            self.selectAll()
        elif key == Qt.Key.Key_Escape:
            self._close()
            self.clearFocus()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Up else -1, event.modifiers())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step, but only where the focus is: elsewhere the wheel scrolls the panel."""
        if not self.hasFocus():
            event.ignore()
            return
        delta = event.angleDelta()
        self._step((delta.y() or delta.x()) / 120, event.modifiers())
        event.accept()

    def _step(self, steps: float, modifiers: Qt.KeyboardModifier) -> None:
        if self.text() == self._typed:
            fine = modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(steps, bool(fine))

    def _confirm(self) -> None:
        if self.text() != self._typed and self.text() != self._words:
            self._confirming = True
            self.entered.emit(self.text())
            self._confirming = False

    def _open(self) -> None:
        self._editing = True
        self._refresh()
        self.selectAll()

    def _close(self) -> None:
        self._editing = False
        self._refresh()
        self.set_wrong(False)

    def _refresh(self) -> None:
        self.setText(self._typed if self._editing else self._words)
        self.setCursorPosition(0)
