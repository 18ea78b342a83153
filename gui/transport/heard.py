"""What is heard: the original or one of both chains' takes, and whether they are matched in loudness."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.project import LETTERS

from ..audition import ORIGINAL, Audition
from ..memory import Memory
from ..numbers import signed
from ..widgets.labels import ElidedLabel
from ..words import tr
from .rows import CONTROLS_PX, row, two_rows

REMEMBERED = "transport/match"
SEGMENT_PX = 44
LEAST_DB = 0.05
"""What is turned down by less shows no number."""


def match_hint() -> str:
    """What the toggle does."""
    return tr("Turn what is louder down to the softest, to compare original and takes; exports stay as they are")


class Heard(QWidget):
    """A segment for each, joined, and the toggle; under them which take it is, or by how much each is turned down."""

    def __init__(self, audition: Audition, memory: Memory) -> None:
        super().__init__()
        self._audition, self._memory = audition, memory
        self._variant = 1
        self._shown: tuple[object, ...] = ()
        group = QButtonGroup(self)
        self.segments = {what: self._segment(what, group) for what in (ORIGINAL, *LETTERS)}
        self.match = QPushButton(tr("Match"))
        self.match.setProperty("role", "toggle")
        self.match.setCheckable(True)
        self.match.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.match.setAccessibleName(tr("Match loudness"))
        self.match.setToolTip(tr("{what} ({key})", what=match_hint(), key="Shift+B"))
        self.match.clicked.connect(self._set_match)
        self.readout = ElidedLabel("", "small")
        self._lay_out()
        self._set_match(memory.get(REMEMBERED, False))

    def _segment(self, what: str, group: QButtonGroup) -> QPushButton:
        button = QPushButton(tr("Original") if what == ORIGINAL else what)
        group.addButton(button)
        button.setCheckable(True)
        button.setProperty("role", "segment")
        button.setProperty("side", "original" if what == ORIGINAL else "take")
        button.setMinimumWidth(max(button.sizeHint().width(), SEGMENT_PX))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._audition.hear(what))
        return button

    def _lay_out(self) -> None:
        joined = QFrame()
        joined.setProperty("role", "segments")
        inside = QHBoxLayout(joined)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        for button in self.segments.values():
            inside.addWidget(button)
        for control in (joined, self.match):
            control.setFixedHeight(CONTROLS_PX)
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setLayout(two_rows(row(joined, self.match), row(self.readout)))

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
        gains = {what: round(gain, 1) for what, gain in audition.gains.items() if gain <= -LEAST_DB}
        shown = (
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
                button.setToolTip(self._hint(what, gains.get(what, 0.0)))
            self.match.setChecked(audition.matched)
            words = self._words(gains)
            self.readout.setText(words)
            self.readout.set_hint(words)

    def _words(self, gains: dict[str, float]) -> str:
        if not gains:
            return tr("chain {letter} · take {number}", letter=self._audition.chains.letter, number=self._variant)
        names = {ORIGINAL: tr("Original")}
        return " · ".join(
            tr("{name} {gain} dB", name=names.get(what, what), gain=signed(gain, 1)) for what, gain in gains.items()
        )

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
