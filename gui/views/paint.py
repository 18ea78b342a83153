"""Paints the marks over the pictures of sound."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gui import icons, theme

from ..words import tr
from .colours import DIFFERENCE_DB, swatch
from .lane import Lane
from .marks import HEAD_PX, Marks, Region

BRACE_PX = 4
DETAILED_PX = 130
"""From this height on there is room for a sentence; it stands in the message above the views as well."""
_LEGEND = (90, 8)


def paint(painter: QPainter, marks: Marks, dirty: QRectF) -> None:
    """Paint what lies over the lanes, as far as it lies in `dirty`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lanes = [lane for lane in marks.lanes if _area(lane).intersects(dirty)]
    for lane in lanes:
        painter.save()
        painter.setClipRect(_area(lane))
        if lane.kind == "overview":
            _paint_window(painter, marks, lane)
        if lane.pictured:
            _paint_stretches(painter, marks, lane)
            _paint_selection(painter, marks, lane)
            _paint_loop(painter, marks, lane)
            _paint_head(painter, marks, lane)
        else:
            _paint_state(painter, marks, lane)
        painter.restore()
        if lane.kind == "wave":
            _paint_names(painter, marks, lane)
        if lane.side == "difference" and lane.kind == "spectrum" and marks.legend:
            _paint_legend(painter, lane)
    _paint_pointer(painter, marks)


def _area(lane: Lane) -> QRectF:
    """A lane with what stands out of it: the playhead's head, the loop's brace."""
    return lane.rect.adjusted(-HEAD_PX, -BRACE_PX, HEAD_PX, 0)


def _paint_window(painter: QPainter, marks: Marks, lane: Lane) -> None:
    """Darken what is not in view, and frame what is."""
    shown, rect = theme.current(), lane.rect
    left, right = marks.x_of(lane, marks.span.start_s), marks.x_of(lane, marks.span.end_s)
    right = max(right, left + 3)
    shade = QColor(shown.background)
    shade.setAlpha(165)
    painter.fillRect(QRectF(rect.left(), rect.top(), left - rect.left(), rect.height()), shade)
    painter.fillRect(QRectF(right, rect.top(), rect.right() - right, rect.height()), shade)
    painter.setPen(QPen(QColor(shown.dim), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    frame = QRectF(left, rect.top(), right - left, rect.height()).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(frame, 3, 3)


def _paint_selection(painter: QPainter, marks: Marks, lane: Lane) -> None:
    """A light ground with light edges, in no colour of its own."""
    region = marks.selections.get(lane.clock)
    if region is None:
        return
    ink = QColor("#ffffff" if lane.kind == "spectrum" else theme.current().text)
    ink.setAlpha(24 if lane.kind == "spectrum" else 38)
    painter.fillRect(_region_rect(marks, lane, region), ink)
    ink.setAlpha(190)
    _paint_edges(painter, marks, lane, region, ink)


def _paint_stretches(painter: QPainter, marks: Marks, lane: Lane) -> None:
    """Where a step works: a faint ground in the accent on the waveforms, and a line at their foot."""
    if lane.kind == "spectrum":
        return
    ink, ground = QColor(theme.current().take), QColor(theme.current().take)
    ground.setAlpha(26)
    for stretch in marks.stretches.get(lane.clock, ()):
        area = _region_rect(marks, lane, stretch)
        painter.fillRect(area, ground)
        painter.fillRect(QRectF(area.left(), area.bottom() - 2, max(area.width(), 1), 2), ink)


def _paint_loop(painter: QPainter, marks: Marks, lane: Lane) -> None:
    """The accent's edges, and a brace over each waveform, where it hides no mark of clipping."""
    region = marks.loops.get(lane.clock)
    if region is None:
        return
    ink, area = QColor(theme.current().take), _region_rect(marks, lane, region)
    if lane.kind == "overview":
        painter.fillRect(QRectF(area.left(), area.bottom() - 3, area.width(), 3), ink)
        return
    _paint_edges(painter, marks, lane, region, ink)
    if lane.kind == "wave":
        painter.fillRect(QRectF(area.left(), area.top() - BRACE_PX, area.width(), BRACE_PX), ink)
    ink.setAlpha(22)
    painter.fillRect(area, ink)


def _region_rect(marks: Marks, lane: Lane, region: Region) -> QRectF:
    left, right = marks.x_of(lane, region[0]), marks.x_of(lane, region[1])
    return QRectF(left, lane.rect.top(), right - left, lane.rect.height())


def _paint_edges(painter: QPainter, marks: Marks, lane: Lane, region: Region, ink: QColor) -> None:
    if lane.kind != "overview":
        for at in region:
            painter.fillRect(QRectF(round(marks.x_of(lane, at)), lane.rect.top(), 1, lane.rect.height()), ink)


def _paint_state(painter: QPainter, marks: Marks, lane: Lane) -> None:
    """What stands in a spectrogram's place while there is none: an icon, a line, a sentence."""
    state = marks.states.get(lane.side)
    if state is None or lane.kind != "spectrum":
        return
    shown, rect = theme.current(), lane.rect
    detailed = bool(state.detail) and rect.height() >= DETAILED_PX
    middle = rect.center() - QPointF(0, 34 if detailed else 14)
    box = QRectF(middle.x() - 14, middle.y() - 14, 28, 28)
    icons.paint(painter, state.icon, box, shown.clip if state.wrong else shown.faint)
    painter.setFont(theme.font())
    painter.setPen(QColor(shown.text if state.wrong else shown.dim))
    line = QRectF(rect.left() + 12, box.bottom() + 6, rect.width() - 24, 22)
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, state.title)
    if detailed:
        painter.setPen(QColor(shown.dim))
        below = QRectF(line.left(), line.bottom() + 2, line.width(), max(rect.bottom() - line.bottom() - 4, 18))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(below, int(flags), state.detail)


def _paint_head(painter: QPainter, marks: Marks, lane: Lane) -> None:
    """The playhead: white on pictures, the text's colour on waveforms, with a head where its lane group begins."""
    at = marks.playheads.get(lane.clock)
    if at is None or not marks.shown(lane).holds(at):
        return
    rect, x = lane.rect, round(marks.x_of(lane, at))
    on_picture = lane.kind == "spectrum" and lane.pictured
    colour = QColor("#ffffff" if on_picture else theme.current().text)
    if lane.kind == "overview":
        painter.fillRect(QRectF(x, rect.top(), 1, rect.height()), colour)
        return
    halo = QColor(0, 0, 0, 110) if on_picture else QColor(theme.current().sunken)
    painter.fillRect(QRectF(x - 2, rect.top(), 4, rect.height()), halo)
    painter.fillRect(QRectF(x - 1, rect.top(), 2, rect.height()), colour)
    if lane.kind == "wave":
        top = rect.top()
        corners = [QPointF(x - HEAD_PX, top), QPointF(x + HEAD_PX, top), QPointF(x, top + HEAD_PX + 1)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(corners))


def _paint_names(painter: QPainter, marks: Marks, lane: Lane) -> None:
    shown, corner = theme.current(), lane.rect.topLeft() + QPointF(8, 7)
    for words, side in marks.names.get(lane.side, []):
        ink = QColor(shown.take if side == "take" else shown.original)
        corner.setX(corner.x() + 6 + _pill(painter, corner, words, ink, QColor(shown.background), bold=True))


def _paint_pointer(painter: QPainter, marks: Marks) -> None:
    """A thin line through all lanes at the cursor's time, and what is read there."""
    pointed = marks.pointed
    if pointed is None or pointed.kind == "overview":
        return
    at = marks.time_at(pointed, marks.pointer_x)
    for lane in marks.lanes:
        if lane.kind != "overview":
            colour = QColor("#ffffff" if lane.kind == "spectrum" and lane.pictured else theme.current().text)
            colour.setAlpha(70)
            painter.fillRect(QRectF(round(marks.x_of(lane, at)), lane.rect.top(), 1, lane.rect.height()), colour)
    if marks.reading:
        rect = pointed.rect
        at_left = marks.pointer_x > rect.center().x()
        corner = rect.bottomLeft() + QPointF(10, -28) if at_left else rect.bottomRight() + QPointF(-10, -28)
        _pill(painter, corner, marks.reading, QColor("#f2f4f8"), QColor(8, 9, 12), from_right=not at_left)


def _paint_legend(painter: QPainter, lane: Lane) -> None:
    """What the colours of a difference say."""
    words = (
        tr("take softer  −{range} dB", range=DIFFERENCE_DB), tr("+{range} dB  take louder", range=DIFFERENCE_DB)
    )  # fmt: skip
    painter.setFont(theme.font(theme.SMALL_PX))
    left, right = (painter.fontMetrics().horizontalAdvance(text) + 1 for text in words)
    width, height = left + right + _LEGEND[0] + 28, 22
    box = QRectF(lane.rect.right() - width - 10, lane.rect.top() + 8, width, height)
    path = QPainterPath()
    path.addRoundedRect(box, 4, 4)
    painter.fillPath(path, QColor(8, 9, 12, 215))
    painter.setPen(QColor("#f2f4f8"))
    painter.drawText(box.adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words[0])
    painter.drawText(box.adjusted(0, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words[1])
    bar = QRectF(box.left() + left + 14, box.center().y() - _LEGEND[1] / 2, *_LEGEND)
    painter.drawPixmap(bar, swatch("difference", *_LEGEND), QRectF(0, 0, *_LEGEND))


def _pill(
    painter: QPainter, corner: QPointF, words: str, ink: QColor, ground: QColor, bold: bool = False,
    from_right: bool = False,
) -> float:  # fmt: skip
    """Words on a rounded ground, so that they can be read over any picture; gives the width that they took."""
    if not words:
        return 0.0
    font = theme.font(theme.SMALL_PX if bold else theme.SMALL_PX + 1)
    font.setBold(bold)
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(words) + 14
    height = painter.fontMetrics().height() + 4
    left = corner.x() - width if from_right else corner.x()
    ground.setAlpha(205)
    path = QPainterPath()
    path.addRoundedRect(QRectF(left, corner.y(), width, height), 4, 4)
    painter.fillPath(path, ground)
    painter.setPen(ink)
    painter.drawText(QRectF(left, corner.y(), width, height), Qt.AlignmentFlag.AlignCenter, words)
    return float(width)
