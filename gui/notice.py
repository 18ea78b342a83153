"""One sentence that the user should read, in the window and never in its way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton


class Notice(QFrame):
    """A strip with a sentence and a button that puts it away; hidden while there is nothing to say.

    A sentence has a topic: a later one about the same takes its place, and `take_back` ends it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.setAccessibleName("Message")
        self._said: dict[str, str] = {}
        self._words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._words.setMinimumWidth(1)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        away = QPushButton("Dismiss")
        away.setToolTip("Put this message away")
        away.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        away.clicked.connect(self._dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self._words, 1)
        layout.addWidget(away)
        self.hide()

    @property
    def words(self) -> str:
        """What it says, empty when it is put away."""
        return self._words.text() if not self.isHidden() else ""

    def say(self, words: str, topic: str) -> None:
        """Show a sentence before all others; an empty one takes back what was said of its topic."""
        self._said.pop(topic, None)
        if words:
            self._said[topic] = words
        self._show()

    def take_back(self, topic: str) -> None:
        """What was said of a topic is no longer so."""
        self.say("", topic)

    def _dismiss(self) -> None:
        self._said.popitem()
        self._show()

    def _show(self) -> None:
        self._words.setText(next(reversed(self._said.values()), ""))
        self.setVisible(bool(self._said))
