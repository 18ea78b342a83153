"""A lane: one picture of sound on the common time axis, with marks for its height at the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from gui import theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .span import Span
    from .ticks import Tick

AXIS_PX = 46


class Lane:
    """A pyqtgraph view box that nobody drags, pictures in it, and an axis (None: without one).

    `side` says whose sound it shows: "original", "take" or the "difference" of both.
    """

    def __init__(self, kind: str, side: str, axis: bool = True) -> None:
        self.kind = kind
        self.side = side
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self.box.setRange(xRange=(0, 1), yRange=(0, 1), padding=0, disableAutoRange=True)
        self.axis = make_axis(self.box) if axis else None
        self._images: list[pg.ImageItem] = []
        self.set_ticks([])
        self.restyle()

    @property
    def clock(self) -> str:
        """Whose time it runs on: a difference lies on the take's."""
        return "take" if self.side == "difference" else self.side

    def restyle(self) -> None:
        """Take over the theme."""
        self.box.setBackgroundColor(theme.current().sunken)
        if self.axis is not None:
            style_axis(self.axis)

    def show_span(self, span: Span) -> None:
        """Bring a stretch of time into view; the picture is scaled until a new one comes."""
        self.box.setXRange(span.start_s, span.end_s, padding=0)

    def show_picture(
        self, rgba: NDArray[np.uint8], start_s: float, end_s: float, heights: tuple[float, float] = (0.0, 1.0),
        layer: int = 0,
    ) -> None:  # fmt: skip
        """Show RGBA bytes (rows, columns, 4), lowest row first, over a stretch of time; layers lie one on another."""
        while len(self._images) <= layer:
            self._images.append(pg.ImageItem(axisOrder="row-major"))
            self.box.addItem(self._images[-1])
        image = self._images[layer]
        shown = rgba.shape[0] > 0 and rgba.shape[1] > 0
        if shown:
            image.setImage(rgba, autoLevels=False, levels=None)
            image.setRect(QRectF(start_s, heights[0], end_s - start_s, heights[1] - heights[0]))
        image.setVisible(shown)

    def clear(self, layer: int | None = None) -> None:
        """Show nothing, or nothing on one layer."""
        for image in self._images if layer is None else self._images[layer : layer + 1]:
            image.setVisible(False)

    @property
    def pictured(self) -> bool:
        """Whether it shows a picture."""
        return any(image.isVisible() for image in self._images)

    def set_ticks(self, ticks: list[Tick]) -> None:
        """Mark heights from 0 to 1 at the left."""
        if self.axis is not None:
            self.axis.setTicks([ticks])

    @property
    def rect(self) -> QRectF:
        """Where the lane lies, in pixels of the canvas."""
        return QRectF(self.box.mapRectToScene(self.box.boundingRect()))

    @property
    def rows(self) -> int:
        """How many device pixels it is high."""
        return max(2, round(self.rect.height() * self._ratio()))

    @property
    def columns(self) -> int:
        """How many device pixels it is wide."""
        return max(2, round(self.rect.width() * self._ratio()))

    def _ratio(self) -> float:
        view = self.box.getViewWidget()
        return float(view.devicePixelRatioF()) if view is not None else 1.0


def make_axis(box: pg.ViewBox) -> pg.AxisItem:
    """An axis without a line: only quiet words."""
    axis = pg.AxisItem("left", linkView=box)
    axis.setStyle(tickLength=0, autoExpandTextSpace=False, autoReduceTextSpace=False, hideOverlappingLabels=False,
                  tickTextOffset=6)  # fmt: skip
    axis.setWidth(AXIS_PX)
    style_axis(axis)
    return axis


def style_axis(axis: pg.AxisItem) -> None:
    """Give an axis the theme's type and colour."""
    axis.setPen(QPen(Qt.PenStyle.NoPen))
    axis.setTickPen(QColor(theme.current().background))
    axis.setTextPen(QColor(theme.current().faint))
    axis.setTickFont(theme.font(theme.SMALL_PX))
