"""A processor without memory: each sample out depends on the same sample in alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples


class Pointwise:
    """Applies a function of arrays to every block; the function must give a new array."""

    latency = 0
    tail = 0

    def __init__(self, shape: Callable[[Samples], Samples]) -> None:
        self._shape = shape

    def process(self, block: Samples) -> Samples:
        """The function of the block."""
        return self._shape(block)

    def reset(self, frame: int = 0) -> None:
        """There is nothing to forget."""


class Unchanged(Pointwise):
    """Lets everything through as it is; where a whole stage of a render does so, it is not run at all."""

    def __init__(self) -> None:
        super().__init__(np.copy)


def amplifier(gain: float) -> Pointwise:
    """A processor that multiplies by a factor."""
    if gain == 1:
        return Unchanged()
    factor = np.float32(gain)
    return Pointwise(lambda block: block * factor)
