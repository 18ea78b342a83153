"""The main window: where the panels stand, and what the menus do. What the panels know is theirs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QSplitter, QVBoxLayout, QWidget

from engine.jobs import Response
from engine.playback.messages import Snapshot
from engine.project import Source
from engine.session import SUFFIX
from engine.takes import View
from engine.track import Scratch

from .actions import install
from .audition import Audition
from .bridge import Bridge
from .chain.panel import ChainPanel
from .commands import commands
from .compare.panel import Compare
from .draws.bar import DrawBar
from .drops import dropped_paths
from .export.dock import ExportDock
from .help.desk import HelpDesk
from .history import HistoryList
from .library.panel import LibraryPanel
from .live.strip import LiveStrip
from .memory import Memory
from .microphone.panel import MicrophonePanel
from .notice import Notice
from .plugins.desk import PluginDesk
from .preferences.dialog import PreferencesDialog
from .preferences.preferences import Preferences
from .session.header import furnish
from .session.layout import Layout
from .session.session import Session
from .store import Store
from .transport.bar import TransportBar
from .transport.overload import Overload
from .views.colours import coloured
from .views.sound_view import SoundView
from .widgets.reading_order import move_focus
from .words import mark, sentence, tr

WIDTHS = (248, 812, 378)
SIZE = QSize(1440, 900)
NOTHING_FOUND = mark("There is no audio file in what was dropped; WAV, FLAC, OGG, MP3, M4A and more can be read.")


class MainWindow(QMainWindow):
    """The Sound workspace: library, views, chain, export, draws and transport."""

    def __init__(
        self, store: Store, bridge: Bridge, audition: Audition, memory: Memory, scratch: Scratch,
        session: Session, preferences: Preferences, plugins: PluginDesk,
    ) -> None:  # fmt: skip
        super().__init__()
        self.setAcceptDrops(True)
        self.resize(SIZE.boundedTo(self.screen().availableSize()))
        self.store = store
        self._bridge = bridge
        self.audition = audition
        self.memory = memory
        self.session = session
        self.preferences = preferences
        self.plugins = plugins
        self.library = LibraryPanel(store, bridge.submit, memory)
        self.views = SoundView(bridge.submit, memory)
        self.chain = ChainPanel(store, bridge.submit, memory, plugins=plugins)
        self.export = ExportDock(store, memory)
        self.draws = DrawBar(store, bridge.submit, scratch, memory, self._coloured)
        self.history = HistoryList(store, self)
        self.live = LiveStrip(audition.tapped, memory)
        self.transport = TransportBar(audition, memory)
        self.microphone = MicrophonePanel(store, audition, bridge.submit, memory, lambda: preferences.recordings)
        self.compare = Compare(store, audition, self)
        self.notice = Notice()
        editor = self.chain.editor
        self.overload = Overload(audition, store, self.notice, editor.set_frozen, editor.set_power)
        self._may_close = False
        self.placeholder = ""
        """The path of the demo clip, which makes room for the first recordings of the user's own."""
        self._view: View | None = None
        splitters = self._lay_out()
        panels = (
            self.library, self.views, self.live, self.chain, self.export, self.draws, self.microphone, self.transport,
        )  # fmt: skip
        self.help = HelpDesk(self, memory, panels)
        self._connect()
        self._dress_live()
        self._install_commands()
        self.layout_kept = Layout(self, memory, splitters)
        self._name_panels()
        self._document_changed()

    def _lay_out(self) -> dict[str, QSplitter]:
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.chain)
        right.addWidget(self.export)
        right.setStretchFactor(0, 1)
        right.setCollapsible(0, False)
        middle = _column(self.notice, self.views, self.live)
        columns = QSplitter(Qt.Orientation.Horizontal)
        for place, (panel, width) in enumerate(zip((self.library, middle, right), WIDTHS, strict=True)):
            columns.addWidget(panel)
            columns.setStretchFactor(place, 1 if panel is middle else 0)
            columns.setCollapsible(place, False)
            panel.setMinimumWidth(min(width, 330))
        columns.setSizes(list(WIDTHS))
        self.library.setMinimumWidth(190)
        self.setCentralWidget(_column(columns, self.draws, self.microphone, self.transport))
        return {"columns": columns, "right": right}

    def _name_panels(self) -> None:
        """Say to who cannot see the panels what they are, where a panel does not say so itself."""
        names = (
            (self.library, tr("Library")), (self.views, tr("Pictures of the sound")), (self.chain, tr("Chain")),
            (self.export, tr("Export")), (self.draws, tr("Draws")), (self.transport, tr("Transport")),
            (self.live, tr("What leaves for the device")), (self.microphone, tr("Microphone")),
        )  # fmt: skip
        for panel, name in names:
            if not panel.accessibleName():
                panel.setAccessibleName(name)

    def _install_commands(self) -> None:
        self.help.listed = commands(self)
        self.actions_by_id = self.help.actions = install(self, self.help.listed, self.help.ran)
        furnish(self.menuBar(), self.session, self.help.open_palette)

    def _connect(self) -> None:
        self.audition.viewed.connect(self._show_view)
        self.audition.viewed.connect(self.draws.show_view)
        self.audition.viewed.connect(self.chain.show_view)
        self.draws.said.connect(lambda words: self.notice.tell(words, "draws"))
        self.draws.failed.connect(lambda words: self.notice.say(words, "draws"))
        self.audition.ticked.connect(self._show_place)
        self.audition.ticked.connect(self.live.show_snapshot)
        self.audition.ticked.connect(self.chain.show_snapshot)
        self.views.seek_requested.connect(self.audition.seek)
        self.views.loop_requested.connect(self.audition.set_loop)
        self.views.selection_changed.connect(self.transport.set_selection)
        self.views.selection_changed.connect(self.draws.set_selection)
        self.views.selection_changed.connect(self.chain.set_selection)
        self.chain.regions_shown.connect(self.views.regions.show_step)
        self.chain.labels_rewritten.connect(self.draws.doubt)
        self.chain.labels_rewritten.connect(self.audition.look_again)
        self.plugins.permitted.connect(self.draws.doubt)
        self.plugins.permitted.connect(self.audition.look_again)
        self.plugins.permitted.connect(self.microphone.feed.draw_again)
        self.plugins.failed.connect(lambda words: self.notice.say(words, "plugin failed"))
        self.plugins.retry_wanted.connect(lambda _: self.audition.try_plugins_again())
        self.plugins.retry_wanted.connect(lambda _: self.microphone.feed.draw_again())
        self.audition.viewed.connect(self.plugins.show_view)
        self.audition.ticked.connect(self.plugins.show_live)
        self.plugins.said.connect(lambda words: self.notice.tell(words, "plugins"))
        self.views.settings_changed.connect(lambda _: self._dress_live())
        self.views.settings_changed.connect(lambda _: self.draws.recolour())
        self.transport.microphone.clicked.connect(self.microphone.toggle)
        self.microphone.shown.connect(self.transport.microphone.setChecked)
        self.microphone.feed.skipped.connect(self.chain.show_skipped)
        self.microphone.feed.recorded.connect(lambda paths: self.library.look_through(paths, self.add_scanned))
        self.microphone.feed.said.connect(lambda words: self.notice.tell(words, "recording"))
        self.microphone.feed.failed.connect(lambda words: self.notice.say(words, "recording"))
        self.audition.chains.said.connect(lambda words: self.notice.tell(words, "chains"))
        self.audition.troubled.connect(self._say_sound)
        self.audition.told.connect(lambda news: self.notice.tell(sentence(news), "sound") if news else None)
        self.audition.looped.connect(lambda region: self.views.show_loop(region, self.audition.looping))
        self.library.left.connect(self.views.setFocus)
        self.library.export_wanted.connect(self.export.add_sources)
        self.library.files_wanted.connect(self.open_files)
        self.library.folder_wanted.connect(self.open_folder)
        self.library.play_wanted.connect(self.audition.toggle_play)
        self.store.changed.connect(lambda _new, _old: self._document_changed())
        self.session.changed.connect(self._document_changed)
        self.session.opened.connect(self._another_document)
        self.session.paths_chosen.connect(self.open_paths)
        self.session.speak_through(self.notice)

    def _say_sound(self, error: str) -> None:
        self.notice.say(sentence(error), "sound", (tr("Rescan"), self.audition.rescan))

    def _another_document(self) -> None:
        self.placeholder = ""

    def open_preferences(self) -> None:
        """Open the preferences."""
        PreferencesDialog(self.preferences, self).open()

    def open_paths(self, paths: tuple[str, ...]) -> None:
        """Look for recordings in files and folders, and add them to the library; open a session."""
        sessions = [path for path in paths if path.endswith(SUFFIX)]
        if sessions:
            self.session.open(sessions[-1])
            return
        if paths:
            self.session.recent.add(paths)
            self.library.look_through(paths, self.add_scanned)

    def add_scanned(self, response: Response, scan: object = None, first: bool = True) -> None:
        """Take what a scan found into the library; all that one scan finds is one edit."""
        found: tuple[Source, ...] = response.value or ()
        if response.error:
            self.notice.say(sentence(response.error), "drop")
            return
        if not found:
            self.notice.say(tr(NOTHING_FOUND), "drop")
            return
        if first:
            self.notice.take_back("drop")
        failed = [source for source in found if source.error]
        self._add([source for source in found if not source.error], failed, scan, first)
        if failed:
            words, others = sentence(failed[0].error), len(failed) - 1
            more = tr("{sentence} (and {count} more, named in the library)", sentence=words, count=others)
            self.notice.say(more if others else words, "drop")

    def _add(self, usable: list[Source], failed: list[Source], merge: object, first: bool) -> None:
        """Put recordings into the library as one edit, and show the first; the demo clip makes room for them."""
        project = self.store.project
        if usable and self.placeholder:
            project = project.without_source(self.placeholder)
        project = project.with_sources([*usable, *failed])
        if usable and first:
            project = replace(project, selected=usable[0].path)
        self.store.commit(tr("Add recordings"), project, merge)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # Qt's name
        """Take files and folders of this machine anywhere in the window."""
        if dropped_paths(event.mimeData()) and event.source() is None:  # rows of the library are in it already
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # Qt's name
        """Open what was dropped, once the drop is over: a question may come up."""
        paths = dropped_paths(event.mimeData())
        QTimer.singleShot(0, self, lambda: self.open_paths(paths))
        event.acceptProposedAction()

    def focusNextPrevChild(self, forwards: bool) -> bool:  # Qt's name
        """Tab goes from panel to panel as the eye does."""
        return move_focus(self, forwards=forwards) or super().focusNextPrevChild(forwards)

    def closeEvent(self, event: QCloseEvent) -> None:  # Qt's name
        """Settle what becomes of unsaved edits, and end an export in order, before the window goes."""
        if not self._may_close and not self.session.may_leave(self.close_unasked):
            event.ignore()
            return
        self.export.close_export()
        super().closeEvent(event)

    def close_unasked(self) -> None:
        """Close the window whatever is unsaved."""
        self._may_close = True
        self.close()

    def restyle(self) -> None:
        """Take over the theme where a stylesheet does not reach."""
        self.live.restyle()
        self.views.restyle()

    def open_files(self) -> None:
        """Ask for recordings."""
        files, _ = QFileDialog.getOpenFileNames(self, tr("Open recordings"))
        self.open_paths(tuple(files))

    def open_folder(self) -> None:
        """Ask for a folder of recordings."""
        folder = QFileDialog.getExistingDirectory(self, tr("Open a folder of recordings"))
        self.open_paths((folder,) if folder else ())

    def _show_view(self, view: View | None) -> None:
        before, self._view = self._view, view
        if view is None:
            self.notice.take_back("take")
            self.views.show_original(None, "")
            self.views.show_take(None, "")
            self.transport.set_length(0.0)
            return
        self.transport.set_take_name(view.recipe.variant)
        self.transport.set_length(view.duration_s)
        words = tr("This take cannot be made: {reason}", reason=sentence(view.error)) if view.error else ""
        self.notice.say(words, "take")
        if view.original is None and not view.error:
            if before is None or view.source.path != before.source.path:
                self.views.await_original(PurePath(view.source.path).name)
            return
        if before is None or view.error or view.original != before.original:
            self.views.show_original(view.original, tr("original"))
        if view.error:
            self.views.show_take_error(view.error)
        elif view.take is not None and (before is None or view.take != before.take):
            self.views.show_take(view.take, tr("take {number}", number=view.recipe.variant), view.time_map)

    def _coloured(self, indices: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture of a take as the views would colour it."""
        settings = self.views.settings
        return coloured(indices, settings.colours, settings.floor_db, settings.ceiling_db)

    def _show_place(self, now: Snapshot) -> None:
        loaded = self._view is not None and self._view.original is not None
        self.views.set_playhead(now.position_s if loaded else None)
        self.views.set_take_playhead(now.take_s if loaded else None)

    def _dress_live(self) -> None:
        """The live picture has the frequency scale and the colours of the views."""
        self.live.set_settings(self.views.settings.scale, self.views.colour_table)

    def _document_changed(self) -> None:
        source = self.store.project.source
        shown = (self.session.name + "[*]", source.source_id if source is not None else "", "Variophone")
        self.setWindowTitle(" – ".join(part for part in shown if part))
        self.setWindowModified(self.session.modified)
        self._menus_follow()

    def _menus_follow(self) -> None:
        undo, redo = self.store.undo_label, self.store.redo_label
        for name, words in (
            ("undo", tr("Undo: {what}", what=tr(undo)) if undo else tr("Undo")),
            ("redo", tr("Redo: {what}", what=tr(redo)) if redo else tr("Redo")),
        ):
            self.actions_by_id[name].setText(words)
        self.actions_by_id["undo"].setEnabled(undo is not None)
        self.actions_by_id["redo"].setEnabled(redo is not None)


def _column(*widgets: QWidget) -> QWidget:
    """Widgets one below the other, without gaps; the views or the columns take the room that is left."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget, 1 if isinstance(widget, SoundView | QSplitter) else 0)
    return column
