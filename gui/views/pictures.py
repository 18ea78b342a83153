"""Puts the newest pictures of both sides into their lanes: samples to ink, indices to colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui import theme

from .colours import coloured
from .ticks import frequency_ticks
from .waveform import Ink, drawn, fitting, wave_ticks

if TYPE_CHECKING:
    from engine.analysis.columns import Columns

    from .canvas import Canvas
    from .settings import ViewSettings
    from .side import Side


class Pictures:
    """Draws on arrival, on a new size, on other colours; the workers are not asked again for those."""

    def __init__(self, canvas: Canvas, sides: dict[str, Side], settings: ViewSettings) -> None:
        self._canvas = canvas
        self._sides = sides
        self._settings = settings
        self._scale = 1.0

    def set_settings(self, settings: ViewSettings) -> None:
        """Draw everything in another way."""
        self._settings = settings
        self.draw_all()

    def draw_all(self) -> None:
        """Draw everything again."""
        self._rescale()
        for side in self._sides.values():
            self._wave(side)
            self.draw_spectrum(side)

    def draw_wave(self, side: Side) -> None:
        """Draw a side's new waveform, and the other's too where the axis of both has changed."""
        for each in self._sides.values() if self._rescale() else (side,):
            self._wave(each)

    def draw_spectrum(self, side: Side) -> None:
        """Draw a side's new spectrogram."""
        lane, settings = self._canvas.lanes["spectrum", side.name], self._settings
        if side.spectrogram is None or side.frequencies is None:
            lane.clear()
            lane.set_ticks([])
            return
        columns, indices = side.spectrogram.columns, side.spectrogram.indices
        lane.set_ticks(frequency_ticks(side.frequencies, lane.rect.height()))
        picture = coloured(indices, settings.colours, settings.floor_db, settings.ceiling_db)
        lane.show_picture(picture, columns.start_s, _end_s(columns, indices.shape[1]))

    def _rescale(self) -> bool:
        """Fit the waveforms' common axis to both sounds; whether that changed it."""
        sounds = [side.overview for side in self._sides.values() if side.overview is not None]
        scale = fitting(sounds) if self._settings.wave == "fit" else 1.0
        changed, self._scale = scale != self._scale, scale
        return changed

    def _wave(self, side: Side) -> None:
        lane, shown = self._canvas.lanes["wave", side.name], theme.current()
        lane.set_ticks(wave_ticks(self._scale))
        if side.wave is None:
            lane.clear()
        else:
            ink = Ink(shown.take if side.name == "take" else shown.original, shown.edge, shown.clip)
            end_s = _end_s(side.wave.columns, side.wave.low.size)
            lane.show_picture(drawn(side.wave, lane.rows, ink, self._scale), side.wave.columns.start_s, end_s)
        if side.name == "original":
            self._overview(side)

    def _overview(self, side: Side) -> None:
        lane, shown = self._canvas.overview, theme.current()
        if side.overview is None:
            lane.clear()
            return
        ink = Ink(theme.mixed(shown.original, shown.sunken, 0.25), shown.edge, shown.clip)
        picture = drawn(side.overview, lane.rows, ink, fitting([side.overview]), marks=False)
        lane.show_picture(picture, 0.0, _end_s(side.overview.columns, side.overview.low.size))


def _end_s(columns: Columns, filled: int) -> float:
    return columns.start_s + columns.step_s * filled
