"""Selection, loop and where a step works: stretches of the original's time, drawn in each side's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from .marks import Region

if TYPE_CHECKING:
    from .canvas import Canvas
    from .side import Side

SHORTEST_S = 1e-3
"""What is shorter was a click with an unsteady hand, and could not be heard."""


class Regions(QObject):
    """The selection is made here; the loop is the transport's, which is asked for another by `loop_requested`.

    While the transport goes round, a new selection is asked for as the loop: who loops listens to what is selected.
    """

    selection_changed = Signal(object)
    loop_requested = Signal(float, float)

    def __init__(self, canvas: Canvas, sides: dict[str, Side], parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._sides = sides
        self.looping = False
        self.selection: Region | None = None
        self.loop: Region | None = None
        self._step: tuple[tuple[float, float | None], ...] = ()

    def select(self, region: Region | None) -> None:
        """Make this the selection, in the original's seconds."""
        if region is not None and region[1] - region[0] < SHORTEST_S:
            region = None
        self._show_selection(region)
        self.selection_changed.emit(region)
        if region is not None and self.looping:
            self.loop_requested.emit(*region)

    def drag(self, side: str, start_s: float, end_s: float) -> None:
        """Show a selection that is being made, in a side's own seconds."""
        self._show_selection(self._of_source(side, start_s, end_s))

    def drop(self, side: str, start_s: float, end_s: float) -> None:
        """End of a drag."""
        self.select(self._of_source(side, start_s, end_s))

    def show_loop(self, region: Region | None, looping: bool) -> None:
        """Show the loop region, and remember whether playback goes round."""
        self.loop, self.looping = region, looping
        self.mark()

    def show_step(self, stretches: tuple[tuple[float, float | None], ...]) -> None:
        """Show where in the original a step works; no end is the original's end."""
        self._step = stretches
        self.mark()

    def loop_selection(self) -> None:
        """Ask for the selection as the loop."""
        if self.selection is not None:
            self.loop_requested.emit(*self.selection)

    def clear_loop(self) -> None:
        """Ask for no loop region."""
        self.loop_requested.emit(0.0, 0.0)

    def mark(self) -> None:
        """Put both where they lie in each side's time."""
        marks = self._canvas.marks
        for region, marked in ((self.selection, marks.selections), (self.loop, marks.loops)):
            marked.clear()
            if region is not None:
                for name, side in self._sides.items():
                    first, second = sorted((side.to_own(region[0]), side.to_own(region[1])))
                    marked[name] = (first, second)
        marks.stretches = {name: self._of_step(side) for name, side in self._sides.items()} if self._step else {}
        self._canvas.overlay.update()

    def _show_selection(self, region: Region | None) -> None:
        self.selection = region
        self.mark()

    def _of_source(self, side: str, start_s: float, end_s: float) -> Region:
        first, second = sorted((self._sides[side].to_source(start_s), self._sides[side].to_source(end_s)))
        return first, second

    def _of_step(self, side: Side) -> list[Region]:
        end_s = self._sides["original"].duration_s
        ends = ((start, end_s if end is None else min(end, end_s)) for start, end in self._step)
        return [place for start, end in ends if start < end for place in side.places(start, end)]
