"""Stretches of a clip that are silenced while it streams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .pieces import fade_in

if TYPE_CHECKING:
    from ..clip import Samples


class Masker:
    """Silences stretches of absolute frames, given as (start, end); each fades within itself."""

    latency = 0
    tail = 0

    def __init__(self, stretches: Iterable[tuple[int, int]], fade: int) -> None:
        self._stretches = [(start, end, fade_in(min(fade, (end - start) // 2))) for start, end in stretches]
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Silence each stretch where the block meets it, and multiply by its fades."""
        out = block.copy()
        for start, end, rise in self._stretches:
            _scale(out, start - self._frame, rise[::-1])
            _scale(out, end - rise.size - self._frame, rise)
            silent = slice(max(start + rise.size - self._frame, 0), max(end - rise.size - self._frame, 0))
            out[:, silent] = 0
        self._frame += block.shape[1]
        return out

    def reset(self, frame: int = 0) -> None:
        """Go on at an absolute frame of the clip."""
        self._frame = frame


def _scale(block: Samples, at: int, gain: Samples) -> None:
    """Multiply a block by a gain that begins at a frame of it, before it or behind it, in place."""
    first, last = max(at, 0), min(at + gain.size, block.shape[1])
    if first < last:
        block[:, first:last] *= gain[first - at : last - at]
