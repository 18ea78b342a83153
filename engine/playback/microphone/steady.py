"""What no other sign of a howl has caught: sound that is loud and does not let up, whatever its spectrum is.

A loop holds its level once something limits it, be that one line, many that lie too close to be told apart, or, where
the chain moves the pitch, none that stays. Voices and most music let up a few times a second.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...clip import Samples

LOOK_S = 0.05
FALL_DB = 4.0
LASTS_S = ((-9.0, 0.4), (-16.0, 0.8), (-24.0, 1.2))
"""From this level on, as a root mean square, so long."""
_QUIET = 1e-20


def level_db(power: float) -> float:
    """A mean square in dBFS."""
    return 10 * float(np.log10(power + _QUIET))


class Steady:
    """Fed with the sound in pieces of any length."""

    def __init__(self, rate: int) -> None:
        self._look = round(LOOK_S * rate)
        self._energy, self._frames = 0.0, 0
        self._levels: deque[float] = deque(maxlen=round(max(lasts for _, lasts in LASTS_S) / LOOK_S))

    def forget(self) -> None:
        """Begin anew."""
        self._levels.clear()

    def feed(self, *sounds: Samples) -> bool:
        """Whether the loudest of these has been loud for so long and has never let up."""
        frames = sounds[0].shape[1]
        self._energy += max(float(np.vdot(sound, sound)) / sound.shape[0] for sound in sounds)
        self._frames += frames
        if self._frames >= self._look:
            self._levels.append(level_db(self._energy / self._frames))
            self._energy, self._frames = 0.0, 0
        return any(self._lasts(from_db, seconds) for from_db, seconds in LASTS_S)

    def _lasts(self, from_db: float, seconds: float) -> bool:
        looks = round(seconds / LOOK_S)
        if len(self._levels) < looks or self._levels[-1] < from_db:
            return False
        levels = np.array(self._levels)[-looks:]
        return bool(levels.min() >= from_db and (np.maximum.accumulate(levels) - levels).max() <= FALL_DB)
