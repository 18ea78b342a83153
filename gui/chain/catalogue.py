"""The catalogue: a small window that is searched by typing, opened by E."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ..theme import current, font
from ..widgets.line_list import VALUE, Line
from ..widgets.search_popup import SearchPopup
from ..words import tr
from .catalogue_words import Entry, entries, matching

WIDTH, HEIGHT = 400, 480
LINE_HEIGHT, HEADING_HEIGHT = 42, 26


class Catalogue(SearchPopup):
    """Type to search, arrows to choose, Return to take, Escape to leave; `chosen` gives the name."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, groups: bool = True) -> None:
        nothing = tr("Nothing is called so. Try fewer letters.")
        super().__init__(parent, tr("Catalogue of transforms"), nothing, QSize(WIDTH, HEIGHT))
        self._entries = entries(groups)
        self.search.setPlaceholderText(tr("Search by name, family, effect or another tool's name"))
        self.search.setAccessibleName(tr("Search the catalogue"))
        self.search.setToolTip(tr("Type to search, arrows to choose, Return to take, Escape to leave"))
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName(tr("Transforms"))
        self.list.setToolTip(tr("Return or a click adds the transform"))
        self.list.setItemDelegate(_Line(self.list))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.fill("")

    def names(self) -> list[str]:
        """The names that are listed now."""
        return [line.value.name for line in self.list.lines if isinstance(line.value, Entry)]

    def open_at(self, corner: QPoint) -> None:
        """Show with the lower right corner here, or as near as the screen allows."""
        room = self.screen().availableGeometry().adjusted(8, 8, -8, -8)
        place = QRect(corner - QPoint(self.width(), self.height()), self.size())
        place.moveLeft(max(min(place.left(), room.right() - place.width()), room.left()))
        place.moveTop(max(min(place.top(), room.bottom() - place.height()), room.top()))
        self.move(place.topLeft())
        self.open_here()

    def walked(self, key: int) -> None:
        """Step over the families' headings."""
        self._skip_heading(down=key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown))

    def fill(self, typed: str) -> None:
        """List the transforms that answer to what was typed, by family while nothing is."""
        lines: list[Line] = []
        category = ""
        for entry in matching(self._entries, typed):
            if not typed.strip() and entry.category != category:
                category = entry.category
                lines.append(Line(category, category, category, HEADING_HEIGHT, usable=False))
            lines.append(Line(f"{entry.title}: {entry.summary}", entry, entry.summary, LINE_HEIGHT))
        self.list.show_lines(lines)
        self.none.setVisible(not lines)
        self._skip_heading(down=True)

    def _skip_heading(self, *, down: bool) -> None:
        row, lines = self.list.row, self.list.lines
        while 0 <= row < len(lines) and not lines[row].usable:
            row += 1 if down else -1
        if 0 <= row < len(lines):
            self.list.set_row(row)

    def take(self, value: object) -> None:
        """Close, and say which was chosen."""
        if isinstance(value, Entry):
            self.close()
            self.chosen.emit(value.name)


class _Line(QStyledItemDelegate):
    """A name with its sentence under it, or a family's heading."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        what = index.data(VALUE)
        rect: QRect = option.rect
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(what, str):
            heading = font(11)
            heading.setCapitalization(QFont.Capitalization.AllUppercase)
            heading.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1)
            _words(painter, rect.adjusted(8, 8, -8, 0), what, heading, current().dim)
        else:
            _ground(painter, rect, state)
            self._entry(painter, rect.adjusted(8, 4, -8, -4), what)
        painter.restore()

    def _entry(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        theme = current()
        upper = QRect(rect.left(), rect.top(), rect.width(), 17)
        width = _words(painter, upper, entry.title, font(13, QFont.Weight.DemiBold), theme.text)
        if entry.called:
            aside = upper.adjusted(width + 8, 0, 0, 0)
            _words(painter, aside, tr("called {name} elsewhere", name=entry.called), font(11), theme.take)
        _words(painter, rect.adjusted(0, 18, 0, 0), entry.summary, font(11), theme.dim)


def _words(painter: QPainter, rect: QRect, text: str, type_: QFont, colour: str) -> int:
    painter.setFont(type_)
    painter.setPen(QColor(colour))
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)
    return painter.fontMetrics().horizontalAdvance(fitting)


def _ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    theme = current()
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.pressed if chosen else theme.hover))
        painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)


def open_catalogue(beside: QWidget, take: Callable[[str], object], *, groups: bool) -> Catalogue:
    """Open the catalogue by a widget; `take` gets the name that is chosen."""
    catalogue = Catalogue(beside.window(), groups=groups)
    catalogue.chosen.connect(take)
    catalogue.open_at(beside.mapToGlobal(QPoint(beside.width(), 0)))
    return catalogue
