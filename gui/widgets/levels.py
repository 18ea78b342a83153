"""What the level meters are drawn with: zones of colour, and levels that fall slowly."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from .. import theme

FLOOR_DB = -60.0
AMBER_DB, RED_DB = -12.0, -3.0
FALL_DB = 0.8
"""How far what is held falls a tick: 24 dB a second at 30 ticks."""
SPOKEN_TICKS = 15
"""So seldom a meter says its levels to those who do not see it."""


class Held:
    """A level that rises at once, stays for a while and falls slowly."""

    def __init__(self, hold_ticks: int) -> None:
        self.level_db = FLOOR_DB
        self._hold_ticks, self._left = hold_ticks, 0

    def feed(self, level_db: float) -> None:
        """Take the level of the next tick."""
        if level_db >= self.level_db:
            self.level_db, self._left = level_db, self._hold_ticks
        elif self._left:
            self._left -= 1
        else:
            self.level_db = max(self.level_db - FALL_DB, level_db, FLOOR_DB)


def zones(painter: QPainter, area: QRectF, level_db: float) -> None:
    """A bar up to a level, in the colour of each zone that it reaches."""
    colours = theme.current()
    steps = ((FLOOR_DB, colours.good), (AMBER_DB, colours.take), (RED_DB, colours.clip))
    for begin_db, colour in steps:
        left, right = area.width() * share(begin_db), area.width() * share(level_db)
        end_db = next((other for other, _ in steps if other > begin_db), 0.0)
        right = min(right, area.width() * share(end_db))
        if right > left:
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), QColor(colour))


def share(level_db: float) -> float:
    """How far along a bar a level lies, from 0 to 1."""
    return min(max(1 - level_db / FLOOR_DB, 0.0), 1.0)
