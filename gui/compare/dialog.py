"""The blind test as a dialog: what is compared, the trials, and what came of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from engine.listening import BlindTest, Chance
from engine.project import Project

from ..audition import Audition
from ..words import tr
from .pages import ResultPage, SetUpPage
from .run import Pair, Run
from .trial_page import TrialPage

WIDTH = 500
REASON = "blind test"
Keep = Callable[[Pair, BlindTest], None]


class BlindDialog(QDialog):
    """Stands over the whole window while it is open; `keep` gets a test that came to its end."""

    def __init__(self, audition: Audition, project: Project, keep: Keep, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Blind test"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        self.chance: Chance | None = None
        self._audition, self._keep = audition, keep
        self._run: Run | None = None
        self._warned = False
        self.set_up = SetUpPage(audition, project)
        self.trial, self.verdict = TrialPage(), ResultPage()
        self.pages = QStackedWidget()
        for page in (self.set_up, self.trial, self.verdict):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.addWidget(self.pages)
        self._connect()

    def _connect(self) -> None:
        self.set_up.begun.connect(self._begin)
        self.set_up.left.connect(self.reject)
        self.verdict.left.connect(self.accept)
        self.trial.wanted.connect(self._hear)
        self.trial.answered.connect(self._answer)
        self.trial.played.connect(self._audition.toggle_play)
        self.trial.left.connect(self.reject)
        self._audition.viewed.connect(self._look_again)
        self._audition.ticked.connect(self.trial.show_snapshot)
        self._audition.loudness.changed.connect(self.set_up.look)
        self._audition.loudness.want(REASON, True)
        self.set_up.look()

    def _begin(self) -> None:
        pair, test = self.set_up.pair, BlindTest(self.set_up.trials.value(), self.chance)
        self._run = Run(self._audition, pair, test)
        self.pages.setCurrentWidget(self.trial)
        self.trial.begin(pair, self.set_up.loudness_words())
        self._run.begin()
        self._show_trial()

    def _show_trial(self) -> None:
        if self._run is not None:
            test = self._run.test
            self.trial.show_trial(test.answered + 1, test.trials, self._run.heard)

    def _hear(self, what: str) -> None:
        if self._run is not None and what in ("a", "b", "x"):
            self._run.hear(what)  # type: ignore[arg-type]  # it is one of them
            self._show_trial()

    def _answer(self, says: str) -> None:
        if self._run is None:
            return
        self._warned = False
        self._run.answer("a" if says == "a" else "b")
        if not self._run.test.done:
            self._show_trial()
            return
        run = self._leave()
        self._keep(run.pair, run.test)
        self.verdict.show_result(run.pair, run.test, self.set_up.earlier)
        self.pages.setCurrentWidget(self.verdict)

    def _look_again(self) -> None:
        """Take in what is complete now; a test cannot go on with other sounds than it began with."""
        self.set_up.look()
        if self._run is not None and not self._run.is_true:
            self._leave()
            self.pages.setCurrentWidget(self.set_up)
            self.set_up.say(tr("What was compared has changed on the disk, so the test was ended without a result."))

    def _leave(self) -> Run:
        run, self._run = self._run, None
        assert run is not None
        run.end()
        return run

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Space plays and pauses, as everywhere, and the keys of a trial are the page's."""
        if self._run is not None and self.trial.take_key(event):
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        """Close; a test that runs is only given up when that was said twice."""
        if self._run is not None and self._run.test.answered and not self._warned:
            self._warned = True
            self.trial.say(tr("To close now gives the test up, without a result. Once more, and it is closed."))
            return
        self.done(QDialog.DialogCode.Rejected)

    def done(self, code: int) -> None:
        """Close, and play on what was heard before."""
        if self._run is not None:
            self._leave()
        self._audition.loudness.want(REASON, False)
        super().done(code)
