"""Stretches of a clip that are silenced, or filled with something else, while it streams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from .pieces import fade_in

if TYPE_CHECKING:
    from ..clip import Samples
    from .noise import NoiseSource


class Masker:
    """Silences stretches of absolute frames, given as (start, end), or fills them; each fades within itself."""

    latency = 0
    tail = 0

    def __init__(
        self, stretches: Iterable[tuple[int, int]], fade: int, filling: NoiseSource | None, gain: float
    ) -> None:
        """`filling` is heard at a gain where the sound is not."""
        self._stretches = [(start, end, fade_in(min(fade, (end - start) // 2))) for start, end in stretches]
        self._filling, self._gain = filling, np.float32(gain)
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Silence each stretch where the block meets it, and put the filling there."""
        out = self._masked(block.copy())
        if self._filling is not None:
            gone = 1 - self._masked(np.ones((1, block.shape[1]), np.float32))
            if gone.any():
                out += self._filling.read(self._frame, block.shape[1]) * gone * self._gain
        self._frame += block.shape[1]
        return out

    def _masked(self, block: Samples) -> Samples:
        """The block with its stretches silenced, and their fades, in place."""
        for start, end, rise in self._stretches:
            _scale(block, start - self._frame, rise[::-1])
            _scale(block, end - rise.size - self._frame, rise)
            silent = slice(max(start + rise.size - self._frame, 0), max(end - rise.size - self._frame, 0))
            block[:, silent] = 0
        return block

    def reset(self, frame: int = 0) -> None:
        """Go on at an absolute frame of the clip."""
        self._frame = frame


def _scale(block: Samples, at: int, gain: Samples) -> None:
    """Multiply a block by a gain that begins at a frame of it, before it or behind it, in place."""
    first, last = max(at, 0), min(at + gain.size, block.shape[1])
    if first < last:
        block[:, first:last] *= gain[first - at : last - at]
