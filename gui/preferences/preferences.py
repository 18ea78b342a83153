"""What the user has set, while the window runs: read at the start, changed in the dialog, kept at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine import settings
from engine.params import Value
from engine.settings import Settings

from ..words import tr


class Preferences(QObject):
    """The settings; `changed` gives the name of one that was changed. Without a file they are forgotten at the end.

    `problems` are the sentences about what in the file could not be taken.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.music = str(Path.home())
        """Where recordings go unless a folder was set for them."""
        self.values, self.problems = settings.read(path) if path else (Settings(), ())

    @property
    def recordings(self) -> str:
        """The folder that recordings go to."""
        return self.values.recordings_folder or self.music

    def set(self, name: str, value: Value) -> str:
        """Change a setting; gives a sentence if it cannot be kept, though it holds until the end."""
        self.values = settings.changed(self.values, name, value)
        self.changed.emit(name)
        if self.path is None:
            return ""
        try:
            settings.write(self.path, self.values)
        except OSError as error:
            return tr("The settings cannot be kept: {reason}", reason=error.strerror or str(error))
        return ""
