"""The composition root: makes every part of the window, hands each what it needs, and takes it all down again."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from engine.folders import SweepRequest
from engine.jobs import Response, Workers
from engine.library import DemoRequest
from engine.playback.player import Player
from engine.project import Project
from engine.track import Scratch

from . import theme
from .audition import Audition
from .bridge import Bridge
from .main_window import MainWindow
from .memory import Memory
from .store import Store

FIRST_PRESET = "natural"
SWITCH_INTERVAL_S = 0.0005
"""The default of 5 ms lets one busy Python thread hold up the others for several frames."""


class Application(QObject):
    """The window and what stands behind it; workers and sound start behind the first paint."""

    def __init__(self, paths: Sequence[str], player: Player | None = None, memory: Memory | None = None) -> None:
        super().__init__()
        self._paths = tuple(paths)
        self.scratch = Scratch()
        self.bridge = Bridge(Workers(), self)
        self.player = player or Player()
        self.store = Store(parent=self)
        self.audition = Audition(self.store, self.bridge, self.player, self.scratch, self)
        self.memory = memory or Memory()
        self.window = MainWindow(self.store, self.bridge, self.audition, self.memory, self.scratch)
        self.window.restyle()

    def start(self) -> None:
        """Show the window; everything slow is begun when it has been painted."""
        self.window.installEventFilter(self)
        self.window.show()
        self.window.views.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the window's first paint."""
        if event.type() == QEvent.Type.Paint and watched is self.window:
            self.window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._behind_the_first_paint)
        return False

    def _behind_the_first_paint(self) -> None:
        self.store.amend(_first_project())
        self.audition.start()
        if self._paths:
            self.window.open_paths(self._paths)
        else:
            self.bridge.submit("scan", DemoRequest(_data_folder()), self._demo_made)
        self.bridge.submit("sweep", SweepRequest(), lambda _: None)

    def _demo_made(self, response: Response) -> None:
        """Show the demo clip, unless something was dropped meanwhile; it is not an edit to take back."""
        if response.value and not self.store.project.sources:
            self.window.placeholder = response.value[0].path
            self.store.amend(self.store.project.with_sources(response.value))

    def close(self) -> None:
        """Take everything down: export, sound, workers, scratch files."""
        self.audition.close()
        self.window.export.close_export()
        self.player.close()
        self.bridge.close()
        self.scratch.close()
        self.memory.save()


def _first_project() -> Project:
    from engine import preset

    with contextlib.suppress(preset.PresetError):
        return Project(chain=preset.load(preset.find(FIRST_PRESET)), preset=FIRST_PRESET)
    return Project()


def _data_folder() -> str:
    import platformdirs

    return str(Path(platformdirs.user_data_dir("variophone", appauthor=False)) / "demo")


def _state_file() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir("variophone", appauthor=False)) / "window.json"


def build(
    paths: Sequence[str] = (), player: Player | None = None, memory: Memory | None = None
) -> tuple[QApplication, Application]:
    """Make the application without showing it; for `main` and for tests."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Variophone")
    theme.follow_system(app)
    return app, Application(paths, player, memory)


def main(paths: Sequence[str] = ()) -> int:
    """Show the window until it is closed; gives the exit code."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app, application = build(paths, memory=Memory(_state_file()))
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: application.window.close())
    application.start()
    try:
        return app.exec()
    finally:
        application.close()
