"""The main job, walked through: open, play, turn a knob, draw again, compare, export."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt

from ..app import Application
from ..rows.number_row import NumberRow
from ..words import tr
from . import hand


@dataclass(frozen=True)
class Step:
    """One step: the name of its picture, what it shows, and what is done for it."""

    name: str
    shows: str
    do: Callable[[Application], None]


def steps(export_to: Path) -> tuple[Step, ...]:
    """The main job in its order."""
    return (
        Step("first-start", tr("A first start: a recording, a preset, and one draw of it."), settle),
        Step("play", tr("Space plays the take."), _play),
        Step("turn-a-knob", tr("A knob is turned: it is heard at once, and seen when it is rendered."), _turn),
        Step("new-draw", tr("N draws every range and probability again: the next take."), _draw),
        Step("compare", tr("A changes between original and take, in the same place."), _compare),
        Step("export", tr("The export writes the same takes as files."), lambda made: _export(made, export_to)),
    )


def walk(application: Application, out: Path) -> Iterator[tuple[Step, Path]]:
    """Do one step after the other, and save a picture of each in a folder; raises `hand.NeverCame`."""
    with tempfile.TemporaryDirectory(prefix="variophone-tour-") as folder:
        for number, step in enumerate(steps(Path(folder, "augmented")), start=1):
            step.do(application)
            hand.rest()
            path = out / f"{number:02d}-{step.name}.png"
            hand.picture(application.window).save(str(path))
            yield step, path


def settle(application: Application) -> None:
    """Wait until the take that is wanted is rendered and pictured."""
    hand.wait_for("the take", lambda: _complete(application))
    hand.wait_for("its pictures", lambda: application.window.views.is_drawn)


def _complete(application: Application) -> bool:
    view, wanted = application.audition.view, application.store.project.recipe()
    return view is not None and view.complete and view.recipe == wanted


def _play(application: Application) -> None:
    hand.press(application.window.views, Qt.Key.Key_Space)
    if not application.player.snapshot().error:
        hand.wait_for("sound", lambda: application.player.snapshot().position_s > 1.0)


def _turn(application: Application) -> None:
    row = next(row for row in application.window.chain.findChildren(NumberRow) if row.isVisible())
    for _ in range(10):
        hand.press(row.slider, Qt.Key.Key_Right)
    settle(application)


def _draw(application: Application) -> None:
    hand.press(application.window.views, Qt.Key.Key_N)
    settle(application)


def _compare(application: Application) -> None:
    hand.press(application.window.views, Qt.Key.Key_A)


def _export(application: Application, folder: Path) -> None:
    raise NotImplementedError
