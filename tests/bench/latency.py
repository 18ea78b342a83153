"""How soon an edit is heard, beside the volume: every kind of edit, in the whole window, through a virtual card.

What leaves the card is recorded with its time. A figure is the time from the edit to the middle of the change in level;
*beyond* is what of it lies behind the output latency that the transport displays, and so has all else in it: window,
builder, and what is rendered ahead and cannot be taken back. *complete*
are edits that came while the take was rendered to its end, so that no bridge was there; none has its take at hand.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from statistics import median
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.chain import Chain, Step
from engine.params import Range
from engine.playback.messages import Bridge, Follow, Message, Snapshot, Volume
from gui.app import Application
from gui.rows.number_row import NumberRow
from tests.bench._room import RATE, Ear, change_chain, complete, pause, percentile, play, sound_card, wait_until, window
from tests.support.measures import tone

EDITS = 20
"""Of each kind: 200 in all."""
CONTROL_EVERY = 4
TONE_S = 30.0
MEDIAN_MS, P99_MS = 60.0, 150.0
HEARD_WITHIN_S = 0.8
BEFORE_S = 0.15
QUICKLY_S = 0.08
SETTLED_S = 0.3
"""What is complete has left the card by then."""
ATTEMPTS = 3
_PERIOD = round(RATE / 440)
_LEAST_DB = 1e-6

HIGH = Step(id="high", transform="HighPass", settings=(("cutoff_hz", 60.0),))
ROOM = Step(id="room", transform="Reverb")


def gain(db: float | Range) -> Step:
    """The step that most edits are made to."""
    return Step(id="gain", transform="Gain", settings=(("gain_db", db),))


LOUD, QUIET = Chain(steps=(HIGH, ROOM, gain(-12.0))), Chain(steps=(HIGH, ROOM, gain(-32.0)))
NEARLY_LOUD, NEARLY_QUIET = Chain(steps=(HIGH, ROOM, gain(-14.0))), Chain(steps=(HIGH, ROOM, gain(-30.0)))
WITHOUT = Chain(steps=(HIGH, ROOM))
CLIP = Step(id="clip", transform="Clipping", settings=(("threshold_db", -24.0),))
GAIN_FIRST, CLIP_FIRST = Chain(steps=(HIGH, gain(-20.0), CLIP)), Chain(steps=(HIGH, CLIP, gain(-20.0)))
DRAWN = Chain(steps=(HIGH, gain(Range(-36.0, 0.0))))


@dataclass
class Heard:
    """How late each change was, in milliseconds; those that were not heard, and those beside which the card ran dry."""

    late_ms: list[float] = field(default_factory=list)
    told_ms: list[float] = field(default_factory=list)
    """When the window had told the player, of those that are bridged."""
    complete: int = 0
    """How many were made while the take was rendered to its end, so that there was no bridge yet."""
    missed: int = 0
    spoilt: int = 0


@dataclass(frozen=True)
class Kind:
    """A kind of edit: the chain that it begins with, and how the n-th is made."""

    name: str
    chain: Chain
    edit: Callable[[Application, int], object]
    first: Callable[[Application, int], object] | None = None
    """An edit shortly before, which the other has to overtake."""
    bridged: bool = True


def _nudged(chain: Chain, number: int) -> Chain:
    """The chain as none was before, so that its take is not at hand."""
    high = HIGH.with_setting("cutoff_hz", 60.0 + 0.01 * number)
    return replace(chain, steps=tuple(high if step.id == "high" else step for step in chain.steps))


def _to(*chains: Chain) -> Callable[[Application, int], object]:
    return lambda application, number: change_chain(application, _nudged(chains[number % len(chains)], number))


def _key(application: Application, number: int) -> None:
    row = next(row for row in application.window.chain.findChildren(NumberRow) if row.number.name == "gain_db")
    QTest.keyClick(row.slider, Qt.Key.Key_PageUp if number % 2 else Qt.Key.Key_PageDown)


def _draw_anew(application: Application, _number: int) -> None:
    """Another seed, the next whose draw is much louder or quieter."""
    project = application.store.project
    before = _drawn_db(project.recipe())
    for seed in range(project.seed + 1, project.seed + 1000):
        after = replace(project, seed=seed)
        if abs(_drawn_db(after.recipe()) - before) > 10:
            application.store.commit("New draw", after)
            return


def _drawn_db(recipe: object) -> float:
    step = next(step for step in getattr(recipe, "steps", ()) if step.id == "gain")
    return float(dict(step.values)["gain_db"])


def _other_file(application: Application, number: int) -> None:
    project = application.store.project
    application.store.amend(replace(project, selected=project.sources[(number + 1) % 2].path))


KINDS = (
    Kind("value, by key", LOUD, _key),
    Kind("range", LOUD, _to(Chain(steps=(HIGH, ROOM, gain(Range(-33.0, -31.0)))), LOUD)),
    Kind("power", QUIET, _to(Chain(steps=(HIGH, ROOM, replace(gain(-32.0), enabled=False))), QUIET)),
    Kind("add", WITHOUT, _to(QUIET, WITHOUT)),
    Kind("order", GAIN_FIRST, _to(CLIP_FIRST, GAIN_FIRST)),
    Kind("preset", LOUD, _to(Chain(steps=(HIGH, gain(-30.0), Step(id="echo", transform="Chorus"))), LOUD)),
    Kind("new draw", DRAWN, _draw_anew),
    Kind("value, right after another", LOUD, _to(QUIET, LOUD), _to(NEARLY_LOUD, NEARLY_QUIET)),
    Kind("another file", LOUD, _other_file, bridged=False),
)


class Listener:
    """Makes changes in the window, and hears when they came."""

    def __init__(self, application: Application, ear: Ear) -> None:
        self._application, self._ear = application, ear
        self.follows: list[Bridge] = []

    def block(self, kind: Kind, volume: Heard) -> dict[str, Heard]:
        """All edits of a kind, and the volume between them; what takes a step away counts by itself."""
        change_chain(self._application, kind.chain)
        wait_until(lambda: complete(self._application))
        found: dict[str, Heard] = {}
        for number in range(EDITS * ATTEMPTS):
            name = "remove" if kind.name == "add" and number % 2 else kind.name
            into = found.setdefault(name, Heard())
            change_chain(self._application, _nudged(self._application.store.project.chain, number))
            wait_until(lambda: complete(self._application))
            pause(SETTLED_S)
            if kind.first is not None:
                first = kind.first
                first(self._application, number)
                pause(QUICKLY_S)
            self._hear(lambda number=number: kind.edit(self._application, number), into)
            if number % CONTROL_EVERY == 0:
                for db in (-18.0, -6.0):
                    self._hear(lambda db=db: self._application.audition.send(Volume(db)), volume)
            wanted = EDITS * (2 if kind.name == "add" else 1)
            if sum(len(heard.late_ms) for heard in found.values()) >= wanted:
                break
        return found

    def _hear(self, change: Callable[[], object], into: Heard) -> None:
        application = self._application
        was_complete = complete(application) is not None
        gaps, began = application.player.snapshot().underruns, time.monotonic()
        with patch.object(application.player, "send", side_effect=self._told(began, into)):
            change()
        pause(HEARD_WITHIN_S + random.uniform(0.0, 0.1))
        times, sound = self._ear.heard(began - BEFORE_S, began + HEARD_WITHIN_S - BEFORE_S)
        if application.player.snapshot().underruns != gaps:
            into.spoilt += 1
            return
        late_s = _when(times, sound) - began
        if np.isnan(late_s):
            into.missed += 1
        else:
            into.late_ms.append(late_s * 1000)
            into.complete += was_complete

    def _told(self, began: float, into: Heard) -> Callable[[Message], None]:
        send = self._application.player.send

        def told(message: Message) -> None:
            send(message)
            if isinstance(message, Follow) and message.bridge is not None:
                into.told_ms.append((time.monotonic() - began) * 1000)
                self.follows.append(message.bridge)

        return told


def main() -> int:
    """Measure, print tables; 1 if edits that are bridged are heard too late."""
    sine = tone(440.0, RATE, TONE_S)
    volume, found = Heard(), dict[str, Heard]()
    with sound_card() as card, window(card, LOUD, 0.3 * sine, 0.03 * sine) as application:
        ear = Ear(card)
        listener = Listener(application, ear)
        try:
            play(application)
            for kind in KINDS:
                found |= listener.block(kind, volume)
            stages = _stages(listener)
            now = application.player.snapshot()
        finally:
            ear.close()
    return _report(now, found, volume, stages)


def _stages(listener: Listener) -> dict[str, float]:
    """What each part of the way takes, in milliseconds: the medians of those that can be told apart."""
    from engine.playback.builder import slots_of
    from engine.playback.feeder import GUARD_S, RENEW_S
    from engine.playback.program import Program
    from engine.playback.voice import LiveVoice
    from engine.transform import QUANTUM

    built: list[float] = []
    for bridge in listener.follows[-12:]:
        began = time.monotonic()
        LiveVoice(bridge, Program(slots_of(bridge))).warm_up(10 * RATE)
        built.append((time.monotonic() - began) * 1000)
    return {
        "bridge built and run warm": median(built[2:] or [float("nan")]),
        "guard before the device, half a block": GUARD_S * 1000 + QUANTUM / RATE * 500,
        "half the fade": RENEW_S * 500,
    }


def _when(times: NDArray[np.float64], sound: NDArray[np.float32]) -> float:
    """When the level of a tone had gone half of its way, in decibels; NaN where it stayed."""
    periods = np.lib.stride_tricks.sliding_window_view(np.abs(sound), _PERIOD)[::12].max(axis=1)
    level = 20 * np.log10(np.maximum(periods, _LEAST_DB))
    first, last = level[:100].mean(), level[-100:].mean()
    changed = np.flatnonzero((level > (first + last) / 2) != (level[0] > (first + last) / 2))
    if abs(first - last) < 3 or not changed.size:
        return float("nan")
    return float(times[changed[0] * 12 + _PERIOD // 2])


def _report(now: Snapshot, found: dict[str, Heard], volume: Heard, stages: dict[str, float]) -> int:
    from rich.console import Console
    from rich.table import Table

    latency_ms = now.device_ms
    names = {kind.name for kind in KINDS if kind.bridged} | {"remove"}
    together = _together([heard for name, heard in found.items() if name in names])
    columns = ("edit", "heard", "median ms", "beyond", "p99 ms", "beyond", "window ms", "complete", "missed", "spoilt")
    table = Table(*columns, title="Edit to sound")
    for name, heard in (*found.items(), ("all that are bridged", together), ("the volume (control)", volume)):
        if heard.late_ms:
            middle, late = percentile(heard.late_ms, 50), percentile(heard.late_ms, 99)
            figures = (f"{middle:.0f}", f"{middle - latency_ms:+.0f}", f"{late:.0f}", f"{late - latency_ms:+.0f}")
            told = f"{median(heard.told_ms):.1f}" if heard.told_ms else ""
            counts = (str(heard.complete), str(heard.missed), str(heard.spoilt))
            table.add_row(name, str(len(heard.late_ms)), *figures, told, *counts)
    console = Console(width=120)
    console.print(table)
    apart = [percentile(together.late_ms, share) - percentile(volume.late_ms, share) for share in (50, 99)]
    console.print(
        f"displayed: output latency {latency_ms:.0f} ms, rendered ahead {now.latency_ms - latency_ms:.0f} ms; "
        f"on the way of an edit: {_listed(stages)}"
    )
    console.print(f"edits are heard {apart[0]:+.0f} ms after the volume in the median, {apart[1]:+.0f} at the 99th")
    beyond = [percentile(together.late_ms, share) - latency_ms for share in (50, 99)]
    met = beyond[0] <= MEDIAN_MS and beyond[1] <= P99_MS and not together.missed
    console.print(
        f"beyond it: {beyond[0]:+.0f} ms in the median (target {MEDIAN_MS:+.0f}), {beyond[1]:+.0f} ms at the 99th "
        f"percentile (target {P99_MS:+.0f}): {'met' if met else 'MISSED'}"
    )
    return int(not met)


def _together(all_heard: list[Heard]) -> Heard:
    together = Heard()
    for heard in all_heard:
        together.late_ms += heard.late_ms
        together.told_ms += heard.told_ms
        together.complete += heard.complete
        together.missed += heard.missed
        together.spoilt += heard.spoilt
    return together


def _listed(stages: dict[str, float]) -> str:
    return "; ".join(f"{name} {milliseconds:.1f} ms" for name, milliseconds in stages.items())


if __name__ == "__main__":
    sys.exit(main())
