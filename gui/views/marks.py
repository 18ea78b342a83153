"""What lies over the pictures of sound: playheads, loop region, names, the reading under the cursor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gui import theme

from .span import Span

if TYPE_CHECKING:
    from .lane import Lane

HEAD_PX = 5


@dataclass
class Marks:
    """Where everything stands, in seconds of each side's own time; the overlay paints it."""

    lanes: list[Lane] = field(default_factory=list)
    span: Span = field(default_factory=lambda: Span(0.0, 1.0))
    duration_s: float = 0.0
    playheads: dict[str, float] = field(default_factory=dict)
    loops: dict[str, tuple[float, float]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    reading: str = ""
    pointed: Lane | None = None
    pointer_x: float = 0.0

    @property
    def empty(self) -> bool:
        """Whether there is no sound to show."""
        return self.duration_s <= 0

    def x_of(self, lane: Lane, at_s: float) -> float:
        """The pixel of a time in a lane."""
        shown = self.shown(lane)
        rect = lane.rect
        return rect.left() + (at_s - shown.start_s) / shown.length_s * rect.width()

    def time_at(self, lane: Lane, x: float) -> float:
        """The time at a pixel of a lane, not beyond its sound."""
        shown = self.shown(lane)
        rect = lane.rect
        at = shown.start_s + (x - rect.left()) / max(rect.width(), 1) * shown.length_s
        return min(max(at, 0.0), self.duration_s)

    def shown(self, lane: Lane) -> Span:
        """What a lane shows: the overview everything, the others the stretch in view."""
        return Span(0.0, max(self.duration_s, 1e-3)) if lane.kind == "overview" else self.span

    def lane_at(self, point: QPointF) -> Lane | None:
        """The lane under a point."""
        return next((lane for lane in self.lanes if lane.rect.contains(point)), None)


def paint(painter: QPainter, marks: Marks, ground: QRectF) -> None:
    """Paint everything over the lanes."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if marks.empty:
        _paint_empty(painter, ground)
        return
    for lane in marks.lanes:
        painter.save()
        painter.setClipRect(lane.rect.adjusted(-HEAD_PX, 0, HEAD_PX, 0))
        if lane.kind == "overview":
            _paint_window(painter, marks, lane)
        _paint_loop(painter, marks, lane)
        _paint_waiting(painter, marks, lane)
        painter.restore()
    for lane in marks.lanes:
        _paint_head(painter, marks, lane)
        if lane.kind == "wave":
            _paint_name(painter, lane, marks.names.get(lane.side, ""))
    _paint_pointer(painter, marks)


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


def _paint_loop(painter: QPainter, marks: Marks, lane: Lane) -> None:
    loop = marks.loops.get(lane.side)
    if loop is None:
        return
    rect, colour = lane.rect, QColor(theme.current().take)
    left, right = marks.x_of(lane, loop[0]), marks.x_of(lane, loop[1])
    colour.setAlpha(26 if lane.kind == "spectrum" else 34)
    painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), colour)
    if lane.kind == "overview":
        return
    colour.setAlpha(255)
    for x in (left, right):
        painter.fillRect(QRectF(round(x), rect.top(), 1, rect.height()), colour)


def _paint_waiting(painter: QPainter, marks: Marks, lane: Lane) -> None:
    words = marks.waiting.get(lane.side, "")
    if not words or lane.kind != "spectrum":
        return
    painter.setFont(theme.font())
    painter.setPen(QColor(theme.current().dim))
    painter.drawText(lane.rect, Qt.AlignmentFlag.AlignCenter, words)


def _paint_head(painter: QPainter, marks: Marks, lane: Lane) -> None:
    """The playhead: white on pictures, the text's colour on waveforms, with a head where its lane group begins."""
    at = marks.playheads.get(lane.side)
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


def head_area(marks: Marks, lane: Lane, at_s: float) -> QRectF:
    """What must be painted again when a playhead comes or goes."""
    x = marks.x_of(lane, at_s)
    return QRectF(x - HEAD_PX - 2, lane.rect.top(), 2 * HEAD_PX + 4, lane.rect.height())


def _paint_name(painter: QPainter, lane: Lane, name: str) -> None:
    shown = theme.current()
    ink = QColor(shown.take if lane.side == "take" else shown.original)
    _pill(painter, lane.rect.topLeft() + QPointF(8, 6), name, ink, QColor(shown.background), bold=True)


def _paint_pointer(painter: QPainter, marks: Marks) -> None:
    """A thin line through all lanes at the cursor, and what is read there."""
    lane = marks.pointed
    if lane is None or lane.kind == "overview":
        return
    for each in marks.lanes:
        if each.kind != "overview":
            colour = QColor("#ffffff" if each.kind == "spectrum" and each.pictured else theme.current().text)
            colour.setAlpha(70)
            painter.fillRect(QRectF(round(marks.pointer_x), each.rect.top(), 1, each.rect.height()), colour)
    if marks.reading:
        rect = lane.rect
        at_left = marks.pointer_x > rect.center().x()
        corner = rect.bottomLeft() + QPointF(10, -28) if at_left else rect.bottomRight() + QPointF(-10, -28)
        _pill(painter, corner, marks.reading, QColor("#f2f4f8"), QColor(8, 9, 12), from_right=not at_left)


def _pill(
    painter: QPainter, corner: QPointF, words: str, ink: QColor, ground: QColor, bold: bool = False,
    from_right: bool = False,
) -> None:  # fmt: skip
    """Words on a rounded ground, so that they can be read over any picture."""
    if not words:
        return
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


def _paint_empty(painter: QPainter, ground: QRectF) -> None:
    """The invitation that stands where no sound is."""
    shown = theme.current()
    painter.fillRect(ground, QColor(shown.background))
    area = ground.adjusted(16, 8, -16, -16)
    painter.setPen(QPen(QColor(shown.line), 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(QColor(shown.panel))
    painter.drawRoundedRect(area, 8, 8)
    middle = area.center() - QPointF(0, 30)
    heights = (6, 14, 26, 18, 34, 46, 30, 40, 22, 12, 20, 8)
    for place, height in enumerate(heights):
        x = middle.x() + (place - (len(heights) - 1) / 2) * 9
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shown.original if place < len(heights) / 2 else shown.take))
        painter.drawRoundedRect(QRectF(x - 2, middle.y() - height / 2, 4, height), 2, 2)
    painter.setFont(theme.font(17))
    painter.setPen(QColor(shown.text))
    line = QRectF(area.left(), middle.y() + 40, area.width(), 26)
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, "Drop recordings anywhere")
    painter.setFont(theme.font())
    painter.setPen(QColor(shown.dim))
    below = line.translated(0, 28)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "files or whole folders: WAV, FLAC, MP3, M4A, OGG, video")
