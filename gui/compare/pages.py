"""The first page of a blind test, where it is set, and the last, which says what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.listening import ORIGINAL as NO_CHAIN
from engine.listening import TRIALS, TRIALS_MAX, TRIALS_MIN, BlindTest, Outcome, chance_of_any
from engine.preset_data import digest
from engine.project import LETTERS, Project

from ..audition import ORIGINAL, Audition
from ..numbers import signed
from ..widgets.combo import QuietCombo
from ..widgets.labels import ErrorLabel, label
from ..widgets.number_box import NumberBox
from ..words import sentence, tr
from .run import Pair, sounds
from .sentences import line, verdict

SHOWN = 5
"""So many earlier results are shown, the latest first."""
BOX_PX = 88


class SetUpPage(QWidget):
    """What is compared and how often; `begun` says that it may begin, `left` that it is closed."""

    begun = Signal()
    left = Signal()

    def __init__(self, audition: Audition, project: Project) -> None:
        super().__init__()
        self._audition, self._project = audition, project
        self._pairs = _pairs(project)
        self.what = QuietCombo(tr("What is compared"))
        for pair in self._pairs:
            words = tr("{first} and {second}", first=pair.words("a"), second=pair.words("b"))
            self.what.addItem(words[:1].upper() + words[1:])
        self.what.setToolTip(tr("The two sounds of which X is one"))
        self.what.activated.connect(self.look)
        self.trials = NumberBox(tr("Trials"), TRIALS_MIN, TRIALS_MAX, TRIALS, BOX_PX)
        self.trials.setToolTip(tr("How often you answer; more trials find a smaller difference"))
        self.state, self.error = label("", "dim"), ErrorLabel()
        self.state.setWordWrap(True)
        self.begin = QPushButton(tr("Begin"))
        self.begin.setProperty("role", "primary")
        self.begin.setToolTip(tr("Begin the test; its answers cannot be changed afterwards"))
        self.begin.clicked.connect(self.begun)
        self._lay_out()

    def _lay_out(self) -> None:
        words = label(
            tr(
                "Which of the two is X? Hear both and X as often as you like, in the same place and as loud as each "
                "other, and answer once in each trial. Nothing in the window tells what X is."
            )
        )
        words.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for row, (name, control) in enumerate(((tr("Compare"), self.what), (tr("Trials"), self.trials))):
            title = label(name, "dim")
            title.setBuddy(control)
            grid.addWidget(title, row, 0)
            grid.addWidget(control, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(words)
        column.addLayout(grid)
        column.addWidget(self.state)
        column.addWidget(self.error)
        column.addLayout(self._earlier())
        column.addStretch()
        column.addLayout(_foot(self.begin, _close(self.left.emit)))

    def _earlier(self) -> QVBoxLayout:
        """What came of earlier tests of the active chain."""
        column = QVBoxLayout()
        column.setSpacing(4)
        chain = self._project.chain
        if chain.tests:
            column.addWidget(label(tr("TESTS OF CHAIN {letter}", letter=self._project.letter), "heading"))
            now = digest(chain)
            for outcome in chain.tests[: -SHOWN - 1 : -1]:
                words = label(line(outcome, now), "note")
                words.setWordWrap(True)
                column.addWidget(words)
        return column

    @property
    def pair(self) -> Pair:
        """What is compared."""
        return self._pairs[self.what.currentIndex()]

    @property
    def earlier(self) -> tuple[int, ...]:
        """How many trials each earlier test had of the first of the chains that are compared, as it is now."""
        letter = next(name for name in (self.pair.first, self.pair.second) if name != ORIGINAL)
        found = self._project.at(letter)
        return tuple(test.trials for test in found.chain.tests if test.digest == digest(found.chain)) if found else ()

    def look(self) -> None:
        """Say how far what is compared is, and whether it can begin."""
        there = all(sound is not None for sound in sounds(self._audition, self.pair))
        known = all(self._audition.loudness.is_known(name) for name in (self.pair.first, self.pair.second))
        trouble, silent = "" if there else self._trouble(), self._audition.why_silent
        self.begin.setEnabled(there and known and not silent)
        if silent:
            self.state.setText(silent)
        elif trouble:
            self.state.setText(tr("The test needs both takes: {reason}", reason=sentence(trouble)))
        elif not there:
            self.state.setText(tr("The takes are being rendered …"))
        else:
            self.state.setText(self.loudness_words() if known else tr("The loudness is being measured …"))

    def _trouble(self) -> str:
        view = self._audition.view
        if view is None:
            return ""
        aside = {self.pair.first, self.pair.second} - {ORIGINAL, self._project.letter}
        return view.error or (view.spare_error if aside else "")

    def loudness_words(self) -> str:
        """What is done about the loudness."""
        gains = self._audition.loudness.gains((self.pair.first, self.pair.second))
        for which, name in (("a", self.pair.first), ("b", self.pair.second)):
            if gains[name] <= -0.05:
                what = self.pair.words("a" if which == "a" else "b")
                return tr("The loudness is matched: {what} by {gain} dB.", what=what, gain=signed(gains[name], 1))
        return tr("Both are as loud as each other.")

    def say(self, words: str) -> None:
        """Say why a test ended."""
        self.error.say(words)


class ResultPage(QWidget):
    """What came of it; `left` says that it is closed."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.verdict, self.note = label("", "title"), label("", "dim")
        for words in (self.verdict, self.note):
            words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.verdict)
        column.addWidget(self.note)
        column.addStretch()
        column.addLayout(_foot(_close(self.left.emit)))

    def show_result(self, pair: Pair, test: BlindTest, earlier: tuple[int, ...]) -> None:
        """Say it in a sentence, and what it is worth behind earlier tests of so many trials."""
        self.verdict.setText(verdict(Outcome("", NO_CHAIN, test.trials, test.correct, "")))
        chains = [name for name in (pair.first, pair.second) if name in LETTERS]
        saved = tr("It is saved with chain {letter}.", letter=chains[0]) if len(chains) == 1 else ""
        self.note.setText(
            tr(
                "{first} against {second}. p is the chance to be right so often by guessing. {saved}",
                first=_begun(pair.words("a")), second=pair.words("b"), saved=saved or tr("It is saved with both."),
            )
        )  # fmt: skip
        if earlier:
            percent = round(100 * chance_of_any((*earlier, test.trials)))
            luck = tr(
                "This chain was tested {count} times as it is: with a chance of {percent} % one of so many tests shows "
                "a difference to somebody who guesses.",
                count=len(earlier) + 1, percent=percent,
            )  # fmt: skip
            self.note.setText(f"{self.note.text()}\n\n{luck}")


def _pairs(project: Project) -> tuple[Pair, ...]:
    with_original = Pair(ORIGINAL, project.letter)
    return (with_original,) if project.aside is None else (Pair(*LETTERS), with_original)


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _close(leave: Callable[[], object]) -> QPushButton:
    button = QPushButton(tr("Close"))
    button.setToolTip(tr("Close the blind test"))
    button.clicked.connect(lambda: leave())
    return button


def _foot(*buttons: QPushButton) -> QHBoxLayout:
    foot = QHBoxLayout()
    foot.setSpacing(8)
    foot.addStretch()
    for button in buttons:
        foot.addWidget(button)
    return foot
