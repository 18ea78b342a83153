"""How the transport writes numbers."""

from __future__ import annotations

QUIETEST_DB = -70.0
"""Below this a level is as good as none: it is also the absolute gate of loudness."""


def signed(value: float, decimals: int = 1) -> str:
    """A number with the typographic minus."""
    return f"{value:.{decimals}f}".replace("-", "−")


def level(value_db: float) -> str:
    """A level with one decimal, or a dash where there is none to speak of."""
    return signed(value_db) if value_db > QUIETEST_DB else "–"


def time_words(seconds: float) -> str:
    """A time as m:ss.mmm."""
    milliseconds = round(max(seconds, 0.0) * 1000)
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02d}.{milliseconds % 1000:03d}"
