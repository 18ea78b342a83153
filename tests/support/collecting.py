"""Tests with Qt collect garbage between them, on their own thread: what a test left of Qt is destroyed on no other.

A fixture's threads would otherwise collect the window of the test before, timers and all, and end the process.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collected_on_this_thread() -> Iterator[None]:
    """Hold the collector while a test runs in which there is Qt."""
    if "PySide6.QtCore" not in sys.modules:
        yield
        return
    from gui.collector import collect

    gc.disable()
    yield
    collect(full=True)
