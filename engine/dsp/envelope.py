"""A gain that follows a curve over the clip's own time, and the curves themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

Floats: TypeAlias = NDArray[np.float64]

FADES: dict[str, Callable[[Floats], Floats]] = {
    "linear": lambda x: x,
    "quarter_sine": lambda x: np.sin(np.pi / 2 * x),
    "half_sine": lambda x: 0.5 - 0.5 * np.cos(np.pi * x),
    "logarithmic": lambda x: 1 + np.log10(0.1 + 0.9 * x),
    "exponential": lambda x: x * 2 ** (x - 1),
}
"""Fades in, from 0 at 0 to 1 at 1."""


def _never(first: int, last: int) -> float | None:
    return None


class Envelope:
    """Multiplies all channels by what a curve says for each absolute frame of the clip.

    `constant(first, last)` may give the one gain of all frames from `first` up to `last`, which is quicker.
    """

    latency = 0
    tail = 0

    def __init__(
        self, curve: Callable[[Floats], Floats], constant: Callable[[int, int], float | None] = _never
    ) -> None:
        self._curve = curve
        self._constant = constant
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """The next block times its gains."""
        first = self._frame
        self._frame += block.shape[1]
        gain = self._constant(first, self._frame)
        if gain is not None:
            return block * np.float32(gain)
        return block * self._curve(np.arange(first, self._frame, dtype=np.float64)).astype(np.float32)

    def reset(self, frame: int = 0) -> None:
        """Go on at this frame."""
        self._frame = frame


def ramp(gains: tuple[float, float], start: float, end: float) -> Envelope:
    """One gain up to a frame and another from a later one on; between them it moves evenly in decibels."""
    logarithms = np.log(gains)

    def constant(first: int, last: int) -> float | None:
        return gains[0] if last <= start else gains[1] if first >= end else None

    return Envelope(lambda frames: np.exp(np.interp(frames, (start, end), logarithms)), constant)


def edges(shape: str, fade_in: int, fade_out: int, frames: int) -> Envelope:
    """A fade over the first and one over the last of so many frames; both ends are silent."""
    fade = FADES[shape]

    def curve(at: Floats) -> Floats:
        gain = np.ones_like(at)
        if fade_in:
            gain *= fade(np.clip(at / max(fade_in - 1, 1), 0, 1))
        if fade_out:
            gain *= fade(np.clip((frames - 1 - at) / max(fade_out - 1, 1), 0, 1))
        return gain

    return Envelope(curve, lambda first, last: 1.0 if first >= fade_in and last <= frames - fade_out else None)
