"""The card of one step: its form, made when it is first seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from engine.chain import Node, Step
from engine.params import Setting, SettingError
from engine.plugins.absent import AbsentPlugin
from engine.regions import Region

from ..forms import StepForm
from ..widgets.buttons import LockButton
from ..words import sentence, tr
from . import tree
from .card import NodeCard
from .cost_badge import CostBadge
from .costs import Badge, badge
from .hands import Hands
from .plugin_line import PluginLine
from .region_line import RegionLine, span_of
from .shown import SKIPPED, Shown

FREEZE_KEY = "Shift+F"

WORKS = ("rendered", "live")
"""The states of a step that this draw takes."""


class StepCard(NodeCard):
    """A transform with its parameters."""

    def __init__(self, step: Step, hands: Hands, *, member: bool, parent: QWidget | None = None) -> None:
        super().__init__(step, hands, member=member, parent=parent)
        self.form: StepForm | None = None
        self.region: RegionLine | None = None
        self._step = step
        self._shown = Shown()
        self.plugin: PluginLine | None = None
        self._seen: tuple[object, ...] = ()
        summary = tree.summary(step)
        self.name.set_hint(summary + "\n" + tr("Click to fold or open, drag to move."))
        self.setToolTip(summary)

    def show_node(self, node: Node, shown: Shown) -> None:
        """Show the step's settings and what this draw got."""
        assert isinstance(node, Step)
        self._shown = shown
        seen = (
            shown.state(node), shown.drawn.get(node.id), shown.banks, shown.troubles, shown.labels, shown.unread,
            shown.plugins.get(node.id), shown.skipped,
        )  # fmt: skip
        if node is self._step and seen == self._seen:
            self.show_cost()
            return
        self._step, self._seen = node, seen
        self.lock.setChecked(node.lock is not None)
        super().show_node(node, shown)

    def make_tag(self) -> CostBadge:
        """What it costs, where this draw takes it."""
        made = CostBadge(self)
        made.clicked.connect(self.toggle_frozen)
        return made

    def _show_state(self, state: str) -> None:
        super()._show_state(state)
        self.show_cost()

    def show_cost(self) -> None:
        """Say what the step costs, as far as that is known now; one that is left out says that it is."""
        if self._state == SKIPPED and isinstance(self.tag, CostBadge):
            reason = sentence((self._shown.skipped or {}).get(self._step.id, ""))
            self.tag.show_badge(Badge((reason, tr(SKIPPED)), tr("Not on the microphone: {reason}", reason=reason)))
        elif self._state in WORKS and isinstance(self.tag, CostBadge):
            self.tag.show_badge(badge(self._step, self._shown, self.hands.costs))

    @property
    def is_frozen(self) -> bool:
        """Whether it is heard as it was rendered, and never live."""
        return self._step.id in self._shown.frozen

    @property
    def is_regional(self) -> bool:
        """Whether it works in a region only."""
        return self._step.region is not None

    @property
    def may_freeze(self) -> bool:
        """Whether there is anything to freeze or to unfreeze: this draw takes it, and it could run live."""
        return self._state in WORKS and self._step.id not in self._shown.in_prefix

    def toggle_frozen(self) -> None:
        """Have the step and all above it rendered before they are heard, or let it run live again."""
        if self.may_freeze:
            self.hands.editor.set_frozen(self.node.id, not self.is_frozen)

    def _fold(self, shown: Shown | None) -> None:
        self._shown = shown or self._shown
        has_form = self.is_open and not issubclass(self._step.kind, AbsentPlugin)
        if has_form:
            if self.form is None:
                self.form = self._make_form()
            self.form.show_step(self._step, self._shown.values(self._step), self._shown.banks, self._shown.troubles)
            self.form.set_faded(self.left_out)
        self._show_region()
        self._show_plugin()
        if self.form is not None:
            self.form.setVisible(has_form)

    def _show_plugin(self) -> None:
        """Say under the name why the plugin does not run, where it does not."""
        trouble = self._shown.plugins.get(self.node.id)
        if trouble is not None and self.plugin is None:
            self.plugin = PluginLine(self)
            self.plugin.asked.connect(lambda deed: self.hands.mend(self.node.id, deed))
            self.column.insertWidget(self.column.indexOf(self.error) + 1, self.plugin)
        if self.plugin is not None:
            self.plugin.show_trouble(trouble if self.is_open else None)

    def _show_region(self) -> None:
        """Show the line of the region above the form, where the step has one."""
        region, shown = self._step.region, self._shown
        if region is not None and self.is_open:
            if self.region is None:
                self.region = RegionLine(tree.title(self.node), self.hands.selection, self)
                self.region.edited.connect(self._region_edited)
                self.column.insertWidget(self.column.indexOf(self.error) + 1, self.region)
            drawn = shown.drawn.get(self.node.id)
            self.region.show_region(region, drawn.where if drawn else None, shown.labels, shown.unread)
        if self.region is not None:
            self.region.setVisible(region is not None and self.is_open)

    def _region_edited(self, region: Region | None, gesture: int) -> None:
        self.keep_open()
        try:
            self.hands.editor.set_region(self.node.id, region, gesture)
        except SettingError as error:
            self.say(error)

    def toggle_region(self) -> None:
        """Let the step work in a region only, which is what is selected if anything is; or everywhere again."""
        region = span_of(self.hands.selection()) if self._step.region is None else None
        self.hands.editor.set_region(self.node.id, region, None)
        if region is not None:
            self.set_open(True)
            if self.region is not None:
                self.region.start.setFocus()

    def _make_form(self) -> StepForm:
        form = StepForm(self._step, self.hands.choose_folder, self)
        form.edited.connect(self._edited)
        form.bank_bound.connect(self.hands.editor.bind_bank)
        self.column.addWidget(form)
        return form

    def _edited(self, name: str, setting: Setting, gesture: int) -> None:
        self.keep_open()
        try:
            self.hands.editor.set_setting(self.node.id, name, setting, gesture)
        except SettingError as error:
            self.say(error)

    def add_controls(self, header: QHBoxLayout) -> None:
        """The lock."""
        self.lock = LockButton(tr("{step}: the same in every take (K)", step=tree.title(self.node)), self)
        self.lock.clicked.connect(self.toggle_lock)
        header.addWidget(self.lock)

    def toggle_lock(self) -> None:
        """Hold the step to what this draw gave it, or let it be drawn again."""
        self.keep_open()
        self.hands.editor.set_locked(self.node.id, self._step.lock is None)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show what can be done with it."""
        super().enterEvent(event)
        self.lock.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Be quiet again."""
        super().leaveEvent(event)
        self.lock.update()

    def set_selected(self, selected: bool) -> None:
        """Mark the card that keys and actions mean."""
        super().set_selected(selected)
        self.lock.update()

    def add_state(self, menu: QMenu) -> None:
        """Lock and unlock, where it works, and whether it runs live."""
        words = tr("Lock to this draw") if self._step.lock is None else tr("Unlock")
        menu.addAction(f"{words}\tK", self.toggle_lock)
        words = tr("Only in a region …") if self._step.region is None else tr("Everywhere again")
        menu.addAction(f"{words}\tR", self.toggle_region)
        if self.may_freeze:
            words = tr("Let it run live again") if self.is_frozen else tr("Freeze, with all above it")
            menu.addAction(f"{words}\t{FREEZE_KEY}", self.toggle_frozen)

    def add_own(self, menu: QMenu) -> None:
        """Reset and replace."""
        menu.addAction(tr("Reset to defaults"), lambda: self.hands.editor.reset(self.node.id))
        menu.addAction(tr("Replace …"), self.replace)

    def replace(self) -> None:
        """Choose another transform for this place."""
        self.hands.ask(self, lambda name: self.hands.editor.replace(self.node.id, name), False)
