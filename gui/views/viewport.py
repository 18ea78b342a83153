"""The stretch of time in view, and every way to move it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from .span import Span

ZOOM_A_KEY = 0.5
TURNED = 0.05
"""Where the playhead stands in a page that was turned for it, as a share of what is in view."""
MARGIN = 0.05


class Viewport(QObject):
    """`moved` says that another stretch is in view; what showed everything goes on showing everything."""

    moved = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.span = Span(0.0, 1.0)
        self.duration_s = 0.0
        self.fitted = True
        self._part: Span | None = None

    def begin(self) -> None:
        """Show everything of another sound."""
        self.fitted, self._part = True, None

    def measure(self, duration_s: float) -> None:
        """Take in how long the sounds are."""
        if duration_s != self.duration_s or self.fitted:
            self.duration_s = duration_s
            self.span = Span(0.0, max(duration_s, 1e-3)) if self.fitted else self.span.within(duration_s)

    def look_at(self, span: Span) -> None:
        """Bring a stretch into view."""
        self.span = span
        self.fitted = span.length_s >= self.duration_s * 0.9999
        if not self.fitted:
            self._part = span
        self.moved.emit()

    def move_to(self, start_s: float) -> None:
        """The same length from another time on."""
        self.look_at(self.span.moved_to(start_s, self.duration_s))

    def scroll(self, share: float) -> None:
        """Move by a share of what is in view."""
        self.move_to(self.span.start_s + share * self.span.length_s)

    def centre(self, at_s: float) -> None:
        """Bring a time to the middle."""
        self.move_to(at_s - self.span.length_s / 2)

    def zoom(self, factor: float, at_s: float) -> None:
        """Show `factor` times as much, with a time staying where it is."""
        if self.duration_s > 0:
            self.look_at(self.span.zoomed(factor, at_s, self.duration_s))

    def zoom_about(self, factor: float, at_s: float | None) -> None:
        """Zoom about a time if it is in view, else about the middle."""
        middle = (self.span.start_s + self.span.end_s) / 2
        self.zoom(factor, at_s if at_s is not None and self.span.holds(at_s) else middle)

    def fit(self) -> None:
        """Bring everything into view."""
        self.look_at(Span(0.0, max(self.duration_s, 1e-3)))

    def show_stretch(self, start_s: float, end_s: float) -> None:
        """Bring a stretch into view, with a little room at both ends."""
        room = MARGIN * (end_s - start_s)
        self.look_at(Span(start_s - room, end_s + room).within(self.duration_s))

    def toggle(self) -> None:
        """Go from a part to everything, and back to that part."""
        if not self.fitted:
            self.fit()
        elif self._part is not None:
            self.look_at(self._part.within(self.duration_s))

    def follow(self, before_s: float | None, now_s: float) -> None:
        """Turn the page when what was in view runs out of it."""
        if before_s is not None and self.span.holds(before_s) and not self.span.holds(now_s):
            self.move_to(now_s - TURNED * self.span.length_s)
