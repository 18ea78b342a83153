"""A gain that follows a curve over the clip's own time, and the curves themselves."""

from __future__ import annotations

import math
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


class Envelope:
    """Multiplies all channels by what a curve says for each absolute frame of the clip.

    `pieces` are the frames at which each stretch ends and its curve, or its one gain; the last one never ends.
    """

    latency = 0
    tail = 0

    def __init__(self, *pieces: tuple[float, Callable[[Floats], Floats] | float]) -> None:
        self._pieces = pieces
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """The next block times its gains."""
        out = np.empty_like(block)
        done, first = 0, self._frame
        self._frame += block.shape[1]
        for end, gain in self._pieces:
            until = min(max(math.ceil(min(end, self._frame)) - first, done), block.shape[1])
            gains = gain(np.arange(first + done, first + until, dtype=np.float64)) if callable(gain) else gain
            np.multiply(block[:, done:until], np.asarray(gains, np.float32), out=out[:, done:until])
            done = until
        return out

    def reset(self, frame: int = 0) -> None:
        """Go on at this frame."""
        self._frame = frame


def ramp(gains: tuple[float, float], start: float, end: float) -> Envelope:
    """One gain up to a frame and another from a later one on; between them it moves evenly in decibels."""
    rise = math.log(gains[1] / gains[0]) / (end - start)
    return Envelope((start, gains[0]), (end, lambda at: gains[0] * np.exp(rise * (at - start))), (math.inf, gains[1]))


def edges(shape: str, fade_in: int, fade_out: int, frames: int) -> Envelope:
    """A fade over the first and one over the last of so many frames; both ends are silent."""
    fade = FADES[shape]

    def rise(at: Floats) -> Floats:
        return fade(np.minimum(at / max(fade_in - 1, 1), 1))

    def fall(at: Floats) -> Floats:
        return fade(np.clip((frames - 1 - at) / max(fade_out - 1, 1), 0, 1))

    if fade_in + fade_out <= frames:
        return Envelope((fade_in, rise), (frames - fade_out, 1.0), (math.inf, fall if fade_out else 1.0))
    return Envelope((frames - fade_out, rise), (fade_in, lambda at: rise(at) * fall(at)), (math.inf, fall))
