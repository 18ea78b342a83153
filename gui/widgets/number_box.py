"""A box for a whole number, typed, turned by the wheel or stepped by the arrow keys."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox


class NumberBox(QSpinBox):
    """A spin box without buttons, which commits what was typed when it is left."""

    def __init__(self, name: str, low: int, high: int, value: int, width: int) -> None:
        super().__init__(minimum=low, maximum=high, value=value)
        self.setAccessibleName(name)
        self.setAcceptDrops(False)
        self.lineEdit().setAcceptDrops(False)
        self.setKeyboardTracking(False)
        self.setFixedWidth(width)
        self.lineEdit().setTextMargins(7, 0, 7, 0)
