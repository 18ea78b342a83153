"""The draws: the takes that were looked at, which one is, what it drew, the seed, and the next one."""

from __future__ import annotations

import random
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from engine.project import Project
from engine.takes import View
from engine.track import Scratch

from ..actions import Command
from ..icons import icon
from ..memory import Memory
from ..store import Store
from ..widgets.gesture import Gesture
from ..widgets.labels import ElidedLabel, label
from ..widgets.number_box import NumberBox
from ..words import tr
from .darkroom import Darkroom, Submit
from .handle import TakeHandle
from .saving import Saving
from .strip import TakeStrip
from .strip_model import Colour, StripModel
from .taking_out import TakingOut
from .words import draw_words, values_words

LARGEST_SEED = 2**31 - 1
LARGEST_TAKE = 100_000
SIDE_PX = 340
BOX_PX = 96


class DrawBar(QWidget):
    """Take k here is variant k of the export for this seed and recording.

    `said` gives sentences on how something goes, `failed` on what does not. `colour` makes colours of a spectrogram's
    indices for the takes' pictures.
    """

    said = Signal(str)
    failed = Signal(str)

    def __init__(self, store: Store, submit: Submit, scratch: Scratch, memory: Memory, colour: Colour) -> None:
        super().__init__()
        self.setObjectName("drawBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self._store = store
        self._view: View | None = None
        self._region: tuple[float, float] | None = None
        self._revealed = 0
        self._gesture = Gesture()
        self._darkroom = Darkroom(store, submit, scratch, self)
        self._model = StripModel(store, colour, self)
        self._strip = TakeStrip(self._model)
        self._taking_out = TakingOut(store, submit, scratch, self)
        self._saving = Saving(store, submit, memory, self)
        self._make_boxes()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._show(store.project)
        self._show_strip()

    def _make_boxes(self) -> None:
        self._take = NumberBox(tr("Take"), 1, LARGEST_TAKE, 1, BOX_PX)
        self._take.setToolTip(tr("The take that is looked at: variant of the same number in the export"))
        self._words = ElidedLabel(role="dim")
        self._words.setAccessibleName(tr("What this draw took"))
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._seed = NumberBox(tr("Seed"), 0, LARGEST_SEED, 0, BOX_PX)
        self._seed.setToolTip(tr("The same seed, recording and take give the same draw everywhere"))

    def _make_buttons(self) -> None:
        self._random = _icon_button("dice-five", tr("Random seed"), tr("Take another seed, by chance"))
        self._save = _icon_button("floppy-disk", tr("Save this take"))
        self._handle = TakeHandle()
        self._previous = QPushButton(tr("Previous  ⇧N"))
        self._previous.setToolTip(tr("Go back to the take before (Shift+N)"))
        self._next = QPushButton(tr("New draw  N"))
        self._next.setProperty("role", "primary")
        self._next.setToolTip(tr("Draw every range and probability again: the next take (N)"))
        for button in (self._random, self._save, self._handle, self._previous, self._next):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self._words, 1)
        above.addWidget(self._save)
        above.addWidget(self._handle)
        below.addWidget(self._random)
        below.addStretch()
        below.addWidget(self._previous)
        below.addWidget(self._next)
        side = QGridLayout()
        side.setHorizontalSpacing(8)
        side.setVerticalSpacing(4)
        side.setColumnMinimumWidth(2, SIDE_PX)
        for row, (name, box, rest) in enumerate(((tr("take"), self._take, above), (tr("seed"), self._seed, below))):
            rest.setSpacing(8)
            side.addWidget(_buddy(name, box), row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            side.addWidget(box, row, 1)
            side.addLayout(rest, row, 2)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(16)
        layout.addWidget(self._strip, 1)
        layout.addLayout(side)

    def _connect(self) -> None:
        self._take.valueChanged.connect(self._take_typed)
        self._seed.valueChanged.connect(self._seed_typed)
        self._random.clicked.connect(self.random_seed)
        self._save.clicked.connect(self._saving.save_take)
        self._previous.clicked.connect(self.previous_draw)
        self._next.clicked.connect(self.new_draw)
        self._handle.pressed.connect(lambda: self._taking_out.prepare(self._variant))
        self._handle.dragged.connect(lambda: self._drag(self._variant, None))
        self._handle.clicked.connect(lambda: self._taking_out.copy(self._variant))
        self._strip.chosen.connect(self.go_to)
        self._strip.pressed_on.connect(self._taking_out.prepare)
        self._strip.dragged.connect(self._drag)
        for grip in (self._handle, self._strip):
            grip.let_go.connect(self._taking_out.let_go)
        for speaker in (self._saving, self._taking_out):
            speaker.said.connect(self.said)
            speaker.failed.connect(self.failed)
        self._darkroom.changed.connect(self._show_strip)
        self._store.changed.connect(lambda new, _old: self._show(new))

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return [
            Command(
                "new_draw", "Chain", tr("New draw"), tr("Draw every range and probability again"), self.new_draw,
                ("N",), separator_before=True,
            ),
            Command(
                "previous_draw", "Chain", tr("Previous draw"), tr("Go back to the take before"), self.previous_draw,
                ("Shift+N",), possible=lambda: self._variant > 1,
            ),
            Command(
                "random_seed", "Chain", tr("Random seed"), tr("Take another seed, by chance"), self.random_seed,
            ),
            Command(
                "save_take", "File", tr("Save this take …"),
                tr("Write the take as the file that the export would write, and how it was made beside it"),
                self._saving.save_take, ("Ctrl+Alt+S",), separator_before=True, possible=self._drawn,
            ),
            Command(
                "copy_take", "Edit", tr("Copy this take as a file"), tr("Paste it into a folder or program"),
                lambda: self._taking_out.copy(self._variant), ("Ctrl+Alt+C",), separator_before=True,
                possible=self._drawn,
            ),
            Command(
                "export_selection", "Export", tr("Export selection …"),
                tr("Write what the take made of the selection, sample for sample"), self.export_selection,
                ("Ctrl+Alt+E",), possible=lambda: self._drawn() and self._region is not None,
            ),
        ]  # fmt: skip

    def new_draw(self) -> None:
        """Go to the next take."""
        variant = min(self._variant + 1, LARGEST_TAKE)
        self._go(variant, tr("New draw: take {number}", number=variant))

    def previous_draw(self) -> None:
        """Go back to the take before."""
        variant = max(self._variant - 1, 1)
        self._go(variant, tr("Go to take {number}", number=variant))

    def go_to(self, variant: int) -> None:
        """Go to a take by its number."""
        self._go(variant, tr("Go to take {number}", number=variant))

    def random_seed(self) -> None:
        """Take a seed by chance."""
        self._commit_seed(random.randrange(LARGEST_SEED), tr("Random seed"))

    def export_selection(self) -> None:
        """Save what the take made of the selection."""
        self._saving.save_region(self._region, self._view)

    def set_selection(self, region: tuple[float, float] | None) -> None:
        """Say which stretch is selected, in the original's seconds."""
        self._region = region

    def show_view(self, view: View | None) -> None:
        """Take in what there is of the take that is looked at."""
        self._view = view
        self._darkroom.show_view(view)

    def doubt(self) -> None:
        """Look whether the takes' pictures are still true: something that takes are made from has changed."""
        self._darkroom.doubt()

    def recolour(self) -> None:
        """Paint the takes' pictures in other colours."""
        self._model.recolour()

    def showEvent(self, event: QShowEvent) -> None:
        """Make pictures while they are seen."""
        self._darkroom.open()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Make none while they are not."""
        self._darkroom.close()
        super().hideEvent(event)

    @property
    def _variant(self) -> int:
        return self._store.project.variant

    def _drawn(self) -> bool:
        return self._store.project.source is not None

    def _drag(self, variant: int, picture: QPixmap | None) -> None:
        self._taking_out.drag(self, variant, picture)

    def _go(self, variant: int, label: str, merge: object = None) -> None:
        self._store.commit(label, replace(self._store.project, variant=variant), merge)

    def _take_typed(self, variant: int) -> None:
        self._go(variant, tr("Go to take {number}", number=variant), ("take", self._gesture.go_on()))

    def _seed_typed(self, seed: int) -> None:
        self._commit_seed(seed, tr("Change the seed"), ("seed", self._gesture.go_on()))

    def _commit_seed(self, seed: int, label: str, merge: object = None) -> None:
        self._store.commit(label, replace(self._store.project, seed=seed), merge)

    def _show(self, project: Project) -> None:
        recipe = project.recipe()
        self._words.setText(draw_words(recipe))
        self._words.set_hint(values_words(recipe) if recipe is not None else "")
        self._previous.setEnabled(project.variant > 1)
        self._save.setToolTip(tr("Save this take of chain {letter} as a file (Ctrl+Alt+S)", letter=project.letter))
        self._handle.show_chain(project.letter)
        for widget in (self._save, self._handle):
            widget.setEnabled(recipe is not None)
        for box, value in ((self._take, project.variant), (self._seed, project.seed)):
            with QSignalBlocker(box):
                box.setValue(value)

    def _show_strip(self) -> None:
        others = self._model.show_strip(self._darkroom.strip)
        if others or self._revealed != self._variant:  # else the keys stay where they are in the strip
            self._revealed = self._variant
            self._strip.reveal(self._variant)


def _buddy(text: str, field: QWidget) -> QLabel:
    made = label(text, "dim")
    made.setBuddy(field)
    return made


def _icon_button(name: str, title: str, hint: str = "") -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name, "dim"))
    button.setProperty("role", "quiet")
    button.setAccessibleName(title)
    button.setToolTip(hint)
    return button
