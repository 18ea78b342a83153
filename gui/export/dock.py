"""The export dock: drop files, folders or library rows, and variants of each are made behind the window."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from engine.project import Project, Source

from ..actions import Command
from ..drops import dropped_paths
from ..memory import Memory
from ..store import Store
from ..theme import restyle
from ..widgets.labels import label
from ..words import tr, trn
from .actions import open_folder
from .job import DONE, WAITING, Job, Settings, name_of, new_job
from .jobs_view import JobsView
from .notify import tell
from .queue import Queue
from .sentences import far, lacks, left, notification, number
from .shelf import Shelf

REMEMBERED = "export/settings"
FOLDER = "export"


class ExportDock(QFrame):
    """Takes drops, keeps the queue, shows how far it is and how each job ended."""

    def __init__(self, store: Store, memory: Memory) -> None:
        super().__init__()
        self.setObjectName("exportDock")
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self._store = store
        self._memory = memory
        self._clips = len(store.project.readable)
        self._letter = store.project.letter
        folder = memory.folder
        self.queue = Queue(Shelf(folder / FOLDER if folder is not None else None), self)
        self._make_widgets()
        self._lay_out()
        self.queue.changed.connect(self._show)
        self.queue.progressed.connect(self._show_note)
        self.queue.ended.connect(lambda job: tell(self.window(), *notification(job)))
        store.changed.connect(self._document_changed)
        self._show()

    def _make_widgets(self) -> None:
        self._note = label("", "note")
        self._zone = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._zone.setProperty("role", "drop-zone")
        self._zone.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # an empty dock has nothing else that the keys could reach
        self._zone.setAccessibleName(tr("Export"))
        self._zone.setToolTip(tr("Add the whole library to the queue (Ctrl+Shift+E)"))
        self.jobs_view = JobsView(self.queue)
        self._library = _button(tr("Export library …"), tr("Add the whole library to the queue (Ctrl+Shift+E)"))
        self._library.clicked.connect(self.add_library)
        self._clear = _button(tr("Clear ended"), tr("Take the jobs that have ended out of the list; their files stay"))
        self._clear.setProperty("role", "quiet")
        self._clear.clicked.connect(self.queue.clear_ended)
        self._start = _button(tr("Export"), "")
        self._start.setProperty("role", "primary")
        self._start.clicked.connect(self.start)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(label(tr("EXPORT"), "heading"), 1)
        top.addWidget(self._note)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self._library)
        below.addWidget(self._clear)
        below.addStretch()
        below.addWidget(self._start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._zone)
        layout.addWidget(self.jobs_view)
        layout.addLayout(below)

    def add_paths(self, paths: Sequence[str]) -> None:
        """Queue files and folders with the present chain; what is in the library keeps its id from there."""
        if not paths:
            return
        known = {source.path: source for source in self._store.project.readable}
        if all(path in known for path in paths):
            self.add_sources([known[path] for path in paths])
        else:
            self._add(name_of(tuple(paths)), inputs=tuple(paths))

    def add_sources(self, sources: Sequence[Source]) -> None:
        """Queue recordings of the library with the present chain."""
        usable = tuple(source for source in sources if not source.error)
        if len(usable) == 1:
            self._add(Path(usable[0].path).stem, sources=usable)
        elif usable:
            self._add(trn("1 recording", "{count} recordings", len(usable)), sources=usable)

    def add_library(self) -> None:
        """Queue the whole library."""
        if self._store.project.readable:
            self._add(tr("Library"), sources=self._store.project.readable)

    def _add(self, name: str, inputs: tuple[str, ...] = (), sources: tuple[Source, ...] = ()) -> None:
        settings = self._first_settings(name)
        job = new_job(self._store.project, settings, name, inputs, sources)
        self.queue.add(job)
        self.jobs_view.open_job(job.id)

    def _first_settings(self, name: str) -> Settings:
        """Those of the job before, with a folder of its own beside that one's, which nothing is in yet."""
        remembered = self._memory.get(REMEMBERED, {})
        known = {field.name for field in dataclasses.fields(Settings)}
        settings = Settings(**{key: value for key, value in remembered.items() if key in known})
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        beside = Path(settings.out).parent if settings.out else Path(music, "Variophone")
        taken = {job.settings.out for job in self.queue.jobs if job.state == WAITING}
        wanted = str(beside / f"{name}-variants")
        names = itertools.chain((wanted,), (f"{wanted} {count}" for count in itertools.count(2)))
        out = next(path for path in names if path not in taken and not os.path.lexists(path))
        return dataclasses.replace(settings, out=out)

    def _remember(self) -> None:
        """The settings of the job that is set now are those of the next one."""
        waiting = next((job for job in reversed(self.queue.jobs) if job.state == WAITING), None)
        if waiting is not None:
            self._memory.put(REMEMBERED, dataclasses.asdict(waiting.settings))

    @property
    def running(self) -> bool:
        """Whether an export is under way."""
        return self.queue.running is not None

    def start(self) -> None:
        """Run what waits; where nothing does, ask for the library's settings first."""
        if any(job.state == WAITING for job in self.queue.jobs):
            self.queue.start()
        elif not self.running:
            self.add_library()

    def cancel(self) -> None:
        """Stop the job that runs."""
        self.queue.cancel()

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        self.queue.pause(not self.queue.paused)

    def retry(self) -> None:
        """Make again what failed in the job that ended last."""
        job = self._last(lambda job: job.state == DONE and job.outcome.failed > 0)
        if job is not None:
            self.queue.again(job.id)

    def open_last_folder(self) -> None:
        """Show the folder that was written last."""
        job = self._last(lambda job: bool(job.outcome.out))
        if job is not None:
            open_folder(job)

    def _last(self, fits: Callable[[Job], bool]) -> Job | None:
        return next((job for job in reversed(self.queue.jobs) if fits(job)), None)

    def close_export(self) -> None:
        """End an export that runs, and remember the queue, for a window that closes."""
        self.queue.close()

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        queue = self.queue
        return [
            Command(
                "export", "Export", tr("Start the queue"), tr("Make the variants of the jobs that wait"), self.start,
                ("Ctrl+Return",),
            ),
            Command(
                "export_library", "Export", tr("Export …"), tr("Add the whole library to the queue"),
                self.add_library, ("Ctrl+Shift+E",), possible=lambda: bool(self._store.project.readable),
            ),
            Command(
                "pause_export", "Export", tr("Pause"), tr("Begin no more files until you say so"), self.toggle_pause,
                separator_before=True, checked=lambda: queue.paused, possible=lambda: self.running,
            ),
            Command(
                "cancel_export", "Export", tr("Cancel"), tr("Stop the export now; complete files stay"), self.cancel,
                possible=lambda: self.running,
            ),
            Command(
                "retry_export", "Export", tr("Retry failures"), tr("Make what failed, and nothing else"), self.retry,
                possible=lambda: self._last(lambda job: job.state == DONE and job.outcome.failed > 0) is not None,
            ),
            Command(
                "open_export", "Export", tr("Open folder"), tr("Show the folder that was written last"),
                self.open_last_folder, possible=lambda: self._last(lambda job: bool(job.outcome.out)) is not None,
            ),
            Command(
                "clear_exports", "Export", tr("Clear ended"), tr("Take the jobs that have ended out of the list"),
                queue.clear_ended, possible=lambda: any(job.ended for job in queue.jobs),
            ),
        ]  # fmt: skip

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # Qt's name
        """Take files and folders of this machine."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self._light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # Qt's name
        """They went elsewhere."""
        self._light(False)

    def dropEvent(self, event: QDropEvent) -> None:  # Qt's name
        """Make a job of what was dropped."""
        self._light(False)
        event.acceptProposedAction()
        self.add_paths(dropped_paths(event.mimeData()))

    def _light(self, on: bool) -> None:
        for widget in (self, self._zone):
            widget.setProperty("dropping", on)
            restyle(widget)

    def _document_changed(self, new: Project, old: Project) -> None:
        """The recordings and the chain's name are seen here; to count fifty thousand takes longer than a frame."""
        if new.sources is not old.sources or new.letter != old.letter:
            self._clips, self._letter = len(new.readable), new.letter
            self._show()

    def _show(self) -> None:
        jobs = self.queue.jobs
        self._zone.setVisible(not jobs)
        words = tr(
            "Drop files, folders or recordings here:\nthey are exported with chain {letter}", letter=self._letter
        )
        self._zone.setText(words)
        self._library.setEnabled(self._clips > 0)
        self._clear.setVisible(any(job.ended for job in jobs))
        self._start.setVisible(bool(jobs))
        missing = self._what_is_missing()
        self._start.setEnabled(not missing and not self.queue.going)
        self._start.setToolTip(missing or tr("Make the variants (Ctrl+Enter)"))
        self._show_note()
        self._remember()

    def _show_note(self) -> None:
        queue = self.queue
        waiting = sum(job.state == WAITING for job in queue.jobs)
        words = trn("1 job waits", "{count} jobs wait", waiting) if waiting else ""
        if queue.running is not None:
            words = left(queue.progress, paused=queue.paused, stopping=queue.stopping)
            if queue.progress is not None:
                words = tr("{far} · {left}", far=far(queue.progress), left=words)
        elif not queue.jobs:
            clips = self._clips
            words = trn("1 clip in the library", "{clips} clips in the library", clips, clips=number(clips))
            words = words if clips else ""
        self._note.setText(words)

    def _what_is_missing(self) -> str:
        """What the user has yet to say before the queue can start; empty if nothing."""
        waiting = [job for job in self.queue.jobs if job.state == WAITING]
        if not waiting:
            return tr("No job waits: drop recordings here first.")
        return "" if any(not lacks(job) for job in waiting) else lacks(waiting[0])


def _button(words: str, hint: str) -> QPushButton:
    button = QPushButton(words)
    button.setToolTip(hint)
    return button
