"""How a line is painted: folders across all columns, recordings cell by cell, one bar at the one that is looked at."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from engine.project import Source

from ..icons import paint as paint_icon
from ..theme import current, font
from .arrangement import Group
from .columns import COLUMNS
from .model import LibraryModel

SIDE = 12
"""From the edge of the panel to its words."""
INDENT = 12
CARET = 12
GAP = 6
BAR = 3
_SIGN = 12


class LinePainter(QStyledItemDelegate):
    """Paints the lines of the library's table."""

    def __init__(self, view: QTableView, model: LibraryModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.hovered = -1

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell; what goes across the whole line is painted by every cell as far as it reaches into it."""
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setClipRect(cell, Qt.ClipOperation.IntersectClip)
        painter.setFont(font())
        line = QRect(0, cell.top(), self._view.viewport().width(), cell.height())
        self._ground(painter, line, index.row(), bool(state & QStyle.StateFlag.State_Selected))
        group, source = self._model.lines.group(index.row()), self._model.lines.source(index.row())
        if group is not None:
            _paint_group(painter, line, group)
        elif source is not None:
            self._paint_cell(painter, cell, source, index)
        if self._view.hasFocus() and self._view.currentIndex().row() == index.row():
            painter.setPen(QPen(QColor(current().take), 1))
            painter.drawRect(line.adjusted(0, 0, -1, -1))
        painter.restore()

    def _ground(self, painter: QPainter, line: QRect, row: int, selected: bool) -> None:
        theme = current()
        if selected:
            painter.fillRect(line, QColor(theme.pressed))
        elif row == self.hovered:
            painter.fillRect(line, QColor(theme.hover))
        source = self._model.lines.source(row)
        if source is not None and source.path == self._model.looked_at:
            painter.fillRect(QRect(0, line.top(), BAR, line.height()), QColor(theme.take))

    def _paint_cell(
        self, painter: QPainter, cell: QRect, source: Source, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, column = current(), COLUMNS[index.column()]
        text = column.text(source, self._model.peaks)
        box = cell.adjusted(GAP, 0, -GAP, 0)
        if column.name == "name":
            box.setLeft(cell.left() + SIDE + (INDENT if self._model.lines.groups else 0))
        if index.column() == self._last_column():
            box.setRight(cell.right() - SIDE)
        if column.name == "name" and source.error:
            sign = QRectF(box.right() - _SIGN, box.center().y() - _SIGN / 2, _SIGN, _SIGN)
            paint_icon(painter, "warning-circle", sign, theme.clip)
            box.setRight(box.right() - _SIGN - 4)
        ink = theme.faint if source.error else theme.text if column.name == "name" else theme.dim
        painter.setPen(QColor(ink))
        elide = Qt.TextElideMode.ElideMiddle if column.name == "name" else Qt.TextElideMode.ElideRight
        side = Qt.AlignmentFlag.AlignRight if column.sample else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, _fitting(painter, text, elide, box.width()))

    def _last_column(self) -> int:
        return max(column for column in range(len(COLUMNS)) if not self._view.isColumnHidden(column))


def _paint_group(painter: QPainter, line: QRect, group: Group) -> None:
    """The folder's caret, name and number of recordings."""
    theme = current()
    box = line.adjusted(SIDE, 0, -SIDE, 0)
    caret = QRectF(box.left() - 2, box.center().y() - CARET / 2, CARET, CARET)
    paint_icon(painter, "caret-right" if group.closed else "caret-down", caret, theme.dim)
    count = f"{len(group.members):,}".replace(",", "\u202f")
    painter.setPen(QColor(theme.dim))
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
    room = box.adjusted(INDENT, 0, -painter.fontMetrics().horizontalAdvance(count) - GAP, 0)
    painter.setPen(QColor(theme.text))
    name = _fitting(painter, group.title, Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)


def _fitting(painter: QPainter, text: str, mode: Qt.TextElideMode, width: int) -> str:
    return painter.fontMetrics().elidedText(text, mode, width)
