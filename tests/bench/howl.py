"""How long a loop of speakers, room and microphone is loud before it is muted: lengths, gains, rooms, rates, chains.

Then sounds from outside: how often one is muted until it is clear that it goes on, and what stays muted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.chain import Step
from tests.support.loops import ROOMS, Found, Loop, from_outside, ring

LENGTHS_S = (0.006, 0.02, 0.05, 0.1, 0.2)
GAINS = (1.1, 1.3, 2.0, 4.0)
RATE = 48000


def _step(transform: str, **settings: float) -> Step:
    return Step(id=transform, transform=transform, settings=tuple(settings.items()))


CHAINS: dict[str, tuple[Step, ...]] = {
    "limiter at -1 dBFS": (_step("Limiter"),),
    "limiter at -12 dBFS": (_step("Limiter", ceiling_db=-12.0),),
    "compressor": (_step("Compressor", threshold_db=-24.0, ratio=6.0),),
    "2 semitones up": (_step("LivePitch", semitones=2.0),),
    "3 semitones down": (_step("LivePitch", semitones=-3.0),),
    "1/5 semitone up, limiter": (_step("LivePitch", semitones=0.2), _step("Limiter", ceiling_db=-6.0)),
    "chorus": (_step("Chorus"),),
    "reverb": (_step("Reverb"),),
}


def _loops() -> Iterator[tuple[str, Loop]]:
    for room in ROOMS:
        yield from ((f"room: {room}", Loop(length, gain, room)) for length in LENGTHS_S for gain in GAINS)
    for rate in (16000, 44100):
        yield from (
            (f"{rate} Hz", Loop(length, gain, room, rate))
            for length in LENGTHS_S for gain in (1.3, 4.0) for room in ("ringing", "hall")
        )  # fmt: skip
    for name, steps in CHAINS.items():
        yield from (
            (name, Loop(length, gain, room, steps=steps))
            for length in (0.006, 0.05, 0.2) for gain in (1.3, 4.0) for room in ("ringing", "hall")
        )  # fmt: skip
    yield from (("from silence", Loop(length, 1.3, "ringing", hiss_db=-90.0)) for length in (0.02, 0.1))
    yield from (
        ("volume at -12 dB", Loop(length, 8.0, room, volume_db=-12.0)) for length in (0.02, 0.2) for room in ROOMS
    )


def _tone(db: float, hz: float | NDArray[np.float64], seconds: float = 6.0) -> NDArray[np.float32]:
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(np.asarray(hz) / RATE, int(seconds * RATE)))
    return (10 ** (db / 20) * np.sin(phase)).astype(np.float32)[None]


def _sounds() -> Iterator[tuple[str, NDArray[np.float32]]]:
    at = np.arange(6 * RATE) / RATE
    for db in (-3, -9, -20, -26):
        yield f"a sine at {db} dBFS", _tone(db, 880.0)
    yield "a siren", _tone(-6, 900 + 400 * np.sin(np.pi * at))
    yield "a siren of two tones", _tone(-6, np.where(at % 1 < 0.5, 440.0, 585.0))
    yield "a whistle that drifts", _tone(-9, 1500 + np.cumsum(np.random.default_rng(0).normal(0, 0.05, at.size)))
    yield "an organ's chord", sum(_tone(-18, hz * over) for hz in (220.0, 277.18, 329.63) for over in (1, 2, 3))
    yield "a string that is plucked", _tone(-3, 440.0) * np.exp(-3 * (at % 1.5)).astype(np.float32)
    yield "white noise at full scale", np.random.default_rng(0).uniform(-1, 1, (1, at.size)).astype(np.float32)


def main() -> int:
    """Measure and print; 1 if a loop is never muted or is let be heard again."""
    from rich.console import Console
    from rich.progress import track
    from rich.table import Table

    found: dict[str, list[Found]] = {}
    for name, loop in track(list(_loops()), transient=True):
        found.setdefault(name, []).append(ring(loop))
    table = Table("loops", "that are loud", "median s", "worst s", "never muted", "heard again")
    failed = 0
    for name, all_of_them in found.items():
        loud = [one for one in all_of_them if one.loud_s is not None]
        after = [one.after_s for one in loud if one.muted_s is not None] or [0.0]
        never = sum(one.muted_s is None for one in loud)
        again = sum(one.muted_s is not None and not one.stays for one in loud)
        failed += never + again
        figures = f"{np.median(after):.2f}", f"{max(after):.2f}", str(never), str(again)
        table.add_row(name, f"{len(loud)} of {len(all_of_them)}", *figures)
    outside = Table("from outside", "muted at s", "stays muted")
    for name, sound in _sounds():
        pauses, stays = from_outside(sound, RATE)
        outside.add_row(name, ", ".join(f"{at:.2f}" for at in pauses), "yes" if stays else "no")
    console = Console(width=120)
    console.print(table, outside)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
