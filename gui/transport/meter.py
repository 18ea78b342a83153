"""The level meter: peak and RMS of what leaves for the device, a row for each channel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .. import theme

FLOOR_DB = -60.0
WARM_DB = -6.0


class Meter(QWidget):
    """Two rows at most; RMS as a bar, peak as a line, the top 6 dB in the accent, full scale in the clip colour."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Level")
        self.setToolTip("Level of what leaves for the device: bar RMS, line peak, -60 to 0 dBFS")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._peak_db: tuple[float, ...] = ()
        self._rms_db: tuple[float, ...] = ()

    def sizeHint(self) -> QSize:  # Qt's name
        """As the transport has room."""
        return QSize(160, 20)

    def show_levels(self, peak_db: tuple[float, ...], rms_db: tuple[float, ...]) -> None:
        """Show the levels of the last moment."""
        levels = peak_db[:2], rms_db[:2]
        if levels != (self._peak_db, self._rms_db):
            self._peak_db, self._rms_db = levels
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # Qt's name
        """Draw both rows."""
        colours = theme.current()
        painter = QPainter(self)
        rows = max(len(self._peak_db), 1)
        height = min((self.height() - 2 * (rows - 1)) / rows, 7.0)
        top = (self.height() - rows * height - 2 * (rows - 1)) / 2
        for row in range(rows):
            area = QRectF(0, top + row * (height + 2), self.width(), height)
            painter.fillRect(area, QColor(colours.line))
            if row < len(self._peak_db):
                self._row(painter, area, self._rms_db[row], self._peak_db[row])

    def _row(self, painter: QPainter, area: QRectF, rms_db: float, peak_db: float) -> None:
        colours = theme.current()
        warm = area.width() * _share(WARM_DB)
        bar = area.width() * _share(rms_db)
        painter.fillRect(QRectF(area.left(), area.top(), min(bar, warm), area.height()), QColor(colours.good))
        if bar > warm:
            painter.fillRect(QRectF(warm, area.top(), bar - warm, area.height()), QColor(colours.take))
        if peak_db > FLOOR_DB:
            colour = QColor(colours.clip if peak_db >= 0 else colours.text)
            painter.fillRect(QRectF(area.width() * _share(peak_db) - 2, area.top(), 2, area.height()), colour)


def _share(level_db: float) -> float:
    return min(max(1 - level_db / FLOOR_DB, 0.0), 1.0)
