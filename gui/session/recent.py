"""What was opened lately: files, folders and sessions, the latest first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from ..actions import Command
from ..memory import Memory
from ..words import tr

MOST = 12
KEY = "session/recent"


class Recent:
    """The list, and its entries in the menu; what is no longer there is greyed, and kept for when it is back."""

    def __init__(self, memory: Memory, open_path: Callable[[str], None]) -> None:
        self._memory = memory
        self._open = open_path

    def paths(self) -> list[str]:
        """The paths, the latest first."""
        return [path for path in self._memory.get(KEY, []) if isinstance(path, str)]

    def add(self, paths: Iterable[str]) -> None:
        """Put these at the head."""
        fresh = list(dict.fromkeys(os.path.abspath(path) for path in paths))
        older = [path for path in self.paths() if path not in fresh]
        self._memory.put(KEY, (fresh + older)[:MOST])

    def entries(self) -> list[Command]:
        """What the menu shows when it opens."""
        listed = [self._entry(path) for path in self.paths()]
        if not listed:
            return [Command("", "File", tr("Nothing was opened yet"), "", _nothing, possible=lambda: False)]
        clear = Command("", "File", tr("Forget this list"), tr("Forget what was opened"), self._clear,
                        separator_before=True)  # fmt: skip
        return [*listed, clear]

    def _entry(self, path: str) -> Command:
        there = os.path.exists(path)
        title = Path(path).name if there else tr("{name} (not there)", name=Path(path).name)
        return Command("", "File", title.replace("&", "&&"), path, lambda: self._open(path), possible=lambda: there)

    def _clear(self) -> None:
        self._memory.put(KEY, [])


def _nothing() -> None:
    """There is nothing to open."""
