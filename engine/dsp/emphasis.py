"""Standard emphasis curves as digital filters that follow the analogue ones at any rate.

The bilinear transform would bend such a curve by several decibels where the ear still hears. Where the corners lie
high, the power response is fitted instead, as a fraction of two quadratics in sin^2(w/2) (by the iteration of
Sanathanan and Koerner, 1963), and the fraction is split into a section with its poles and zeros inside the unit circle.
A shelf between two low corners is flat again where the transform bends, and takes it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .sos import Sections, inverse

LOWEST_HZ, HIGHEST = 5.0, 0.46
"""Where the fit begins, and the share of the rate at which it ends."""
ROUNDS = 8
DIGITS = 12
"""Coefficients are rounded so, and do not depend on which machine solved for them."""


@dataclass(frozen=True)
class Curve:
    """An analogue curve that falls: the time constants, in seconds, of its poles and zeros.

    `shelf_s` are those of a pole and a zero that lie low, `pole_s` and `zero_s` those of the treble; 0 is none. Its
    gain is 1 at `unity_hz`.
    """

    pole_s: float
    zero_s: float = 0.0
    shelf_s: tuple[float, float] = (0.0, 0.0)
    unity_hz: float = 0.0

    def gain(self, hertz: NDArray[np.float64]) -> NDArray[np.float64]:
        """The amplitude response of the analogue curve."""
        found: NDArray[np.float64] = np.sqrt(self._power(hertz) / self._power(np.array([self.unity_hz])))
        return found

    def _power(self, hertz: NDArray[np.float64]) -> NDArray[np.float64]:
        shelf_pole_s, shelf_zero_s = self.shelf_s
        poles = _corner(hertz, self.pole_s) * _corner(hertz, shelf_pole_s)
        return _corner(hertz, self.zero_s) * _corner(hertz, shelf_zero_s) / poles


def _corner(hertz: NDArray[np.float64], time_s: float) -> NDArray[np.float64]:
    power: NDArray[np.float64] = 1 + np.square(2 * np.pi * hertz * time_s)
    return power


@lru_cache(maxsize=32)
def emphasis(curve: Curve, rising: bool, sample_rate: int) -> Sections:
    """Sections that follow the curve, or its inverse."""
    treble = _treble(Curve(curve.pole_s, curve.zero_s), sample_rate)
    sections = np.concatenate((_low_shelf(curve.shelf_s, sample_rate), treble))
    z = np.exp(-2j * np.pi * curve.unity_hz / sample_rate)
    sections[0, :3] /= abs(np.prod([np.polyval(row[2::-1], z) / np.polyval(row[:2:-1], z) for row in sections]))
    rounded: Sections = np.round(inverse(sections) if rising else sections, DIGITS)
    return rounded


def _low_shelf(times_s: tuple[float, float], sample_rate: int) -> Sections:
    """A pole and a zero by the bilinear transform, each in its place."""
    if not times_s[0]:
        return np.zeros((0, 6))
    pole, zero = (math.tan(1 / (2 * time * sample_rate)) for time in times_s)
    b, a = np.array([zero + 1, zero - 1, 0]) / zero, np.array([pole + 1, pole - 1, 0]) / pole
    section: Sections = np.array([[*b, *a]]) / a[0]
    return section


def _treble(curve: Curve, sample_rate: int) -> Sections:
    hertz = np.geomspace(LOWEST_HZ, HIGHEST * sample_rate, 400)
    above, below = _fitted(np.sin(np.pi * hertz / sample_rate) ** 2, curve.gain(hertz) ** 2)
    return np.array([[*_minimum_phase(above), *_minimum_phase(below)]])


def _fitted(x: NDArray[np.float64], wanted: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two quadratics, lowest power first, whose fraction is `wanted`; relative errors are made small."""
    powers = np.stack([np.ones_like(x), x, x * x], axis=1)
    weight = 1 / wanted
    for _ in range(ROUNDS):
        columns = np.concatenate((powers, -wanted[:, np.newaxis] * powers[:, 1:]), axis=1) * weight[:, np.newaxis]
        size = np.linalg.norm(columns, axis=0)
        found = np.linalg.lstsq(columns / size, wanted * weight)[0] / size
        below = np.array([1.0, *found[3:]])
        weight = 1 / (wanted * np.abs(powers @ below))
    return found[:3], below


def _minimum_phase(quadratic: NDArray[np.float64]) -> NDArray[np.float64]:
    """The polynomial in 1/z, monic and its roots inside the unit circle, of a power in sin^2(w/2)."""
    roots = []
    for root in np.roots(quadratic[::-1]):
        middle = 1 - 2 * root
        outer = np.sqrt(middle * middle - 1 + 0j)
        roots.append(min(middle + outer, middle - outer, key=abs))
    return np.poly(roots).real.astype(np.float64)
