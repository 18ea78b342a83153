"""Presets that lie elsewhere: dropped on the chain, opened from a file, written to one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from engine import preset
from engine.chain import Chain
from engine.preset import SUFFIXES, PresetError

from ..words import tr

PATTERNS = "(*.yaml *.yml)"


def preset_dropped(data: QMimeData) -> str:
    """The preset's file that is dropped; empty for anything else."""
    urls = data.urls() if data.hasUrls() else []
    paths = [url.toLocalFile() for url in urls if url.isLocalFile() and not url.host()]
    return paths[0] if len(paths) == 1 and paths[0].lower().endswith(SUFFIXES) else ""


def ask_for_file(parent: QWidget) -> str:
    """Ask which preset to open; empty if the user thinks better of it."""
    path, _ = QFileDialog.getOpenFileName(parent, tr("Open a preset's file"), "", f"{tr('Presets')} {PATTERNS}")
    return path


def ask_for_target(parent: QWidget, name: str) -> str:
    """Ask where to write a preset; the dialog asks before it writes over a file."""
    path, _ = QFileDialog.getSaveFileName(
        parent, tr("Write the preset to a file"), f"{name}.yaml", f"{tr('Presets')} {PATTERNS}"
    )
    return path


def write(chain: Chain, path: Path) -> None:
    """Write a preset, whole or not at all; raises `PresetError`."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(preset.dumps(chain), encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise PresetError(f"{path}: cannot be written ({error.strerror or error})") from None
