"""The audio process in several designs, each beside a stream that does nothing but play: what keeps a device fed best.

Each design is run in a real audio process on a virtual card, with a live chain that is edited five times a second,
while a window repaints 30 times a second, an export runs on two processes, and rubbish is thrown away for the garbage
collector. A loaded machine loses sound whoever plays: the peer, in a process and on a card of its own at the same
time, says how much. `--seconds N` for each design in each round, `--rounds N`, `--only WORDS` in the designs' names.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from engine.chain import Chain, Step
from engine.clip import TimeMap
from engine.playback import player as players
from engine.playback.messages import Bridge, Follow, Loop, Play, Sound, UseDevice, Volume
from engine.playback.player import Player
from engine.track import Track, TrackWriter
from tests.bench._designs import DESIGNS, SETTLED_S, Design, serve
from tests.bench._load import busy
from tests.bench._peer import Figures, peer_card, playing
from tests.bench._room import RATE, sound_card
from tests.support.sound import SoundCard

SECONDS, ROUNDS = 30.0, 2
EDIT_S = 0.2
CLIP_S = 20.0
PATIENCE_S = 30.0
FIGURES = ("inside", "between", "fills", "collections")


@dataclass
class Measured:
    """A design's figures of all rounds, and those of the peers beside it."""

    arrays: dict[str, list[NDArray[np.float64]]] = field(default_factory=lambda: {name: [] for name in FIGURES})
    empties: int = 0
    underflows: int = 0
    seconds: float = 0.0
    granted: bool = True
    peers: list[Figures] = field(default_factory=list)

    def ms(self, name: str) -> NDArray[np.float64]:
        """All the times of that name in milliseconds."""
        return np.concatenate(self.arrays[name] or [np.zeros(0)]) * 1000


def main() -> int:
    """Measure, print a table; there is no target: the figures are for a decision."""
    parser = argparse.ArgumentParser("audio")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="")
    wanted = parser.parse_args()
    designs = [design for design in DESIGNS if wanted.only in design.name]
    measured = {design: Measured() for design in designs}
    with tempfile.TemporaryDirectory() as name, sound_card() as card, peer_card(card) as peer:
        folder = Path(name)
        original = _original(folder)
        with busy(folder, window=True) as load:
            while not load.files:
                time.sleep(EDIT_S)
            for number in range(wanted.rounds):
                for design in designs[number % 2 :: 2] + designs[1 - number % 2 :: 2]:
                    _measure(design, measured[design], (card, peer), original, wanted.seconds)
            exported = load.files
    _report(measured, exported)
    return 0


def _original(folder: Path) -> Sound:
    frames = round(CLIP_S * RATE)
    samples = np.random.default_rng(3).normal(0, 0.1, (2, frames)).astype(np.float32)
    track = Track(str(folder / "original"), RATE, 2)
    with TrackWriter(track, frames) as writer:
        writer.write(samples)
    return Sound(track, TimeMap.identity(CLIP_S))


def _measure(
    design: Design, into: Measured, cards: tuple[SoundCard, SoundCard], original: Sound, seconds: float
) -> None:
    card, peer = cards
    with tempfile.TemporaryDirectory() as name:
        figures = Path(name, "figures.npz")
        silence = np.zeros((2, RATE), np.float32)
        with patch.object(players, "serve", partial(serve, design, str(figures))):
            player = Player()
            player.start()
        try:
            _begin(player, card, original)
            with playing(peer, silence, Path(name)) as said:
                _edit(player, original, time.monotonic() + SETTLED_S + seconds)
        finally:
            player.close()
        into.peers += said
        kept = np.load(figures)
        for each in FIGURES:
            into.arrays[each].append(kept[each])
        into.seconds += float(kept["seconds"])
        into.empties += int(kept["empties"])
        into.underflows += int(kept["underflows"])
        into.granted = into.granted and bool(kept["taken"])


def _begin(player: Player, card: SoundCard, original: Sound) -> None:
    for message in (UseDevice(card.name), Volume(0.0), _follow(original, 0), Loop(0.0, CLIP_S), Play()):
        player.send(message)
    until = time.monotonic() + PATIENCE_S
    while player.snapshot().heard != "bridge":
        if time.monotonic() > until:
            raise SystemExit(f"the design did not begin to play: {player.snapshot()}")
        time.sleep(0.02)


def _edit(player: Player, original: Sound, until: float) -> None:
    count = 0
    while time.monotonic() < until:
        time.sleep(EDIT_S)
        count += 1
        player.send(_follow(original, count))


def _follow(original: Sound, count: int) -> Follow:
    """A take that is never rendered, so that the chain goes on running live."""
    steps = (
        Step(id="high", transform="HighPass"),
        Step(id="compressor", transform="Compressor"),
        Step(id="chorus", transform="Chorus"),
        Step(id="room", transform="Reverb"),
        Step(id="gain", transform="Gain", settings=(("gain_db", -6.0 - count % 5),)),
    )
    take = Track(f"{original.track.path} {count}", RATE, 2)
    return Follow(original, Sound(take, original.time_map), Bridge(original, Chain(steps=steps).draw(1, "a", 1).steps))


def _report(measured: dict[Design, Measured], exported: int) -> None:
    console = Console(width=190)
    table = Table(
        "design", "inside p50", "p99", "max ms", "the peer's p50", "p99", "max ms", "ring empty", "underruns / min",
        "the peer's", "least in the ring ms", "collections", "longest ms",
    )  # fmt: skip
    for design, found in measured.items():
        peer = np.concatenate([figures.inside for figures in found.peers]) * 1000
        minutes = found.seconds / 60
        flows = sum(figures.underflows for figures in found.peers) / (sum(f.seconds for f in found.peers) / 60)
        fills, collected = found.ms("fills"), found.ms("collections")
        table.add_row(
            design.name if found.granted else f"{design.name} (refused)",
            *_spread(found.ms("inside")), *_spread(peer), str(found.empties), f"{found.underflows / minutes:.1f}",
            f"{flows:.1f}", f"{np.percentile(fills, 1):.0f}", str(collected.size),
            f"{collected.max(initial=0.0):.1f}",
        )  # fmt: skip
    console.print("Inside the callback, from when PortAudio called; for the blocking design inside write", table)
    for design, found in measured.items():
        if design.blocking:
            spread = " / ".join(_spread(found.ms("between")))
            console.print(f"{design.name}: between two writes p50 / p99 / max {spread} ms")
    console.print(f"{exported} files were exported meanwhile")


def _spread(times: NDArray[np.float64]) -> list[str]:
    return [f"{value:.2f}" for value in (*np.percentile(times, (50, 99)), times.max())]


if __name__ == "__main__":
    sys.exit(main())
