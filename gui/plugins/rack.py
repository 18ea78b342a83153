"""The plugins of this computer as the window knows them: the shelf, its scan, and what the user has answered."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.jobs import Response, Submit
from engine.plugins import permit
from engine.plugins.described import Described, PluginRef
from engine.plugins.scan import ScanRequest
from engine.plugins.shelf import NOTHING, UNREADABLE, Contents, Shelf

from ..memory import Memory
from ..words import tr
from .table import ALLOWED, ASKS, LEFT_OUT

LEFT = "plugins/left out"
POLL_MS = 150
_USUAL = {
    "win32": (r"%COMMONPROGRAMFILES%\VST3", r"%LOCALAPPDATA%\Programs\Common\VST3"),
    "darwin": (
        "~/Library/Audio/Plug-Ins/VST3", "/Library/Audio/Plug-Ins/VST3",
        "~/Library/Audio/Plug-Ins/Components", "/Library/Audio/Plug-Ins/Components",
    ),
    "": ("~/.vst3", "/usr/lib/vst3", "/usr/local/lib/vst3"),
}  # fmt: skip


def usual_folders() -> tuple[str, ...]:
    """Where this system keeps plugins, whether the folders are there or not."""
    named = _USUAL.get(sys.platform, _USUAL[""])
    return tuple(os.path.expandvars(os.path.expanduser(folder)) for folder in named)


@dataclass(frozen=True)
class Scan:
    """How far a scan is: so many files of so many, and the one that is looked at now."""

    done: int = 0
    total: int = 0
    name: str = ""

    @property
    def words(self) -> str:
        """The same in words."""
        if not self.total:
            return tr("Looking through the folders …")
        return tr("{done} of {total}: {name}", done=self.done, total=self.total, name=self.name)


class Rack(QObject):
    """What there is, and what may run; `changed` when any of it did, `permitted` when another plugin may or may not.

    `unkept` says why an answer or a folder could not be written down.
    """

    changed = Signal()
    permitted = Signal()
    unkept = Signal(str)

    def __init__(self, submit: Submit, memory: Memory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit = submit
        self._memory = memory
        self.shelf = Shelf()
        self.scan: Scan | None = None
        self.error = ""
        self._told = Path()
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._look_how_far)

    @property
    def contents(self) -> Contents:
        """What lies on the shelf."""
        return self.shelf.contents

    @property
    def folders(self) -> tuple[str, ...]:
        """Where plugins are looked for: where this system keeps them, until something else is said."""
        return usual_folders() if self.contents in (NOTHING, UNREADABLE) else self.contents.folders

    def look_in(self, folders: tuple[str, ...]) -> None:
        """Settle where plugins are looked for from the next scan on."""
        self._write(lambda: self.shelf.look_in(tuple(dict.fromkeys(folders))))

    def use_usual_folders(self) -> None:
        """Look, beside what is said, where this system keeps plugins."""
        self.look_in((*self.folders, *usual_folders()))

    def look(self) -> None:
        """Scan the folders, in a worker."""
        if self.scan is not None:
            return
        handle, told = tempfile.mkstemp(prefix="variophone-scan-")
        os.close(handle)
        self._told = Path(told)
        self.scan, self.error = Scan(), ""
        self._poll.start()
        self._submit("plugins", ScanRequest(self.folders, told=told), self._scanned)
        self.changed.emit()

    def _scanned(self, response: Response) -> None:
        self._poll.stop()
        self.scan, self.error = None, response.error or ""
        self.close()
        self.changed.emit()
        self.permitted.emit()

    def _look_how_far(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            done, total, name = self._told.read_text("utf-8", errors="replace").split("\n", 2)
            now = Scan(int(done), int(total), name)
            if now != self.scan:
                self.scan = now
                self.changed.emit()

    def close(self) -> None:
        """Leave nothing behind."""
        self._poll.stop()
        if self._told.name:
            self._told.unlink(missing_ok=True)

    def standing(self, plugin: Described) -> str:
        """What becomes of a plugin that a preset brings along."""
        if plugin.digest in self.contents.allowed:
            return ALLOWED
        return LEFT_OUT if plugin.digest in self._left else ASKS

    @property
    def _left(self) -> list[str]:
        found: list[str] = self._memory.get(LEFT, [])
        return found

    def runs(self, ref: PluginRef) -> bool:
        """Whether a step's plugin is here and may run."""
        return permit.runs(ref)

    def unanswered(self, ref: PluginRef) -> bool:
        """Whether the plugin could run here and the user has not said whether it may."""
        allowed, left = self.contents.allowed, self._left
        here = self.shelf.exact(ref) is not None
        return here and any(key not in allowed for key in ref.needs) and not any(key in left for key in ref.needs)

    def allow(self, refs: Iterable[PluginRef]) -> bool:
        """Let these plugins run with their states, from now on; gives whether they do."""
        needs = tuple(dict.fromkeys(key for ref in refs for key in ref.needs))
        if set(needs) <= set(self.contents.allowed):
            return True
        if not self._write(lambda: self.shelf.allow(*needs)):
            return False
        self._memory.put(LEFT, [key for key in self._left if key not in needs])
        self.permitted.emit()
        return True

    def leave_out(self, refs: Iterable[PluginRef]) -> None:
        """Do not ask about these any more: what of them is not allowed stays out."""
        allowed = self.contents.allowed
        left = (key for ref in refs for key in ref.needs if key not in allowed)
        self._memory.put(LEFT, list(dict.fromkeys((*self._left, *left))))
        self.changed.emit()

    def forget(self, plugins: Iterable[Described]) -> None:
        """Ask about these plugins again, in whichever state a preset brings them."""
        digests = {plugin.digest for plugin in plugins}
        self._memory.put(LEFT, [key for key in self._left if key not in digests])
        if self._write(lambda: self.shelf.forbid(digests)):
            self.permitted.emit()

    def _write(self, write: Callable[[], None]) -> bool:
        """Change the shelf's file, or say why it cannot be; gives whether it was."""
        self.error = ""
        try:
            write()
        except OSError as error:
            self.error = tr("The list of plugins cannot be kept: {reason}", reason=error.strerror or str(error))
            self.unkept.emit(self.error)
        self.changed.emit()
        return not self.error
