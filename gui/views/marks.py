"""Where everything over the pictures stands: playheads, selection, loop, names, the reading under the cursor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from .lane import AXIS_PX
from .span import Span

if TYPE_CHECKING:
    from .lane import Lane

HEAD_PX = 5
EDGE_PX = 5
READING_PX = 34

Region = tuple[float, float]


@dataclass(frozen=True)
class State:
    """What stands in a lane's place while it has no picture: an icon, a line, and what more is to be said."""

    icon: str
    title: str
    detail: str = ""
    wrong: bool = False


@dataclass
class Marks:
    """Everything in seconds of each side's own time, by its name; the overlay paints it."""

    lanes: list[Lane] = field(default_factory=list)
    span: Span = field(default_factory=lambda: Span(0.0, 1.0))
    duration_s: float = 0.0
    playheads: dict[str, float] = field(default_factory=dict)
    selections: dict[str, Region] = field(default_factory=dict)
    loops: dict[str, Region] = field(default_factory=dict)
    stretches: dict[str, list[Region]] = field(default_factory=dict)
    """Where the step that is chosen works."""
    names: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """For each side of a lane the names in it, and whose colour each has."""
    states: dict[str, State] = field(default_factory=dict)
    legend: bool = False
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

    def axis_at(self, point: QPointF) -> Lane | None:
        """The spectrogram whose frequency axis is under a point."""
        spectra = (lane for lane in self.lanes if lane.kind == "spectrum")
        return next((lane for lane in spectra if _axis_area(lane).contains(point)), None)

    def edge_at(self, lane: Lane, x: float) -> float | None:
        """The edge of the selection that is under a pixel of a lane."""
        edges = self.selections.get(lane.clock, ()) if lane.kind != "overview" else ()
        near = [edge for edge in edges if abs(self.x_of(lane, edge) - x) <= EDGE_PX]
        return min(near, key=lambda edge: abs(self.x_of(lane, edge) - x), default=None)

    def pointer_areas(self) -> list[QRectF]:
        """What must be painted again when the pointer moves: its line in each lane, and the reading's strip."""
        if self.pointed is None or self.pointed.kind == "overview":
            return []
        at = self.time_at(self.pointed, self.pointer_x)
        lanes = [lane for lane in self.lanes if lane.kind != "overview"]
        lines = [QRectF(self.x_of(lane, at) - 2, lane.rect.top(), 5, lane.rect.height()) for lane in lanes]
        rect = self.pointed.rect
        return [*lines, QRectF(rect.left(), rect.bottom() - READING_PX, rect.width(), READING_PX)]

    def head_area(self, lane: Lane, at_s: float) -> QRectF:
        """What must be painted again when a playhead comes or goes."""
        return QRectF(self.x_of(lane, at_s) - HEAD_PX - 2, lane.rect.top(), 2 * HEAD_PX + 4, lane.rect.height())


def _axis_area(lane: Lane) -> QRectF:
    rect = lane.rect
    return QRectF(rect.left() - AXIS_PX, rect.top(), AXIS_PX, rect.height())
