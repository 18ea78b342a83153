"""One job in the dock: what it is, how it stands with it, and what can be done about it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.batch.events import Progress, failure_words

from ..icons import icon
from ..widgets.buttons import GlyphButton
from ..widgets.flow import FlowLayout
from ..widgets.glyphs import more
from ..widgets.labels import ElidedLabel, label
from ..widgets.reasons import Reasons
from ..words import sentence, tr
from .form import JobForm
from .handle import Handle
from .job import RUNNING, WAITING, Job
from .sentences import how, outcome_words, pace, state_words, title, trouble_words, warnings

REASONS_HEIGHT = 72


@dataclass(frozen=True)
class Act:
    """Something that can be done with a job: a button's words, hint and work."""

    words: str
    hint: str
    run: Callable[[], object]


class JobRow(QFrame):
    """Shows a job; `moved` gives where on the screen it is dragged to, `stepped` how many places it is to go."""

    opened = Signal(bool)
    settings_changed = Signal(object)
    moved = Signal(QPoint)
    stepped = Signal(int)
    grown = Signal()

    def __init__(self, acts: Callable[[Job], list[Act]], menu: Callable[[Job], list[Act]]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(tr("Enter shows what can be set; Alt+Up and Alt+Down move it; Delete takes it away"))
        self._acts, self._menu_acts = acts, menu
        self._job: Job | None = None
        self._shown_acts: list[str] = []
        self.form: JobForm | None = None
        self._is_open = self._folded = False
        self._make_widgets()
        self._lay_out()

    def _make_widgets(self) -> None:
        self.handle = Handle()
        self.handle.dragged.connect(self.moved)
        self.name = ElidedLabel("", "strong")
        self._more = GlyphButton(more, tr("More with this export"))
        self._more.clicked.connect(lambda: self._show_menu(self._more.mapToGlobal(self._more.rect().bottomLeft())))
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(tr("How far the export is"))
        self.words = label("", "small")
        self.words.setWordWrap(True)
        self.words.setMinimumWidth(1)
        self.failed = QPushButton()
        self.failed.setCheckable(True)
        self.failed.setProperty("role", "quiet")
        self.failed.setIcon(icon("warning", "clip"))
        self.failed.setToolTip(tr("Show what failed or is to be looked at, and why"))
        self.failed.toggled.connect(self._show_reasons)
        self.reasons = Reasons(tr("What could not be exported, and why"), REASONS_HEIGHT)
        self._buttons = QWidget()
        self._flow = FlowLayout(self._buttons)
        self._flow.addWidget(self.failed)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.handle)
        top.addWidget(self.name, 1)
        top.addWidget(self._more)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6, 6, 6, 6)
        self._layout.setSpacing(4)
        self._layout.addLayout(top)
        for widget in (self.bar, self.words, self._buttons, self.reasons):
            self._layout.addWidget(widget)

    def show_job(self, job: Job, progress: Progress | None, *, folded: bool) -> None:
        """Show the job as it stands; folded, it has no buttons until it is opened."""
        self._job = job
        self._folded = folded
        self.name.setText(title(job))
        self.name.set_hint(job.folder)
        self.setAccessibleName(tr("{job}, {state}", job=title(job), state=state_words(job)))
        self.bar.setVisible(job.state == RUNNING)
        if job.state == RUNNING:
            self.show_progress(progress)
        else:
            self._show_words(outcome_words(job), job.outcome.failed, len(warnings(job)))
        self._show_form(job)
        self._fill_reasons(job)
        self._show_acts(job)

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far it is."""
        assert self._job is not None
        self.bar.setRange(0, progress.total if progress is not None else 0)
        self.bar.setValue(progress.done + progress.failed if progress is not None else 0)
        known = [how(self._job)] if progress is None or not progress.files_per_s else [how(self._job), pace(progress)]
        self._show_words(" · ".join(known), progress.failed if progress is not None else 0)

    def _show_words(self, words: str, failed: int, warned: int = 0) -> None:
        self.words.setText(words.replace("/", "/\u200b"))  # a long path may be broken behind its slashes
        self.failed.setText(trouble_words(failed, warned))
        self.failed.setVisible(failed + warned > 0)

    @property
    def is_open(self) -> bool:
        """Whether what can be set is shown."""
        return self._is_open

    def set_open(self, is_open: bool) -> None:
        """Show or hide what can be set."""
        self._is_open = is_open
        if self._job is not None:
            self._show_form(self._job)
            self._show_acts(self._job)

    def _show_form(self, job: Job) -> None:
        wanted = self._is_open and job.state == WAITING
        if wanted and self.form is None:
            self.form = JobForm()
            self.form.changed.connect(self.settings_changed)
            self.form.grown.connect(self.grown)
            self._layout.insertWidget(3, self.form)
        if self.form is not None:
            self.form.setVisible(wanted)
            if wanted:
                self.form.show_settings(job.settings)

    def _fill_reasons(self, job: Job) -> None:
        shown = self.failed.isChecked()
        troubles = job.outcome.troubles if shown else ()
        sentences = [failure_words(source, sentence(reason)) for source, reason in troubles]
        self.reasons.show_sentences([*sentences, *(warnings(job) if shown else ())])

    def _show_reasons(self) -> None:
        if self._job is not None:
            self._fill_reasons(self._job)
            self.grown.emit()

    def _show_acts(self, job: Job) -> None:
        """Make the buttons anew where others are wanted; the focus stays in the row."""
        acts = self._acts(job)
        if [act.words for act in acts] != self._shown_acts:
            focused = any(button.hasFocus() for button in self._buttons.findChildren(QPushButton))
            self._shown_acts = [act.words for act in acts]
            while self._flow.count() > 1:
                item = self._flow.takeAt(1)
                gone = item.widget() if item is not None else None
                assert gone is not None
                gone.hide()
                gone.deleteLater()
            for act in acts:
                button = _button(act)
                self._flow.addWidget(button)
                button.show()
            if focused:
                self.setFocus()
        folded = self._folded and not self._is_open
        self._buttons.setVisible(not folded and (bool(acts) or not self.failed.isHidden()))

    def button(self, words: str) -> QPushButton:
        """The button of these words."""
        found = self._buttons.findChildren(QPushButton)
        return next(button for button in found if button.text() == words and not button.isHidden())

    def _show_menu(self, place: QPoint) -> None:
        if self._job is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for act in self._menu_acts(self._job):
            action = menu.addAction(act.words)
            action.setToolTip(act.hint)
            action.triggered.connect(lambda _checked=False, run=act.run: run())
        menu.popup(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # Qt's name
        """What can be done with the job."""
        self._show_menu(event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A click opens and closes it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(not self._is_open)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Open and close, move, take away."""
        keys, alt = event.key(), event.modifiers() == Qt.KeyboardModifier.AltModifier
        if not self.hasFocus():
            super().keyPressEvent(event)
        elif keys in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit(not self._is_open)
        elif alt and keys in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(-1 if keys == Qt.Key.Key_Up else 1)
        elif keys == Qt.Key.Key_Delete and self._job is not None and self._job.state != RUNNING:
            self._menu_acts(self._job)[-1].run()
        else:
            super().keyPressEvent(event)


def _button(act: Act) -> QPushButton:
    button = QPushButton(act.words)
    button.setProperty("role", "quiet")
    button.setToolTip(act.hint)
    button.setAccessibleName(act.words)
    button.clicked.connect(lambda _checked=False: act.run())
    return button
