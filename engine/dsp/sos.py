"""Second-order sections: designing them with numpy alone, and running them block by block.

A row is (b0, b1, b2, a0, a1, a2) as in scipy. Butterworth filters come from the analogue prototype by the bilinear
transform with prewarped edges; shelves and peaks are those of R. Bristow-Johnson's cookbook. A frequency at or above
0.49 of the rate gives no section at all, the identity.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples
    from ..transform import StreamSpec

Sections: TypeAlias = NDArray[np.float64]

TOP = 0.49
"""Share of the sample rate from which on a frequency cannot be filtered at."""
RUNG_OUT = 1e-3
STEEPEST = math.sqrt(0.5)
"""The Q of a shelf that is as steep as one can be without a hump."""


def passthrough() -> Sections:
    """No section: the identity."""
    return np.zeros((0, 6))


def reachable(frequency_hz: float, sample_rate: int) -> bool:
    """Whether there is anything to filter at this frequency."""
    return frequency_hz < TOP * sample_rate


def butterworth(kind: Literal["low", "high"], cutoff_hz: float, order: int, sample_rate: int) -> Sections:
    """A Butterworth low-pass or high-pass; it falls 6 dB an octave for each order, and is 3 dB down at its cutoff."""
    if not reachable(cutoff_hz, sample_rate):
        return passthrough()
    k = math.tan(math.pi * cutoff_hz / sample_rate)
    rows = [_second_order(kind, k, 2 * math.sin(math.pi * (2 * pair + 1) / (2 * order))) for pair in range(order // 2)]
    if order % 2:
        gain = k if kind == "low" else 1.0
        sign = 1.0 if kind == "low" else -1.0
        rows.append([gain / (1 + k), sign * gain / (1 + k), 0, 1, (k - 1) / (1 + k), 0])
    return np.array(rows, dtype=np.float64)


def _second_order(kind: Literal["low", "high"], k: float, damping: float) -> list[float]:
    a0 = 1 + damping * k + k * k
    gain, sign = (k * k / a0, 1) if kind == "low" else (1 / a0, -1)
    return [gain, sign * 2 * gain, gain, 1, 2 * (k * k - 1) / a0, (1 - damping * k + k * k) / a0]


def bandpass(low_hz: float, high_hz: float, order: int, sample_rate: int) -> Sections:
    """A Butterworth band-pass, 3 dB down at both edges, falling 6 dB an octave for each order beyond either.

    With its upper edge out of reach it is the high-pass of its lower one; with both, the identity.
    """
    if not reachable(high_hz, sample_rate):
        return butterworth("high", low_hz, order, sample_rate)
    return _band(_band_section, low_hz, high_hz, order, sample_rate)


def _band(
    section: Callable[[tuple[complex, complex], float], list[float]],
    low_hz: float,
    high_hz: float,
    order: int,
    sample_rate: int,
) -> Sections:
    """A band between two edges, of sections that are made of a pair of poles and the band's middle."""
    low, high = (math.tan(math.pi * edge / sample_rate) for edge in (low_hz, high_hz))
    middle = 2 * math.atan(math.sqrt(low * high))
    return np.array([section(pair, middle) for pair in _band_poles(low, high, order)], dtype=np.float64)


def _band_poles(low: float, high: float, order: int) -> list[tuple[complex, complex]]:
    """The digital poles in pairs with real sum and product."""
    pairs: list[tuple[complex, complex]] = []
    for n in range((order + 1) // 2):
        pole = -np.exp(1j * math.pi * (2 * n + 1 - order) / (2 * order)) * (high - low) / 2
        root = np.sqrt(pole * pole - low * high + 0j)
        first, second = (_bilinear(complex(pole + root)), _bilinear(complex(pole - root)))
        if 2 * n + 1 == order:
            pairs.append((first, second))
        else:
            pairs += [(first, first.conjugate()), (second, second.conjugate())]
    return pairs


def _bilinear(pole: complex) -> complex:
    return (1 + pole) / (1 - pole)


def _band_section(pair: tuple[complex, complex], middle: float) -> list[float]:
    """Zeros at 0 Hz and at half the rate, unit gain in the middle of the band."""
    a1, a2 = -(pair[0] + pair[1]).real, (pair[0] * pair[1]).real
    z = complex(math.cos(middle), -math.sin(middle))
    gain = abs((1 + a1 * z + a2 * z * z) / (1 - z * z))
    return [gain, 0, -gain, 1, a1, a2]


def bandstop(low_hz: float, high_hz: float, order: int, sample_rate: int) -> Sections:
    """A Butterworth band-stop, 3 dB down at both edges, falling 6 dB an octave for each order within them.

    With its upper edge out of reach it is the low-pass of its lower one; with both, the identity.
    """
    if not reachable(high_hz, sample_rate):
        return butterworth("low", low_hz, order, sample_rate)
    # A Butterworth prototype's poles are their own reciprocals, so both kinds of band have the same poles.
    return _band(_stop_section, low_hz, high_hz, order, sample_rate)


def _stop_section(pair: tuple[complex, complex], middle: float) -> list[float]:
    """Zeros in the middle of the band, unit gain at 0 Hz."""
    a1, a2 = -(pair[0] + pair[1]).real, (pair[0] * pair[1]).real
    gain = (1 + a1 + a2) / (4 * math.sin(middle / 2) ** 2)
    return [gain, -2 * gain * math.cos(middle), gain, 1, a1, a2]


def allpass(center_hz: float, q: float, sample_rate: int) -> Sections:
    """An all-pass that turns the phase by 180 degrees at its centre, by 360 far above it."""
    if not reachable(center_hz, sample_rate):
        return passthrough()
    w = 2 * math.pi * center_hz / sample_rate
    alpha = math.sin(w) / (2 * q)
    a = [1 + alpha, -2 * math.cos(w), 1 - alpha]
    return np.array([[*reversed(a), *a]]) / a[0]


def peaking(center_hz: float, gain_db: float, q: float, sample_rate: int) -> Sections:
    """A bell of that gain at its centre."""
    if gain_db == 0 or not reachable(center_hz, sample_rate):
        return passthrough()
    w, root = 2 * math.pi * center_hz / sample_rate, 10 ** (gain_db / 40)
    alpha = math.sin(w) / (2 * q)
    b = [1 + alpha * root, -2 * math.cos(w), 1 - alpha * root]
    a = [1 + alpha / root, -2 * math.cos(w), 1 - alpha / root]
    return np.array([[*b, *a]]) / a[0]


def shelf(
    kind: Literal["low", "high"], corner_hz: float, gain_db: float, sample_rate: int, q: float = STEEPEST
) -> Sections:
    """A shelf of that gain below or above its corner, where it reaches half of it in decibels."""
    if gain_db == 0 or not reachable(corner_hz, sample_rate):
        return passthrough()
    w, root = 2 * math.pi * corner_hz / sample_rate, 10 ** (gain_db / 40)
    side = 1.0 if kind == "low" else -1.0
    cosine, slope = math.cos(w) * side, math.sin(w) * math.sqrt(root) / q
    up, down = root + 1, root - 1
    b = [up - down * cosine + slope, side * 2 * (down - up * cosine), up - down * cosine - slope]
    a = [up + down * cosine + slope, -side * 2 * (down + up * cosine), up + down * cosine - slope]
    return np.array([[*(root * value for value in b), *a]]) / a[0]


def inverse(sections: Sections) -> Sections:
    """The sections that undo these, whose zeros must lie inside the unit circle."""
    return np.concatenate((sections[:, 3:], sections[:, :3]), axis=1) / sections[:, :1]


def ring_frames(sections: Sections) -> int:
    """How long the sections ring on: frames until their zeros are past and their slowest pole has fallen by 60 dB."""
    middle, product = -sections[:, 4] / 2, sections[:, 5]
    apart = np.sqrt(middle * middle - product + 0j)
    radius = float(np.abs([middle + apart, middle - apart]).max(initial=0))
    return 2 * len(sections) + (math.ceil(math.log(RUNG_OUT) / math.log(radius)) if 0 < radius < 1 else 0)


class SectionProcessor:
    """Sections at work on a stream: float64 inside, the same whatever the blocks."""

    latency = 0

    def __init__(self, sections: Sections, spec: StreamSpec) -> None:
        self.tail = ring_frames(sections)
        self._sections = sections
        self._state: NDArray[np.float64] = np.zeros((len(sections), spec.channels, 2))

    def process(self, block: Samples) -> Samples:
        """Filter the next block."""
        if not len(self._sections):
            return block.copy()
        from .kernels import cascaded

        return cascaded(block, self._sections, self._state)

    def reset(self, frame: int = 0) -> None:
        """Empty the filter's memory."""
        self._state = np.zeros_like(self._state)
