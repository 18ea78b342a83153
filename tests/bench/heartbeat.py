"""Whether work holds the window up: the beats of its GUI thread, beside a bare window's on the same machine at once.

Then how often its pictures can be painted, beside one bare pyqtgraph image of their size.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from engine.batch.child import ExportProcess
from engine.batch.plan import ExportRequest
from engine.files.encode import Encoding, encode
from engine.preset import find, load
from gui.app import Application
from tests.bench._heart import Heart, Witness, late_ms
from tests.bench._room import RATE, complete, pause, percentile, play, sound_card, wait_until, window

RECORDING_S = 300
SCENE_S = 20.0
BEYOND_MS = 50.0
"""So much later than the control's may the window's beats come, at the 99.9th percentile."""
REPAINTS = 0.7
"""So often as a bare image's, at least, may the window's pictures be painted."""
EXPORTED, EXPORTED_S, VARIANTS = 60, 10, 50
PAINT_S = 3.0
LIVE = "what leaves the device"
"""The view that is painted all the time; the others are painted where something moves."""
SHOWN_SITES = 8


@dataclass(frozen=True)
class Scene:
    """What went on between two times, on the clock of `time.monotonic`."""

    name: str
    start_s: float
    end_s: float


def main() -> int:
    """Measure, print tables; 1 if a target is missed."""
    with tempfile.TemporaryDirectory() as folder, sound_card() as card:
        with window(card, load(find("natural")), _recording(RECORDING_S)) as application:
            heart = Heart(application.window)
            _make_sources(Path(folder))
            with _control(Path(folder, "beats.npy")) as control, Witness(heart) as witness:
                scenes = _scenes(application, witness, Path(folder))
            heart.stop()
            rates = _repaints(application)
        return _report(scenes, heart.beats(), np.load(control), witness, rates)


def _recording(seconds: float) -> NDArray[np.float32]:
    """Two channels of noise that rises and falls like speech."""
    frames = round(seconds * RATE)
    swell = 0.2 + np.abs(np.sin(np.arange(frames) / RATE * 5))
    return (np.random.default_rng(3).normal(0, 0.15, (2, frames)) * swell).clip(-1, 1).astype(np.float32)


@contextlib.contextmanager
def _control(path: Path) -> Iterator[Path]:
    """A bare window in a process of its own, whose beats are in the file when the block has ended."""
    script = Path(__file__).with_name("_idle_window.py")
    process = subprocess.Popen([sys.executable, str(script), str(path)], stdin=subprocess.PIPE)
    try:
        pause(3.0)
        yield path
    finally:
        process.communicate()


def _make_sources(folder: Path) -> None:
    for number in range(EXPORTED):
        encode(folder / f"{number}.wav", _recording(EXPORTED_S), RATE, Encoding("wav", "16"))


def _scenes(application: Application, witness: Witness, folder: Path) -> list[Scene]:
    """Idle, then more and more at once."""

    def scene(name: str) -> Scene:
        began = time.monotonic()
        with witness.looking(name):
            pause(SCENE_S)
        return Scene(name, began, time.monotonic())

    scenes = [scene("idle")]
    play(application)
    scenes.append(scene("playing"))
    with _rendering(application):
        scenes.append(scene("playing, rendering five minutes"))
    with _exporting(application, folder):
        scenes.append(scene("playing, exporting on two processes"))
        with _rendering(application):
            scenes.append(scene("playing, rendering and exporting"))
    return scenes


@contextlib.contextmanager
def _rendering(application: Application) -> Iterator[None]:
    """Go to the next draw as soon as one is rendered."""

    def next_draw() -> None:
        if complete(application) is not None:
            project = application.store.project
            application.store.commit("Draw again", replace(project, variant=project.variant + 1))

    timer = QTimer(application, interval=100)
    timer.timeout.connect(next_draw)
    timer.start()
    yield
    timer.stop()
    wait_until(lambda: complete(application) is not None)


@contextlib.contextmanager
def _exporting(application: Application, folder: Path) -> Iterator[None]:
    """Export on two processes, as the window does it."""
    chain, out = application.store.project.chain, folder / "out"
    sources = tuple(str(path) for path in folder.glob("*.wav"))
    export = ExportProcess(ExportRequest(chain=chain, out=str(out), inputs=sources, variants=VARIANTS, jobs=2))
    timer = QTimer(application, interval=100)
    timer.timeout.connect(export.poll)
    timer.start()
    try:
        wait_until(lambda: len(list(out.glob("*.wav"))) > 3)
        yield
        written = len(list(out.glob("*.wav")))
    finally:
        timer.stop()
        export.close()
    if written >= EXPORTED * VARIANTS:
        raise SystemExit("the export was over before it was measured: make it longer")


def _repaints(application: Application) -> dict[str, tuple[float, float]]:
    """How often each view, and a bare image of its size, can be painted in a second."""
    views, live, player = application.window.views, application.window.live, application.player
    step_s = RECORDING_S / 100
    return {
        "original and take": (_painted(views, lambda number: views.set_playhead(number % 100 * step_s)), _bare(views)),
        LIVE: (_painted(live, lambda _: live.show_snapshot(player.snapshot())), _bare(live)),
    }


def _bare(like: QWidget) -> float:
    """One image in RGBA that is new each time, nothing around it."""
    bare = pyqtgraph.GraphicsLayoutWidget()
    box = bare.addViewBox()
    image = pyqtgraph.ImageItem(axisOrder="row-major")
    box.addItem(image)
    bare.resize(like.size())
    bare.show()
    pause(0.5)
    noise = np.random.default_rng(1).integers(0, 255, (like.height(), like.width() + 100, 4), np.uint8)
    rate = _painted(bare, lambda number: image.setImage(noise[:, number % 100 :][:, : like.width()], autoLevels=False))
    bare.close()
    return rate


def _painted(widget: QWidget, change: Callable[[int], None]) -> float:
    """Change and paint again and again; gives how often in a second."""
    began, count = time.monotonic(), 0
    while time.monotonic() - began < PAINT_S:
        change(count)
        widget.grab()
        count += 1
    return count / (time.monotonic() - began)


def _report(
    scenes: list[Scene],
    ours: NDArray[np.float64],
    control: NDArray[np.float64],
    witness: Witness,
    rates: dict[str, tuple[float, float]],
) -> int:
    from rich.console import Console
    from rich.table import Table

    console, met = Console(width=160), []
    table = Table(
        "scene", *(f"{whose} {what}" for whose in ("ours", "control") for what in ("p50", "p99", "p99.9", "max"))
    )
    for scene in scenes:
        rows = [late_ms(beats, scene.start_s, scene.end_s) for beats in (ours, control)]
        figures = [[percentile(list(row), share) for share in (50, 99, 99.9, 100)] for row in rows]
        met.append(figures[0][2] - figures[1][2] <= BEYOND_MS)
        table.add_row(scene.name, *(f"{value:.1f}" for row in figures for value in row))
    console.print(f"How late the GUI's thread beats, in ms, {SCENE_S:.0f} s each", table)
    console.print(f"99.9th percentile at most {BEYOND_MS:.0f} ms above the control's: {_word(met)}")
    for (scene_name, site), count in witness.seen.most_common(SHOWN_SITES):
        console.print(f"{count:4} looks while a beat was overdue, {scene_name}: {site}")
    painted = Table("view", "paintings a second", "a bare image of that size", "ratio")
    for name, (view, bare) in rates.items():
        painted.add_row(name, f"{view:.1f}", f"{bare:.1f}", f"{view / bare:.2f}")
    enough = [view >= REPAINTS * bare for name, (view, bare) in rates.items() if name == LIVE]
    console.print(painted, f"{LIVE} at least {REPAINTS} of the bare image: {_word(enough)}")
    return int(not all(met + enough))


def _word(met: list[bool]) -> str:
    return "met" if all(met) else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
