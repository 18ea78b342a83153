"""The draws: the seed, which take is looked at, and the next one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from engine.project import Project

from ..actions import Command
from ..store import Store
from ..widgets.number_box import NumberBox
from ..words import tr

LARGEST_SEED = 2**31 - 1


class DrawBar(QWidget):
    """Take k here is variant k of the export for this seed and recording."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.setObjectName("drawBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self._store = store
        self._take = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._take.setProperty("role", "strong")
        self._words = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._words.setProperty("role", "dim")
        self._seed = NumberBox("Seed", 0, LARGEST_SEED, 0, 96)
        self._seed.setToolTip("Seed: the same seed, recording and take give the same draw everywhere")
        self._seed.valueChanged.connect(self._seed_changed)
        self._previous = QPushButton("Previous  ⇧N")
        self._previous.setToolTip("Go back to the take before (Shift+N)")
        self._previous.clicked.connect(self.previous_draw)
        self._next = QPushButton("New draw  N")
        self._next.setProperty("role", "primary")
        self._next.setToolTip("Draw every range and probability again: the next take (N)")
        self._next.clicked.connect(self.new_draw)
        for button in (self._previous, self._next):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lay_out()
        store.changed.connect(lambda new, _old: self._show(new))
        self._show(store.project)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._take)
        layout.addWidget(self._words, 1)
        label = QLabel("seed")
        label.setProperty("role", "dim")
        label.setBuddy(self._seed)
        for widget in (label, self._seed, self._previous, self._next):
            layout.addWidget(widget)

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return [
            Command(
                "new_draw", "Chain", tr("New draw"), tr("Draw every range and probability again"), self.new_draw,
                ("N",), separator_before=True,
            ),
            Command(
                "previous_draw", "Chain", tr("Previous draw"), tr("Go back to the take before"), self.previous_draw,
                ("Shift+N",),
            ),
        ]  # fmt: skip

    def new_draw(self) -> None:
        """Go to the next take."""
        self._go(self._store.project.variant + 1, "New draw")

    def previous_draw(self) -> None:
        """Go back to the take before."""
        if self._store.project.variant > 1:
            self._go(self._store.project.variant - 1, "Previous draw")

    def _go(self, variant: int, label: str) -> None:
        self._store.commit(label, replace(self._store.project, variant=variant))

    def _seed_changed(self, seed: int) -> None:
        self._store.commit("Change the seed", replace(self._store.project, seed=seed))

    def _show(self, project: Project) -> None:
        self._take.setText(f"Take {project.variant}")
        self._words.setText(draw_words(project))
        self._previous.setEnabled(project.variant > 1)
        with QSignalBlocker(self._seed):
            self._seed.setValue(project.seed)


def draw_words(project: Project) -> str:
    """What this draw came to, in a line: the steps that it took."""
    recipe = project.recipe()
    if recipe is None:
        return "drop a recording to draw"
    if not recipe.steps:
        return "this draw takes no step: the take is the original"
    names = " · ".join(step.id.partition("#")[0] for step in recipe.steps)
    return f"nothing was drawn, so the fallback: {names}" if recipe.fallback else names
