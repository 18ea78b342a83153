"""Puts the newest pictures of both sides into their lanes: samples to ink, indices to colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gui import theme

from .colours import coloured, coloured_difference
from .ticks import frequency_ticks
from .waveform import Ink, drawn, fitting, wave_ticks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.analysis.columns import Columns

    from .canvas import Canvas
    from .lane import Lane
    from .settings import ViewSettings
    from .side import Side

OVER = 0.6
"""How opaque the take is where it lies over the original."""


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
        """Draw a side's new spectrogram, or what it is in the difference of both."""
        if self._settings.layout == "difference":
            self._difference()
            return
        lane, settings = self._canvas.lanes["spectrum", side.name], self._settings
        self._mark_frequencies(lane, side)
        if side.spectrogram is None:
            lane.clear()
            return
        picture = coloured(side.spectrogram.indices, settings.colours, settings.floor_db, settings.ceiling_db)
        self._place(lane, picture, side, side.spectrogram.columns)

    def _difference(self) -> None:
        """Take against original, once both are there for the same columns; until then the picture before stays."""
        lane, (original, take) = self._canvas.lanes["spectrum", "difference"], self._sides.values()
        self._canvas.marks.legend = take.spectrogram is not None and original.spectrogram is not None
        self._mark_frequencies(lane, take)
        if take.spectrogram is None or original.spectrogram is None:
            lane.clear()
            return
        if not alike(original, take):
            return
        first, second = original.spectrogram, take.spectrogram
        filled = min(first.indices.shape[1], second.indices.shape[1])
        floor_db = self._settings.floor_db
        picture = coloured_difference(first.indices[:, :filled], second.indices[:, :filled], floor_db)
        self._place(lane, picture, take, second.columns)

    def _place(self, lane: Lane, picture: NDArray[np.uint8], side: Side, columns: Columns) -> None:
        """Over its stretch of time and, where the axis was zoomed meanwhile, of frequency."""
        heights = (0.0, 1.0)
        if side.track is not None and side.frequencies is not None and side.bands == 1:
            axis = self._settings.frequencies(side.track.sample_rate)
            if axis.scale == side.frequencies.scale:
                ends = axis.height([side.frequencies.low_hz, side.frequencies.high_hz])
                heights = (float(ends[0]), float(ends[1]))
        end_s = columns.start_s + columns.step_s * picture.shape[1]
        lane.show_picture(picture, columns.start_s, end_s, heights)

    def _mark_frequencies(self, lane: Lane, side: Side) -> None:
        if side.track is None:
            lane.set_ticks([])
            return
        axis, bands = self._settings.frequencies(side.track.sample_rate), side.bands
        ticks = frequency_ticks(axis, lane.rect.height() / bands)
        lane.set_ticks([((band + height) / bands, words) for band in range(bands) for height, words in ticks])

    def _rescale(self) -> bool:
        """Fit the waveforms' common axis to both sounds; whether that changed it."""
        sounds = [side.overview for side in self._sides.values() if side.overview is not None]
        scale = fitting(sounds) if self._settings.wave == "fit" else 1.0
        changed, self._scale = scale != self._scale, scale
        return changed

    def _wave(self, side: Side) -> None:
        """In a difference the take lies over the original, so that what came and what went is seen."""
        both, shown = self._settings.layout == "difference", theme.current()
        lane = self._canvas.lanes["wave", "difference" if both else side.name]
        layer = 1 if both and side.name == "take" else 0
        ink = Ink(shown.take if side.name == "take" else shown.original, shown.edge, shown.clip,
                  marks=self._settings.clipping)  # fmt: skip
        if both:
            ink = replace(ink, opacity=OVER if layer else 1.0)
        if side.wave is None:
            lane.clear(layer)
        else:
            lane.set_ticks(wave_ticks(self._scale, side.wave.low.shape[0]))
            columns = side.wave.columns
            lane.show_picture(
                drawn(side.wave, lane.rows, ink, self._scale), columns.start_s,
                columns.start_s + columns.step_s * side.wave.low.shape[1], layer=layer,
            )  # fmt: skip
        if side.name == self._canvas.overview.side:
            self._overview(side)

    def _overview(self, side: Side) -> None:
        lane, shown = self._canvas.overview, theme.current()
        if side.overview is None:
            lane.clear()
            return
        colour = shown.take if side.name == "take" else shown.original
        ink = Ink(theme.mixed(colour, shown.sunken, 0.25), shown.edge, shown.clip, marks=False)
        all_together, columns = side.overview.together(), side.overview.columns
        picture = drawn(all_together, lane.rows, ink, fitting([all_together]))
        lane.show_picture(picture, 0.0, columns.step_s * all_together.low.shape[1])


def alike(one: Side, other: Side) -> bool:
    """Whether both have pictures of the same columns, rows and frequencies, so that they can be compared."""
    first, second = one.spectrogram, other.spectrogram
    if first is None or second is None:
        return False
    same_place = first.columns == second.columns and one.frequencies == other.frequencies
    return same_place and first.indices.shape[0] == second.indices.shape[0] and one.bands == other.bands
