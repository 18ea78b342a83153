"""Original and take, seen: waveforms and spectrograms on one time axis."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis.columns import Columns
from engine.analysis.scales import Frequencies

from ..memory import Memory
from .canvas import SIDES, Canvas
from .colours import table
from .commands import commands
from .facts import names, opening, state
from .pictures import Pictures
from .reading import both_waves_reading, difference_reading, spectrum_reading, wave_reading
from .regions import Regions
from .settings import ViewSettings, recall, remember, remembered
from .side import PATIENCE_S, Side
from .toolbar import ViewToolbar
from .viewport import Viewport

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QHideEvent, QShowEvent

    from engine.clip import TimeMap
    from engine.track import Track

    from ..actions import Command
    from .feed import Submit
    from .lane import Lane
    from .marks import Region
    from .span import Span

GROWTH_MS = 100
REFRESH_MS = 20
MARGIN = 0.25
"""This share of the part in view is drawn beyond each end, so that scrolling does not uncover nothing."""
CLOSEST_ZOOM = 0.02
"""The smallest part of a frequency axis that fills the height, in its own scale."""


class SoundView(QWidget):
    """Shows two tracks, which may still be growing.

    Seconds in its signals are the original's; an empty loop, (0, 0), takes the loop away. `selection_changed` gives
    the selection, (start, end), or None, `settings_changed` the `ViewSettings`.
    """

    seek_requested = Signal(float)
    loop_requested = Signal(float, float)
    selection_changed = Signal(object)
    settings_changed = Signal(object)

    def __init__(self, submit: Submit, memory: Memory | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = memory or Memory(parent=self)
        self._settings = recall(self._memory)
        self._sides = {name: Side(name, submit, self._picture_came) for name in SIDES}
        self.viewport = Viewport(self)
        self._toolbar = ViewToolbar(self._settings)
        self._canvas = Canvas()
        self._canvas.arrange(self._settings.layout)
        self.regions = Regions(self._canvas, self._sides, self)
        self._pictures = Pictures(self._canvas, self._sides, self._settings)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._toolbar)
        layout.addWidget(self._canvas, 1)
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._growth = QTimer(self, interval=GROWTH_MS)
        self._awaited = ""
        self._patience = QTimer(self, singleShot=True, interval=round(1000 * PATIENCE_S))
        self._connect()
        self._connect_overlay()
        self._measure()

    def _connect(self) -> None:
        self.setFocusProxy(self._canvas.overlay)
        self._refresh.timeout.connect(self._ask)
        self._growth.timeout.connect(self._follow_growth)
        self._patience.timeout.connect(self._clear)
        self._toolbar.changed.connect(self.set_settings)
        self._toolbar.fit_levels.connect(self.fit_levels)
        self._toolbar.frequencies_typed.connect(self.show_frequencies)
        self._toolbar.frequencies_reset.connect(self.show_all_frequencies)
        self._memory.changed.connect(self._remembered_changed)
        self._canvas.resized.connect(self._resized)
        self.viewport.moved.connect(self._moved)
        self.regions.selection_changed.connect(self.selection_changed)
        self.regions.loop_requested.connect(self.loop_requested)

    def _connect_overlay(self) -> None:
        overlay, port = self._canvas.overlay, self.viewport
        overlay.clicked.connect(self._clicked)
        overlay.dragged.connect(self.regions.drag)
        overlay.dropped.connect(self.regions.drop)
        overlay.escaped.connect(self.select_none)
        overlay.zoomed.connect(port.zoom)
        overlay.scrolled.connect(port.scroll)
        overlay.overview_moved.connect(port.centre)
        overlay.nudged.connect(self._nudge)
        overlay.frequencies_zoomed.connect(self._zoom_frequencies)
        overlay.frequencies_moved.connect(self._move_frequencies)
        overlay.frequencies_reset.connect(self.show_all_frequencies)
        overlay.pointed.connect(self._read)

    @property
    def settings(self) -> ViewSettings:
        """How the sounds are shown."""
        return self._settings

    @property
    def colour_table(self) -> NDArray[np.uint32]:
        """The colours of the spectrograms: one RGBA pixel for each index."""
        return table(self._settings.colours, self._settings.floor_db, self._settings.ceiling_db)

    @property
    def span(self) -> Span:
        """The stretch of time in view."""
        return self.viewport.span

    @property
    def selection(self) -> Region | None:
        """What is selected, (start, end) in the original's seconds, or None."""
        return self.regions.selection

    @property
    def channels(self) -> int:
        """How many channels there are to show apart."""
        return max((side.track.channels for side in self._sides.values() if side.track), default=0)

    @property
    def is_drawn(self) -> bool:
        """Whether all that can be seen of both sounds is drawn."""
        waits = self._refresh.isActive() or self._growth.isActive() or bool(self._awaited)
        return not waits and all(side.is_drawn for side in self._sides.values())

    @property
    def playhead_s(self) -> float | None:
        """Where the playhead stands on the time axis, if there is one."""
        heads = self._canvas.marks.playheads
        return heads.get("take" if self._on_takes_time else "original")

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return commands(self)

    def await_original(self, name: str) -> None:
        """Another recording is being opened: what is seen stays for a moment, then the views say which is to come."""
        self._awaited = name
        self._patience.start()

    def show_original(self, track: Track | None, label: str) -> None:
        """Show another original, all of it; the take and the regions of the old one go with it. None: there is none."""
        self._patience.stop()
        self._awaited = ""
        self._replace_original(track, label)

    def _clear(self) -> None:
        self._replace_original(None, "")

    def _replace_original(self, track: Track | None, label: str) -> None:
        if track != self._sides["original"].track:
            self.viewport.begin()
            self._show("take", None, "")
            self.regions.show_loop(None, self.regions.looping)
            self.regions.select(None)
        self._show("original", track, label)

    def show_take(self, track: Track | None, label: str, time_map: TimeMap | None = None) -> None:
        """Show another take; `time_map` puts clicks and regions in its lanes on the original's time.

        Where there is none yet, its place says so.
        """
        self._show("take", track, label, time_map)

    def show_take_error(self, error: str) -> None:
        """Say in the take's place why it cannot be made."""
        self._show("take", None, "", error=error)

    def set_playhead(self, seconds: float | None) -> None:
        """Put the original's playhead, in its seconds; the view turns the page when it runs out of sight."""
        self._put_head("original", seconds, follow=not self._on_takes_time)

    def set_take_playhead(self, seconds: float | None) -> None:
        """Put the take's playhead, in the take's own seconds."""
        self._put_head("take", seconds, follow=self._on_takes_time)

    def show_loop(self, region: Region | None, looping: bool) -> None:
        """Show the loop region, in the original's seconds; playback may go round without one."""
        self.regions.show_loop(region, looping)

    def fit(self) -> None:
        """Bring everything into view."""
        self.viewport.fit()

    def select(self, start_s: float, end_s: float) -> None:
        """Select a stretch of the original."""
        self.regions.select((start_s, end_s))

    def select_all(self) -> None:
        """Select the whole original."""
        duration_s = self._sides["original"].duration_s
        self.regions.select((0.0, duration_s) if duration_s else None)

    def select_none(self) -> None:
        """Take the selection away."""
        self.regions.select(None)

    def start_selection(self) -> None:
        """Put the selection's start at the playhead; where it ended before, or at the end of the sound, it ends."""
        self._selection_edge(start=True)

    def end_selection(self) -> None:
        """Put the selection's end at the playhead; where it began before, or at the start, it begins."""
        self._selection_edge(start=False)

    def zoom_to_selection(self) -> None:
        """Fill the views with what is selected."""
        marked = self._canvas.marks.selections
        if self.selection is not None:
            self.viewport.show_stretch(*marked["take" if self._on_takes_time else "original"])

    def fit_levels(self) -> None:
        """Put the dB range where the original's spectrogram in view has its levels."""
        picture = self._sides["original"].spectrogram
        if picture is not None and picture.indices.size:
            self.set_settings(self._settings.fitted_to(picture))

    def open_levels(self) -> None:
        """Let the level range be typed."""
        self._toolbar.open_levels()

    def open_frequencies(self) -> None:
        """Let the frequency range be typed."""
        self._toolbar.open_frequencies()

    def show_frequencies(self, low_hz: float, high_hz: float) -> None:
        """Show the frequencies from one to another."""
        rate = self._sample_rate
        if rate:
            self.set_settings(self._settings.with_frequencies(low_hz, high_hz, rate))

    def show_all_frequencies(self) -> None:
        """Show the whole frequency axis."""
        self.change(low_hz=0.0, high_hz=0.0)

    def change(self, **changed: object) -> None:
        """Change some of the settings."""
        self.set_settings(replace(self._settings, **changed))  # type: ignore[arg-type]

    def set_settings(self, settings: ViewSettings) -> None:
        """Show the sounds in another way; a change of colours alone is immediate."""
        before, self._settings = self._settings, settings
        self._toolbar.set_settings(settings)
        if settings.layout != before.layout:
            self._canvas.marks.pointed = None
            self._canvas.arrange(settings.layout)
            self._canvas.settle()
            self._measure()
            self.regions.mark()
        self._pictures.set_settings(settings)
        self._name_sides()
        self._refresh.start()
        remember(self._memory, settings)
        self.settings_changed.emit(settings)

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

    @property
    def _on_takes_time(self) -> bool:
        return self._settings.layout == "difference"

    @property
    def _sample_rate(self) -> int:
        track = self._sides["original"].track or self._sides["take"].track
        return track.sample_rate if track else 0

    def _show(
        self, name: str, track: Track | None, label: str, time_map: TimeMap | None = None, error: str = ""
    ) -> None:  # fmt: skip
        self._sides[name].show(track, label, time_map, error)
        self._put_on_time()
        if track is None:
            self._pictures.draw_wave(self._sides[name])
            self._pictures.draw_spectrum(self._sides[name])
        self.regions.mark()
        if self.isVisible():
            self._growth.start()
        self._follow_growth()

    def _put_on_time(self) -> None:
        """In a difference the original is pictured on the take's time, where that is another."""
        take = self._sides["take"].time_map
        same = take is None or all(segment.out == segment.source for segment in take.segments)
        self._sides["original"].picture_on(take if self._on_takes_time and not same else None)

    def _put_head(self, side: str, seconds: float | None, follow: bool) -> None:
        before = self._canvas.marks.playheads.get(side)
        self._canvas.overlay.move_head(side, seconds)
        if seconds is not None and follow:
            self.viewport.follow(before, seconds)

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
        """Take in how long the sounds are, and on whose time they are shown."""
        self._put_on_time()
        take = self._sides["take"].duration_s if self._on_takes_time else 0.0
        self.viewport.measure(take or max(side.duration_s for side in self._sides.values()))
        self._canvas.show_span(self.span, self.viewport.duration_s)
        self._name_sides()

    def _name_sides(self) -> None:
        marks, (original, take) = self._canvas.marks, self._sides.values()
        marks.names = names(original, take)
        begun = original.track is not None or take.error
        sides = self._sides.items() if begun else ()
        marks.states = {name: found for name, side in sides if (found := state(side)) is not None}
        if not begun and self._awaited:
            marks.states["take"] = opening(self._awaited)
        missing = marks.states.get("take") or marks.states.get("original")
        if missing is not None:
            marks.states["difference"] = missing
        axis = self._settings.frequencies(self._sample_rate) if self._sample_rate else None
        self._toolbar.set_sound(self.channels, axis.low_hz if axis else 0.0, axis.high_hz if axis else 0.0)
        self._canvas.overlay.update()

    def _resized(self) -> None:
        self._canvas.show_span(self.span, self.viewport.duration_s)
        self._pictures.draw_all()
        self._refresh.start()

    def _moved(self) -> None:
        self._canvas.show_span(self.span, self.viewport.duration_s)
        self._read()
        self._refresh.start()

    def _ask(self) -> None:
        """Ask for the pictures that the present view needs."""
        duration_s = self.viewport.duration_s
        if duration_s <= 0 or not self.isVisible():
            return
        wide = self._canvas.overview.columns
        overview = Columns(0.0, duration_s / wide, wide)
        both, settings = self._on_takes_time, self._settings
        tracks = [side.track for side in self._sides.values() if side.track is not None]
        if both and len({track.channels for track in tracks}) > 1:
            settings = replace(settings, apart=False)
        for name, side in self._sides.items():
            shown = "difference" if both else name
            wave, spectrum = self._canvas.lanes["wave", shown], self._canvas.lanes["spectrum", shown]
            side.want(self._columns(wave), overview, self._columns(spectrum), spectrum.rows, settings)

    def _columns(self, lane: Lane) -> Columns:
        """One column a pixel, on a grid that scrolling keeps, with a margin at both ends."""
        step = self.span.length_s / lane.columns
        margin = MARGIN * self.span.length_s
        first = math.floor(max(0.0, self.span.start_s - margin) / step)
        last = math.ceil(min(self.viewport.duration_s, self.span.end_s + margin) / step - 1e-6)
        return Columns(first * step, step, max(1, last - first))

    def _picture_came(self, side: Side, kind: str) -> None:
        if kind == "wave":
            self._pictures.draw_wave(side)
        else:
            self._pictures.draw_spectrum(side)
        self._name_sides()

    def _clicked(self, side: str, at_s: float) -> None:
        self.select_none()
        self.seek_requested.emit(self._sides[side].to_source(at_s))

    def _nudge(self, share: float) -> None:
        at = self._canvas.marks.playheads.get("original", 0.0)
        self.seek_requested.emit(max(0.0, min(at + share * self.span.length_s, self._sides["original"].duration_s)))

    def _selection_edge(self, start: bool) -> None:
        at, end_s = self._canvas.marks.playheads.get("original"), self._sides["original"].duration_s
        if at is None or not end_s:
            return
        first, last = self.selection or (0.0, end_s)
        if start:
            self.regions.select((at, last if last > at else end_s))
        else:
            self.regions.select((first if first < at else 0.0, at))

    def _zoom_frequencies(self, factor: float, height: float) -> None:
        """Show `factor` times as much of the axis, with what is at this height staying there."""
        whole, rate = self._whole_axis(), self._sample_rate
        if whole is None:
            return
        axis = self._settings.frequencies(rate)
        bands = self._sides["original"].bands
        inner = height * bands % 1 if bands > 1 else height
        low, high = whole.height([axis.low_hz, axis.high_hz])
        length = min(max((high - low) * factor, CLOSEST_ZOOM), 1.0)
        self._show_heights(low + (high - low) * inner - inner * length, length)

    def _move_frequencies(self, share: float) -> None:
        """Move the axis by a share of what it shows."""
        whole = self._whole_axis()
        if whole is not None:
            axis = self._settings.frequencies(self._sample_rate)
            low, high = whole.height([axis.low_hz, axis.high_hz])
            self._show_heights(low + share * (high - low), high - low)

    def _show_heights(self, low: float, length: float) -> None:
        whole = self._whole_axis()
        if whole is not None:
            low = min(max(low, 0.0), 1.0 - length)
            self.show_frequencies(*(float(hz) for hz in whole.hz([low, low + length])))

    def _whole_axis(self) -> Frequencies | None:
        return Frequencies.of(self._settings.scale, self._sample_rate) if self._sample_rate else None

    def _remembered_changed(self, name: str) -> None:
        """Follow what was set elsewhere, in the preferences."""
        if remembered(name) and recall(self._memory) != self._settings:
            self.set_settings(recall(self._memory))

    def _read(self) -> None:
        """Say what is under the cursor."""
        marks = self._canvas.marks
        lane = marks.pointed
        if lane is None or lane.kind == "overview":
            return
        at, height = marks.time_at(lane, marks.pointer_x), self._canvas.overlay.pointer_height
        original, take = self._sides.values()
        axis = self._settings.frequencies(self._sample_rate) if self._sample_rate else None
        if lane.kind == "wave":
            both = lane.side == "difference"
            marks.reading = (
                both_waves_reading(original, take, at, height)
                if both
                else wave_reading(self._sides[lane.side], at, height)
            )
        elif axis is not None and lane.side == "difference":
            marks.reading = difference_reading(original, take, axis, self._settings.floor_db, at, height)
        elif axis is not None:
            marks.reading = spectrum_reading(self._sides[lane.side], axis, at, height)
