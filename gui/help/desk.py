"""Where help is asked for: guide, keys, command palette, What's This, and from panel to panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from ..actions import Command
from ..memory import Memory
from ..words import tr
from .about import About, Guide
from .hints import Hints
from .keys import KeyReference
from .palette import Palette, choices
from .reach import Panels

LATELY = "help/lately"
MOST = 30


class HelpDesk:
    """Opens each kind of help; `actions` and `listed` are those of the window, set once they are made."""

    def __init__(self, window: QMainWindow, memory: Memory, panels: Sequence[QWidget]) -> None:
        self._window = window
        self._memory = memory
        self._panels = Panels(panels, window)
        self._open: dict[type[QDialog], QDialog] = {}
        self.hints = Hints(window)
        self.listed: list[Command] = []
        self.actions: dict[str, QAction] = {}
        self.palette: Palette | None = None

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return [
            Command(
                "next_panel", "View", tr("Next panel"), tr("Go to the next panel"), lambda: self._panels.go(1), ("F6",),
                separator_before=True,
            ),
            Command(
                "previous_panel", "View", tr("Previous panel"), tr("Go to the panel before"),
                lambda: self._panels.go(-1), ("Shift+F6",),
            ),
            Command(
                "full_screen", "View", tr("Full screen"), tr("Fill the screen, or leave it again"), self.full_screen,
                ("F11",), checked=self._window.isFullScreen, separator_before=True,
            ),
            Command("guide", "Help", tr("Guide"), tr("How to work with Variophone"), self.guide, ("F1",)),
            Command(
                "keys", "Help", tr("Keys and mouse"), tr("Every command with its keys"), self.keys, ("F2", "Ctrl+/")
            ),
            Command(
                "palette", "Help", tr("Commands …"), tr("Find and run any command by its name"), self.open_palette,
                ("Ctrl+K",),
            ),
            Command(
                "whats_this", "Help", tr("What's this?"), tr("Say what the control does that is clicked next"),
                self.hints.explain_all, ("Shift+F1",),
            ),
            Command(
                "about", "Help", tr("About Variophone"), tr("Version, licence and libraries"), self.about,
                separator_before=True,
            ),
        ]  # fmt: skip

    def ran(self, name: str) -> None:
        """Note that a command was run."""
        self._memory.put(LATELY, [name, *(other for other in self.lately() if other != name)][:MOST])

    def lately(self) -> list[str]:
        """The ids of the commands that were run, the latest first."""
        return [name for name in self._memory.get(LATELY, []) if isinstance(name, str)]

    def open_palette(self) -> None:
        """Open the command palette."""
        usable = [command for command in self.listed if self.actions[command.id].isEnabled()]
        lately = [name for name in self.lately() if name != "palette"]
        self.palette = Palette(choices(usable, lambda name: self.actions[name].trigger()), lately, self._window)
        self.palette.open_over(self._window)

    def guide(self) -> None:
        """Open the guide."""
        self._show(Guide, lambda: Guide(self._window))

    def keys(self) -> None:
        """Open the key reference."""
        self._show(KeyReference, lambda: KeyReference(self.listed, self._window))

    def about(self) -> None:
        """Say what this program is."""
        self._show(About, lambda: About(self._window))

    def full_screen(self) -> None:
        """Fill the screen, or leave it again."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _show(self, kind: type[QDialog], make: Callable[[], QDialog]) -> None:
        """One of each kind at a time; the one that is open comes to the front."""
        if kind not in self._open:
            self._open[kind] = make()
            self._open[kind].finished.connect(lambda _: self._open.pop(kind))
        dialog = self._open[kind]
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
