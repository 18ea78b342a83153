"""How soon a turned knob is heard, beside the volume, and whether it clicks.

The whole window plays a sine on a virtual card, and what leaves the card is recorded with its time.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.chain import Chain, Step
from engine.playback.messages import Volume
from gui.app import Application
from gui.rows.number_row import NumberRow
from tests.bench._room import RATE, Ear, change_chain, pause, percentile, play, sound_card, window
from tests.support.measures import tone

TURNS = 100
JUMPS = 6
TONE_S = 60.0
BEYOND_MS = 100.0
"""So much later than the displayed latency may a turned knob be heard, in the median."""
STEEPER = 2.0
"""So much larger than the steady ones around it may a jump's largest step between samples be."""
UNFLAGGED = 0.01
"""A loaded machine loses sound without saying so beside so many changes."""
HEARD_WITHIN_S = 1.2
BEFORE_S = 0.15
_PERIOD = round(RATE / 440)
_LEAST_DB = 1e-6

CHAIN = Chain(
    steps=(
        Step(id="high", transform="HighPass", settings=(("cutoff_hz", 60.0),)),
        Step(id="room", transform="Reverb"),
        Step(id="gain", transform="Gain", settings=(("gain_db", -12.0),)),
    )
)
KNOBS = (
    ("Gain", "gain_db", -40.0, 0.0),
    ("HighPass", "cutoff_hz", 20.0, 4000.0),
    ("Compressor", "threshold_db", 0.0, -60.0),
    ("Delay", "mix", 0.0, 1.0),
    ("Reverb", "wet_level", 0.0, 1.0),
)


@dataclass
class Turned:
    """How late each change was heard in milliseconds (NaN: not at all), and how much steeper than what is around it.

    A change beside which the device ran dry says nothing of either: it is counted and made again.
    """

    late_ms: list[float] = field(default_factory=list)
    steeper: list[float] = field(default_factory=list)
    spoilt: int = 0

    def heard(self) -> list[float]:
        """The times of those that were heard."""
        return [value for value in self.late_ms if not np.isnan(value)]


def main() -> int:
    """Measure, print tables; 1 if a turned knob is heard too late or clicks more often than the volume does."""
    with sound_card() as card, window(card, CHAIN, 0.3 * tone(440.0, RATE, TONE_S)) as application:
        ear = Ear(card)
        try:
            play(application)
            latency_ms = application.player.snapshot().latency_ms
            knob, volume = _turned(application, ear)
            jumps = {f"{name}'s {knob}": _jumped(application, ear, *one) for one in KNOBS for name, knob, *_ in [one]}
            gaps = application.player.snapshot().underruns
        finally:
            ear.close()
    return _report(latency_ms, knob, volume, jumps, gaps)


def _turned(application: Application, ear: Ear) -> tuple[Turned, Turned]:
    """Turn knob and volume in turn."""
    row = next(row for row in application.window.chain.findChildren(NumberRow) if row.number.name == "gain_db")
    knob, volume = Turned(), Turned()
    down = False
    while min(len(knob.late_ms), len(volume.late_ms)) < TURNS:
        down = not down
        key = Qt.Key.Key_PageDown if down else Qt.Key.Key_PageUp
        _listen(lambda key=key: QTest.keyClick(row.slider, key), application, ear, knob)
        db = -18.0 if down else -6.0
        _listen(lambda db=db: application.audition.send(Volume(db)), application, ear, volume)
    return knob, volume


def _jumped(application: Application, ear: Ear, name: str, knob: str, low: float, high: float) -> Turned:
    """Let a knob jump between its ends."""
    jumps, first = Turned(), Turned()
    number = 0
    while len(jumps.late_ms) < JUMPS:
        step = Step(id="step", transform=name, settings=((knob, (low, high)[number % 2]),))
        change = Chain(steps=(step,))
        _listen(lambda change=change: change_chain(application, change), application, ear, jumps if number else first)
        number += 1
    return jumps


def _listen(change: Callable[[], object], application: Application, ear: Ear, into: Turned) -> None:
    pause(random.uniform(0.3, 0.5))
    gaps, began = application.player.snapshot().underruns, time.monotonic()
    change()
    pause(HEARD_WITHIN_S)
    times, sound = ear.heard(began - BEFORE_S, began + HEARD_WITHIN_S - BEFORE_S)
    if application.player.snapshot().underruns != gaps:
        into.spoilt += 1
        return
    into.late_ms.append((_when(times, sound) - began) * 1000)
    steps, around = np.abs(np.diff(sound)), round(BEFORE_S * RATE)
    into.steeper.append(float(steps.max() / max(steps[:around].max(), steps[-around:].max())))


def _when(times: NDArray[np.float64], sound: NDArray[np.float32]) -> float:
    """When the level of a tone had gone half of its way, in decibels."""
    periods = np.lib.stride_tricks.sliding_window_view(np.abs(sound), _PERIOD)[::12].max(axis=1)
    level = 20 * np.log10(np.maximum(periods, _LEAST_DB))
    middle = (level[:100].mean() + level[-100:].mean()) / 2
    changed = np.flatnonzero((level > middle) != (level[0] > middle))
    return float(times[changed[0] * 12 + _PERIOD // 2]) if changed.size else float("nan")


def _report(latency_ms: float, knob: Turned, volume: Turned, jumps: dict[str, Turned], gaps: int) -> int:
    from rich.console import Console
    from rich.table import Table

    late = Table(
        "change", "median ms", "p95 ms", "slowest ms", "not heard", "spoilt", title=f"From change to ear, {TURNS} each"
    )
    for name, turned in (("a knob (Gain's slider, by key)", knob), ("the volume", volume)):
        heard = turned.heard()
        figures = (percentile(heard, 50), percentile(heard, 95), max(heard))
        late.add_row(
            name, *(f"{value:.0f}" for value in figures), str(len(turned.late_ms) - len(heard)), str(turned.spoilt)
        )
    clicks = Table(
        "change", "changes", "median", "largest", f"over {STEEPER:g}", title="Steepest step beside the steady"
    )
    for name, turned in (("the volume (control)", volume), ("Gain's gain_db by key", knob), *jumps.items()):
        steeper = turned.steeper
        figures = (percentile(steeper, 50), max(steeper))
        clicks.add_row(name, str(len(steeper)), *(f"{value:.2f}" for value in figures), str(_clicks(turned)))
    console = Console(width=120)
    console.print(late, clicks)
    beyond, apart = (percentile(knob.heard(), 50) - value for value in (latency_ms, percentile(volume.heard(), 50)))
    in_time = beyond <= BEYOND_MS
    console.print(
        f"displayed latency {latency_ms:.0f} ms; the knob lies {beyond:+.0f} ms beyond it (target at most "
        f"{BEYOND_MS:+.0f}): {_word(in_time)}; {apart:+.0f} ms after the volume; {gaps} gaps of the device"
    )
    changes = [knob, *jumps.values()]
    share = sum(map(_clicks, changes)) / sum(len(turned.steeper) for turned in changes)
    control = _clicks(volume) / len(volume.steeper)
    quiet = share <= control + UNFLAGGED
    console.print(f"clicks: {share:.1%} of the knobs' jumps, {control:.1%} of the volume's: {_word(quiet)}")
    return int(not (in_time and quiet))


def _clicks(turned: Turned) -> int:
    return sum(value > STEEPER for value in turned.steeper)


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
