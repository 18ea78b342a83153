"""The user's own presets: a folder of files beside the program's other data."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from PySide6.QtCore import QFile, QStandardPaths

from engine import preset
from engine.chain import Chain
from engine.preset import PresetError

from ..words import tr
from .files import write

NAME_MAX = 60


def default_folder() -> Path:
    """Where the user's own presets lie."""
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(data) / "variophone" / "presets"


class PresetShelf:
    """Shipped and own presets by name; what cannot be is said by a `PresetError`."""

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

    def place(self, name: str) -> str:
        """The path of the user's own preset of that name; the name itself for one that comes with the program."""
        return str(self._path(name)) if name in self.own() else name

    def load(self, name: str) -> Chain:
        """The preset of that name, an own one before a shipped one."""
        return preset.load(self.place(name))

    def save(self, chain: Chain, name: str) -> Chain:
        """Write the chain under a name, over what was there; gives it with its name."""
        named = dataclasses.replace(chain, name=self.checked(name))
        write(named, self._path(named.name))
        return named

    def rename(self, old: str, new: str) -> str:
        """Give an own preset another name, which must be free; gives the name as it is now."""
        name = self.checked(new)
        if name in self.own() and name != old:
            raise PresetError(tr("there is a preset {name} already; choose another name", name=name))
        self.save(self.load(old), name)
        if name != old:
            self._path(old).unlink(missing_ok=True)
        return name

    def delete(self, name: str) -> None:
        """Move an own preset to the system's trash."""
        if not QFile.moveToTrash(str(self._path(name))):
            sentence = tr(
                "{name} could not be moved to the trash; its file is {path}", name=name, path=self._path(name)
            )
            raise PresetError(sentence)

    def checked(self, name: str) -> str:
        """The name as a preset of one's own can have it."""
        name = name.strip()
        if not name or len(name) > NAME_MAX or not all(sign.isalnum() or sign in " -_" for sign in name):
            raise PresetError(tr("a preset's name has 1 to {most} letters, digits, spaces, - and _", most=NAME_MAX))
        if name in self.shipped():
            raise PresetError(
                tr("{name} is a preset of the program and stays as it is; choose another name", name=name)
            )
        return name

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.yaml"
