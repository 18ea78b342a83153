"""Where the chain ends: what becomes of sound beyond full scale, and what was done about it in the take looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from engine.chain import GUARD, GUARDS
from engine.project import Project
from engine.recipe import Recipe
from engine.takes import View

from ..widgets.combo import QuietCombo
from ..widgets.labels import ElidedLabel, label
from ..words import mark, tr
from .editor import ChainEditor

NAMES = {"scale": mark("Turn down"), "limit": mark("Limit peaks"), "none": mark("None")}
HINTS = {
    "scale": mark("Turn the whole take down where it would exceed full scale"),
    "limit": mark("Turn its peaks down, so that the true peak stays below \N{MINUS SIGN}1 dBTP"),
    "none": mark("Do nothing; files of whole numbers are clipped at full scale"),
}

LEAST_DB = 0.1


class GuardRow(QFrame):
    """A choice and a remark, below the chain's cards."""

    def __init__(self, editor: ChainEditor) -> None:
        super().__init__()
        self._editor = editor
        self._project: Project | None = None
        self._view: View | None = None
        self.setProperty("role", "card")
        self.combo = QuietCombo(tr("Guard"))
        self.combo.setProperty("role", "value")
        for mode in GUARDS:
            self.combo.addItem(tr(NAMES[mode]), mode)
            self.combo.setItemData(self.combo.count() - 1, tr(HINTS[mode]), Qt.ItemDataRole.ToolTipRole)
        self.combo.activated.connect(lambda row: self._editor.set_guard(GUARDS[row]))
        self.remark = ElidedLabel("", "small")
        self.remark.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        name = label(tr("Guard"), "strong")
        name.setBuddy(self.combo)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(name)
        row.addWidget(self.combo)
        row.addWidget(self.remark, 1)

    def show_project(self, project: Project) -> None:
        """Show what is chosen."""
        self._project = project
        mode = project.chain.guard
        self.combo.setCurrentIndex(GUARDS.index(mode))
        self.combo.setToolTip(tr("What the chain ends in. {hint}", hint=tr(HINTS[mode])))
        self._say()

    def show_view(self, view: View | None) -> None:
        """Take in what is known of the take; while an edit is rendered, what was known before stays."""
        same = view is not None and self._view is not None and _draw_of(view) == _draw_of(self._view)
        if view is None or view.complete or not same:
            self._view = view
            self._say()

    def _say(self) -> None:
        words = self._words()
        self.remark.setText(words)
        self.remark.set_hint(words)

    def _words(self) -> str:
        project, view = self._project, self._view
        if project is None or view is None or not view.complete or project.chain.bypassed:
            return ""
        if project.chain.guard != _mode_in(view.recipe):
            return ""
        if project.chain.guard == "none":
            return tr("peaks are left as they are")
        gain = -dict(dict(view.numbers).get(GUARD, ())).get("gain_db", 0.0)
        if not gain > 0:
            return tr("nothing to do")
        shown = f"{gain:.1f}" if gain >= LEAST_DB else f"{gain:.1g}"
        if project.chain.guard == "limit":
            return tr("peaks turned down {gain} dB", gain=shown)
        return tr("turned down {gain} dB", gain=shown)


def _mode_in(recipe: Recipe) -> str:
    """The guard that a draw ends in; one that took no step has none."""
    last = recipe.steps[-1] if recipe.steps else None
    return str(dict(last.values)["mode"]) if last is not None and last.id == GUARD else "none"


def _draw_of(view: View) -> tuple[str, int, int]:
    return view.source.path, view.recipe.seed, view.recipe.variant
