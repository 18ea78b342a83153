"""How numbers are written: the typographic minus, digits in groups of three, times as a clock shows them."""

from __future__ import annotations


def signed(value: float, decimals: int = 1) -> str:
    """A number with the typographic minus."""
    return f"{value:.{decimals}f}".replace("-", "−")


def grouped(number: float) -> str:
    """A whole number, digits in groups of three."""
    return f"{number:,.0f}".replace(",", "\u202f")


def short_hz(hz: float) -> str:
    """A frequency on an axis: 250, 1 k, 2.5 k."""
    return f"{hz / 1000:g} k" if hz >= 1000 else f"{hz:g}"


def time_words(seconds: float, decimals: int = 3) -> str:
    """A time as m:ss.mmm, with hours where there are any."""
    scale = 10**decimals
    units = round(abs(seconds) * scale)
    whole, part = divmod(units, scale)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    clock = f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"
    sign = "−" if seconds < 0 and units else ""
    return f"{sign}{clock}.{part:0{decimals}d}" if decimals else f"{sign}{clock}"
