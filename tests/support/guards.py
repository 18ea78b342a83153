"""Fixtures that fail a test which leaves something running or logs what nobody expected.

They hold for every test by themselves. A test that expects a log says so: `expect_log("device .* was lost")`.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import multiprocessing.resource_tracker as resource_tracker
import re
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

GRACE_S = 3.0
"""How long what a test started may take to end after the test did."""

_timers: weakref.WeakSet[Any] = weakref.WeakSet()


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process, a running timer or a window behind."""
    _watch_timers()
    before = _running()
    yield
    until = time.monotonic() + GRACE_S
    while (left := _left(before)) and time.monotonic() < until:
        gc.collect()
        time.sleep(0.02)
    if left:
        pytest.fail("the test left behind:\n" + "\n".join(left), pytrace=False)


def _running() -> dict[str, list[Any]]:
    windows = _windows()  # first: it deletes what waits for that, timers among them
    return {"thread": _threads(), "child process": _children(), "timer": _active_timers(), "window": windows}


def _left(before: dict[str, list[Any]]) -> list[str]:
    return [
        f"  a {kind}: {_words(thing)}"
        for kind, things in _running().items()
        for thing in things
        if not any(thing is known or thing == known for known in before[kind])
    ]


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)]


def _children() -> list[psutil.Process]:
    """The living children, without the helper that multiprocessing keeps to the end of the program."""
    kept = resource_tracker._resource_tracker._pid  # type: ignore[attr-defined]  # no public name
    return [child for child in _all_children() if child.pid != kept and _alive(child)]


def _all_children() -> list[psutil.Process]:
    """As Linux lists them; psutil goes through all processes of the machine, twice 4 ms for each of 6000 tests."""
    found = []
    try:
        for task in Path("/proc/self/task").iterdir():
            for pid in (task / "children").read_text().split():
                with contextlib.suppress(psutil.NoSuchProcess):
                    found.append(psutil.Process(int(pid)))
    except OSError:  # another system, or a thread that has just ended
        return psutil.Process().children()
    return found


def _alive(child: psutil.Process) -> bool:
    try:
        return child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _watch_timers() -> None:
    """Have every QTimer that Python starts remembered, once Qt is there."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None or hasattr(core.QTimer.start, "watched"):
        return
    original = core.QTimer.start

    def start(self: Any, *args: Any) -> None:
        _timers.add(self)
        original(self, *args)

    start.watched = True  # type: ignore[attr-defined]  # a mark for the next call
    core.QTimer.start = start


def _active_timers() -> list[Any]:
    shiboken = sys.modules.get("shiboken6")
    if shiboken is None:
        return []
    return [timer for timer in list(_timers) if shiboken.isValid(timer) and timer.isActive()]


def _windows() -> list[Any]:
    """The top-level widgets, without menus and tool tips, which belong to a widget or to the application."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    passing = (core.Qt.WindowType.Popup, core.Qt.WindowType.ToolTip)
    return [widget for widget in widgets.QApplication.topLevelWidgets() if widget.windowType() not in passing]


def _words(thing: Any) -> str:
    if isinstance(thing, threading.Thread):
        frame = sys._current_frames().get(thing.ident or 0)
        where = "".join(traceback.format_stack(frame)[-2:]) if frame else ""
        return f"{thing.name}, which is at\n{where}"
    if isinstance(thing, psutil.Process):
        with thing.oneshot():
            return f"{thing.pid}, {' '.join(thing.cmdline())[:200]}" if _alive(thing) else f"{thing.pid}"
    return f"{thing!r} {thing.objectName()}"


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def _expected_logs() -> list[str]:
    return []


@pytest.fixture
def expect_log(_expected_logs: list[str]) -> Callable[[str], None]:
    """Call it with a pattern: a log that matches is expected, and one must come."""
    return _expected_logs.append


@pytest.fixture(autouse=True)
def no_unexpected_log(_expected_logs: list[str]) -> Iterator[None]:
    """Fail a test in which a warning or worse was logged that it did not expect, or not logged that it did."""
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield
    logging.getLogger().removeHandler(collector)
    messages = [record.getMessage() for record in collector.records]
    unexpected = [text for text in messages if not any(re.search(known, text) for known in _expected_logs)]
    missing = [known for known in _expected_logs if not any(re.search(known, text) for text in messages)]
    if unexpected:
        pytest.fail(f"nobody expected these logs: {unexpected}", pytrace=False)
    if missing:
        pytest.fail(f"these logs were expected and did not come: {missing}", pytrace=False)


def pytest_sessionfinish() -> None:
    """Empty the clipboard: the offscreen platform would let go of it after Python has ended, and crash in PySide."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is not None and widgets.QApplication.instance() is not None:
        widgets.QApplication.clipboard().clear()
