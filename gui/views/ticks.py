"""Where the marks of an axis stand and what they say; how frequencies, notes and levels are written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..numbers import grouped, short_hz, signed, time_words

if TYPE_CHECKING:
    from engine.analysis.scales import Frequencies

    from .span import Span

Tick = tuple[float, str]

_TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_DECADES = (1000, 100, 10000, 200, 500, 2000, 5000, 20000, 50, 50000)
_OCTAVES = (1000, 4000, 250, 2000, 8000, 500, 16000, 125, 32000, 64000, 62.5)
_NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


def time_ticks(span: Span, width_px: float, apart_px: float = 90) -> list[Tick]:
    """Round times in view, at least so many pixels apart."""
    step = _time_step(span.length_s * apart_px / max(width_px, 1))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0
    first = math.ceil(span.start_s / step - 1e-9)
    last = math.floor(span.end_s / step + 1e-9)
    return [(number * step, time_words(number * step, decimals)) for number in range(first, last + 1)]


def _time_step(at_least_s: float) -> float:
    for step in _TIME_STEPS:
        if step >= at_least_s >= 0.5:
            return step
    return _round_step(at_least_s)


def _round_step(at_least: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(at_least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= at_least * 0.999)


def frequency_ticks(axis: Frequencies, height_px: float, apart_px: float = 20) -> list[Tick]:
    """Round frequencies at their heights (0 to 1), at least so many pixels apart, the roundest first."""
    if axis.scale == "linear":
        step = _round_step(axis.high_hz * apart_px / max(height_px, apart_px))
        wanted: list[float] = [number * step for number in range(1, int(axis.high_hz / step) + 1)]
    else:
        wanted = list(_DECADES if axis.scale == "log" else _OCTAVES)
    edge = 7 / max(height_px, 14)
    taken: list[Tick] = []
    for hz in wanted:
        height = float(axis.height(hz))
        free = all(abs(height - other) * height_px >= apart_px for other, _ in taken)
        if free and edge <= height <= 1 - edge and axis.low_hz <= hz <= axis.high_hz:
            taken.append((height, short_hz(hz)))
    return sorted(taken)


def hz_words(hz: float) -> str:
    """A frequency under the cursor, digits in groups of three."""
    return f"{grouped(hz)} Hz"


def note_words(hz: float) -> str:
    """The nearest note and the distance to it in cents (A4 = 440 Hz); empty where there is none to name."""
    if hz < 16:
        return ""
    semitones = 69 + 12 * math.log2(hz / 440)
    nearest = round(semitones)
    cents = round((semitones - nearest) * 100)
    return f"{_NOTES[nearest % 12]}{nearest // 12 - 1} {'+' if cents >= 0 else '−'}{abs(cents)} ct"


def db_words(level_db: float) -> str:
    """A level with its unit, and the typographic minus."""
    return f"{signed(level_db)} dB"


def signed_db_words(level_db: float) -> str:
    """A difference of levels, always with its sign."""
    return f"{'+' if level_db > 0 else ''}{db_words(level_db)}"
