"""The level of what comes in: a peak a channel, held for a while, and a light for full scale."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .. import theme
from ..numbers import signed
from ..widgets.levels import FALL_DB, FLOOR_DB, SPOKEN_TICKS, zones
from ..words import tr

LIT_TICKS = 60
LAMP_PX = 8


class InputMeter(QWidget):
    """A row for each channel that comes in, also while it is muted."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Input level"))
        hint = tr("Peak of what comes in, −60 to 0 dBFS, muted or not; the lamp at its end is full scale")
        self.setToolTip(hint)
        self.setWhatsThis(hint)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._peaks: tuple[float, ...] = ()
        self._overs = self._lit = self._ticks = 0

    def sizeHint(self) -> QSize:  # Qt's name
        """As there is room."""
        return QSize(140, 20)

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """So that the zones can still be told apart."""
        return QSize(60, 20)

    def show_levels(self, peak_db: tuple[float, ...], overs: int) -> None:
        """Show the levels of the last moment, and whether any more was too loud."""
        fallen = [max(peak - FALL_DB, FLOOR_DB) for peak in self._peaks]
        fallen += [FLOOR_DB] * (len(peak_db) - len(fallen))
        peaks = tuple(max(now, before) for now, before in zip(peak_db, fallen, strict=False))
        lit = LIT_TICKS if overs > self._overs else max(self._lit - 1, 0)
        if (peaks, bool(lit)) != (self._peaks, bool(self._lit)):
            self.update()
        self._peaks, self._overs, self._lit = peaks, overs, lit
        self._ticks = (self._ticks + 1) % SPOKEN_TICKS
        if self._ticks == 1:
            self.setAccessibleDescription(", ".join(tr("{level} dB", level=signed(peak)) for peak in peaks))

    def paintEvent(self, _: QPaintEvent) -> None:  # Qt's name
        """Draw the rows."""
        painter, colours = QPainter(self), theme.current()
        rows = self._peaks or (FLOOR_DB,)
        height = min((self.height() - 3.0 * (len(rows) - 1)) / len(rows), 7.0)
        top = (self.height() - len(rows) * height - 3 * (len(rows) - 1)) / 2
        for row, peak in enumerate(rows):
            area = QRectF(0, top + row * (height + 3), self.width() - LAMP_PX - 3, height)
            painter.fillRect(area, QColor(colours.line))
            zones(painter, area, peak)
            lamp = QRectF(self.width() - LAMP_PX, area.top(), LAMP_PX, height)
            painter.fillRect(lamp, QColor(colours.clip if self._lit else colours.line))
