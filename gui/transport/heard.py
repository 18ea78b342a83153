"""What is heard: the original or one of both chains' takes, and whether they are matched in loudness."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from engine.project import LETTERS

from ..audition import ORIGINAL, Audition
from ..icons import icon
from ..memory import Memory
from ..numbers import signed
from ..words import tr

REMEMBERED = "transport/match"
MATCH = "match"
GAP = 6
LEAST_DB = 0.05
"""What is turned down by less shows no number."""


def match_hint() -> str:
    """What the toggle does."""
    return tr("Turn what is louder down to the softest, to compare original and takes; exports stay as they are")


class Heard(QWidget):
    """A segment for each, joined, with by how much it is turned down; and the toggle for that."""

    def __init__(self, audition: Audition, memory: Memory) -> None:
        super().__init__()
        self._audition, self._memory = audition, memory
        self._variant = 1
        self._shown: tuple[object, ...] = ()
        group = QButtonGroup(self)
        self.segments = {what: self._segment(what, group) for what in (ORIGINAL, *LETTERS)}
        self.match = QPushButton(icon("equals"), "")
        self.match.setProperty("role", "toggle")
        self.match.setCheckable(True)
        self.match.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.match.setAccessibleName(tr("Match loudness"))
        self.match.setToolTip(tr("{what} ({key})", what=match_hint(), key="Shift+B"))
        self.match.clicked.connect(self._set_match)
        self._lay_out()
        self._set_match(memory.get(REMEMBERED, False))

    def _segment(self, what: str, group: QButtonGroup) -> QPushButton:
        button = QPushButton()
        group.addButton(button)
        button.setCheckable(True)
        button.setProperty("role", "chip")
        button.setProperty("side", "original" if what == ORIGINAL else "take")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._audition.hear(what))
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in self.segments.values():
            row.addWidget(button)
        row.addSpacing(GAP)
        row.addWidget(self.match)

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """Room for the names alone: numbers and decibels are in the hints as well."""
        return QSize(
            sum(self._width(button, self._name(what)) for what, button in self._named()), super().sizeHint().height()
        )

    def sizeHint(self) -> QSize:  # Qt's name
        """Room for all words."""
        gains = self._gains()
        words = sum(self._width(button, self._words(what, gains.get(what, 0.0))) for what, button in self._named())
        return QSize(words, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Leave numbers and decibels out where there is no room for them."""
        super().resizeEvent(event)
        self.show_now()

    def _named(self) -> list[tuple[str, QPushButton]]:
        return [*self.segments.items(), (MATCH, self.match)]

    def _width(self, button: QPushButton, words: str) -> int:
        metrics = button.fontMetrics()
        if button is self.match:
            return GAP + button.sizeHint().width()
        return button.sizeHint().width() - metrics.horizontalAdvance(button.text()) + metrics.horizontalAdvance(words)

    def _gains(self) -> dict[str, float]:
        return {what: round(gain, 1) for what, gain in self._audition.gains.items() if gain <= -LEAST_DB}

    def set_variant(self, variant: int) -> None:
        """Say which take of the chains is compared."""
        self._variant = variant
        self.show_now()

    def toggle_match(self) -> None:
        """Match in loudness, or no longer."""
        self._set_match(not self._audition.matched)

    def _set_match(self, on: bool) -> None:
        self._memory.put(REMEMBERED, on)
        self._audition.match(on)
        self.show_now()

    def show_now(self) -> None:
        """Show how things stand, if that is anything new."""
        audition = self._audition
        gains, narrow = self._gains(), self.width() < self.sizeHint().width()
        shown = (
            narrow,
            audition.heard,
            audition.chains.letter,
            audition.chains.are_two,
            audition.matched,
            gains,
            self._variant,
        )
        if shown != self._shown:
            self._shown = shown
            for what, button in self.segments.items():
                button.setChecked(what == audition.heard)
                button.setText(self._name(what) if narrow else self._words(what, gains.get(what, 0.0)))
                button.setToolTip(self._hint(what, gains.get(what, 0.0)))
            self.match.setChecked(audition.matched)
            self.updateGeometry()

    def _name(self, what: str) -> str:
        return tr("Original") if what == ORIGINAL else what

    def _words(self, what: str, gain_db: float) -> str:
        name = self._name(what)
        if what == self._audition.chains.letter:
            name = tr("{letter} · take {number}", letter=what, number=self._variant)
        return tr("{name}  {gain} dB", name=name, gain=signed(gain_db, 1)) if gain_db else name

    def _hint(self, what: str, gain_db: float) -> str:
        chains = self._audition.chains
        if what == ORIGINAL:
            hint = tr("Hear the original (A changes between it and the take, in the same place)")
        elif what == chains.letter or chains.are_two:
            hint = tr("Hear and edit chain {letter} (B changes between both, in the same place)", letter=what)
        else:
            hint = tr("Begin chain {letter} as a copy of this one, to compare both (B)", letter=what)
        if not gain_db:
            return hint
        return tr("{hint}; it is turned down by {gain} dB to match", hint=hint, gain=f"{-gain_db:.1f}")
