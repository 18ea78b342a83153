"""What the window remembers between two starts: plain values by name, in one JSON file of the user's."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.whole import write_whole

SAVE_MS = 1000


class Memory(QObject):
    """Values that JSON can hold, by name (`library/tree`); saved a moment after a change and at the end.

    Without a path it forgets at the end. A file that cannot be read is as good as none.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._values = _read(path)
        self._later = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._later.timeout.connect(self.save)

    @property
    def folder(self) -> Path | None:
        """The folder that its file lies in, for what is remembered in files of its own; None if it forgets."""
        return self._path.parent if self._path is not None else None

    def get(self, name: str, default: Any = None) -> Any:
        """The value of that name; what is of another type than the default is as good as none."""
        value = self._values.get(name, default)
        return value if default is None or isinstance(value, type(default)) else default

    def put(self, name: str, value: Any) -> None:
        """Remember a value."""
        if self._values.get(name) != value or name not in self._values:
            self._values[name] = value
            self._later.start()
            self.changed.emit(name)

    def save(self) -> None:
        """Write the file now, whole or not at all; where that cannot be, the values are kept till the end."""
        self._later.stop()
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            write_whole(self._path, json.dumps(self._values, indent=1, sort_keys=True), durable=False, rivals=True)


def _read(path: Path | None) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text("utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
