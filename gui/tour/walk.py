"""The main job, walked through: open, play, turn a knob, draw again, compare, export."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt

from ..app import Application
from ..rows.number_row import NumberRow
from . import hand

SOON_MS = 500
"""In this time the views have asked for what they lack."""


def _nothing(_: Application) -> None:
    """The next step begins where this one ends."""


@dataclass(frozen=True)
class Step:
    """One step: the name of its picture, what it shows, what is done for it, and after the picture.

    `sounds` says that it shows more where there is a sound device.
    """

    name: str
    shows: str
    do: Callable[[Application], None]
    after: Callable[[Application], None] = _nothing
    sounds: bool = False


def steps(export_to: Path) -> tuple[Step, ...]:
    """The main job in its order."""
    return (
        Step("first-start", "A first start: a recording, a preset, and one draw of it.", settle),
        Step("play", "Space plays the take.", play, sounds=True),
        Step("turn-a-knob", "A knob is turned: it is heard at once, and seen when it is rendered.", _turn),
        Step("new-draw", "N draws every range and probability again: the next take.", _draw),
        Step("compare", "A changes between original and take, in the same place.", _compare, sounds=True),
        Step("export", "The export writes the same takes as files.", lambda made: export(made, export_to)),
    )


def settle(application: Application) -> None:
    """Wait until the take that is wanted is rendered, and all of it is pictured."""
    hand.wait_for("the take", lambda: _complete(application))
    hand.rest(SOON_MS)
    hand.wait_for("its pictures", lambda: application.window.views.is_drawn)
    hand.rest(SOON_MS)


def _complete(application: Application) -> bool:
    view, wanted = application.audition.view, application.store.project.recipe()
    return view is not None and view.complete and view.recipe == wanted


def play(application: Application) -> None:
    """Play for a while, where there is a device."""
    hand.press(application.window.views, Qt.Key.Key_Space)
    heard = application.player.snapshot
    hand.wait_for("sound", lambda: heard().error or heard().position_s > 1.5)


def _turn(application: Application) -> None:
    rows = (row for row in application.window.chain.findChildren(NumberRow) if row.isVisible())
    row = next(row for row in rows if isinstance(row.setting, float))
    for _ in range(10):
        hand.press(row.slider, Qt.Key.Key_Right)
    settle(application)


def _draw(application: Application) -> None:
    hand.press(application.window.views, Qt.Key.Key_N)
    settle(application)


def _compare(application: Application) -> None:
    hand.press(application.window.views, Qt.Key.Key_A)


def export(application: Application, folder: Path) -> None:
    """Export what is open to a folder, and wait until it is written."""
    queue_up(application, folder)
    dock = application.window.export
    dock.start()
    hand.wait_for("the export", lambda: dock.queue.jobs[-1].ended)


def queue_up(application: Application, folder: Path, variants: int = 2) -> None:
    """Put what is open into the export's queue."""
    dock = application.window.export
    dock.add_library()
    job = dock.queue.jobs[-1]
    dock.queue.set(job.id, dataclasses.replace(job.settings, out=str(folder), variants=variants))
