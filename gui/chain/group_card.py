"""The card of a group: its members' cards, and how many of them a draw takes."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from engine.chain import Node, OneOf, SomeOf, Step
from engine.params import Number, Range, SettingError

from ..widgets.entry import Entry
from ..widgets.labels import label
from ..widgets.scale import read_setting, shown, typed
from ..words import tr, trn
from .card import NodeCard
from .catalogue_words import GROUP_ENTRIES
from .hands import Hands
from .node_list import NodeList
from .shown import Shown
from .tree import group_name


class GroupCard(NodeCard):
    """One of, or some of, its members."""

    role = "sunken"

    def __init__(self, group: OneOf | SomeOf, hands: Hands, *, member: bool, parent: QWidget | None = None) -> None:
        super().__init__(group, hands, member=member, parent=parent)
        self._group = group
        self.setToolTip(tr(dict(GROUP_ENTRIES)[group_name(group)]))
        self.count: Entry | None = self._count_entry() if isinstance(group, SomeOf) else None
        self.members = NodeList(hands, group.id, members=True)
        self.add = QPushButton(tr("+ Add to the group"))
        self.add.setProperty("role", "quiet")
        self.add.setToolTip(tr("Add a transform to this group"))
        self.add.clicked.connect(self.add_member)
        self.empty = label(tr("Nothing to take from yet. Add a transform, or drag one here."), "note")
        self.empty.setWordWrap(True)
        self._inside = QWidget(self)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 2, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self.empty)
        inside.addWidget(self.members)
        inside.addWidget(self.add)
        self.column.setContentsMargins(6, 4, 6, 4)
        self.column.addWidget(self._inside)
        self._shown = Shown()

    def show_node(self, node: Node, shown: Shown) -> None:
        """Show the members, and what this draw took."""
        assert not isinstance(node, Step)
        self._group = node
        super().show_node(node, shown)
        if self.count is not None and isinstance(node, SomeOf):
            least, most = node.counts if node.members else (node.least, node.most)
            setting = Range(least, most) if least != most else least
            self.count.show_value(_count_words(self._number(), setting), typed(setting))
        self._show_shares()

    def _show_state(self, state: str) -> None:
        super()._show_state(state)
        if not state:
            many = len(self._group.members)
            self.tag.setText(trn("1 step", "{count} steps", many))

    def _show_shares(self) -> None:
        """Say beside each weight what it comes to."""
        whole = sum(member.weight for member in self._group.members if member.enabled)
        if not isinstance(self._group, OneOf) or not whole:
            return
        for member in self._group.members:
            entry = self.members.cards[member.id].weight
            if entry is not None:
                share = member.weight / whole if member.enabled else 0.0
                entry.setToolTip(tr("Weight: the group picks this in {share} of its draws", share=f"{share:.0%}"))

    @property
    def is_open(self) -> bool:
        """As any card; an empty group is open, so that something can be put into it."""
        return super().is_open or not self._group.members

    def _fold(self, shown: Shown | None) -> None:
        self._shown = shown or self._shown
        self.empty.setVisible(not self._group.members)
        self.members.show_nodes(self._group.members, self._shown)
        self._inside.setVisible(self.is_open)

    def _count_entry(self) -> Entry:
        entry = Entry(tr("How many of the group a draw takes"), "range")
        entry.setToolTip(tr("How many members a draw takes: a number, or a range such as 1..2"))
        entry.setFixedWidth(76)
        entry.entered.connect(self._count_typed)
        self.header.insertWidget(3, entry)
        return entry

    def _number(self) -> Number:
        return Number(name="how many", default=1, low=0, high=max(len(self._group.members), 1), integer=True)

    def _count_typed(self, text: str) -> None:
        try:
            self.hands.editor.set_count(self.node.id, read_setting(self._number(), text))
        except SettingError as error:
            self.say(error)

    def add_member(self) -> None:
        """Choose a transform to add."""
        add = self.hands.editor.add
        self.hands.ask(self.add, lambda name: add(name, container=self.node.id), True)

    def add_own(self, menu: QMenu) -> None:
        """Ungroup."""
        menu.addAction(tr("Add to the group …"), self.add_member)
        menu.addAction(tr("Ungroup"), lambda: self.hands.editor.unwrap(self.node.id))


def _count_words(number: Number, setting: Range | int) -> str:
    return tr("takes {count}", count=shown(number, setting).replace(" … ", "…"))
