"""One sentence that the user should read, in the window and never in its way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton


class Notice(QFrame):
    """A strip with a sentence and a button that puts it away; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self._words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        away = QPushButton("Dismiss")
        away.setToolTip("Put this message away")
        away.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        away.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self._words, 1)
        layout.addWidget(away)
        self.hide()

    @property
    def words(self) -> str:
        """What it says, empty when it is put away."""
        return self._words.text() if not self.isHidden() else ""

    def say(self, words: str) -> None:
        """Show a sentence; the same one again changes nothing."""
        self._words.setText(words)
        self.show()
