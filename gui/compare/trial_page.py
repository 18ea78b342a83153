"""The page of a trial: A, B and X to be heard, and the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.listening import Which
from engine.playback.messages import Snapshot

from ..audition import ORIGINAL
from ..icons import icon
from ..widgets.labels import label
from ..words import tr
from .run import Heard, Pair

KEYS: dict[Heard, Qt.Key] = {"a": Qt.Key.Key_1, "b": Qt.Key.Key_2, "x": Qt.Key.Key_3}
HEIGHT = 44


class TrialPage(QWidget):
    """`wanted` says which is to be heard, `answered` what X is said to be, `played` that playing is to change."""

    wanted = Signal(str)
    answered = Signal(str)
    played = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._pair = Pair(ORIGINAL, "A")
        self.number, self.loudness, self.warning = label("", "title"), label("", "note"), label("", "dim")
        for words in (self.loudness, self.warning):
            words.setWordWrap(True)
        group = QButtonGroup(self)
        self.hears: dict[Heard, QPushButton] = {what: self._hear_button(what, group) for what in KEYS}
        first, second = _button(), _button()
        first.clicked.connect(lambda: self.answered.emit("a"))
        second.clicked.connect(lambda: self.answered.emit("b"))
        self.answers: dict[Which, QPushButton] = {"a": first, "b": second}
        self.play, self.give_up = _button(), _button()
        self.play.setMinimumWidth(104)
        self.play.clicked.connect(self.played)
        self.give_up.setText(tr("Give up"))
        self.give_up.setToolTip(tr("End the test without a result (Escape)"))
        self.give_up.clicked.connect(self.left)
        self._lay_out()
        self._show_playing(False)

    def _hear_button(self, what: Heard, group: QButtonGroup) -> QPushButton:
        button = _button("chip")
        button.setCheckable(True)
        button.setProperty("side", "take")
        button.setMinimumHeight(HEIGHT)
        button.clicked.connect(lambda: self.wanted.emit(what))
        group.addButton(button)
        return button

    def _lay_out(self) -> None:
        hears, answers, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        hears.setSpacing(0)
        for button in self.hears.values():
            hears.addWidget(button, 1)
        answers.setSpacing(8)
        for answer in self.answers.values():
            answer.setMinimumHeight(36)
            answers.addWidget(answer, 1)
        foot.setSpacing(8)
        foot.addWidget(self.play)
        foot.addStretch()
        foot.addWidget(self.give_up)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.number)
        column.addLayout(hears)
        column.addLayout(answers)
        column.addWidget(self.loudness)
        column.addWidget(self.warning)
        column.addStretch()
        column.addLayout(foot)

    def begin(self, pair: Pair, loudness: str) -> None:
        """Name what is compared, and what is done about its loudness."""
        self._pair = pair
        self.loudness.setText(loudness)
        for which, answer in self.answers.items():
            words, key = pair.words(which), "Ctrl+1" if which == "a" else "Ctrl+2"
            hint = tr("Hear {what} ({key})", what=words, key=f"{KEYS[which].value - Qt.Key.Key_0.value}")
            self.hears[which].setText(words[:1].upper() + words[1:])
            self.hears[which].setToolTip(hint)
            answer.setText(tr("X is {what}", what=words))
            answer.setToolTip(tr("Answer that X is {what}, and go on ({key})", what=words, key=key))
        self.hears["x"].setText("X")
        self.hears["x"].setToolTip(tr("Hear X, which is one of both (3 or X)"))

    def show_trial(self, number: int, trials: int, heard: Heard) -> None:
        """Show which trial it is, and which button was pressed last."""
        self.number.setText(tr("Trial {number} of {trials}", number=number, trials=trials))
        self.hears[heard].setChecked(True)
        self.warning.setText("")

    def show_snapshot(self, now: Snapshot) -> None:
        """Show whether it plays, and nothing else of what is heard."""
        self._show_playing(now.playing or now.waits)

    def say(self, words: str) -> None:
        """Warn before the test is given up."""
        self.warning.setText(words)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key is for; gives whether there was anything."""
        key, ctrl = event.key(), event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Space and not ctrl:
            self.played.emit()
            return True
        keys: dict[int, str] = {self._letter(which): which for which in ("a", "b")}
        keys |= {Qt.Key.Key_X.value: "x", **{digit.value: what for what, digit in KEYS.items()}}
        what = keys.get(key)
        if what is None or (ctrl and what == "x"):
            return False
        if not event.isAutoRepeat():
            (self.answered if ctrl else self.wanted).emit(what)
        return True

    def _letter(self, which: str) -> int:
        """The key of a chain's own letter, and O for the original."""
        what = self._pair.first if which == "a" else self._pair.second
        return ord("O") if what == ORIGINAL else ord(what)

    def _show_playing(self, playing: bool) -> None:
        if self.play.property("playing") != playing:
            self.play.setProperty("playing", playing)
            self.play.setIcon(icon("pause-fill" if playing else "play-fill"))
            self.play.setText(tr("Pause") if playing else tr("Play"))
            self.play.setToolTip(tr("Play or pause (Space)"))


def _button(role: str = "") -> QPushButton:
    button = QPushButton()
    button.setProperty("role", role)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoDefault(False)
    return button
