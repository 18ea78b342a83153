"""What leaves the card when original, A and B are changed between by key while it plays, matched in loudness.

Each change is looked at sample by sample: what was heard before it and after it is found to the bit in the takes, so it
is known which take is heard, from which frame on, whether the place is the same in the recording, and how long the two
lie over each other. A sine, changed in the same way, tells of clicks. The volume is the control for how soon it comes.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.chain import Chain, Step
from engine.dsp.loudness import integrated_loudness
from engine.playback.messages import Sound, Volume
from engine.project import Aside
from engine.track import TrackReader
from gui.app import Application
from gui.audition import ORIGINAL
from tests.bench._room import RATE, Ear, complete, pause, percentile, play, sound_card, wait_until, window
from tests.support.measures import tone

Floats = NDArray[np.float32]
CHANGES = 50
LENGTH_S = 12.0
NAMES = (ORIGINAL, "A", "B")
BEFORE_S, AFTER_S = 0.15, 0.65
ANCHOR = 2048
STEADY = RATE // 10
CLICK = 2.0
APART_LU = 0.5
ELSEWHERE_MS = 1.0

SOFT = Chain(steps=(Step(id="gain", transform="Gain", settings=(("gain_db", -6.0),)),))
THIN = Chain(steps=(Step(id="high", transform="HighPass", settings=(("cutoff_hz", 200.0),)),))
QUICK = Chain(steps=(Step(id="quick", transform="TimeStretch", settings=(("rate", 1.25),)),))
PAIRS = {"the same time": (SOFT, THIN), "another time": (QUICK, THIN)}


@dataclass(frozen=True)
class Played:
    """A sound as it is heard: its samples with their gain, and its time."""

    sound: Sound
    samples: Floats

    def place(self, piece: Floats) -> int | None:
        """The frame from which the piece stands there to the bit, also across the end."""
        around = np.concatenate((self.samples, self.samples[: piece.size])).tobytes()
        at = around.find(piece.tobytes())
        return at // 4 if at >= 0 and at % 4 == 0 else None

    def around(self, start: int, frames: int) -> Floats:
        """So many frames from one on, round and round."""
        cut: Floats = self.samples[np.arange(start, start + frames) % self.samples.size]
        return cut

    def source_s(self, frame: int) -> float:
        """The recording's time at a frame."""
        return self.sound.time_map.to_source(frame % self.samples.size / RATE)


@dataclass
class Seen:
    """What was seen of all changes of a kind; `spoilt` are those beside which the card or the machine dropped sound."""

    late_ms: list[float] = field(default_factory=list)
    over_ms: list[float] = field(default_factory=list)
    elsewhere_ms: list[float] = field(default_factory=list)
    wrong: int = 0
    spoilt: int = 0


class Room:
    """The window, and an ear at its card."""

    def __init__(self, application: Application, ear: Ear) -> None:
        self.application, self._ear = application, ear

    def hear(self, change: Callable[[], object]) -> tuple[float, NDArray[np.float64], Floats] | None:
        """Make a change; gives when, and what left the card around it, or None where it ran dry."""
        player = self.application.player
        gaps, began = player.snapshot().underruns, time.monotonic()
        change()
        pause(AFTER_S + 0.1 + random.uniform(0.0, 0.1))
        times, sound = self._ear.heard(began - BEFORE_S, began + AFTER_S)
        return None if player.snapshot().underruns != gaps else (began, times, sound)

    def cycle(self, seconds: float) -> Floats:
        """What leaves the card for so long."""
        began = time.monotonic()
        pause(seconds + 0.3)
        return self._ear.heard(began, began + seconds)[1]

    def played(self) -> dict[str, Played]:
        """Original and takes as they are to leave the card."""
        found = {}
        for name in NAMES:
            sound = self.application.audition.sound_of(name)
            assert sound is not None
            gain = np.float32(10.0 ** (self.application.audition.gains.get(name, 0.0) / 20.0))
            found[name] = Played(sound, np.ascontiguousarray(TrackReader(sound.track).samples()[0] * gain))
        return found

    def press(self) -> tuple[str, str]:
        """Press one of the two keys; gives what was heard and what is to be."""
        audition = self.application.audition
        before = audition.heard
        QTest.keyClick(self.application.window.views, random.choice((Qt.Key.Key_A, Qt.Key.Key_B)))
        return before, audition.heard


@contextmanager
def room(chains: tuple[Chain, Chain], recording: Floats) -> Iterator[Room]:
    """Two chains over a recording, both rendered and matched, playing round and round at full volume."""
    first, second = chains
    with sound_card() as card, window(card, first, recording) as application:
        store, audition = application.store, application.audition
        store.commit("Two chains", replace(store.project, aside=Aside(second)))
        audition.match(True)
        wait_until(lambda: complete(application) and all(audition.loudness.is_known(name) for name in NAMES))
        audition.send(Volume(0.0))
        ear = Ear(card)
        try:
            play(application)
            yield Room(application, ear)
        finally:
            ear.close()


def _noise() -> Floats:
    """Noise that comes and goes as speech does, soft enough to meet no limiter."""
    noise = np.random.default_rng(5).standard_normal(round(LENGTH_S * RATE)).astype(np.float32)
    beats = 0.6 + 0.4 * np.sin(2 * np.pi * 3.1 * np.arange(noise.size) / RATE)
    return (0.03 * noise * beats).astype(np.float32)[np.newaxis]


def _changes(room: Room) -> tuple[Seen, list[float]]:
    """Change by key, and the volume between; gives what was seen, and how late the volume was."""
    seen, control, played = Seen(), list[float](), room.played()
    audition = room.application.audition
    for number in range(3 * CHANGES):
        pressed: list[tuple[str, str]] = []
        heard = room.hear(lambda into=pressed: into.append(room.press()))  # type: ignore[misc]
        _look(seen, heard, [played[name] for name in pressed[0]])
        if number % 3 == 0:
            heard = room.hear(lambda: audition.send(Volume(-6.0)))
            control += _first_other(heard, played[audition.heard])
            room.hear(lambda: audition.send(Volume(0.0)))
        if len(seen.late_ms) >= CHANGES:
            break
    return seen, control


def _first_other(heard: tuple[float, NDArray[np.float64], Floats] | None, before: Played) -> list[float]:
    """How many milliseconds after the key the first frame came that is not what was heard before."""
    if heard is None:
        return []
    began, times, sound = heard
    place = before.place(sound[:ANCHOR])
    if place is None:
        return []
    other = np.flatnonzero(sound != before.around(place, sound.size))
    return [(times[other[0]] - began) * 1000] if other.size else []


def _look(seen: Seen, heard: tuple[float, NDArray[np.float64], Floats] | None, both: list[Played]) -> None:
    """Find both sounds in what left the card, to the bit, and what lies between them."""
    before, after = both
    late = _first_other(heard, before)
    if heard is None or not late:
        seen.spoilt += 1
        return
    _, _, sound = heard
    old, new = before.place(sound[:ANCHOR]), after.place(sound[-ANCHOR:])
    assert old is not None
    if new is None:
        still = before.place(sound[-ANCHOR:]) is not None
        seen.wrong, seen.spoilt = seen.wrong + still, seen.spoilt + (not still)
        return
    begins = new - sound.size + ANCHOR
    first = int(np.flatnonzero(sound != before.around(old, sound.size))[0])
    last = int(np.flatnonzero(sound != after.around(begins, sound.size))[-1]) + 1
    seen.late_ms += late
    seen.over_ms.append((last - first) / RATE * 1000)
    seen.elsewhere_ms.append(_apart_s(before.source_s(old + first), after.source_s(begins + first)) * 1000)


def _apart_s(one: float, other: float) -> float:
    """How far two times of the recording are from each other, round its end."""
    return min(abs(one - other), LENGTH_S - abs(one - other))


def _loudness(room: Room) -> dict[str, float]:
    """How loud each is as it leaves the card, over one round of it."""
    levels = {}
    for name, played in room.played().items():
        room.application.audition.hear(name)
        pause(1.0)
        sound = room.cycle(played.samples.size / RATE)
        levels[name] = integrated_loudness(np.stack((sound, sound)), RATE)
    return levels


def _steps(room: Room) -> tuple[list[float], list[float]]:
    """The largest step around each change against the larger of those before and behind it; and with no change."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * CHANGES):
        heard = room.hear(room.press if number % 2 else lambda: None)
        if heard is not None:
            step = np.abs(np.diff(heard[2]))
            steady = max(step[:STEADY].max(), step[-STEADY:].max())
            found[number % 2].append(float(step.max() / steady))
    return found[1], found[0]


def main() -> int:
    """Measure both pairs of chains and print; 1 if anything else is heard than is shown, elsewhere or with a click."""
    failed = 0
    for name, chains in PAIRS.items():
        with room(chains, _noise()) as there:
            (seen, control), levels = _changes(there), _loudness(there)
            latency_ms = there.application.player.snapshot().device_ms
        with room(chains, 0.2 * tone(440.0, RATE, LENGTH_S)) as there:
            steps, still = _steps(there)
        failed += _report(name, seen, control, latency_ms, levels, steps, still)
    return int(failed > 0)


def _report(
    name: str, seen: Seen, control: list[float], latency_ms: float, levels: dict[str, float], steps: list[float],
    still: list[float],
) -> bool:  # fmt: skip
    apart = max(levels.values()) - min(levels.values())
    clicks, without = (sum(step >= CLICK for step in ratios) for ratios in (steps, still))
    print(
        f"\n{name}: {len(seen.late_ms)} changes found to the bit, {seen.wrong} wrong, {seen.spoilt} spoilt by dropouts"
    )
    for words, late in (("from the key", seen.late_ms), ("volume (control)", control)):
        print(
            f"  {words}: median {percentile(late, 50):.0f} ms, worst {max(late):.0f} ms; beyond the output latency "
            f"{percentile(late, 50) - latency_ms:+.0f} and {max(late) - latency_ms:+.0f} ms"
        )
    print(
        f"  neither the one nor the other is heard for {percentile(seen.over_ms, 50):.1f} ms, "
        f"at most {max(seen.over_ms):.1f}"
    )
    print(f"  the place in the recording differs by {max(seen.elsewhere_ms):.3f} ms at most")
    print(
        f"  as loud as each other within {apart:.2f} LU: "
        f"{', '.join(f'{what} {lufs:.2f}' for what, lufs in levels.items())}"
    )
    print(
        f"  largest step of a sine, against the steady one: median {percentile(steps, 50):.2f}, "
        f"worst {max(steps):.2f}, {clicks} of {len(steps)} clicks "
        f"(without a change: worst {max(still):.2f}, {without} of {len(still)})"
    )
    return seen.wrong > 0 or max(seen.elsewhere_ms) > ELSEWHERE_MS or apart > APART_LU or clicks > without


if __name__ == "__main__":
    sys.exit(main())
