"""How a list shows things with a name and a sentence: the name above, remarks beside it, the sentence below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..theme import current, font
from .line_list import VALUE

LINE_HEIGHT, HEADING_HEIGHT = 42, 26
"""Of a line whose sentence needs one row, and of a heading."""
SENTENCE_PX, SENTENCE_TOP, FOOT, SIDES = 11, 22, 5, 16
MARK = 6
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True)
class Described:
    """What a line shows: a name, its sentence, a remark on the name, a note at the right, and whether it is the one."""

    title: str
    summary: str
    aside: str = ""
    note: str = ""
    present: bool = False


class DescribedLine(QStyledItemDelegate):
    """Paints what `describe` makes of a line's value; a text is a heading."""

    def __init__(self, describe: Callable[[Any], Described], view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._describe = describe
        view.viewport().installEventFilter(self)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setMouseTracking(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A sentence takes fewer rows, or more, when the list's width changes."""
        if isinstance(event, QResizeEvent) and event.size().width() != event.oldSize().width():
            self._view.scheduleDelayedItemsLayout()
        return False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Room for all of the sentence."""
        value = index.data(VALUE)
        if isinstance(value, str):
            return QSize(0, HEADING_HEIGHT)
        room = QRect(0, 0, max(self._view.viewport().width() - SIDES, 1), 0)
        fonts = QFontMetrics(font(SENTENCE_PX))
        sentence = fonts.boundingRect(room, int(_WRAPPED), self._describe(value).summary)
        return QSize(0, max(LINE_HEIGHT, SENTENCE_TOP + sentence.height() + FOOT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The heading, or the two rows."""
        value, rect = index.data(VALUE), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(value, str):
            heading = font(11)
            heading.setCapitalization(QFont.Capitalization.AllUppercase)
            heading.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1)
            words(painter, rect.adjusted(8, 8, -8, 0), value, heading, current().dim)
        else:
            paint_ground(painter, rect, option.state)
            _paint_rows(painter, rect.adjusted(8, 4, -8, -4), self._describe(value))
        painter.restore()


def _paint_rows(painter: QPainter, rect: QRect, thing: Described) -> None:
    theme = current()
    upper = QRect(rect.left(), rect.top(), rect.width(), 17)
    if thing.present:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.take))
        painter.drawEllipse(QRectF(upper.left(), upper.center().y() - MARK / 2 + 1, MARK, MARK))
        upper.adjust(MARK + 6, 0, 0, 0)
    right = Qt.AlignmentFlag.AlignRight
    upper.setRight(upper.right() - words(painter, upper, thing.note, font(11), theme.faint, right) - 8)
    upper.setLeft(upper.left() + words(painter, upper, thing.title, font(13, QFont.Weight.DemiBold), theme.text) + 8)
    words(painter, upper, thing.aside, font(11), theme.take)
    painter.setFont(font(SENTENCE_PX))
    painter.setPen(QColor(theme.dim))
    painter.drawText(rect.adjusted(0, SENTENCE_TOP - 4, 0, FOOT), int(_WRAPPED), thing.summary)


def words(
    painter: QPainter, rect: QRect, text: str, type_: QFont, colour: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> int:  # fmt: skip
    """Paint what of a text there is room for; gives its width."""
    painter.setFont(type_)
    painter.setPen(QColor(colour))
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(rect.width(), 0))
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, fitting)
    return painter.fontMetrics().horizontalAdvance(fitting)


def paint_ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    """The ground of a line that is chosen, or that the mouse is over."""
    theme = current()
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.pressed if chosen else theme.hover))
        painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
