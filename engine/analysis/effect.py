"""A picture of what a transform does: the demo clip before it and behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..chain import Chain, new_step
from ..demo import SAMPLE_RATE, demo_samples
from ..params import Number, Range
from ..render import Renderer
from .scales import Frequencies
from .stft import DB_PER_INDEX, LOWEST_DB, levels_db

if TYPE_CHECKING:
    from ..clip import Samples
    from ..params import Value

PROBE_S = 3.0
WINDOW = 1024
SHOWN = 0.8
"""Numbers are set so far up their typical range: enough to be seen, and not more than people use."""


@cache
def _probe() -> Samples:
    return demo_samples()[:, : int(PROBE_S * SAMPLE_RATE)]


@dataclass(frozen=True)
class Shape:
    """Waveform and spectrogram of a clip, in columns of equal time.

    The spectrogram's indices (rows, columns), lowest frequency first, count half decibels from -115 dB.
    """

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    indices: NDArray[np.uint8]


@dataclass(frozen=True)
class Effect:
    """The clip before and behind a transform, on one time axis, and what the transform was set to."""

    before: Shape
    after: Shape
    duration_s: float
    values: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class EffectRequest:
    """Render the demo clip through one transform that needs no bank, and picture both."""

    transform: str
    columns: int
    rows: int

    def run(self) -> Effect:
        """Draw, render and picture."""
        step = new_step(Chain(), self.transform)
        for name, param in step.kind.params().items():
            if isinstance(param, Number):
                at = param.draw(Range(*param.typical), SHOWN)
                step = step.with_setting(name, at)
        drawn = Chain(steps=(step,), guard="none").draw(0, "demo", 1).steps
        before = _probe()
        after = Renderer(SAMPLE_RATE).take(before, drawn).samples
        frames = max(before.shape[1], after.shape[1])
        return Effect(
            self._shape(before, frames), self._shape(after, frames), frames / SAMPLE_RATE, drawn[0].values
        )  # fmt: skip

    def _shape(self, samples: Samples, frames: int) -> Shape:
        """Both pictures of a clip, silent where it has ended."""
        padded = np.zeros(frames, np.float32)
        padded[: samples.shape[1]] = samples.mean(axis=0)
        edges = np.linspace(0, frames, self.columns + 1).astype(np.int64)
        low, high = np.minimum.reduceat(padded, edges[:-1]), np.maximum.reduceat(padded, edges[:-1])
        levels = levels_db(padded[np.newaxis], (edges[:-1] + edges[1:]) // 2, WINDOW)
        heights = Frequencies.of("log", SAMPLE_RATE).edges_hz(self.rows)[:-1] * WINDOW / SAMPLE_RATE
        rows = np.maximum.reduceat(levels, heights.astype(np.int64).clip(max=levels.shape[1] - 1), axis=1).T
        indices = np.rint((rows - LOWEST_DB) / DB_PER_INDEX).clip(0, 255).astype(np.uint8)
        return Shape(low, high, np.ascontiguousarray(indices))
