"""What a user can send us about an error: versions, where it happened, and what was done before."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from engine.versions import versions

ROOT = Path(__file__).resolve().parents[2]


def report(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, commands: Iterable[str]
) -> str:
    """The report as text; the folders of the program and of the user are not spelt out."""
    lines = traceback.format_exception(kind, error, trace)
    parts = [
        versions_words(),
        f"commands: {', '.join(commands) or 'none'}",
        "".join(lines).strip(),
    ]
    return _discreet("\n\n".join(parts)) + "\n"


def versions_words() -> str:
    """The versions of all that matters, a line each."""
    known = dict(versions())
    libraries = known.pop("libraries")
    screen = QGuiApplication.primaryScreen()
    lines = [f"{name}: {value}" for name, value in known.items()]
    lines.append(f"qt: {qVersion()} {QGuiApplication.platformName()}")
    if screen is not None:
        size = screen.size()
        lines.append(f"screen: {size.width()}x{size.height()} at {screen.devicePixelRatio():g}")
    if isinstance(libraries, dict):
        lines.append(f"libraries: {', '.join(f'{name} {version}' for name, version in libraries.items())}")
    return "\n".join(lines)


def _discreet(text: str) -> str:
    for folder, word in ((str(ROOT), "variophone"), (str(Path.home()), "~")):
        if len(folder) > 1:
            text = text.replace(folder, word)
    return text
