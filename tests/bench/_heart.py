"""A heartbeat of the GUI's thread, and who held it up when a beat is late."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer

BEAT_S = 0.005
LATE_S = 0.025
_LOOK_S = 0.005
_DEPTH = 6


class Heart:
    """Beats on the thread that makes it; `late_ms` says how much later than asked each beat of a time came."""

    def __init__(self, parent: QObject) -> None:
        self._beats: list[float] = []
        self._timer = QTimer(parent, interval=round(BEAT_S * 1000), timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    @property
    def last(self) -> float:
        """When it last beat, on the clock of `time.monotonic`."""
        return self._beats[-1] if self._beats else time.monotonic()

    def _beat(self) -> None:
        self._beats.append(time.monotonic())

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()

    def save(self, path: Path) -> None:
        """Keep the beats in a file."""
        with path.open("wb") as file:
            np.save(file, np.array(self._beats))

    def beats(self) -> NDArray[np.float64]:
        """When it beat."""
        return np.array(self._beats)


def late_ms(beats: NDArray[np.float64], start_s: float, end_s: float) -> NDArray[np.float64]:
    """How much later than asked each beat between two times came, in milliseconds."""
    within = beats[(beats >= start_s) & (beats <= end_s)]
    late: NDArray[np.float64] = np.maximum(np.diff(within) - BEAT_S, 0.0) * 1000
    return late


class Witness:
    """A thread that looks what the GUI's thread is at while a beat is overdue, in the scenes that it is to look at."""

    def __init__(self, heart: Heart) -> None:
        self.seen: Counter[tuple[str, str]] = Counter()
        self._heart, self._watched = heart, threading.get_ident()
        self._scene = ""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Witness:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()

    @contextlib.contextmanager
    def looking(self, scene: str) -> Iterator[None]:
        """Look while the block runs."""
        self._scene = scene
        yield
        self._scene = ""

    def _watch(self) -> None:
        while not self._closing.wait(_LOOK_S):
            if self._scene and time.monotonic() - self._heart.last > LATE_S:
                frames = traceback.extract_stack(sys._current_frames()[self._watched])
                sites = (f"{Path(at.filename).name}:{at.lineno} {at.name}" for at in frames[: -_DEPTH - 1 : -1])
                self.seen[self._scene, " < ".join(sites)] += 1
