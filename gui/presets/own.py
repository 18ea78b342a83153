"""The user's own presets: a folder of files beside the program's other data."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from engine import preset
from engine.chain import Chain
from engine.preset import PresetError

NAME_MAX = 60


def default_folder() -> Path:
    """Where the user's own presets lie."""
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(data) / "variophone" / "presets"


class PresetShelf:
    """Shipped and own presets by name."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def shipped(self) -> list[str]:
        """The names of the presets that come with the program."""
        return preset.shipped()

    def own(self) -> list[str]:
        """The names of the user's own presets."""
        if not self.folder.is_dir():
            return []
        return sorted((path.stem for path in self.folder.glob("*.yaml")), key=str.casefold)

    def load(self, name: str) -> Chain:
        """The preset of that name, an own one before a shipped one; raises `PresetError`."""
        path = self.folder / f"{name}.yaml"
        return preset.load(path if name in self.own() else name)

    def save(self, chain: Chain, name: str, replacing: str = "") -> Chain:
        """Write the chain under a name, whole or not at all; only `replacing` may be written over.

        Raises `PresetError` for a name that is taken or cannot be a file's.
        """
        name = self._checked(name, replacing)
        named = dataclasses.replace(chain, name=name)
        path = self.folder / f"{name}.yaml"
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(preset.dumps(named), encoding="utf-8")
            os.replace(part, path)
        except OSError as error:
            raise PresetError(f"{path}: cannot be written ({error.strerror or error})") from None
        return named

    def _checked(self, name: str, replacing: str) -> str:
        name = name.strip()
        if not name or len(name) > NAME_MAX or not all(sign.isalnum() or sign in " -_" for sign in name):
            raise PresetError(f"a preset's name has 1 to {NAME_MAX} letters, digits, spaces, - and _")
        if name in self.shipped():
            raise PresetError(f"{name} is a preset of the program and stays as it is; choose another name")
        if name in self.own() and name != replacing:
            raise PresetError(f"there is a preset {name} already; choose another name")
        return name
