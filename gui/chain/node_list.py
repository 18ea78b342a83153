"""Cards one under the other: a section of the chain or the inside of a group."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from engine.chain import Node, Step

from ..theme import current, font
from ..words import tr
from .card import NodeCard
from .hands import Hands
from .shown import Shown

GAP = 6


class LiveLine(QWidget):
    """The dashed line between what is heard when it is rendered and what follows a knob at once."""

    HEIGHT = 20

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Rendered above, live below"))
        self.setToolTip(
            tr("Above, an edit is heard when the take is rendered again; below, it is heard at once while it plays")
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One small line of words under the dashes."""
        return QSize(120, self.HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dashes, and what is above and below."""
        theme = current()
        painter = QPainter(self)
        painter.setPen(QPen(QColor(theme.faint), 1, Qt.PenStyle.DashLine))
        painter.drawLine(0, 3, self.width(), 3)
        painter.setFont(font(11))
        words = self.rect().adjusted(2, 4, -2, 0)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, tr("above: heard once rendered")
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, tr("below: heard at once"))


class NodeList(QWidget):
    """Keeps a card for each node: the same card for the same id, so that nothing is rebuilt under the mouse."""

    def __init__(self, hands: Hands, container: str, *, members: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.container = container
        self.cards: dict[str, NodeCard] = {}
        self._hands = hands
        self._members = members
        self._line: LiveLine | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)

    def show_nodes(self, nodes: tuple[Node, ...], shown: Shown) -> None:
        """Show these nodes in this order."""
        wanted: dict[str, NodeCard] = {}
        for node in nodes:
            card = self.cards.pop(node.id, None)
            if card is None or not card.fits(node):
                if card is not None:
                    self.cards[node.id] = card
                card = self._make(node)
            wanted[node.id] = card
        for card in self.cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = wanted
        self._arrange(shown.line_after)
        for node in nodes:
            wanted[node.id].show_node(node, shown)

    def walk(self) -> Iterator[NodeCard]:
        """All cards here, those inside groups too."""
        for card in self.cards.values():
            yield card
            inside = card.findChild(NodeList)
            if inside is not None:
                yield from inside.walk()

    def _make(self, node: Node) -> NodeCard:
        from .group_card import GroupCard
        from .step_card import StepCard

        if isinstance(node, Step):
            return StepCard(node, self._hands, member=self._members, parent=self)
        return GroupCard(node, self._hands, member=self._members, parent=self)

    def _arrange(self, line_after: str | None) -> None:
        """Put cards and line into the layout, touching only what is not in its place."""
        order: list[QWidget] = []
        for node_id, card in self.cards.items():
            order.append(card)
            if node_id == line_after:
                self._line = self._line or LiveLine(self)
                order.append(self._line)
        if self._line is not None and line_after not in self.cards:
            self._column.removeWidget(self._line)
            self._line.hide()
        for place, widget in enumerate(order):
            if self._column.indexOf(widget) != place:
                self._column.insertWidget(place, widget)
                widget.show()
