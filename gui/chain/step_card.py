"""The card of one step: its form, made when it is first seen."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidget

from engine.chain import Node, Step
from engine.params import Setting, SettingError

from ..forms import StepForm
from .card import NodeCard
from .hands import Hands
from .shown import Shown


class StepCard(NodeCard):
    """A transform with its parameters."""

    def __init__(self, step: Step, hands: Hands, *, member: bool, parent: QWidget | None = None) -> None:
        super().__init__(step, hands, member=member, parent=parent)
        self.form: StepForm | None = None
        self._step = step
        self._shown = Shown()
        self._seen: tuple[object, ...] = ()
        self.name.set_hint(f"{step.kind.summary()}\nClick to fold or open.")
        self.setToolTip(step.kind.summary())

    def show_node(self, node: Node, shown: Shown) -> None:
        """Show the step's settings and what this draw got."""
        assert isinstance(node, Step)
        seen = (shown.state(node), shown.drawn.get(node.id), shown.banks)
        if node is self._step and seen == self._seen:
            return
        self._step, self._seen = node, seen
        super().show_node(node, shown)

    def _fold(self, shown: Shown | None) -> None:
        self._shown = shown or self._shown
        if self.is_open:
            if self.form is None:
                self.form = self._make_form()
            self.form.show_step(self._step, self._shown.values(self._step), self._shown.banks)
            self.form.set_faded(self.left_out)
        if self.form is not None:
            self.form.setVisible(self.is_open)

    def _make_form(self) -> StepForm:
        form = StepForm(self._step, self.hands.choose_folder, self)
        form.edited.connect(self._edited)
        form.bank_bound.connect(self.hands.editor.bind_bank)
        self.column.addWidget(form)
        self.hands.rearranged()
        return form

    def _edited(self, name: str, setting: Setting, gesture: int) -> None:
        self.keep_open()
        try:
            self.hands.editor.set_setting(self.node.id, name, setting, gesture)
        except SettingError as error:
            self.say(error)

    def add_own(self, menu: QMenu) -> None:
        """Reset and replace."""
        menu.addAction("Reset to defaults", lambda: self.hands.editor.reset(self.node.id))
        menu.addAction("Replace …", self.replace)

    def replace(self) -> None:
        """Choose another transform for this place."""
        self.hands.ask(self, lambda name: self.hands.editor.replace(self.node.id, name), False)
