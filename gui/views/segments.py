"""A row of choices of which one holds, joined into one control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from gui import theme
from gui.icons import icon


@dataclass(frozen=True)
class Segment:
    """One choice: what it stands for, its word, icon and hint."""

    value: str
    words: str
    icon: str
    hint: str


class Segments(QFrame):
    """Emits `chosen(value)` when the user takes another one; without room it shows icons in place of words."""

    chosen = Signal(str)

    def __init__(self, name: str, segments: Sequence[Segment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        theme.set_role(self, "segments")
        self._buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for segment in segments:
            button = self._button(segment)
            group.addButton(button)
            row.addWidget(button)
            self._buttons[segment.value] = button

    def _button(self, segment: Segment) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setText(segment.words)
        button.setToolTip(segment.hint)
        button.setIcon(icon(segment.icon))
        button.setIconSize(QSize(16, 16))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setAccessibleName(segment.words)
        button.setAccessibleDescription(segment.hint)
        button.setWhatsThis(segment.hint)
        button.clicked.connect(lambda: self.chosen.emit(segment.value))
        theme.set_role(button, "segment")
        return button

    def choose(self, value: str) -> None:
        """Show this one as the one that holds."""
        self._buttons[value].setChecked(True)

    def set_words_shown(self, shown: bool) -> None:
        """Words where there is room, icons where there is not."""
        style = Qt.ToolButtonStyle.ToolButtonTextOnly if shown else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons.values():
            button.setToolButtonStyle(style)
