"""The lanes in their order on one time axis, and the pane over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gui import theme

from .lane import AXIS_PX, Lane
from .marks import Marks
from .overlay import Overlay
from .time_axis import TimeAxis

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from .settings import Layout
    from .span import Span

OVERVIEW_PX = 26
GAP_PX = 5
BESIDE_PX = 12
SIDES = ("original", "take")
_HEIGHTS = {"wave": 4, "spectrum": 11}
_PLACES: dict[Layout, dict[tuple[str, str], tuple[int, int]]] = {
    "stacked": {
        ("wave", "original"): (0, 0), ("spectrum", "original"): (1, 0),
        ("wave", "take"): (2, 0), ("spectrum", "take"): (3, 0),
    },
    "beside": {
        ("wave", "original"): (0, 0), ("spectrum", "original"): (1, 0),
        ("wave", "take"): (0, 1), ("spectrum", "take"): (1, 1),
    },
    "difference": {("wave", "difference"): (0, 0), ("spectrum", "difference"): (1, 0)},
}  # fmt: skip
"""Row and column of each lane; a column has its own time axis, the first one the axes at the left."""


class Canvas(QWidget):
    """An overview, and under it waveforms and spectrograms as the layout puts them."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks = Marks()
        self._view = pg.GraphicsLayoutWidget(self)
        self._view.setFrameShape(self._view.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.overview = Lane("overview", "original", axis=False)
        self.lanes = {place: Lane(*place) for places in _PLACES.values() for place in places}
        self._time_axes: list[TimeAxis] = []
        self._layout: Layout | None = None
        inner = self._view.ci.layout
        inner.setContentsMargins(8, 2, 16, 2)
        inner.setHorizontalSpacing(0)
        inner.setVerticalSpacing(GAP_PX)
        self.arrange("stacked")
        self.overlay = Overlay(self.marks, self)
        self.restyle()

    @property
    def shown(self) -> list[Lane]:
        """The lanes that the layout shows."""
        return [self.lanes[place] for place in _PLACES[self._layout or "stacked"]]

    def arrange(self, layout: Layout) -> None:
        """Put the lanes where this layout has them."""
        if layout == self._layout:
            return
        self._layout = layout
        inner, places = self._view.ci, _PLACES[layout]
        inner.clear()
        columns = 1 + max(column for _, column in places.values())
        rows = 1 + max(row for row, _ in places.values())
        self.overview.side = "take" if layout == "difference" else "original"
        inner.addItem(self.overview.box, 0, 1, 1, 2 * columns - 1)
        for place, (row, column) in places.items():
            lane = self.lanes[place]
            inner.addItem(lane.box, row + 1, 2 * column + 1)
            if column == 0:
                inner.addItem(lane.axis, row + 1, 0)
        self._time_axes = [TimeAxis() for _ in range(columns)]
        for column, axis in enumerate(self._time_axes):
            inner.addItem(axis, rows + 1, 2 * column + 1)
        self._stretch(rows, columns)
        self.marks.lanes = [self.overview, *self.shown]

    def _stretch(self, rows: int, columns: int) -> None:
        """Share the room out; what another layout asked for is taken back."""
        inner = self._view.ci.layout
        for row in range(max(inner.rowCount(), 6)):
            kind = next(
                (kind for (kind, _), (at, _) in _PLACES[self._layout or "stacked"].items() if at == row - 1), ""
            )
            inner.setRowStretchFactor(row, _HEIGHTS.get(kind, 0))
            inner.setRowMinimumHeight(row, 30 if kind else 0)
        inner.setRowFixedHeight(0, OVERVIEW_PX)
        for column in range(4):
            inner.setColumnStretchFactor(column, 1 if column % 2 and column < 2 * columns else 0)
            inner.setColumnPreferredWidth(column, 100 if column % 2 and column < 2 * columns else 0)
        inner.setColumnFixedWidth(0, AXIS_PX)
        inner.setColumnFixedWidth(2, BESIDE_PX if columns > 1 else 0)

    def show_span(self, span: Span, duration_s: float) -> None:
        """Bring a stretch of time into view in every lane."""
        self.marks.span, self.marks.duration_s = span, duration_s
        for lane in self.marks.lanes:
            lane.show_span(self.marks.shown(lane))
        for axis in self._time_axes:
            axis.show_span(span)
        self.overlay.update()

    def settle(self) -> None:
        """Give every lane its place now, and not when the event loop comes to it."""
        self._view.ci.layout.activate()

    def restyle(self) -> None:
        """Take over the theme."""
        self._view.setBackground(theme.current().background)
        for lane in (self.overview, *self.lanes.values()):
            lane.restyle()
        for axis in self._time_axes:
            axis.update()
        self.overlay.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Fill the place with the lanes and lay the pane over them."""
        self._view.setGeometry(self.rect())
        self.overlay.setGeometry(self.rect())
        super().resizeEvent(event)
        self.resized.emit()
