"""The catalogue's families beside its list: where one is in it, and the way to each of them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ..theme import SMALL_PX, current, font
from ..widgets.described import paint_ground, words
from ..widgets.line_list import VALUE, Line, LineList
from ..words import tr

WIDTH, LINE_HEIGHT = 136, 25
_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


class Families(LineList):
    """The families with their sizes; `taken` gives the one that is gone to."""

    def __init__(self, counts: Mapping[str, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = counts
        self.setAccessibleName(tr("Families"))
        self.setToolTip(tr("A click goes to a family; Ctrl+Down and Ctrl+Up go to the next and to the one before"))
        self.setFixedWidth(WIDTH)
        self.setMouseTracking(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Family(self))
        self.show_lines([Line(name, (name, count), name, LINE_HEIGHT) for name, count in counts.items()])

    def show_family(self, name: str) -> None:
        """Mark the family that the list is at."""
        names = list(self._counts)
        if name in names:
            self.set_row(names.index(name))

    def beside(self, name: str, way: int) -> str:
        """The family that stands so many places away, or the last on that way."""
        names = list(self._counts)
        return names[min(max(names.index(name) + way, 0), len(names) - 1)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows go to a family at once."""
        super().keyPressEvent(event)
        if event.key() in _KEYS and self.current is not None:
            self.taken.emit(self.current.value)


class _Family(QStyledItemDelegate):
    """A family's name, and at the right how many it has."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        name, count = index.data(VALUE)
        theme, rect = current(), QRect(option.rect)
        at = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, rect, option.state)
        room = rect.adjusted(8, 0, -8, 0)
        count_width = words(painter, room, str(count), font(SMALL_PX), theme.faint, Qt.AlignmentFlag.AlignRight)
        room.setRight(room.right() - count_width - 6)
        words(
            painter, room, name[:1].upper() + name[1:], font(weight=QFont.Weight.Medium),
            theme.text if at else theme.dim,
        )  # fmt: skip
        painter.restore()
