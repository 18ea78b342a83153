"""The tour as a command: a window that keeps nothing, a folder of pictures, and a line for each of them."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLocale, QSize

from engine import settings
from engine.plugins.where import SHELF
from engine.settings import Settings

from .. import app as gui_app
from ..app import Application, Home
from . import hand
from .states import states as every_state
from .walk import Step, steps

SIZE = QSize(1440, 900)
SCREEN = (4096, 2304)
PLATFORM = "QT_QPA_PLATFORM"
SCALE = "QT_SCALE_FACTOR"
DONE, FAILED = 0, 1


@dataclass(frozen=True)
class Variant:
    """The same states in other clothes; scale and language are chosen when a process starts."""

    name: str
    theme: str = "dark"
    size: tuple[int, int] = (1440, 900)
    scale: str = "1"
    language: str = "en"


VARIANTS = (
    Variant("dark"),
    Variant("light", theme="light"),
    Variant("small", size=(1280, 720)),
    Variant("double", scale="2"),
    Variant("chinese", language="zh_CN"),
)


def run(folder: str, *, states: bool = False) -> int:
    """Make the pictures of the main job, or of every state; gives the exit code, raises OSError."""
    out = Path(folder).absolute()
    out.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=out).close()  # a folder that cannot be written is refused before anything starts
    with tempfile.TemporaryDirectory(prefix="variophone-tour-") as scratch:
        if states or _no_display():
            os.environ.setdefault(PLATFORM, _offscreen(Path(scratch)))
        if states:
            return max(_in_a_process(variant, out) for variant in VARIANTS)
        return _main_job(out, Path(scratch))


def _main_job(out: Path, scratch: Path) -> int:
    QLocale.setDefault(QLocale.Language.English)
    _, application = gui_app.build()
    application.preferences.set("theme", "dark")
    return _pictured(application, steps(scratch / "augmented"), out, SIZE)


def _in_a_process(variant: Variant, out: Path) -> int:
    os.environ[SCALE] = variant.scale
    process = multiprocessing.get_context("spawn").Process(target=_every_state, args=(variant, out / variant.name))
    process.start()
    process.join()
    return DONE if process.exitcode == DONE else FAILED


def _every_state(variant: Variant, out: Path) -> None:
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="variophone-tour-") as scratch:
        home = Home(*(Path(scratch, name) for name in ("window.json", "settings.toml", "unsaved")))
        os.environ[SHELF] = str(Path(scratch, "plugins.json"))
        settings.write(home.settings, Settings(theme=variant.theme, language=variant.language))
        _, application = gui_app.build(home=home)
        sys.exit(_pictured(application, every_state(home, Path(scratch)), out, QSize(*variant.size)))


def _pictured(application: Application, shown: tuple[Step, ...], out: Path, size: QSize) -> int:
    application.window.resize(size)
    application.start()
    application.window.activateWindow()
    try:
        return max([_picture(application, number, step, out) for number, step in enumerate(shown, start=1)])
    finally:
        application.end()
        application.close()


def _picture(application: Application, number: int, step: Step, out: Path) -> int:
    """Go to a state, save its picture, and leave it; where it was not reached, the picture shows what there is."""
    reached = _done(step.do, application, step)
    hand.rest()
    path = out / f"{number:02d}-{step.name}.png"
    if not hand.picture(application.window).save(str(path)):
        raise OSError(f"{path} cannot be written")
    said = application.player.snapshot().error if step.sounds else ""
    print(f"{path}: {step.shows}" + (f" ({said})" if said else ""), flush=True)
    return DONE if _done(step.after, application, step) and reached else FAILED


def _done(do: Callable[[Application], None], application: Application, step: Step) -> bool:
    try:
        do(application)
    except hand.NeverCame as error:
        print(f"variophone: {step.name}: {error}", file=sys.stderr)
        return False
    return True


def _no_display() -> bool:
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", PLATFORM))
    return sys.platform.startswith("linux") and not named


def _offscreen(folder: Path) -> str:
    """Qt's platform without a screen, with one that every picture fits on."""
    width, height = SCREEN
    screen = {"name": "tour", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    path = folder / "screen.json"
    path.write_text(json.dumps({"screens": [screen]}))
    return f"offscreen:configfile={path}"
