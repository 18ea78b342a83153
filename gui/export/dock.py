"""The export dock: drop files or folders, and N reproducible variants of each are made behind the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from engine.batch.child import ExportProcess
from engine.batch.events import Failed, Progress, Summary

from ..drops import dropped_paths
from ..store import Store
from ..widgets.combo import QuietCombo
from ..widgets.number_box import NumberBox

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
FAILURES_SHOWN = 3


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
        self._show_inputs()

    def _make_widgets(self) -> None:
        self._count = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._count.setProperty("role", "dim")
        self._zone = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._zone.setProperty("role", "drop-zone")
        self._variants = NumberBox("Variants of each file", 1, 1000, 2, 56)
        self._variants.setToolTip("How many variants of each recording are made; variant k is take k")
        self._format = QuietCombo("Format")
        self._format.addItems(list(FORMATS))
        self._format.setToolTip("What the files are written as")
        self._out = QLineEdit(placeholderText="Folder to write to")
        self._out.setAccessibleName("Folder to write to")
        self._out.textChanged.connect(self._show_inputs)
        self._choose = QPushButton("Choose …")
        self._choose.setToolTip("Choose the folder that the export writes to")
        self._choose.clicked.connect(self._choose_folder)
        self._start = QPushButton("Export")
        self._start.setProperty("role", "primary")
        self._start.setToolTip("Make the variants (Ctrl+Enter)")
        self._start.clicked.connect(self.start)
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip("Stop; files that are complete stay")
        self._cancel.clicked.connect(self.cancel)
        self._open = QPushButton("Open folder")
        self._open.setToolTip("Show the folder that was written")
        self._open.clicked.connect(self._open_folder)
        self._bar = QProgressBar(textVisible=False)
        self._words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._words.setProperty("role", "dim")

    def _lay_out(self) -> None:
        heading = QLabel("EXPORT")
        heading.setProperty("role", "heading")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self._count)
        folder = QHBoxLayout()
        folder.setSpacing(4)
        folder.addWidget(self._out, 1)
        folder.addWidget(self._choose)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self._variants)
        choices.addWidget(QLabel("variants as"))
        choices.addWidget(self._format, 1)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(folder)
        form.addRow(choices)
        buttons = QHBoxLayout()
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
        layout.addLayout(buttons)
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

    def start(self) -> None:
        """Start the export of what was dropped, or of the whole library if nothing was."""
        if self.running or not self._start.isEnabled():
            return
        self._process = ExportProcess(self._request())
        self._show_running(True)
        self._words.setText("starting …")
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
            self._words.setText("stopping …")

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
        left = f" · {_left_words(progress.seconds_left)}" if progress.seconds_left is not None else ""
        failed = f" · {progress.failed} failed" if progress.failed else ""
        self._words.setText(f"{done:,} of {progress.total:,}{left}{failed}".replace(",", "\u202f"))

    def _end(self, event: Summary | Failed) -> None:
        self.close_export()
        self._show_running(False)
        if isinstance(event, Failed):
            self._bar.hide()
            self._words.setText(event.reason)
            return
        self._bar.setRange(0, 1)
        self._bar.setValue(0 if event.interrupted else 1)
        self._open.show()
        self._words.setText(summary_words(event))
        self._words.setToolTip("\n".join(f"{source}: {reason}" for source, reason in event.failed))

    def _show_running(self, running: bool) -> None:
        self._bar.setVisible(True)
        self._cancel.setVisible(running)
        self._open.setVisible(False)
        for widget in (self._start, self._variants, self._format, self._out, self._choose):
            widget.setEnabled(not running)

    def _show_inputs(self) -> None:
        names = ", ".join(Path(path).name for path in self._inputs)
        self._zone.setText(names or "Drop files or folders here\n(or export the whole library)")
        self._start.setEnabled(bool(self._out.text().strip()) and not self.running)
        self._count.setText(f"{len(self._inputs)} dropped" if self._inputs else "")

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder to write to", self._out.text())
        if folder:
            self._out.setText(folder)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._out.text()))


def summary_words(summary: Summary) -> str:
    """How an export ended, in a sentence or two."""
    words = f"{summary.done} written to {summary.out}" + (", stopped by you" if summary.interrupted else "")
    for source, reason in summary.failed[:FAILURES_SHOWN]:
        words += f"\n{source}: {reason}"
    more = len(summary.failed) - FAILURES_SHOWN
    return words + (f"\nand {more} more, each named in manifest.jsonl" if more > 0 else "")


def _left_words(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s left"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min left"
    return f"{seconds / 3600:.1f} h left"
