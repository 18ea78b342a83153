"""The line of a card that says why its plugin does not run, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ..plugins.trouble import Trouble
from ..widgets.labels import ErrorLabel


class PluginLine(QWidget):
    """A sentence and a button; `asked` when the button is pressed. Hidden while nothing is wrong."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trouble: Trouble | None = None
        self.sentence = ErrorLabel()
        self.act = QPushButton()
        self.act.setProperty("role", "chip")
        self.act.clicked.connect(self._act)
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 0, 2, 2)
        line.setSpacing(8)
        line.addWidget(self.sentence, 1)
        line.addWidget(self.act, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_trouble(self, trouble: Trouble | None) -> None:
        """Show what is wrong, or nothing."""
        self._trouble = trouble
        if trouble is not None:
            self.sentence.say(trouble.words)
            self.act.setText(trouble.offer)
            self.act.setToolTip(trouble.offer)
        self.setVisible(trouble is not None)

    def _act(self) -> None:
        if self._trouble is not None:
            self.asked.emit(self._trouble.deed)
