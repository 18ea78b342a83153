"""With this folder on PYTHONPATH no Python process, nor any that it starts, can import Qt: as if not installed."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec

BLOCKED = {"PySide6", "shiboken6", "pyqtgraph", "superqt", "qtpy", "pytestqt"}


class _Blocker:
    """Refuses the packages of the window before any other finder is asked."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r} (blocked: this run is without Qt)", name=name)
        return None


sys.meta_path.insert(0, _Blocker)  # type: ignore[arg-type]  # a class with find_spec is all that is asked for
