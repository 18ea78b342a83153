"""Ten minutes through the virtual card: every probe that is heard is the rendered take, and no more is lost than must.

The real window plays a take of a chain, round and round, and repaints all of itself 30 times a second; an export runs
on two processes; the peer, in a process and on a card of its own, plays a known signal at the same time. What it loses
is the measure of what is lost. `--minutes N`.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from rich.console import Console
from rich.table import Table

from engine.preset import find, load
from gui.app import Application
from tests.bench._load import REPAINT_MS, busy, litter
from tests.bench._peer import peer_card, playing
from tests.bench._room import RATE, pause, play, sound_card, wait_until, window
from tests.support.caught_up import fresh
from tests.support.probes import Probed, follow
from tests.support.sound import SoundCard

MINUTES = 10.0
PRESET = "natural"
CLIP_S = 60.0
TIMES, ROOTS = 1.2, 3.0
"""At most so many times what the peer lost, and so many times its square root more."""


@dataclass(frozen=True)
class Lost:
    """What became of one stream."""

    probes: Probed
    underruns: int
    empties: int


@dataclass(frozen=True)
class Heard:
    """Both streams, and what else went on."""

    ours: Lost
    peers: Lost
    seconds: float
    repaints: int
    exported: int


def main() -> int:
    """Listen, print counts; 1 if something was changed or more was lost than by the peer."""
    parser = argparse.ArgumentParser("card")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    wanted = parser.parse_args()
    faulthandler.enable()
    with (
        tempfile.TemporaryDirectory() as folder, sound_card() as card, peer_card(card) as peer,
        window(card, load(find(PRESET)), _noise(3, swelling=True)) as application,
    ):  # fmt: skip
        heard = _listen(application, (card, peer), Path(folder), 60 * wanted.minutes)
    return _report(heard)


def _listen(application: Application, cards: tuple[SoundCard, SoundCard], folder: Path, seconds: float) -> Heard:
    take, known = fresh(application), _noise(7)
    application.window.transport.volume.slider.setValue(0)
    own, others = folder / "own.f32", folder / "peer.f32"
    with busy(folder, window=False) as load, _repainting(application) as paints:
        with playing(cards[1], known, folder) as figures:
            wait_until(lambda: load.files > 0)
            play(application)
            before, painted, began = application.player.snapshot(), len(paints), time.monotonic()
            with _recorded(cards[0], own), _recorded(cards[1], others):
                pause(seconds)
            passed, after = time.monotonic() - began, application.player.snapshot()
            repaints = len(paints) - painted
        exported = load.files
    ours = Lost(
        follow(take, _mapped(own)), after.underruns - before.underruns, after.ring_empties - before.ring_empties
    )
    return Heard(ours, Lost(follow(known, _mapped(others)), figures[0].underflows, 0), passed, repaints, exported)


def _noise(seed: int, *, swelling: bool = False) -> NDArray[np.float32]:
    """Two channels that are nowhere alike; swelling, they rise and fall like speech."""
    frames = round(CLIP_S * RATE)
    noise = np.random.default_rng(seed).normal(0, 0.15, (2, frames))
    if swelling:
        noise *= 0.2 + np.abs(np.sin(np.arange(frames) / RATE * 5))
    return noise.clip(-1, 1).astype(np.float32)


@contextlib.contextmanager
def _repainting(application: Application) -> Iterator[list[float]]:
    """Paint the whole window again and again, with rubbish for the garbage collector; gives when."""
    painted: list[float] = []

    def paint() -> None:
        application.window.repaint()
        litter()
        painted.append(time.monotonic())

    timer = QTimer(application, interval=REPAINT_MS)
    timer.timeout.connect(paint)
    timer.start()
    yield painted
    timer.stop()


@contextlib.contextmanager
def _recorded(card: SoundCard, path: Path) -> Iterator[None]:
    """What the card plays, as float32 (frames, 2) in a file."""
    with path.open("wb") as file:
        recorder = card.server.spawn(
            "parec", "-d", card.monitor, "--raw", "--format=float32le", f"--rate={RATE}", "--channels=2",
            "--latency-msec=10", stdout=file,
        )  # fmt: skip
        try:
            yield
        finally:
            recorder.terminate()
            recorder.wait()


def _mapped(path: Path) -> NDArray[np.float32]:
    frames = path.stat().st_size // 8
    return np.memmap(path, np.float32, "r", shape=(frames, 2))


def _report(heard: Heard) -> int:
    console = Console(width=140)
    table = Table("stream", "probes", "exact", "changed", "missing", "underruns", "ring empty")
    for name, lost in (("the window", heard.ours), ("the peer", heard.peers)):
        probes = lost.probes
        counts = (probes.all, probes.exact, probes.changed, probes.missing, lost.underruns, lost.empties)
        table.add_row(name, *map(str, counts))
    console.print(
        f"{heard.seconds:.0f} s, {heard.repaints / heard.seconds:.1f} repaints a second, {heard.exported} files"
    )
    console.print(table)
    ours, peers = heard.ours, heard.peers
    held = {
        "every probe that is found is the take's": ours.probes.exact > 0 and ours.probes.changed == 0,
        "the peer's are its signal's": peers.probes.exact > 0 and peers.probes.changed == 0,
        "missing probes": ours.probes.missing <= _bound(peers.probes.missing),
        "dropouts": ours.underruns <= _bound(peers.underruns),
    }
    for words, met in held.items():
        console.print(f"{words}: {'met' if met else 'MISSED'}")
    console.print(f"bounds: {_bound(peers.probes.missing):.1f} missing probes, {_bound(peers.underruns):.1f} dropouts")
    return int(not all(held.values()))


def _bound(peers: int) -> float:
    return TIMES * peers + ROOTS * math.sqrt(peers)


if __name__ == "__main__":
    sys.exit(main())
