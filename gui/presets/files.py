"""Presets that lie elsewhere: dropped on the chain, opened from a file, written to one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from engine import preset
from engine.chain import Chain
from engine.preset import SUFFIXES, PresetError
from engine.whole import write_whole

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
    try:
        write_whole(path, preset.dumps(chain))
    except OSError as error:
        raise PresetError(f"{path}: cannot be written ({error.strerror or error})") from None
