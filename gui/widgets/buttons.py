"""Buttons without words: a sign in a small square, and the round power light of steps and chains."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from .. import icons
from ..theme import current
from .glyphs import Glyph, one_value, two_ends

SIDE = 18


class _SquareButton(QAbstractButton):
    """A small square; its name for screen readers and its hint are the same words."""

    def __init__(self, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """One square."""
        return QSize(SIDE, SIDE)


class GlyphButton(_SquareButton):
    """A sign that can be pressed."""

    def __init__(self, glyph: Glyph, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._glyph = glyph

    def set_glyph(self, glyph: Glyph) -> None:
        """Show another sign."""
        self._glyph = glyph
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sign, on a ground when the mouse or the focus is here."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isDown() or self.underMouse():
            _ground(painter, theme.pressed if self.isDown() else theme.hover)
        focus_ring(painter, self, radius=4)
        painter.translate((SIDE - 16) / 2, (SIDE - 16) / 2)
        ink = theme.text if self.underMouse() and self.isEnabled() else theme.faint
        painter.setPen(QPen(QColor(ink), 1.3, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        self._glyph(painter)


class RangeToggle(GlyphButton):
    """Chooses between one value and several: a range or a set."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(one_value, name, parent)
        self.setCheckable(True)
        self.toggled.connect(lambda on: self.set_glyph(two_ends if on else one_value))


class IconButton(_SquareButton):
    """An icon that can be pressed; one that is checkable shows by the accent that it is on."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None, *, checkable: bool = False) -> None:
        super().__init__(name, parent)
        self._icon = icon
        self.setCheckable(checkable)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon, on a ground when the mouse or the focus is here."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isDown() or self.underMouse():
            _ground(painter, theme.pressed if self.isDown() else theme.hover)
        focus_ring(painter, self, radius=4)
        colour = theme.take if self.isChecked() else theme.text if self.underMouse() else theme.dim
        icons.paint(painter, self._icon, QRectF(self.rect()).adjusted(1, 1, -1, -1), colour)


class LockButton(_SquareButton):
    """A lock that is closed or open; an open one is seen only where its card is pointed at, chosen or focused."""

    def __init__(self, name: str, card: QWidget) -> None:
        super().__init__(name, card)
        self._card = card
        self.setCheckable(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lock, in the accent when closed."""
        near = self._card.underMouse() or bool(self._card.property("selected"))
        if not (self.isChecked() or near or self.hasFocus()):
            return
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            _ground(painter, theme.hover)
        focus_ring(painter, self, radius=4)
        name = "lock-simple-fill" if self.isChecked() else "lock-simple-open"
        colour = theme.take if self.isChecked() else theme.text if self.underMouse() else theme.faint
        icons.paint(painter, name, QRectF(self.rect()).adjusted(2, 2, -2, -2), colour)


class PowerButton(_SquareButton):
    """A light that is on or off."""

    def __init__(self, name: str, parent: QWidget | None = None, diameter: float = 11) -> None:
        super().__init__(name, parent)
        self._diameter = diameter
        self._faded = False
        self.setCheckable(True)

    def set_faded(self, faded: bool) -> None:
        """Show the light weakly: the step is on, but this draw left it out."""
        if faded != self._faded:
            self._faded = faded
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A filled light when on, a ring when off."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus_ring(painter, self, radius=SIDE / 2)
        colour = QColor(theme.take if self.isChecked() else theme.faint)
        colour.setAlphaF(0.45 if self._faded and self.isChecked() else 1.0)
        if self.underMouse():
            colour = colour.lighter(115)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if self.isChecked() else Qt.BrushStyle.NoBrush)
        radius = self._diameter / 2 - 0.75
        painter.drawEllipse(QRectF(self.rect()).center(), radius, radius)


def focus_ring(painter: QPainter, widget: QWidget, radius: float) -> None:
    """The accent's ring around a painted widget that has the focus."""
    if not widget.hasFocus():
        return
    painter.setPen(QPen(QColor(current().take), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def _ground(painter: QPainter, colour: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(0, 0, SIDE, SIDE), 4, 4)
