"""What the benchmark of edits does: the whole window, edited at random while it plays, and what it holds meanwhile."""

from __future__ import annotations

import contextlib
import faulthandler
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from rich.console import Console
from rich.table import Table

from engine.jobs import Response
from engine.takes import View
from gui.app import Application
from tests.bench._meet import MeetAll, playable
from tests.bench._room import opened, pause, sound_card, wait_until
from tests.support.caught_up import End, hear, rest
from tests.support.editing import Editing, write_recordings
from tests.support.footprint import Footprint, folders, footprint

BETWEEN_S = 0.025
LOOKS = 200
"""So often the footprint is taken."""
FIRST = 1000
"""After so many edits it is to be flat: as many behind them are held beside the last ones."""
WORKERS = 2
MET_S = 0.15
GROWTH = 1.05
FILES_MORE = 24
_MB = 2**20
_OF_OFFSCREEN = "This plugin does not support"


@dataclass
class Run:
    """What came of it."""

    feet: list[Footprint] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """What the user was told of takes that could not be rendered."""
    troubles: list[str] = field(default_factory=list)
    end: End | None = None
    seconds: float = 0.0
    underruns: int = 0


def run_edits(edits: int, seed: int) -> int:
    """Edit, print tables; 1 if something does not hold."""
    faulthandler.enable()
    run = Run()
    with tempfile.TemporaryDirectory() as folder, _watched(run.troubles), sound_card() as card:
        paths = write_recordings(Path(folder), seed)
        with opened(card, *paths) as application:
            application.audition.viewed.connect(lambda view: _note(run, view))
            _meet_all(application)
            _edit(application, Editing(application, seed), edits, run)
            rest(application, str(paths[0]), lambda true: wait_until(true))
            run.end = hear(application, card, pause)
            run.underruns, own = application.player.snapshot().underruns, folders(application)
        left = _left(run.feet[-1]) + [f"folder {folder}" for folder in own if folder.exists()]
    return _report(run, left)


def _meet_all(application: Application) -> None:
    """Have each process use every transform once: what it imports for that comes once and stays, however many edits."""
    answers: list[Response] = []
    with tempfile.TemporaryDirectory() as folder:
        for worker in range(WORKERS):
            application.bridge.submit(f"meet {worker}", MeetAll(folder, WORKERS), answers.append)
        wait_until(lambda: len(answers) == WORKERS)
    editor = application.window.chain.editor
    application.audition.toggle_play()
    for name in playable():
        step = editor.add(name)
        pause(MET_S)
        editor.remove(step)


def _edit(application: Application, editing: Editing, edits: int, run: Run) -> None:
    began = time.monotonic()
    every = max(edits // LOOKS, 1)
    for number in range(edits):
        editing.act()
        pause(BETWEEN_S)
        if number % every == 0:
            run.feet.append(footprint(application))
            if not application.player.snapshot().playing:
                application.audition.toggle_play()
        if len(run.troubles) > LOOKS:
            break
    run.feet.append(footprint(application))
    run.done, run.seconds = editing.done, time.monotonic() - began


def _note(run: Run, view: View | None) -> None:
    if view is not None and view.error:
        run.refused[view.error] += 1


@contextlib.contextmanager
def _watched(troubles: list[str]) -> Iterator[None]:
    """Collect what nobody should see: exceptions anywhere in this process, and what Qt warns of."""

    def warn(kind: QtMsgType, _context: object, text: str | None) -> None:
        if kind != QtMsgType.QtDebugMsg and kind != QtMsgType.QtInfoMsg and not (text or "").startswith(_OF_OFFSCREEN):
            troubles.append(f"Qt: {text}")

    def raised(kind: type[BaseException], error: BaseException, trace: object) -> None:
        troubles.append(f"{kind.__name__}: {error}")
        sys.__excepthook__(kind, error, trace)  # type: ignore[arg-type]  # a traceback

    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook = raised
    threading.excepthook = lambda args: raised(args.exc_type, args.exc_value or Exception(), args.exc_traceback)
    sys.unraisablehook = lambda args: raised(args.exc_type, args.exc_value or Exception(), args.exc_traceback)
    handler = qInstallMessageHandler(warn)
    try:
        yield
    finally:
        qInstallMessageHandler(handler)
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _left(last: Footprint) -> list[str]:
    """What is still there of a window that was closed."""
    started = set(last.processes.values())
    left = [f"process {child.pid}" for child in psutil.Process().children() if child.pid in started]
    return left + [f"thread {thread.name}" for thread in threading.enumerate() if thread.name.startswith("variophone")]


def _report(run: Run, left: list[str]) -> int:
    console = Console(width=140)
    done = sum(run.done.values())
    console.print(f"{done} edits in {run.seconds:.0f} s: {', '.join(f'{n} {c}' for n, c in run.done.most_common())}")
    for sentence, count in run.refused.most_common():
        console.print(f"told the user {count} times: {sentence}")
    warm = max(min(FIRST * len(run.feet) // max(done, 1), len(run.feet) // 4), 1)
    first, late, steady = run.feet[warm : 2 * warm], run.feet[-warm:], run.feet[warm:]
    table = Table("process", "MB at first", "MB at last", "ratio", "most MB", "files at first", "at last", "most")
    flat = True
    for role in run.feet[0].processes:
        begun, ended = (median(foot.memory[role] for foot in feet if role in foot.memory) for feet in (first, late))
        flat = flat and ended <= GROWTH * begun
        files = [[foot.files[role] for foot in feet if role in foot.files] for feet in (first, late, steady)]
        most = max(foot.memory.get(role, 0) for foot in steady)
        table.add_row(
            role, f"{begun / _MB:.1f}", f"{ended / _MB:.1f}", f"{ended / begun:.3f}", f"{most / _MB:.1f}",
            f"{median(files[0]):.0f}", f"{median(files[1]):.0f}", str(max(files[2])),
        )  # fmt: skip
    for role in run.feet[0].processes:
        course = (foot.memory[role] / _MB for foot in run.feet[:: LOOKS // 20] if role in foot.memory)
        console.print(f"{role}, MB: {' '.join(f'{megabytes:.0f}' for megabytes in course)}")
    console.print(f"medians of {warm / len(run.feet):.0%} of the edits, behind as many and at the end", table)
    scratch = [foot.scratch for foot in run.feet]
    console.print(f"scratch files: {scratch[warm]}, at the end {scratch[-1]}, at most {max(scratch)}")
    begun, ended = run.feet[warm], run.feet[-1]
    files_held = all(ended.files[role] <= begun.files[role] + FILES_MORE for role in begun.files)
    assert run.end is not None
    same = run.end.same and not run.end.probes.changed
    return _verdicts(console, {
        f"no exception and no warning {run.troubles[:10]}": not run.troubles,
        "the same processes": begun.processes == ended.processes,
        "the same threads": set(begun.threads) == set(ended.threads),
        f"open files at most {FILES_MORE} more": files_held,
        f"memory of each at most {GROWTH} times": flat,
        f"what plays is the fresh render ({run.end}, {run.underruns} underruns)": same,
        f"nothing left behind {left[:10]}": not left,
    })  # fmt: skip


def _verdicts(console: Console, held: dict[str, bool]) -> int:
    for words, met in held.items():
        console.print(f"{words}: {'met' if met else 'MISSED'}")
    return int(not all(held.values()))
