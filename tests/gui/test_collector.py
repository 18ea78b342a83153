"""While the window lives, what Qt made is destroyed on its thread, also where Python has to collect it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from gui.collector import Collector


class Cycle(QObject):
    """Freed by the collector alone."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def on_by_itself() -> Iterator[None]:
    """Python collects as it does where nobody has told it otherwise."""
    was_on = gc.isenabled()
    gc.enable()
    yield
    if not was_on:
        gc.disable()


def litter() -> None:
    """On another thread, enough for Python to collect a few times."""
    for _ in range(10 * gc.get_threshold()[0]):
        itself: list[object] = []
        itself.append(itself)


def test_what_qt_made_is_destroyed_on_the_thread_of_the_window(qtbot: QtBot, on_by_itself: None) -> None:
    parent, destroyed_on = QObject(), list[int]()
    collector = Collector(parent)
    collector.start()
    try:
        cycle = Cycle()
        cycle.destroyed.connect(
            lambda: destroyed_on.append(threading.get_ident()), type=Qt.ConnectionType.DirectConnection
        )
        del cycle
        thread = threading.Thread(target=litter)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(destroyed_on), timeout=30_000)
        assert destroyed_on == [threading.get_ident()]
    finally:
        collector.close()
    assert gc.isenabled(), "without the window it is Python's own affair again"
