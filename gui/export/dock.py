"""The export dock: drop files or folders, and N reproducible variants of each are made behind the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from engine.batch.child import ExportProcess
from engine.batch.events import Failed, Progress, Summary, failure_words

from ..actions import Command
from ..drops import dropped_paths
from ..store import Store
from ..widgets.combo import QuietCombo
from ..widgets.labels import label, length_words
from ..widgets.number_box import NumberBox
from ..widgets.reasons import Reasons
from ..words import tr
from .folder_field import FolderField

if TYPE_CHECKING:
    from engine.batch.plan import ExportRequest

POLL_MS = 100
FORMATS = {
    "WAV 16 bit": ("wav", "16"),
    "WAV 24 bit": ("wav", "24"),
    "WAV float": ("wav", "32f"),
    "FLAC 16 bit": ("flac", "16"),
    "FLAC 24 bit": ("flac", "24"),
    "OGG Vorbis": ("ogg", "16"),
    "MP3": ("mp3", "16"),
}
FAILURES_HEIGHT = 64


class ExportDock(QFrame):
    """Takes drops, runs one export at a time, shows how far it is and how it ended."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.setObjectName("exportDock")
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self._store = store
        self._inputs: tuple[str, ...] = ()
        self._process: ExportProcess | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._take_events)
        self._make_widgets()
        self._lay_out()
        store.changed.connect(lambda _new, _old: self._show_inputs())
        self._show_inputs()

    def _make_widgets(self) -> None:
        self._count = label("", "note")
        self._clear = QPushButton("Clear")
        self._clear.setProperty("role", "quiet")
        self._clear.setToolTip("Forget what was dropped here: export the library again")
        self._clear.clicked.connect(lambda: self.set_inputs(()))
        self._zone = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._zone.setProperty("role", "drop-zone")
        self._variants = NumberBox("Variants of each file", 1, 1000, 2, 56)
        self._variants.setToolTip("How many variants of each recording are made; variant k is take k")
        self._format = QuietCombo("Format")
        self._format.addItems(list(FORMATS))
        self._format.setToolTip("What the files are written as")
        self._out = FolderField()
        self._out.textChanged.connect(self._show_inputs)
        self._choose = QPushButton("Choose …")
        self._choose.setToolTip("Choose the folder that the export writes to")
        self._choose.clicked.connect(self._choose_folder)
        self._start = QPushButton("Export")
        self._start.setProperty("role", "primary")
        self._start.clicked.connect(self.start)
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip("Stop; files that are complete stay")
        self._cancel.clicked.connect(self.cancel)
        self._open = QPushButton("Open folder")
        self._open.setToolTip("Show the folder that was written")
        self._open.clicked.connect(self._open_folder)
        self._bar = QProgressBar(textVisible=False)
        self._words = label("", "dim")
        self._missing = label("", "dim")
        self._failures = Reasons("What could not be exported, and why", FAILURES_HEIGHT)
        for words in (self._words, self._missing):
            words.setWordWrap(True)
            words.setMinimumWidth(1)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(label("EXPORT", "heading"), 1)
        top.addWidget(self._count)
        top.addWidget(self._clear)
        folder = QHBoxLayout()
        folder.setSpacing(4)
        folder.addWidget(self._out, 1)
        folder.addWidget(self._choose)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self._variants)
        choices.addWidget(label("variants as"))
        choices.addWidget(self._format, 1)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(folder)
        form.addRow(choices)
        buttons = QHBoxLayout()
        buttons.addWidget(self._missing, 1)
        buttons.addStretch()
        for button in (self._open, self._cancel, self._start):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._zone)
        layout.addLayout(form)
        layout.addWidget(self._bar)
        layout.addWidget(self._words)
        layout.addWidget(self._failures)
        layout.addLayout(buttons)
        self._words.hide()
        self._bar.hide()
        self._cancel.hide()
        self._open.hide()

    @property
    def running(self) -> bool:
        """Whether an export is under way."""
        return self._process is not None

    def set_inputs(self, paths: tuple[str, ...]) -> None:
        """Say what is to be exported: files and folders."""
        self._inputs = paths
        self._show_inputs()

    def set_folder(self, folder: str) -> None:
        """Say where to write."""
        self._out.setText(folder)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # Qt's name
        """Take files and folders of this machine."""
        if dropped_paths(event.mimeData()) and not self.running:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # Qt's name
        """Make what was dropped the export's input."""
        self.set_inputs(dropped_paths(event.mimeData()))
        event.acceptProposedAction()

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return [
            Command("export", "Export", tr("Export"), tr("Make the variants"), self.start, ("Ctrl+Return",)),
            Command("cancel_export", "Export", tr("Cancel"), tr("Stop the export"), self.cancel),
        ]

    def start(self) -> None:
        """Start the export of what was dropped, or of the whole library if nothing was."""
        if self.running or not self._start.isEnabled():
            return
        self._process = ExportProcess(self._request())
        self._show_running(True)
        self._say("starting …")
        self._failures.show_sentences(())
        self._bar.setRange(0, 0)
        self._poll.start()

    def _request(self) -> ExportRequest:
        """What the dock says, as a request; the batch's modules are imported only now."""
        from engine.batch.finish import Finish
        from engine.batch.plan import ExportRequest
        from engine.files.encode import Encoding
        from engine.files.scan import Found

        project = self._store.project
        file_format, bits = FORMATS[self._format.currentText()]
        library = tuple(Found(source.path, source.source_id, source.label) for source in project.readable)
        return ExportRequest(
            inputs=self._inputs,
            found=() if self._inputs else library,
            chain=project.chain,
            out=self._out.text(),
            variants=self._variants.value(),
            seed=project.seed,
            finish=Finish(encoding=Encoding(file_format, bits)),
            banks=project.banks,
        )

    def cancel(self) -> None:
        """Stop the export at the next file."""
        if self._process is not None:
            self._process.cancel()
            self._say("stopping …")

    def close_export(self) -> None:
        """End an export that runs, for a window that closes."""
        self._poll.stop()
        if self._process is not None:
            self._process.close()
            self._process = None

    def _take_events(self) -> None:
        assert self._process is not None
        for event in self._process.poll():
            if isinstance(event, Progress):
                self._show_progress(event)
            else:
                self._end(event)
                return

    def _show_progress(self, progress: Progress) -> None:
        done = progress.done + progress.failed
        self._bar.setRange(0, progress.total)
        self._bar.setValue(done)
        left = f" · {length_words(progress.seconds_left)} left" if progress.seconds_left is not None else ""
        failed = f" · {progress.failed} failed" if progress.failed else ""
        self._say(f"{done:,} of {progress.total:,}{left}{failed}".replace(",", "\u202f"))

    def _end(self, event: Summary | Failed) -> None:
        self.close_export()
        self._show_running(False)
        if isinstance(event, Failed):
            self._bar.hide()
            self._say(event.reason)
            return
        self._bar.setRange(0, 1)
        self._bar.setValue(0 if event.interrupted else 1)
        self._open.show()
        self._say(summary_words(event))
        self._words.setToolTip(event.out)
        self._failures.show_sentences(failure_words(source, reason) for source, reason in event.failed)

    def _show_running(self, running: bool) -> None:
        here = self.isAncestorOf(QApplication.focusWidget() or self.window())
        self._bar.setVisible(True)
        self._open.setVisible(False)
        for widget in (self._variants, self._format, self._out, self._choose, self._clear):
            widget.setEnabled(not running)
        self._show_inputs()
        self._cancel.setVisible(running)
        if here:
            (self._cancel if running else self._start).setFocus()

    def _say(self, words: str) -> None:
        """Show how it goes; long paths may be broken behind their slashes."""
        self._words.setText(words.replace("/", "/\u200b"))
        self._words.setToolTip("")
        self._words.show()

    def _show_inputs(self) -> None:
        """Show what is to be exported, and what is still missing for it."""
        names = ", ".join(Path(path).name for path in self._inputs)
        self._zone.setText(names or f"Drop files or folders here\n({self._library_words()})")
        self._zone.setToolTip("\n".join(self._inputs))
        self._count.setText(f"{len(self._inputs)} DROPPED" if self._inputs else "")
        self._clear.setVisible(bool(self._inputs))
        missing = self._what_is_missing()
        self._missing.setText(missing)
        self._missing.setVisible(bool(missing) and not self.running)
        self._start.setEnabled(not missing and not self.running)
        self._start.setToolTip(missing or "Make the variants (Ctrl+Enter)")

    def _library_words(self) -> str:
        clips = len(self._store.project.readable)
        return (
            f"or export the library: {clips} {'clip' if clips == 1 else 'clips'}" if clips else "the library is empty"
        )

    def _what_is_missing(self) -> str:
        """What the user has yet to say before an export can start; empty if nothing."""
        if not self._inputs and not self._store.project.readable:
            return "Drop recordings here or into the library first."
        return "" if self._out.text().strip() else "Choose the folder to write to."

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder to write to", self._out.text())
        if folder:
            self._out.setText(folder)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._out.text()))


def summary_words(summary: Summary) -> str:
    """How an export ended, in a sentence."""
    words = f"{summary.done} written to {Path(summary.out).name}"
    failed = f", {len(summary.failed)} failed" if summary.failed else ""
    return words + failed + (", stopped by you" if summary.interrupted else "")
