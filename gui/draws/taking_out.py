"""Taking a take out of the window: dragged to a folder or program, or copied as a file."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from engine.jobs import Response
from engine.project import Project
from engine.track import Scratch

from ..drops import OWN_TAKE
from ..store import Store
from ..words import sentence, tr
from .darkroom import SHORT_S, Submit
from .keeping import WAV_16, keep_request, take_name

PATIENCE_MS = 1000
"""So long a drag waits, with the mouse held, for its file to be written."""


class TakingOut(QObject):
    """Has takes written to the scratch folder, each once, and gives them away.

    `said` tells how it goes, `failed` why it does not.
    The files stay until the program ends: whoever they were dropped on may read them late.
    """

    said = Signal(str)
    failed = Signal(str)

    def __init__(self, store: Store, submit: Submit, scratch: Scratch, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self._scratch = scratch
        self._files: dict[Hashable, str] = {}
        self._asked: set[Hashable] = set()
        self._wish: tuple[Hashable, Callable[[str], None]] | None = None
        self._waits = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._lose_patience)

    def prepare(self, variant: int) -> None:
        """Have the file of a take written in case it is wanted in a moment, unless that would keep a worker long."""
        source = self._store.project.source
        length_s = source.info.duration_s if source is not None and source.info is not None else None
        if length_s is not None and length_s <= SHORT_S:
            self._begin(variant)

    def _begin(self, variant: int) -> None:
        project = replace(self._store.project, variant=variant)
        key = _key(project)
        if project.recipe() is None or key in self._files or key in self._asked:
            return
        self._asked.add(key)
        request = keep_request(project, self._scratch.file(take_name(project, ".wav")), WAV_16, described=False)
        self._submit(f"take out {variant}", request, lambda response: self._written(key, response))

    def drag(self, origin: QWidget, variant: int, picture: QPixmap | None) -> None:
        """Drag a take from a widget; where its file is not there yet, wait a second for it."""
        self._want(variant, lambda path: _drag(origin, path, picture))
        if self._wish is not None:
            self._waits = True
            QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
            self._patience.start()

    def copy(self, variant: int) -> None:
        """Put a take on the clipboard, as a file that can be pasted into a folder or program."""
        self._want(variant, self._copy)

    def let_go(self) -> None:
        """The mouse was let go of: there is nothing to drag any more."""
        if self._waits:
            self._end_wait()

    def _want(self, variant: int, wish: Callable[[str], None]) -> None:
        self._end_wait()
        self._begin(variant)
        key = _key(replace(self._store.project, variant=variant))
        self._wish = (key, wish) if key in self._asked else None
        if key in self._files:
            wish(self._files[key])

    def _written(self, key: Hashable, response: Response) -> None:
        self._asked.discard(key)
        if response.error is None:
            self._files[key] = response.value
        if self._wish is None or self._wish[0] != key:
            return
        if response.error is not None:
            self._end_wait()
            self.failed.emit(tr("This take cannot be made: {reason}", reason=sentence(response.error)))
        else:
            # A drag runs an event loop of its own: not inside the timer that hands over what workers made.
            QTimer.singleShot(0, self, self._grant)

    def _grant(self) -> None:
        if self._wish is not None and self._wish[0] in self._files:
            key, wish = self._wish
            self._end_wait()
            wish(self._files[key])

    def _lose_patience(self) -> None:
        self._end_wait()
        self.said.emit(tr("The take is still being written; drag it again in a moment."))

    def _end_wait(self) -> None:
        self._wish = None
        if self._waits:
            self._waits = False
            self._patience.stop()
            QApplication.restoreOverrideCursor()

    def _copy(self, path: str) -> None:
        QApplication.clipboard().setMimeData(_as_file(path))
        self.said.emit(tr("Copied the take: paste it into a folder or program."))


def _drag(origin: QWidget, path: str, picture: QPixmap | None) -> None:
    drag = QDrag(origin)
    drag.setMimeData(_as_file(path))
    if picture is not None:
        drag.setPixmap(picture.scaledToWidth(104, Qt.TransformationMode.SmoothTransformation))
    drag.exec(Qt.DropAction.CopyAction)


def _as_file(path: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    data.setData(OWN_TAKE, b"")
    return data


def _key(project: Project) -> Hashable:
    return project.selected, project.seed, project.variant, project.chain, project.banks
