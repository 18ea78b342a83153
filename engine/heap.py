"""Memory that nobody uses any more, given back to the system.

glibc keeps what was freed: between what lives on it lies in pieces, and every process of an afternoon with many edits
came to hold 40 MB of them. It gives whole pages back when it is told to, which takes a few milliseconds.
"""

from __future__ import annotations

import ctypes
import time
from functools import cache
from typing import Any


class Heap:
    """Gives back at most so often what one process does not use; elsewhere than with glibc there is nothing to do."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._given_back_at = time.monotonic()

    def turn(self) -> None:
        """Do it if it is time."""
        if time.monotonic() - self._given_back_at >= self._every_s:
            give_back()
            self._given_back_at = time.monotonic()


def give_back() -> None:
    """Do it now; other threads run on meanwhile."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    try:
        return getattr(ctypes.CDLL(None), "malloc_trim", None)
    except (OSError, TypeError):  # Windows has no library of the whole process
        return None
