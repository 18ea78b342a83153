"""What stands in place of the list when it is empty: how recordings come here, or how to widen the filter."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ..icons import paint
from ..theme import current
from ..widgets.labels import label
from ..words import tr

SIGN = 40


class _Sign(QWidget):
    """A large icon."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFixedSize(SIGN, SIGN)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """The icon in the theme's colour."""
        paint(QPainter(self), self._name, QRectF(self.rect()), current().faint)


class _Invitation(QWidget):
    """An icon, a sentence and what can be done, in the middle."""

    def __init__(self, name: str, words: str, *buttons: QPushButton) -> None:
        super().__init__()
        self.words = label(words, "dim")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(_Sign(name), alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.words)
        layout.addSpacing(4)
        for button in buttons:
            layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)


class Empty(_Invitation):
    """The library has no recording yet."""

    files_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self) -> None:
        files = _button(tr("Open files …"), tr("Choose recordings to add (Ctrl+O)"))
        folder = _button(tr("Open folder …"), tr("Choose a folder, with all folders in it (Ctrl+Shift+O)"))
        super().__init__("folder-open", tr("Drop recordings or folders here"), files, folder)
        files.clicked.connect(self.files_wanted)
        folder.clicked.connect(self.folder_wanted)


class NoMatch(_Invitation):
    """The filter leaves nothing."""

    cleared = Signal()

    def __init__(self) -> None:
        clear = _button(tr("Show all"), tr("Clear the filter"))
        super().__init__("magnifying-glass", "", clear)
        clear.clicked.connect(self.cleared)

    def show_words(self, typed: str) -> None:
        """Say what was looked for."""
        self.words.setText(tr("No recording matches “{typed}”", typed=typed))


def _button(text: str, hint: str) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(hint)
    return made
