"""While the window lives, no other thread frees what belongs to it."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.collector import Collector


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collected_on() -> Iterator[set[int]]:
    """The threads that have collected."""
    threads: set[int] = set()

    def note(_phase: str, _info: dict[str, int]) -> None:
        threads.add(threading.get_ident())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def _litter() -> weakref.ref[Cycle]:
    """On another thread, enough for Python to collect a few times."""
    made: list[weakref.ref[Cycle]] = []

    def work() -> None:
        made.append(weakref.ref(Cycle()))
        for _ in range(10 * gc.get_threshold()[0]):
            Cycle()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return made[0]


def test_only_the_window_s_thread_collects(qtbot: QtBot, collected_on: set[int]) -> None:
    parent = QObject()
    collector = Collector(parent)
    collector.start()
    try:
        rubbish = _litter()
        assert rubbish() is not None
        qtbot.waitUntil(lambda: rubbish() is None, timeout=10_000)
        assert collected_on == {threading.get_ident()}
    finally:
        collector.close()
    rubbish = _litter()
    assert rubbish() is None, "without the window it is Python's own affair again"
