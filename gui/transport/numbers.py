"""How the transport writes levels."""

from __future__ import annotations

from ..numbers import signed

QUIETEST_DB = -70.0
"""Below this a level is as good as none: it is also the absolute gate of loudness."""


def level(value_db: float) -> str:
    """A level with one decimal, or a dash where there is none to speak of."""
    return signed(value_db) if value_db > QUIETEST_DB else "–"
