"""Words on the window: always plain text, whatever file they came from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ..theme import set_role
from ..words import tr


def label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """A label that takes its text literally."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    if role:
        made.setProperty("role", role)
    return made


def length_words(seconds: float) -> str:
    """A length of time in its largest unit."""
    if seconds < 60:
        return tr("{count} s", count=f"{seconds:.0f}")
    if seconds < 3600:
        return tr("{count} min", count=f"{seconds / 60:.0f}")
    return tr("{count} h", count=f"{seconds / 3600:.1f}")


class ElidedLabel(QLabel):
    """A label that gives up its last letters, not its neighbours' room; the whole text is its hint."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        if role:
            set_role(self, role)

    def set_hint(self, hint: str) -> None:
        """More to say than the text, shown under it in the tool tip."""
        self._hint = hint
        self.setToolTip(hint)

    def minimumSizeHint(self) -> QSize:
        """Room for the first letter."""
        return QSize(self.fontMetrics().averageCharWidth() * 2, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, elided at its end."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        painter.drawText(room, self.alignment() | Qt.AlignmentFlag.AlignVCenter, self.fitting(room.width()))

    def fitting(self, width: int) -> str:
        """What of the text is shown in so many pixels."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)


class SpareLabel(ElidedLabel):
    """A remark that takes the room that is left over, and is silent where that is not enough."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def fitting(self, width: int) -> str:
        """All of the text or nothing."""
        return self.text() if self.fontMetrics().horizontalAdvance(self.text()) <= width else ""


class ErrorLabel(QLabel):
    """One sentence about what was wrong, in its place; takes no room when there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMinimumWidth(1)
        self.setProperty("role", "error")
        self.hide()

    def say(self, sentence: str) -> None:
        """Show the sentence, or nothing if it is empty."""
        self.setText(sentence)
        self.setVisible(bool(sentence))
