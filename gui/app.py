"""The composition root: makes every part of the window, hands each what it needs, and takes it all down again."""

from __future__ import annotations

import contextlib
import faulthandler
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from engine.bank_cache import keep_in_memory
from engine.folders import SweepRequest
from engine.heap import Heap
from engine.jobs import Response, Workers
from engine.library import DemoRequest
from engine.playback.player import Player
from engine.project import Project
from engine.track import Scratch

from . import words
from .audition import Audition
from .bridge import Bridge
from .collector import Collector
from .help.crash import Crashes
from .main_window import MainWindow
from .memory import Memory
from .plugins.desk import PluginDesk
from .plugins.question import AskDialog, AskNobody, Asks
from .preferences.preferences import Preferences
from .preferences.welcome import Welcome
from .session.questions import Dialogs, Nobody, Questions
from .session.session import Session
from .store import Store
from .theme import SYSTEM, Look

FIRST_PRESET = "natural"
SWITCH_INTERVAL_S = 0.0005
"""The default of 5 ms lets one busy Python thread hold up the others for several frames."""
HEAP_EVERY_S = 30.0
WELCOMED = "window/welcomed"


@dataclass(frozen=True)
class Home:
    """Where the window keeps what is the user's; without a home nothing outlives it, and nobody is asked."""

    memory: Path
    settings: Path
    copies: Path

    @classmethod
    def of_user(cls) -> Home:
        """The folders that the system has for this."""
        import platformdirs

        state = Path(platformdirs.user_state_dir("variophone", appauthor=False))
        config = Path(platformdirs.user_config_dir("variophone", appauthor=False))
        return cls(state / "window.json", config / "settings.toml", state / "unsaved")


class Application(QObject):
    """The window and what stands behind it; workers and sound start behind the first paint."""

    def __init__(
        self, paths: Sequence[str], look: Look, preferences: Preferences, player: Player | None = None,
        memory: Memory | None = None, home: Home | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._paths = tuple(paths)
        self._home = home
        self.look = look
        self.preferences = preferences
        self.collector = Collector(self)
        self.scratch = Scratch()
        self.bridge = Bridge(Workers(), self)
        self.player = player or Player()
        self.store = Store(parent=self)
        self.audition = Audition(self.store, self.bridge, self.player, self.scratch, self)
        self.memory = memory or Memory(home.memory if home else None)
        questions: Questions = Dialogs() if home else Nobody()
        copies = home.copies if home else None
        self.session = Session(self.store, self.bridge, self.memory, questions, copies, self)
        asks: Asks = AskDialog() if home else AskNobody()
        self.plugins = PluginDesk(self.store, self.bridge.submit, self.memory, asks, self)
        self.window = MainWindow(
            self.store, self.bridge, self.audition, self.memory, self.scratch, self.session, preferences, self.plugins
        )
        self.crashes = Crashes(self.window, self.session.autosave.now, self._last_commands)
        self._ended_from_outside = False
        self._heap = Heap(HEAP_EVERY_S)
        self.audition.ticked.connect(lambda _: self._heap.turn())
        look.changed.connect(self.window.restyle)
        preferences.changed.connect(self._preference_changed)
        self.window.restyle()
        self.window.help.hints.set_on(preferences.values.hints)
        self.session.autosave.set_on(preferences.values.autosave)

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

    def end(self) -> None:
        """Close the window without a question; what is unsaved is offered again at the next start."""
        self._ended_from_outside = True
        self.window.close_unasked()

    def close(self) -> None:
        """Take everything down: export, sound, workers, scratch files."""
        self.crashes.uninstall()
        self.audition.close()
        self.plugins.close()
        self.window.export.close_export()
        self.player.close()
        self.bridge.close()
        self.scratch.close()
        self.session.close(keep=self._ended_from_outside)
        self.memory.save()
        self.collector.close()

    def _behind_the_first_paint(self) -> None:
        self.collector.start()
        first = _first_project()
        self.session.amend(lambda project: replace(project, chain=first.chain, preset=first.preset))
        self.audition.start()
        self._open_first()
        self.bridge.submit("sweep", SweepRequest(), lambda _: None)
        for problem in self.preferences.problems:
            self.window.notice.say(words.sentence(problem), problem)
        self.session.offer_left_behind()
        self.window.microphone.feed.recover()
        if self._home is not None and not self.memory.get(WELCOMED, False):
            self._welcome()

    def _open_first(self) -> None:
        """What was named, or else what the user wants to start with."""
        start_with = self.preferences.values.start_with
        if self._paths:
            self.window.open_paths(self._paths)
        elif start_with == "demo":
            self.bridge.submit("scan", DemoRequest(_data_folder()), self._demo_made)
        elif start_with == "last session":
            self.session.open_last()

    def _demo_made(self, response: Response) -> None:
        """Show the demo clip, unless something was opened meanwhile; it is not an edit to take back."""
        if response.value and not self.store.project.sources and self.session.path is None:
            self.window.placeholder = response.value[0].path
            self.session.amend(lambda project: project.with_sources(response.value))

    def _welcome(self) -> None:
        card = Welcome(self.preferences, self.window.views)
        card.device_chosen.connect(self.window.transport.devices.choose)
        card.test_asked.connect(self.audition.toggle_play)
        card.closed.connect(self._welcomed)
        self.audition.ticked.connect(card.show_snapshot)
        card.show()
        card.setFocus()

    def _welcomed(self) -> None:
        self.memory.put(WELCOMED, True)
        self.window.views.setFocus()

    def _preference_changed(self, name: str) -> None:
        values = self.preferences.values
        if name == "theme":
            self.look.choose(values.theme)
        elif name == "hints":
            self.window.help.hints.set_on(values.hints)
        elif name == "autosave":
            self.session.autosave.set_on(values.autosave)

    def _last_commands(self) -> list[str]:
        return self.window.help.lately()[:10]


def _first_project() -> Project:
    from engine import preset

    with contextlib.suppress(preset.PresetError):
        return Project(chain=preset.load(preset.find(FIRST_PRESET)), preset=FIRST_PRESET)
    return Project()


def _data_folder() -> str:
    import platformdirs

    return str(Path(platformdirs.user_data_dir("variophone", appauthor=False)) / "demo")


def _recordings_folder() -> str:
    import platformdirs

    return str(Path(platformdirs.user_music_dir()) / "Variophone" / "Recordings")


def _speak(app: QApplication, language: str) -> None:
    """Choose the language of every text, Qt's own among them; to be done before any is made."""
    if language == SYSTEM:
        language = next((known for known in words.languages() if known[:2] == QLocale().name()[:2]), words.ENGLISH)
    words.speak(language)
    translator = QTranslator(app)
    if translator.load(f"qtbase_{words.language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)


def build(
    paths: Sequence[str] = (), player: Player | None = None, memory: Memory | None = None, home: Home | None = None
) -> tuple[QApplication, Application]:
    """Make the application without showing it; for `main` and for tests."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Variophone")
    preferences = Preferences(home.settings if home else None)
    preferences.music = _recordings_folder()
    keep_in_memory(preferences.values.bank_cache_mb)
    _speak(app, preferences.values.language)
    look = Look(app, preferences.values.theme)
    return app, Application(paths, look, preferences, player, memory, home)


def main(paths: Sequence[str] = ()) -> int:
    """Show the window until it is closed; gives the exit code."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    if sys.stderr is not None:
        faulthandler.enable()
    app, application = build(paths, home=Home.of_user())
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: application.end())
    application.crashes.install()
    application.start()
    try:
        return app.exec()
    finally:
        application.close()
