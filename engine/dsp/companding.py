"""Companding: whole numbers that lie closer together the quieter the sound is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

Law = Literal["mu-law", "A-law"]

FULL_SCALE = 1 << 15
MU_BIAS, MU_HIGHEST = 33, 8191
"""What is added to a 14 bit number before its leading one is looked for, and the highest that still has a code."""


@cache
def g711_table(law: Law) -> NDArray[np.float32]:
    """What G.711 makes of each 16 bit number, from the lowest one up, full scale at 1.0: (65536,)."""
    numbers = np.arange(-FULL_SCALE, FULL_SCALE)
    magnitude = np.where(numbers < 0, ~numbers, numbers)
    table = _mu_law(magnitude) if law == "mu-law" else _a_law(magnitude)
    signed: NDArray[np.float32] = (np.where(numbers < 0, -table, table) / FULL_SCALE).astype(np.float32)
    return signed


def _mu_law(magnitude: NDArray[np.int_]) -> NDArray[np.int_]:
    biased = np.minimum((magnitude >> 2) + MU_BIAS, MU_HIGHEST)
    step = _bits(biased) - 5
    decoded: NDArray[np.int_] = (((biased >> step << step) + (1 << (step - 1))) - MU_BIAS) << 2
    return decoded


def _a_law(magnitude: NDArray[np.int_]) -> NDArray[np.int_]:
    steps = magnitude >> 4
    step = np.maximum(_bits(steps) - 5, 0)
    return ((steps >> step << step) << 4) + (8 << step)


def _bits(numbers: NDArray[np.int_]) -> NDArray[np.int_]:
    """How many binary digits each number has."""
    return np.frexp(numbers.astype(np.float64))[1].astype(np.int_)


def g711(samples: Samples, law: Law) -> Samples:
    """Samples through G.711 and back; what is beyond full scale is clipped."""
    numbers = np.clip(np.rint(samples * np.float32(FULL_SCALE)), -FULL_SCALE, FULL_SCALE - 1).astype(np.int32)
    coded: Samples = g711_table(law)[numbers + FULL_SCALE]
    return coded


@cache
def mu_levels(levels: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where mu-law of so many levels changes from one to the next (levels - 1,), and what each becomes (levels,)."""
    mu = levels - 1.0
    places = np.arange(levels, dtype=np.float64)
    edges = _expanded(2 * (places[1:] - 0.5) / mu - 1, mu)
    return edges.astype(np.float32), _expanded(2 * places / mu - 1, mu).astype(np.float32)


def _expanded(companded: NDArray[np.float64], mu: float) -> NDArray[np.float64]:
    expanded: NDArray[np.float64] = np.sign(companded) * np.expm1(np.abs(companded) * np.log1p(mu)) / mu
    return expanded


def mu_law(samples: Samples, levels: int) -> Samples:
    """Samples in so many levels and back; what is beyond full scale is clipped."""
    edges, values = mu_levels(levels)
    rounded: Samples = values[np.searchsorted(edges, samples, side="right")]
    return rounded
