"""The chain's panel: presets, the cards of the chain in its three parts, and the way to add to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.project import Project

from ..actions import Command
from ..presets.bar import PresetBar
from ..presets.own import PresetShelf
from ..rows.bank_row import ChooseFolder, ask_folder
from ..store import Store
from ..widgets.buttons import PowerButton
from ..widgets.labels import label
from ..words import tr
from . import tree
from .card import NodeCard
from .catalogue import Catalogue, open_catalogue
from .editor import ChainEditor
from .hands import Hands
from .node_list import GAP, NodeList
from .reorder import Reorder
from .shown import Shown, shown
from .tab_order import set_tab_order

WIDTH = 344
MARGIN = 12
SCROLL_BAR = 8

_HEADINGS = {"fallback": "When nothing was drawn", "finally_": "Always, last"}


class ChainPanel(QWidget):
    """Shows the store's chain as cards, and edits it."""

    def __init__(
        self,
        store: Store,
        shelf: PresetShelf | None = None,
        choose_folder: ChooseFolder = ask_folder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self.editor = ChainEditor(store)
        self._selected = ""
        self._catalogue: Catalogue | None = None
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Chain")
        self.setMinimumWidth(WIDTH)
        self.presets = PresetBar(store, shelf)
        self.power = PowerButton("The whole chain: on or off", diameter=14)
        self.power.setFixedHeight(self.presets.button.sizeHint().height())
        self.power.clicked.connect(self.editor.set_chain_power)
        self.count = label("", "note")
        self.add = QPushButton("+  Add a transform    E")
        self.add.setProperty("role", "add")
        self.add.setToolTip("Open the catalogue (E)")
        self.add.clicked.connect(self.add_transform)
        self.empty = label("No steps yet: what goes in comes out.\nAdd a transform, or choose a preset above.", "dim")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hands = Hands(
            self.editor, choose_folder, self._ask, self.reveal, self._drag, self._drop, self._give_up, self._rearranged
        )  # fmt: skip
        self.sections = {section: NodeList(hands, section) for section in tree.SECTIONS}
        self._headings = {name: label(words.upper(), "heading") for name, words in _HEADINGS.items()}
        self._inside = QWidget()
        self.area = self._scrolled()
        self._reorder = Reorder(self.area, self._inside, self.editor)
        self._tabs = QTimer(self)
        self._tabs.setSingleShot(True)
        self._tabs.timeout.connect(lambda: set_tab_order(self))
        self._lay_out()
        store.changed.connect(self._changed)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]  # there is one
        self._show(store.project)

    def _scrolled(self) -> QScrollArea:
        inside = self._inside
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 2, MARGIN, 8)
        column.setSpacing(GAP)
        column.addWidget(self.empty)
        for section, cards in self.sections.items():
            if section in self._headings:
                column.addSpacing(4)
                column.addWidget(self._headings[section])
            column.addWidget(cards)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, most: _leave_room(column, SCROLL_BAR if most else 0))
        return area

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(label("CHAIN", "heading"), 1)
        heading.addWidget(self.count)
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addWidget(self.presets, 1)
        bar.addWidget(self.power, 0, Qt.AlignmentFlag.AlignTop)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(8)
        head.addLayout(heading)
        head.addLayout(bar)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 12)
        foot.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        column.addLayout(foot)

    @property
    def selected(self) -> str:
        """The id of the card that keys and actions mean; empty for none."""
        return self._selected if self.card(self._selected) is not None else ""

    def cards(self) -> list[NodeCard]:
        """All cards in the chain's order, a group before its members."""
        return [card for cards in self.sections.values() for card in cards.walk()]

    def card(self, node_id: str) -> NodeCard | None:
        """The card of that id."""
        return next((card for card in self.cards() if card.node.id == node_id), None)

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return [
            Command(
                "add_step", "Chain", tr("Add a transform …"), tr("Choose a transform for the chain"),
                self.add_transform, ("E",),
            )
        ]  # fmt: skip

    def add_transform(self) -> None:
        """Open the catalogue; what is chosen goes behind the selected card, or to the end."""
        self._ask(self.add, lambda name: self.editor.add(name, after=self._place_to_add()), True)

    def reveal(self, node_id: str) -> None:
        """Select a card and scroll to it."""
        card = self.card(node_id)
        if card is not None:
            self.select(node_id)
            card.setFocus()
            layout = self._inside.layout()
            if layout is not None:
                layout.activate()
            self.area.ensureWidgetVisible(card, 0, 12)

    def select(self, node_id: str) -> None:
        """Let keys and actions mean this card."""
        self._selected = node_id
        for card in self.cards():
            card.set_selected(card.node.id == node_id)

    def _place_to_add(self) -> str | None:
        """Behind the selected card if that is a step of the chain's first part."""
        top = self.sections["steps"].cards
        return self._selected if self._selected in top else None

    def _ask(self, beside: QWidget, make: Callable[[str], str], groups: bool) -> None:
        self._catalogue = open_catalogue(beside, lambda name: self.reveal(make(name)), groups=groups)

    def _drag(self, node_id: str, place: QPoint) -> None:
        card = self.card(node_id)
        if card is not None:
            self._reorder.drag(card, place)

    def _drop(self, node_id: str) -> None:
        card = self.card(node_id)
        if card is not None:
            self._reorder.drop(card)
            self.reveal(node_id)

    def _give_up(self) -> None:
        for card in self.cards():
            self._reorder.give_up(card)

    def _rearranged(self) -> None:
        self._tabs.start(0)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        while new is not None and not isinstance(new, NodeCard):
            new = new.parentWidget()
        if new is not None and self.isAncestorOf(new) and new.node.id != self._selected:
            self.select(new.node.id)

    def _changed(self, new: Project, old: Project) -> None:
        looked_at = (new.seed, new.variant, new.selected, new.banks)
        if new.chain is not old.chain or looked_at != (old.seed, old.variant, old.selected, old.banks):
            self._show(new)

    def _show(self, project: Project) -> None:
        chain, draw = project.chain, shown(project)
        for section, cards in self.sections.items():
            nodes = getattr(chain, section)
            cards.show_nodes(nodes, draw)
            cards.setVisible(bool(nodes))
            if section in self._headings:
                self._headings[section].setVisible(bool(nodes))
        top = [node for section in tree.SECTIONS for node in getattr(chain, section)]
        self.empty.setVisible(not top)
        self.power.setChecked(any(node.enabled for node in top))
        self.power.setEnabled(bool(top))
        self.count.setText(self._count_words(draw))

    def _count_words(self, draw: Shown) -> str:
        steps = [card.node.id for card in self.sections["steps"].walk() if card.role == "card"]
        if not draw.known:
            return f"{len(steps)} STEP{'S' * (len(steps) != 1)}" if steps else ""
        drawn = sum(step in draw.drawn for step in steps)
        return f"{drawn or 'NONE'} OF {len(steps)} DRAWN" if steps else ""


def _leave_room(column: QVBoxLayout, taken: int) -> None:
    """Keep the cards as wide as they are whether the scroll bar is there or not."""
    column.setContentsMargins(MARGIN, 2, MARGIN - taken, 8)
