"""A little window under a button where two numbers are typed: from and to."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme

from ..widgets.number_box import NumberBox
from ..words import tr

BOX_PX = 96


@dataclass(frozen=True)
class RangeWords:
    """What the window says, in the user's language."""

    title: str
    low: str
    high: str
    unit: str
    reset: str
    reset_hint: str


class RangePopup(QFrame):
    """`typed(low, high)` when another number is entered, `reset` when its button is pressed."""

    typed = Signal(int, int)
    reset = Signal()

    def __init__(self, words: RangeWords, lowest: int, highest: int, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(words.title)
        theme.set_role(self, "popup")
        self._low = self._box(words.low, words.unit, lowest, highest)
        self._high = self._box(words.high, words.unit, lowest, highest)
        title = QLabel(words.title)
        theme.set_role(title, "heading")
        button = QPushButton(words.reset)
        button.setToolTip(words.reset_hint)
        button.setAccessibleDescription(words.reset_hint)
        button.clicked.connect(self.reset)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self._low, QLabel("…"), self._high):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addWidget(title)
        column.addLayout(row)
        column.addWidget(button)

    def _box(self, name: str, unit: str, lowest: int, highest: int) -> NumberBox:
        box = NumberBox(name, lowest, highest, lowest, BOX_PX)
        box.setToolTip(name)
        box.setSuffix(tr(" {unit}", unit=unit))
        box.valueChanged.connect(lambda _: self.typed.emit(self._low.value(), self._high.value()))
        return box

    def show_range(self, low: int, high: int) -> None:
        """Show these two numbers."""
        for box, value in ((self._low, low), (self._high, high)):
            with QSignalBlocker(box):
                box.setValue(value)

    def open_under(self, widget: QWidget) -> None:
        """Open below a widget, with the first number ready to be typed over."""
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 4)))
        self.show()
        self._low.setFocus()
        self._low.selectAll()
