"""How a take looks in the strip: its picture, its number in the corner, a frame around the one that is looked at."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .. import icons, theme
from .strip_model import ERROR_ROLE, FRESH_ROLE, PRESENT_ROLE, VARIANT_ROLE

WIDTH, HEIGHT, GAP = 104, 62, 8
RADIUS = 4.0
DIMMED = 0.35


class Tile(QStyledItemDelegate):
    """Paints one take; nothing is computed here."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """A tile and the gap behind it."""
        return QSize(WIDTH + GAP, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Picture, number, frame."""
        box = QRectF(option.rect).adjusted(1, 1, -GAP - 1, -1)
        state = option.state
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        _paint_picture(painter, box, index.data(Qt.ItemDataRole.DecorationRole), bool(index.data(FRESH_ROLE)))
        if index.data(ERROR_ROLE):
            _paint_icon(painter, box, "warning-circle", theme.current().clip)
        elif index.data(Qt.ItemDataRole.DecorationRole) is None:
            _paint_icon(painter, box, "dots-three", theme.current().faint)
        present = bool(index.data(PRESENT_ROLE))
        _paint_number(painter, box, str(index.data(VARIANT_ROLE)), present)
        _paint_frame(painter, box, present, state)
        painter.restore()


def _paint_picture(painter: QPainter, box: QRectF, picture: QPixmap | None, fresh: bool) -> None:
    outline = QPainterPath()
    outline.addRoundedRect(box, RADIUS, RADIUS)
    painter.fillPath(outline, QColor(theme.current().sunken))
    if picture is not None:
        painter.save()
        painter.setClipPath(outline)
        painter.setOpacity(1.0 if fresh else DIMMED)
        painter.drawPixmap(box, picture, QRectF(picture.rect()))
        painter.restore()


def _paint_icon(painter: QPainter, box: QRectF, name: str, colour: str) -> None:
    side = 20.0
    middle = box.center()
    icons.paint(painter, name, QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side), colour)


def _paint_number(painter: QPainter, box: QRectF, number: str, present: bool) -> None:
    shown = theme.current()
    painter.setFont(theme.font(theme.SMALL_PX, painter.font().Weight.DemiBold))
    width = painter.fontMetrics().horizontalAdvance(number) + 8
    pill = QRectF(box.left() + 4, box.top() + 4, max(width, 15), 15)
    ground = QColor(shown.take if present else "#000000")
    ground.setAlphaF(1.0 if present else 0.6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(pill, 3, 3)
    painter.setPen(QColor(shown.on_take if present else "#ffffff"))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, number)


def _paint_frame(painter: QPainter, box: QRectF, present: bool, state: QStyle.StateFlag) -> None:
    shown = theme.current()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pointed = bool(state & QStyle.StateFlag.State_MouseOver)
    colour, width = (shown.take, 2.0) if present else (shown.dim if pointed else shown.edge, 1.0)
    painter.setPen(QPen(QColor(colour), width))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    if state & QStyle.StateFlag.State_HasFocus:
        ring = box.adjusted(2.5, 2.5, -2.5, -2.5)
        for ink, thickness in (("#000000", 3.0), ("#ffffff", 1.0)):
            painter.setPen(QPen(QColor(ink), thickness))
            painter.drawRoundedRect(ring, RADIUS - 2, RADIUS - 2)
