"""Stretches of a clip that are silenced while it streams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from .pieces import fade_in

if TYPE_CHECKING:
    from ..clip import Samples


class Masker:
    """Silences stretches of absolute frames, given as (start, end); each fades within itself."""

    latency = 0
    tail = 0

    def __init__(self, stretches: Iterable[tuple[int, int]], fade: int) -> None:
        self._gains = [(start, _dip(end - start, fade)) for start, end in stretches]
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Multiply by each stretch's gain where the block meets it."""
        out = block.copy()
        for start, gain in self._gains:
            first = max(start - self._frame, 0)
            last = min(start + gain.size - self._frame, block.shape[1])
            if first < last:
                offset = self._frame - start
                out[:, first:last] *= gain[first + offset : last + offset]
        self._frame += block.shape[1]
        return out

    def reset(self, frame: int = 0) -> None:
        """Go on at an absolute frame of the clip."""
        self._frame = frame


def _dip(frames: int, fade: int) -> Samples:
    rise = fade_in(min(fade, frames // 2))
    return np.concatenate((rise[::-1], np.zeros(frames - 2 * rise.size, np.float32), rise))
