"""The panel's head: how much there is, tree or flat, the filter's field with what it understands, and what goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from ..icons import icon
from ..numbers import grouped
from ..widgets.labels import ElidedLabel, label, length_words
from ..words import tr, trn
from .query import EXAMPLES

TOLD_MS = 5000


class Head(QWidget):
    """`typed` with the filter's text, `left` at Escape, `down` when the keys go to the list."""

    typed = Signal(str)
    left = Signal()
    down = Signal()
    stop_wanted = Signal()
    tree_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.count = ElidedLabel("", "heading")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.tree = QToolButton()
        self.tree.setCheckable(True)
        self.tree.setIcon(icon("tree-structure", "dim"))
        self.tree.setProperty("role", "quiet")
        self.tree.setAccessibleName(tr("Show folders"))
        self.tree.setToolTip(tr("Recordings under their folders, or all in one list"))
        self.tree.clicked.connect(self.tree_wanted)
        self.filter = self._make_filter()
        self._wrong = ""
        self._hint = label("", "note")
        self._hint.setWordWrap(True)
        self._hint.setMinimumWidth(1)
        self._hint.hide()
        self._told = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._told.timeout.connect(lambda: self._say(""))
        self._busy = ElidedLabel("", "small")
        self._stop = QPushButton(tr("Stop"))
        self._stop.setProperty("role", "quiet")
        self._stop.setToolTip(tr("Stop looking; what was found stays"))
        self._stop.clicked.connect(self.stop_wanted)
        self._lay_out()
        self._say("")

    def _make_filter(self) -> QLineEdit:
        field = QLineEdit(placeholderText=tr("Filter by name, label, length …"), clearButtonEnabled=True)
        field.setAccessibleName(tr("Filter the library"))
        field.setToolTip(tr("Words, and conditions such as {examples} (Ctrl+L)", examples=tr(EXAMPLES)))
        field.setWhatsThis(
            tr(
                "Shows the recordings that have every word in their name, folder or label. Conditions are name: label: "
                "folder: with a word, and length, rate, channels, level with : < > <= >= and a number. "
                "Down goes to the list, Escape shows everything again."
            )
        )
        field.setAcceptDrops(False)
        field.installEventFilter(self)
        field.textChanged.connect(self.typed)
        return field

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(label(tr("LIBRARY"), "heading"))
        top.addWidget(self.count, 1)
        top.addWidget(self.tree)
        doing = QHBoxLayout()
        doing.addWidget(self._busy, 1)
        doing.addWidget(self._stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.filter)
        layout.addWidget(self._hint)
        layout.addLayout(doing)

    def show_count(self, shown: int, total: int, seconds: float) -> None:
        """Say how many recordings there are, or how many of them are shown."""
        if shown < total:
            self.count.setText(tr("{shown} OF {total}", shown=grouped(shown), total=grouped(total)))
        elif total:
            clips = trn("1 CLIP", "{number} CLIPS", total, number=grouped(total))
            self.count.setText(tr("{clips} · {length}", clips=clips, length=length_words(seconds).upper()))
        else:
            self.count.setText("")
        self.count.set_hint(self.count.text())

    def say_wrong(self, sentence: str) -> None:
        """Say what of the filter is not understood, or what could be typed while nothing is."""
        self._wrong = sentence
        offer = self.filter.hasFocus() and not self.filter.text()
        self._hint.setText(sentence or (tr(EXAMPLES) if offer else ""))
        self._hint.setVisible(bool(self._hint.text()))

    def say_busy(self, words: str, can_stop: bool = False) -> None:
        """Say what is being looked through, or nothing; what was told a moment ago is left to be read."""
        if words or not self._told.isActive():
            self._told.stop()
            self._say(words, can_stop)

    def tell(self, words: str) -> None:
        """Say for a moment how something ended."""
        self._say(words)
        self._told.start()

    def _say(self, words: str, can_stop: bool = False) -> None:
        self._busy.setText(words)
        self._busy.set_hint(words)
        self._busy.setVisible(bool(words))
        self._stop.setVisible(can_stop)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Escape clears the filter and leaves, Down goes to the list."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            QTimer.singleShot(0, self, lambda: self.say_wrong(self._wrong))
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.filter.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.down.emit()
        else:
            return False
        return True
