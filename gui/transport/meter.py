"""The level meter: peak and RMS of what leaves for the device, a row for each channel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .. import theme
from ..widgets.levels import FLOOR_DB, RED_DB, SPOKEN_TICKS, Held, share, zones
from ..words import tr
from .numbers import level

CHANNELS = 2
HOLD_TICKS = 45
_BARE = 0.4


class Meter(QWidget):
    """Two rows: RMS as a full bar, peak as a pale one before it with a line at what it has held."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Level"))
        hint = tr("Level of what leaves for the device, −60 to 0 dBFS: bar RMS, pale bar peak, line peak held")
        self.setToolTip(hint)
        self.setWhatsThis(hint)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rms_db: tuple[float, ...] = ()
        self._peaks = [Held(0) for _ in range(CHANNELS)]
        self._lines = [Held(HOLD_TICKS) for _ in range(CHANNELS)]
        self._shown: tuple[object, ...] = ()
        self._ticks = 0

    def sizeHint(self) -> QSize:  # Qt's name
        """As the transport has room."""
        return QSize(160, 20)

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """So that the zones can still be told apart."""
        return QSize(60, 20)

    def show_levels(self, peak_db: tuple[float, ...], rms_db: tuple[float, ...]) -> None:
        """Show the levels of the last moment."""
        self._rms_db = (rms_db or (FLOOR_DB,) * CHANNELS)[:CHANNELS]
        for channel, peak in enumerate((peak_db or (FLOOR_DB,) * CHANNELS)[:CHANNELS]):
            self._peaks[channel].feed(peak)
            self._lines[channel].feed(peak)
        shown = (*(round(rms, 1) for rms in self._rms_db), *(held.level_db for held in (*self._peaks, *self._lines)))
        if shown != self._shown:
            self._shown = shown
            self.update()
        self._ticks = (self._ticks + 1) % SPOKEN_TICKS
        if self._ticks == 1:
            self._speak()

    def _speak(self) -> None:
        """The levels in words, now and then, for those who do not see the bars."""
        peaks = ", ".join(level(held.level_db) for held in self._lines)
        rms = ", ".join(level(rms) for rms in self._rms_db)
        words = tr("peak {peaks} dBFS, RMS {rms} dBFS", peaks=peaks, rms=rms)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def paintEvent(self, _: QPaintEvent) -> None:  # Qt's name
        """Draw the rows."""
        painter = QPainter(self)
        height = min((self.height() - 3.0) / CHANNELS, 7.0)
        top = (self.height() - CHANNELS * height - 3) / 2
        for channel, rms_db in enumerate(self._rms_db or (FLOOR_DB,) * CHANNELS):
            area = QRectF(0, top + channel * (height + 3), self.width(), height)
            painter.fillRect(area, QColor(theme.current().line))
            painter.setOpacity(_BARE)
            zones(painter, area, self._peaks[channel].level_db)
            painter.setOpacity(1.0)
            zones(painter, area, rms_db)
            self._line(painter, area, self._lines[channel].level_db)

    def _line(self, painter: QPainter, area: QRectF, held_db: float) -> None:
        if held_db > FLOOR_DB:
            colours = theme.current()
            left = max(area.width() * share(held_db) - 2, 0)
            colour = QColor(colours.clip if held_db >= RED_DB else colours.text)
            painter.fillRect(QRectF(left, area.top() - 1, 2, area.height() + 2), colour)
