"""The icons: Phosphor, from the font that the package qtawesome carries, painted in the theme's colours.

The package itself is not imported: it would bring a second way to Qt, and all its fonts, before the first paint.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from . import theme

FONT = "phosphor-1.3.0.ttf"
CHARACTERS = "phosphor-charmap-1.3.0.json"
SIZE = 16


def icon(name: str, role: str = "text") -> QIcon:
    """The Phosphor icon of that name (`play`, `arrow-counter-clockwise-bold`) in one of the theme's colours.

    It is painted when it is shown, so it follows the theme and is sharp at every scale.
    """
    return QIcon(_Painted(_character(name), role))


def paint(painter: QPainter, name: str, box: QRectF, colour: str) -> None:
    """Paint an icon into a box."""
    _paint(painter, _character(name), box, colour)


class _Painted(QIconEngine):
    """Paints one character of the font."""

    def __init__(self, character: str, role: str) -> None:
        super().__init__()
        self._character = character
        self._role = role

    def clone(self) -> QIconEngine:
        """Another of the same."""
        return _Painted(self._character, self._role)

    def paint(self, painter: QPainter, rect: object, mode: QIcon.Mode, state: QIcon.State) -> None:
        """The character, in the middle of the rectangle."""
        role = "faint" if mode == QIcon.Mode.Disabled else self._role
        _paint(painter, self._character, QRectF(rect), getattr(theme.current(), role))  # type: ignore[call-overload]

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The same as a picture."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """The same for a screen of that many pixels a unit; the size is in units."""
        pixmap = QPixmap(size * scale)
        if pixmap.isNull():  # there is no room for it where it is shown
            return pixmap
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return pixmap


def _paint(painter: QPainter, character: str, box: QRectF, colour: str) -> None:
    font = QFont(_family())
    font.setPixelSize(max(round(min(box.width(), box.height())), 1))
    painter.save()
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), character)
    painter.restore()


@cache
def _family() -> str:
    families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(_folder() / FONT)))
    return families[0] if families else ""


@cache
def _characters() -> dict[str, str]:
    found: dict[str, str] = json.loads((_folder() / CHARACTERS).read_text("utf-8"))
    return found


def _character(name: str) -> str:
    return chr(int(_characters()[name], 16))


@cache
def _folder() -> Path:
    spec = importlib.util.find_spec("qtawesome")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "fonts"
