"""The chain's cards in its three parts, the one that is chosen, and the way to add to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.chain import Chain, Node
from engine.playback.messages import Snapshot
from engine.plugins.described import Described

from ..rows.bank_row import ChooseFolder
from ..widgets.labels import label
from ..words import mark, tr
from . import tree
from .card import NodeCard
from .catalogue import Catalogue, open_catalogue
from .costs import Costs
from .editor import ChainEditor
from .hands import Hands
from .node_list import GAP, NodeList
from .reorder import Reorder
from .shown import Shown

MARGIN = 12
SCROLL_BAR = 8
AROUND = 12
"""So much is seen above and below a card that is scrolled to."""

_HEADINGS = {"fallback": mark("When nothing was drawn"), "finally_": mark("Always, last")}


class ChainCards(QWidget):
    """The cards under one another, in a scroll area; `help_asked` gives a widget to open beside, and the node.

    `chosen_changed` says that keys and actions mean another card. `selection` is what is selected in the views.
    """

    help_asked = Signal(object, object)
    mend_asked = Signal(str, str)
    chosen_changed = Signal()

    def __init__(self, editor: ChainEditor, choose_folder: ChooseFolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._selected = ""
        self.selection: tuple[float, float] | None = None
        self.catalogue: Catalogue | None = None
        self.costs = Costs()
        self.plugins: Callable[[], Sequence[Described]] = tuple
        """The plugins that the catalogue offers."""
        self.add = QPushButton(tr("+  Add a transform    E"))
        self.add.setProperty("role", "add")
        self.add.setToolTip(tr("Open the catalogue (E)"))
        self.add.clicked.connect(self.add_transform)
        self.empty = label(
            tr("No steps yet: what goes in comes out.\nAdd a transform, or choose a preset above."), "dim"
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        hands = Hands(
            editor, choose_folder, self._ask, self.reveal, self._drag, self._drop, self._give_up,
            self.help_asked.emit, self.mend_asked.emit, lambda: self.selection, self.costs,
        )  # fmt: skip
        self.sections = {section: NodeList(hands, section) for section in tree.SECTIONS}
        self._headings = {name: label(tr(words).upper(), "heading") for name, words in _HEADINGS.items()}
        self._inside = QWidget()
        self.area = self._scrolled()
        self._reorder = Reorder(self.area, self._inside, editor)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 12)
        foot.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addLayout(foot)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]  # there is one

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

    def show_chain(self, chain: Chain, draw: Shown) -> None:
        """Show the chain, and what the draw that is looked at made of it."""
        for section, cards in self.sections.items():
            nodes: tuple[Node, ...] = getattr(chain, section)
            cards.show_nodes(nodes, draw)
            cards.setVisible(bool(nodes))
            if section in self._headings:
                self._headings[section].setVisible(bool(nodes))
        self.empty.setVisible(next(chain.walk(), None) is None)

    def show_snapshot(self, now: Snapshot) -> None:
        """Show what the steps cost, a few times a second."""
        if self.costs.feed(now):
            for card in self.all():
                card.show_cost()

    @property
    def selected(self) -> str:
        """The id of the card that keys and actions mean; empty for none."""
        return self._selected if self.card(self._selected) is not None else ""

    @property
    def chosen(self) -> NodeCard | None:
        """The card that keys and actions mean."""
        return self.card(self._selected)

    def all(self) -> list[NodeCard]:
        """All cards in the chain's order, a group before its members."""
        return [card for cards in self.sections.values() for card in cards.walk()]

    def card(self, node_id: str) -> NodeCard | None:
        """The card of that id."""
        return next((card for card in self.all() if card.node.id == node_id), None)

    def add_transform(self) -> None:
        """Open the catalogue; what is chosen goes behind the selected card, or to the end."""
        self._ask(self.add, lambda name: self._editor.add(name, after=self._place_to_add()), True)

    def reveal(self, node_id: str) -> None:
        """Select a card and scroll to it; a group that it lies in is opened."""
        card = self.card(node_id)
        if card is not None:
            for around in self._groups_around(card):
                around.set_open(True)
            self.select(node_id)
            card.setFocus()
            self._scroll_to(node_id)
            QTimer.singleShot(0, self, lambda: self._scroll_to(node_id))  # a card that is new has its height only then

    def _scroll_to(self, node_id: str) -> None:
        card, layout = self.card(node_id), self._inside.layout()
        if card is None or layout is None:
            return
        layout.activate()
        self.area.ensureWidgetVisible(card, 0, AROUND)
        head = card.mapTo(self._inside, QPoint(0, 0)).y() - AROUND
        bar = self.area.verticalScrollBar()
        bar.setValue(min(bar.value(), head))

    def _groups_around(self, card: NodeCard) -> Iterator[NodeCard]:
        parent = card.parentWidget()
        while parent is not None and parent is not self._inside:
            if isinstance(parent, NodeCard):
                yield parent
            parent = parent.parentWidget()

    def select(self, node_id: str) -> None:
        """Let keys and actions mean this card."""
        self._selected = node_id
        for card in self.all():
            card.set_selected(card.node.id == node_id)
        self.chosen_changed.emit()

    def _place_to_add(self) -> str | None:
        """Behind the selected card if that is a step of the chain's first part."""
        top = self.sections["steps"].cards
        return self._selected if self._selected in top else None

    def _ask(self, beside: QWidget, make: Callable[[str], str], groups: bool) -> None:
        self.catalogue = open_catalogue(
            beside, lambda name: self.reveal(make(name)), groups=groups, plugins=self.plugins()
        )  # fmt: skip

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
        for card in self.all():
            self._reorder.give_up(card)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        while new is not None and not isinstance(new, NodeCard):
            new = new.parentWidget()
        if new is not None and self.isAncestorOf(new) and new.node.id != self._selected:
            self.select(new.node.id)


def _leave_room(column: QVBoxLayout, taken: int) -> None:
    """Keep the cards as wide as they are whether the scroll bar is there or not."""
    column.setContentsMargins(MARGIN, 2, MARGIN - taken, 8)
