"""How soon a turned knob is heard, beside the volume: the whole window, its sound recorded behind a virtual card."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.chain import Chain, Step
from engine.playback.messages import Volume
from gui.app import Application
from gui.rows.number_row import NumberRow
from tests.bench._room import RATE, Ear, complete, pause, percentile, play, sound_card, window
from tests.support.measures import tone

TURNS = 100
TONE_S = 60.0
BEYOND_MS = 100.0
"""So much later than the displayed latency may a turned knob be heard, in the median."""
HEARD_WITHIN_S = 1.2
BELOW_LOUDEST = 10 ** (-12 / 20)
_PERIOD = round(RATE / 440)

CHAIN = Chain(
    steps=(
        Step(id="high", transform="HighPass", settings=(("cutoff_hz", 60.0),)),
        Step(id="room", transform="Reverb", settings=()),
        Step(id="gain", transform="Gain", settings=(("gain_db", -12.0),)),
    )
)


def main() -> int:
    """Measure, print a table; 1 if a turned knob is heard too late."""
    with sound_card() as card, window(card, CHAIN, 0.3 * tone(440.0, RATE, TONE_S)) as application:
        ear = Ear(card)
        try:
            play(application)
            latency_ms = application.player.snapshot().latency_ms
            knob, volume = _measured(application, ear)
            gaps = application.player.snapshot().underruns
        finally:
            ear.close()
    return _report(latency_ms, knob, volume, gaps)


def _measured(application: Application, ear: Ear) -> tuple[list[float], list[float]]:
    """Turn knob and volume in turn; gives how late each was heard, in milliseconds."""
    row = next(row for row in application.window.chain.findChildren(NumberRow) if row.number.name == "gain_db")
    knob: list[float] = []
    volume: list[float] = []
    for turn in range(TURNS):
        down = turn % 2 == 0
        key = Qt.Key.Key_PageDown if down else Qt.Key.Key_PageUp
        knob.append(_heard_after(lambda key=key: QTest.keyClick(row.slider, key), ear))
        db = -18.0 if down else -6.0
        volume.append(_heard_after(lambda db=db: application.audition.send(Volume(db)), ear))
    return knob, volume


def _heard_after(change: Callable[[], object], ear: Ear) -> float:
    pause(random.uniform(0.2, 0.4))
    began = time.monotonic()
    change()
    pause(HEARD_WITHIN_S)
    times, sound = ear.heard(began - 0.1, began + HEARD_WITHIN_S - 0.1)
    return (_when(times, sound) - began) * 1000


def _when(times: NDArray[np.float64], sound: NDArray[np.float32]) -> float:
    """When the level of a tone had gone half of its way, in decibels."""
    periods = np.lib.stride_tricks.sliding_window_view(np.abs(sound), _PERIOD)[::12].max(axis=1)
    level = 20 * np.log10(np.maximum(periods, 1e-6))
    middle = (level[:100].mean() + level[-100:].mean()) / 2
    changed = np.flatnonzero((level > middle) != (level[0] > middle))
    return float(times[changed[0] * 12 + _PERIOD // 2]) if changed.size else float("nan")


def _report(latency_ms: float, knob: list[float], volume: list[float], gaps: int) -> int:
    from rich.console import Console
    from rich.table import Table

    table = Table("change", "median ms", "p95 ms", "slowest ms", "missed", title=f"From change to ear, {TURNS} each")
    for name, all_late in (("a knob (Gain's slider, by key)", knob), ("the volume", volume)):
        late = [value for value in all_late if not np.isnan(value)]
        figures = (percentile(late, 50), percentile(late, 95), max(late))
        table.add_row(name, *(f"{value:.0f}" for value in figures), str(len(all_late) - len(late)))
    console = Console(width=120)
    console.print(table)
    beyond = percentile([value for value in knob if not np.isnan(value)], 50) - latency_ms
    apart = percentile([a for a in knob if not np.isnan(a)], 50) - percentile(
        [a for a in volume if not np.isnan(a)], 50
    )
    word = "met" if beyond <= BEYOND_MS else "MISSED"
    console.print(
        f"displayed latency {latency_ms:.0f} ms; the knob lies {beyond:+.0f} ms beyond it (target at most "
        f"{BEYOND_MS:.0f}): {word}; {apart:+.0f} ms after the volume; {gaps} gaps"
    )
    return int(word != "met")


if __name__ == "__main__":
    sys.exit(main())
