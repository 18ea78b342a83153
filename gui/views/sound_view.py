"""Original and take, seen: waveforms and spectrograms on one time axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis.columns import Columns

from .canvas import SIDES, Canvas
from .pictures import Pictures
from .reading import reading
from .settings import ViewSettings
from .side import Side
from .span import Span
from .ticks import time_words
from .toolbar import ViewToolbar

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from engine.clip import TimeMap
    from engine.track import Track

    from .feed import Submit
    from .lane import Lane

GROWTH_MS = 100
REFRESH_MS = 20
MARGIN = 0.25
"""This share of the part in view is drawn beyond each end, so that scrolling does not uncover nothing."""


class SoundView(QWidget):
    """Shows two tracks, which may still be growing.

    Seconds in its signals are the original's; an empty loop, (0, 0), takes the loop away.
    """

    seek_requested = Signal(float)
    loop_requested = Signal(float, float)

    def __init__(self, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = ViewSettings()
        self._sides = {name: Side(name, submit, self._picture_came) for name in SIDES}
        self._loop: tuple[float, float] | None = None
        self._fitted = True
        self._span, self._duration_s = Span(0.0, 1.0), 0.0
        self._toolbar = ViewToolbar(self._settings)
        self._canvas = Canvas()
        self._pictures = Pictures(self._canvas, self._sides, self._settings)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._toolbar)
        layout.addWidget(self._canvas, 1)
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._growth = QTimer(self, interval=GROWTH_MS)
        self._connect()
        self._measure()

    def _connect(self) -> None:
        overlay = self._canvas.overlay
        self.setFocusProxy(overlay)
        self._refresh.timeout.connect(self._ask)
        self._growth.timeout.connect(self._follow_growth)
        self._toolbar.changed.connect(self.set_settings)
        self._toolbar.fit_levels.connect(self.fit_levels)
        self._canvas.resized.connect(self._resized)
        overlay.clicked.connect(lambda side, at: self.seek_requested.emit(self._sides[side].to_source(at)))
        overlay.dragged.connect(lambda side, start, end: self._region(side, start, end))
        overlay.dropped.connect(self._finish_region)
        overlay.cleared.connect(self._clear_region)
        overlay.zoomed.connect(lambda factor, at: self._look_at(self._span.zoomed(factor, at, self._duration_s)))
        overlay.scrolled.connect(lambda share: self._move_to(self._span.start_s + share * self._span.length_s))
        overlay.overview_moved.connect(lambda at: self._move_to(at - self._span.length_s / 2))
        overlay.fit_wanted.connect(self.fit)
        overlay.pointed.connect(self._read)

    @property
    def settings(self) -> ViewSettings:
        """How spectrograms are shown."""
        return self._settings

    @property
    def span(self) -> Span:
        """The stretch of time in view."""
        return self._span

    def show_original(self, track: Track | None, label: str) -> None:
        """Show another original, all of it; the take of the old one goes with it. None: there is none."""
        if track != self._sides["original"].track:
            self._fitted = True
            self._show("take", None, "")
            self.set_loop(None)
        self._show("original", track, label)

    def show_take(self, track: Track | None, label: str, time_map: TimeMap | None = None) -> None:
        """Show another take; `time_map` puts clicks and the loop in its lanes on the original's time.

        Where there is none yet, its place says so, in the words of `label` if there are any.
        """
        self._show("take", track, label, time_map)

    def set_playhead(self, seconds: float | None) -> None:
        """Put the original's playhead, in its seconds; the view turns the page when it runs out of sight."""
        before = self._canvas.marks.playheads.get("original")
        self._canvas.overlay.move_head("original", seconds)
        if seconds is not None and before is not None and self._span.holds(before) and not self._span.holds(seconds):
            self._move_to(seconds - 0.05 * self._span.length_s)

    def set_take_playhead(self, seconds: float | None) -> None:
        """Put the take's playhead, in the take's own seconds."""
        self._canvas.overlay.move_head("take", seconds)

    def set_loop(self, start_s: float | None, end_s: float | None = None) -> None:
        """Show this region, in the original's seconds, as the loop; None: no loop."""
        self._loop = None if start_s is None or end_s is None else (start_s, end_s)
        self._mark_loop()

    def fit(self) -> None:
        """Bring everything into view."""
        self._look_at(Span(0.0, max(self._duration_s, 1e-3)))

    def fit_levels(self) -> None:
        """Put the dB range where the original's spectrogram in view has its levels."""
        picture = self._sides["original"].spectrogram
        if picture is not None and picture.indices.size:
            self.set_settings(self._settings.fitted_to(picture))

    def set_settings(self, settings: ViewSettings) -> None:
        """Show spectrograms in another way; a change of colours alone is immediate."""
        self._settings = settings
        self._toolbar.set_settings(settings)
        self._pictures.set_settings(settings)
        self._refresh.start()

    def restyle(self) -> None:
        """Take over the theme."""
        self._canvas.restyle()
        self._pictures.draw_all()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the pictures that were not needed while nobody saw them."""
        self._refresh.start()
        self._growth.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing while nobody sees it."""
        self._refresh.stop()
        self._growth.stop()
        super().hideEvent(event)

    def _show(self, name: str, track: Track | None, label: str, time_map: TimeMap | None = None) -> None:
        self._sides[name].show(track, label, time_map)
        if track is None:
            self._pictures.draw_wave(self._sides[name])
            self._pictures.draw_spectrum(self._sides[name])
        self._mark_loop()
        if self.isVisible():
            self._growth.start()
        self._follow_growth()

    def _follow_growth(self) -> None:
        """Look whether a track has grown; ends by itself when all are complete."""
        sides = list(self._sides.values())
        grown = [side.grown() for side in sides]
        if any(grown) or any(side.slow for side in sides):
            self._measure()
            self._refresh.start()
        self._name_sides()
        if not any(side.growing for side in sides):
            self._measure()
            self._refresh.start()
            self._growth.stop()

    def _measure(self) -> None:
        """Take in how long the sounds are; what showed everything goes on showing everything."""
        duration = max(side.duration_s for side in self._sides.values())
        if duration != self._duration_s or self._fitted:
            self._duration_s = duration
            self._span = Span(0.0, max(duration, 1e-3)) if self._fitted else self._span.within(duration)
        self._canvas.show_span(self._span, self._duration_s)
        self._name_sides()

    def _name_sides(self) -> None:
        marks = self._canvas.marks
        for name, side in self._sides.items():
            growing = f" · {side.share:.0%}" if side.slow and side.share else ""
            marks.names[name] = f"{side.label}{growing}" if side.label and side.track else ""
            marks.waiting[name] = _waiting(side)
        track = self._sides["original"].track or self._sides["take"].track
        self._toolbar.set_facts(_facts(track, self._duration_s) if track else "")
        self._canvas.overlay.update()

    def _resized(self) -> None:
        self._canvas.show_span(self._span, self._duration_s)
        self._pictures.draw_all()
        self._refresh.start()

    def _look_at(self, span: Span) -> None:
        self._span = span
        self._fitted = span.length_s >= self._duration_s * 0.9999
        self._canvas.show_span(span, self._duration_s)
        self._refresh.start()

    def _move_to(self, start_s: float) -> None:
        self._look_at(self._span.moved_to(start_s, self._duration_s))

    def _ask(self) -> None:
        """Ask for the pictures that the present view needs."""
        if self._duration_s <= 0 or not self.isVisible():
            return
        overview = Columns(0.0, self._duration_s / self._canvas.overview.columns, self._canvas.overview.columns)
        for name, side in self._sides.items():
            wave, spectrum = self._canvas.lanes["wave", name], self._canvas.lanes["spectrum", name]
            side.want(self._columns(wave), overview, self._columns(spectrum), spectrum.rows, self._settings)

    def _columns(self, lane: Lane) -> Columns:
        """One column a pixel, on a grid that scrolling keeps, with a margin at both ends."""
        step = self._span.length_s / lane.columns
        margin = MARGIN * self._span.length_s
        first = math.floor(max(0.0, self._span.start_s - margin) / step)
        last = math.ceil(min(self._duration_s, self._span.end_s + margin) / step - 1e-6)
        return Columns(first * step, step, max(1, last - first))

    def _picture_came(self, side: Side, kind: str) -> None:
        if kind == "wave":
            self._pictures.draw_wave(side)
        else:
            self._pictures.draw_spectrum(side)
        self._name_sides()

    def _region(self, name: str, start_s: float, end_s: float) -> tuple[float, float]:
        side = self._sides[name]
        first, second = sorted((side.to_source(start_s), side.to_source(end_s)))
        self.set_loop(first, second)
        return first, second

    def _finish_region(self, name: str, start_s: float, end_s: float) -> None:
        first, second = self._region(name, start_s, end_s)
        if second > first:
            self.loop_requested.emit(first, second)

    def _clear_region(self) -> None:
        self.set_loop(None)
        self.loop_requested.emit(0.0, 0.0)

    def _mark_loop(self) -> None:
        marks = self._canvas.marks
        marks.loops.clear()
        if self._loop is not None:
            for name, side in self._sides.items():
                first, second = sorted((side.to_own(self._loop[0]), side.to_own(self._loop[1])))
                marks.loops[name] = (first, second)
        self._canvas.overlay.update()

    def _read(self) -> None:
        """Say what is under the cursor."""
        marks = self._canvas.marks
        if marks.pointed is not None and marks.pointed.kind != "overview":
            at = marks.time_at(marks.pointed, marks.pointer_x)
            side, height = self._sides[marks.pointed.side], self._canvas.overlay.pointer_height
            marks.reading = reading(side, marks.pointed.kind, at, height)


def _waiting(side: Side) -> str:
    """What stands where a spectrogram will be."""
    if side.spectrogram is not None:
        return ""
    if side.track is not None:
        return "drawing …"
    return (side.label or "rendering the take …") if side.name == "take" else ""


def _facts(track: Track, duration_s: float) -> str:
    """A track's rate, channels and length in words."""
    channels = {1: "mono", 2: "stereo"}.get(track.channels, f"{track.channels} channels")
    length = time_words(duration_s) if duration_s >= 60 else f"{duration_s:.3f} s"
    return f"{track.sample_rate / 1000:g} kHz · {channels} · {length}"
