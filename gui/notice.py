"""One sentence that the user should read, in the window and never in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from . import theme
from .words import tr

Offer = tuple[str, Callable[[], object]]
"""A button's words, and what it does before the sentence goes."""
PASSING_MS = 8000
"""So long a sentence stays that nobody needs to act on."""


@dataclass(frozen=True)
class _Said:
    words: str
    offers: tuple[Offer, ...] = ()
    wrong: bool = False
    passing: bool = False

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return bool(self.offers) and not self.wrong


class Notice(QFrame):
    """A strip with a sentence, perhaps with offers, and a button that puts it away; hidden while there is none.

    A sentence has a topic: a later one about the same takes its place, and `take_back` ends it. What is wrong stands
    over a red line; what only tells how something went goes by itself. A question stands before all else.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.setAccessibleName(tr("Message"))
        self._said: dict[str, _Said] = {}
        self._topic = ""
        self._words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._words.setMinimumWidth(1)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._away = _button(tr("Dismiss"), tr("Put this message away"))
        self._away.clicked.connect(self._dismiss)
        self._offers: list[QPushButton] = []
        self._passing = QTimer(self, singleShot=True, interval=PASSING_MS)
        self._passing.timeout.connect(self._dismiss)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(12, 8, 12, 8)
        self._line.setSpacing(8)
        self._line.addWidget(self._words, 1)
        self._line.addWidget(self._away)
        self.hide()

    @property
    def words(self) -> str:
        """What it says, empty when it is put away."""
        return self._words.text() if not self.isHidden() else ""

    def say(self, words: str, topic: str, *offers: Offer) -> None:
        """Show what is wrong before what was; an empty sentence takes back what was said of its topic."""
        self._put(topic, _Said(words, offers, wrong=True))

    def ask(self, words: str, topic: str, *offers: Offer) -> None:
        """Show a question, which the offers answer."""
        self._put(topic, _Said(words, offers))

    def tell(self, words: str, topic: str) -> None:
        """Show for a while how something went that the user asked for."""
        self._put(topic, _Said(words, passing=True))

    def _put(self, topic: str, said: _Said) -> None:
        self._said.pop(topic, None)
        if said.words:
            self._said[topic] = said
        self._show()

    def take_back(self, topic: str) -> None:
        """What was said of a topic is no longer so."""
        self.say("", topic)

    def _dismiss(self) -> None:
        self.take_back(self._topic)

    def _take(self, topic: str, act: Callable[[], object]) -> None:
        self.take_back(topic)
        act()

    def _show(self) -> None:
        for button in self._offers:
            button.hide()
            button.deleteLater()
        latest_first = reversed(self._said)
        self._topic = topic = max(latest_first, key=lambda topic: self._said[topic].asks, default="")
        said = self._said.get(topic, _Said(""))
        self._offers = [_button(words, words) for words, _ in said.offers]
        for place, (button, (_, act)) in enumerate(zip(self._offers, said.offers, strict=True), start=1):
            button.clicked.connect(lambda _=False, act=act: self._take(topic, act))
            self._line.insertWidget(place, button)
        self._words.setText(said.words)
        if self.property("wrong") != said.wrong:
            self.setProperty("wrong", said.wrong)
            theme.restyle(self)
        if said.passing:
            self._passing.start()
        else:
            self._passing.stop()
        self.setVisible(bool(self._said))


def _button(words: str, hint: str) -> QPushButton:
    button = QPushButton(words)
    button.setToolTip(hint)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
