"""Two devices have two clocks: holds what lies ahead in bounds by a short skip or repeat, faded over.

The least that was left in the output ring within a second says how far the clocks have come apart: more of it is
sound that waits for nothing, less is a gap to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..fade import ramp

if TYPE_CHECKING:
    from ...clip import Samples

FADE_S = 0.005
WINDOW_S = 1.0
LARGEST_S = 0.1
"""No more than this is skipped or repeated at once."""


class Balance:
    """A correction is decided by `watch` and made in the sound that passes `process`; else that passes as it is."""

    def __init__(self, rate: int, keep: int, lower: int, upper: int) -> None:
        self.corrections = 0
        self._keep, self._lower, self._upper = keep, lower, upper
        self._fade = max(round(FADE_S * rate), 1)
        self._largest = round(LARGEST_S * rate)
        self._window = round(WINDOW_S * rate)
        self._least: int | None = None
        self._watched = 0
        self._skip = self._repeat = 0
        self._waiting: Samples | None = None
        self._past: Samples | None = None

    def watch(self, left: int, frames: int) -> None:
        """Learn how much was left in the ring, and that so many frames have come since the last time."""
        self._least = left if self._least is None else min(self._least, left)
        self._watched += frames
        if self._watched < self._window:
            return
        least, self._least, self._watched = self._least, None, 0
        if least > self._upper:
            self._skip = min(least - self._keep, self._largest)
        elif least < self._lower:
            self._repeat = min(max(self._keep - least, 2 * self._fade), self._largest)

    def process(self, block: Samples) -> Samples:
        """The next of what is heard: the block, unless something is skipped or repeated here."""
        if self._skip or self._repeat:
            block = self._corrected(block)
        past = block if self._past is None else np.concatenate((self._past, block), axis=1)
        self._past = past[:, -self._largest :]
        return block

    def _corrected(self, block: Samples) -> Samples:
        if self._waiting is not None:
            block = np.concatenate((self._waiting, block), axis=1)
        self._waiting = None
        if block.shape[1] < self._skip + self._fade:
            self._waiting = block
            return block[:, :0]
        fixed = self._skipped(block) if self._skip else self._repeated(block)
        self._skip = self._repeat = 0
        self.corrections += 1
        return fixed

    def _skipped(self, block: Samples) -> Samples:
        later = block[:, self._skip :]
        return np.concatenate((self._faded(block, later), later[:, self._fade :]), axis=1)

    def _repeated(self, block: Samples) -> Samples:
        before = self._past
        if before is None or before.shape[1] < self._repeat:
            return block
        again = before[:, before.shape[1] - self._repeat :]
        return np.concatenate((self._faded(block, again), again[:, self._fade :], block), axis=1)

    def _faded(self, old: Samples, new: Samples) -> Samples:
        share = ramp(0, self._fade, self._fade)
        faded: Samples = old[:, : self._fade] + (new[:, : self._fade] - old[:, : self._fade]) * share
        return faded
