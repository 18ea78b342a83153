"""The lanes in their order on one time axis, and the pane over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gui import theme

from .lane import AXIS_PX, Lane, make_axis, style_axis
from .marks import Marks
from .overlay import Overlay
from .ticks import time_ticks

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from .span import Span

OVERVIEW_PX = 26
GAP_PX = 5
SIDES = ("original", "take")
_HEIGHTS = {"wave": 4, "spectrum": 11}


class Canvas(QWidget):
    """An overview, then waveform and spectrogram of the original and of the take."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks = Marks()
        self._view = pg.GraphicsLayoutWidget(self)
        self._view.setFrameShape(self._view.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.overview = Lane("overview", "original", axis=False)
        self.lanes = {(kind, side): Lane(kind, side) for side in SIDES for kind in _HEIGHTS}
        self._lay_out()
        self.marks.lanes = [self.overview, *self.lanes.values()]
        self.overlay = Overlay(self.marks, self)
        self.restyle()

    def _lay_out(self) -> None:
        inner = self._view.ci
        inner.layout.setContentsMargins(8, 2, 16, 2)
        inner.layout.setHorizontalSpacing(0)
        inner.layout.setVerticalSpacing(GAP_PX)
        inner.addItem(self.overview.box, 0, 1)
        inner.layout.setRowFixedHeight(0, OVERVIEW_PX)
        for row, ((kind, _), lane) in enumerate(self.lanes.items(), start=1):
            inner.addItem(lane.axis, row, 0)
            inner.addItem(lane.box, row, 1)
            inner.layout.setRowStretchFactor(row, _HEIGHTS[kind])
            inner.layout.setRowMinimumHeight(row, 30)
        self._time_axis = make_axis("bottom", lane.box)
        inner.addItem(self._time_axis, row + 1, 1)
        inner.layout.setColumnFixedWidth(0, AXIS_PX)

    def show_span(self, span: Span, duration_s: float) -> None:
        """Bring a stretch of time into view in every lane."""
        self.marks.span, self.marks.duration_s = span, duration_s
        for lane in self.marks.lanes:
            lane.show_span(self.marks.shown(lane))
        self._time_axis.setTicks([time_ticks(span, self.overview.rect.width())])
        self.overlay.update()

    def restyle(self) -> None:
        """Take over the theme."""
        self._view.setBackground(theme.current().background)
        for lane in self.marks.lanes:
            lane.restyle()
        style_axis(self._time_axis)
        self.overlay.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Fill the place with the lanes and lay the pane over them."""
        self._view.setGeometry(self.rect())
        self.overlay.setGeometry(self.rect())
        super().resizeEvent(event)
        self.resized.emit()
