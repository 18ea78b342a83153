"""Moving a card by hand: where it would go, a line that shows it, and putting it there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from ..theme import current
from .card import NodeCard
from .editor import ChainEditor
from .group_card import GroupCard
from .node_list import GAP, NodeList

EDGE = 28
SCROLL = 14
OPENS_AFTER_MS = 500


class DropLine(QWidget):
    """The accent's line where the card would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar with round ends."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().take))
        painter.drawRoundedRect(self.rect(), 1.5, 1.5)


class Reorder:
    """One drag of one card over the lists of a scroll area; a folded group opens when the card rests on it."""

    def __init__(self, area: QScrollArea, inside: QWidget, editor: ChainEditor) -> None:
        self._area = area
        self._inside = inside
        self._editor = editor
        self._line = DropLine(inside)
        self._target: tuple[str, str | None] | None = None
        self._rests_on: GroupCard | None = None
        self._rest = QTimer(area, singleShot=True, interval=OPENS_AFTER_MS)
        self._rest.timeout.connect(self._open_group)

    def drag(self, card: NodeCard, place: QPoint) -> None:
        """The card is held over this place of the screen."""
        card.set_lifted(True)
        self._scroll(place)
        self._rest_at(card, place)
        found = self._list_at(card, place)
        if found is None:
            self._target = None
            self._line.hide()
            return
        before = self._before(found, card, place)
        self._target = (found.container, before)
        self._show_line(found, before)

    def drop(self, card: NodeCard) -> None:
        """Put it where the line is."""
        target = self._target
        self.give_up(card)
        if target is not None:
            self._editor.place(card.node.id, *target)

    def give_up(self, card: NodeCard) -> None:
        """Leave all as it is."""
        card.set_lifted(False)
        self._line.hide()
        self._target = None
        self._rests_on = None
        self._rest.stop()

    def _rest_at(self, card: NodeCard, place: QPoint) -> None:
        """Wait over a folded group whether the card stays there."""
        folded = (
            found
            for found in self._inside.findChildren(GroupCard)
            if found is not card and found.isVisible() and not found.is_open and _on_screen(found).contains(place)
        )
        group = next(folded, None)
        if group is not self._rests_on:
            self._rests_on = group
            self._rest.stop() if group is None else self._rest.start()

    def _open_group(self) -> None:
        if self._rests_on is not None:
            self._rests_on.set_open(True)
            self._rests_on = None

    def _list_at(self, card: NodeCard, place: QPoint) -> NodeList | None:
        """The innermost list under the pointer, else the section that is nearest."""
        lists = [
            found for found in self._inside.findChildren(NodeList) if found.isVisible() and not card.isAncestorOf(found)
        ]
        under = [found for found in lists if _reach(found).adjusted(-40, -GAP, 40, GAP).contains(place)]
        if under:
            return max(under, key=_depth)
        sections = [found for found in lists if found.container in ("steps", "fallback", "finally_")]
        return min(sections, key=lambda found: _away(_on_screen(found), place.y()), default=None)

    def _before(self, found: NodeList, card: NodeCard, place: QPoint) -> str | None:
        for node_id, other in found.cards.items():
            if other is not card and place.y() < _on_screen(other).center().y():
                return node_id
        return None

    def _show_line(self, found: NodeList, before: str | None) -> None:
        if before is not None:
            y = _on_screen(found.cards[before]).top() - GAP // 2
        elif found.cards:
            y = _on_screen(list(found.cards.values())[-1]).bottom() + GAP // 2
        else:
            y = _on_screen(found).center().y()
        corner = self._inside.mapFromGlobal(QPoint(_on_screen(found).left(), y))
        self._line.setGeometry(corner.x(), max(corner.y() - 1, 0), found.width(), 3)
        self._line.raise_()
        self._line.show()

    def _scroll(self, place: QPoint) -> None:
        seen = _on_screen(self._area.viewport())
        bar = self._area.verticalScrollBar()
        if place.y() < seen.top() + EDGE:
            bar.setValue(bar.value() - SCROLL)
        elif place.y() > seen.bottom() - EDGE:
            bar.setValue(bar.value() + SCROLL)


def _on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def _reach(found: NodeList) -> QRect:
    """Where a list is meant: itself, or as long as it is empty all that lies around it in its group."""
    around = found.parentWidget()
    return _on_screen(found if found.cards or around is None else around)


def _away(rect: QRect, y: int) -> int:
    return max(rect.top() - y, y - rect.bottom(), 0)


def _depth(widget: QWidget) -> int:
    parent = widget.parentWidget()
    return 0 if parent is None else 1 + _depth(parent)
