"""Saving a take, or the selected part of it, under a name that the user chooses."""

from __future__ import annotations

import itertools
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.clip import TimeMap
from engine.jobs import Response
from engine.takes import View

from ..memory import Memory
from ..store import Store
from ..words import mark, sentence, tr
from .darkroom import Submit
from .keeping import Encoded, keep_request, take_name

FORMATS = {
    mark("WAV, 16 bit"): ("wav", "16"),
    mark("WAV, 24 bit"): ("wav", "24"),
    mark("WAV, float"): ("wav", "32f"),
    mark("FLAC, 16 bit"): ("flac", "16"),
    mark("FLAC, 24 bit"): ("flac", "24"),
    mark("OGG Vorbis"): ("ogg", "16"),
    mark("MP3"): ("mp3", "16"),
}
FOLDER, FORMAT = "draws/folder", "draws/format"


class Saving(QObject):
    """Asks where to and has a worker write it; `said` tells how it goes, `failed` why it does not."""

    said = Signal(str)
    failed = Signal(str)

    def __init__(self, store: Store, submit: Submit, memory: Memory, window: QWidget) -> None:
        super().__init__(window)
        self._store = store
        self._submit = submit
        self._memory = memory
        self._window = window
        self._lanes = itertools.count()

    def save_take(self) -> None:
        """Save the take that is looked at."""
        if self._store.project.recipe() is not None:
            self._ask(tr("Save take {number}", number=self._store.project.variant), None)

    def save_region(self, region: tuple[float, float] | None, view: View | None) -> None:
        """Save what the take made of a stretch of the original, given in its seconds."""
        if self._store.project.recipe() is None:
            return
        if region is None:
            self.failed.emit(tr("Select what to save first: drag across the recording."))
        elif view is None or view.original is None or view.time_map is None:
            self.failed.emit(tr("The take is still being made; try again in a moment."))
        else:
            self._save_part(region, view.time_map, view.original.sample_rate)

    def _save_part(self, region: tuple[float, float], time_map: TimeMap, sample_rate: int) -> None:
        from engine.batch.keep import frames_of

        part = frames_of(region, time_map, sample_rate)
        if part is None:
            self.failed.emit(tr("This take has nothing of the selection: the chain cut it out."))
        else:
            self._ask(tr("Save the selection of take {number}", number=self._store.project.variant), part)

    def _ask(self, title: str, part: tuple[int, int] | None) -> None:
        known = {f"{tr(name)} (*.{encoded[0]})": name for name, encoded in FORMATS.items()}
        last = self._memory.get(FORMAT, "")
        chosen = last if last in FORMATS else next(iter(FORMATS))
        name = take_name(self._store.project, "")
        name = tr("{name} part", name=name) if part else name
        suggested = Path(self._folder(), f"{name}.{FORMATS[chosen][0]}")
        wanted = next(words for words, each in known.items() if each == chosen)
        path, used = QFileDialog.getSaveFileName(self._window, title, str(suggested), ";;".join(known), wanted)
        if path:
            self._save(Path(path), FORMATS[known.get(used, chosen)], part)

    def _save(self, typed: Path, chosen: Encoded, part: tuple[int, int] | None) -> None:
        path, encoded = named(typed, chosen)
        if path != typed and path.exists():
            self.failed.emit(tr("{name} exists already; choose another name.", name=path.name))
            return
        self._memory.put(FOLDER, str(path.parent))
        self._memory.put(FORMAT, next(name for name, each in FORMATS.items() if each == encoded))
        lane = f"save {next(self._lanes)}"  # of its own: a second save does not overtake the first
        request = keep_request(self._store.project, str(path), encoded, part=part)
        self.said.emit(tr("Saving {name} …", name=path.name))
        self._submit(lane, request, lambda response: self._saved(path, response))

    def _saved(self, path: Path, response: Response) -> None:
        if response.error is not None:
            self.failed.emit(tr("{name} was not saved: {reason}", name=path.name, reason=sentence(response.error)))
        else:
            self.said.emit(tr("Saved {name} in {folder}", name=path.name, folder=str(path.parent)))

    def _folder(self) -> str:
        last = self._memory.get(FOLDER, "")
        if last and Path(last).is_dir():
            return str(last)
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation) or str(Path.home())


def named(typed: Path, chosen: Encoded) -> tuple[Path, Encoded]:
    """The path with an ending, and the format that the ending says: the one chosen where it agrees or there is none."""
    ending = typed.suffix.lower().removeprefix(".")
    if ending == chosen[0]:
        return typed, chosen
    for encoded in FORMATS.values():
        if ending == encoded[0]:
            return typed, encoded
    return typed.with_name(f"{typed.name}.{chosen[0]}"), chosen
