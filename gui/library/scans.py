"""Looking through what was dropped: first a listing, then some recordings at a time, so that rows appear meanwhile."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from engine.jobs import Done, Request, Response
from engine.library import ListRequest, LookRequest
from engine.project import Source

from ..store import Store
from ..words import tr

FIRST, MOST = 64, 4000
"""How many are looked at in one go: as many again as there are already, so that few big edits follow small ones."""

Found = Callable[[Response, object, bool], None]
"""Gets the recordings as they are found, a key that is the same for one scan, and whether they are its first."""


@dataclass
class _Scan:
    number: int
    words: str
    found: Found
    todo: list[Source] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    total: int = 0
    at_once: int = field(default_factory=lambda: FIRST)

    @property
    def key(self) -> object:
        """The same for all that one scan finds."""
        return "scan", self.number


class Scans(QObject):
    """The scans under way; `listed` has all the recordings of one before it looks at the first."""

    changed = Signal()
    listed = Signal(tuple)

    def __init__(self, store: Store, submit: Callable[[str, Request, Done], None], parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self._numbers = itertools.count(1)
        self._under_way: dict[int, _Scan] = {}

    @property
    def words(self) -> str:
        """What is being looked through and how far that is, empty when nothing is."""
        scan = next(iter(self._under_way.values()), None)
        if scan is None:
            return ""
        if not scan.total:
            return tr("Looking through {name} …", name=scan.words)
        return tr("Looking through {name}: {done} of {total}", name=scan.words, done=len(scan.done), total=scan.total)

    def look_through(self, paths: tuple[str, ...], found: Found) -> None:
        """Look for recordings in files and folders."""
        name = os.path.basename(paths[0].rstrip("/\\")) or paths[0]
        scan = _Scan(next(self._numbers), name, found)
        self._under_way[scan.number] = scan
        self._submit(f"scan {scan.number}", ListRequest(paths), lambda response: self._take_listing(scan, response))
        self.changed.emit()

    def stop(self) -> None:
        """Give up; what was found stays."""
        self._under_way.clear()
        self.changed.emit()

    def _take_listing(self, scan: _Scan, response: Response) -> None:
        if scan.number not in self._under_way:
            return
        scan.todo = list(response.value or ())
        scan.total = len(scan.todo)
        if not scan.todo:
            self._end(scan)
            scan.found(response, scan.key, True)
            return
        self.listed.emit(tuple(scan.todo))
        self._look(scan)

    def _look(self, scan: _Scan) -> None:
        now, scan.todo = tuple(scan.todo[: scan.at_once]), scan.todo[scan.at_once :]
        self._submit(f"scan {scan.number}", LookRequest(now), lambda response: self._looked(scan, now, response))
        self.changed.emit()

    def _looked(self, scan: _Scan, asked: tuple[Source, ...], response: Response) -> None:
        if scan.number not in self._under_way:
            return
        if scan.done and self._taken_back(scan):
            self._end(scan)
            return
        if response.error and len(asked) > 1:  # one of them ended the worker: the others are looked at without it
            scan.todo[:0] = asked
            scan.at_once = max(len(asked) // 4, 1)
        else:
            first = not scan.done
            scan.done += [source.path for source in asked]
            scan.at_once = min(max(len(scan.done), FIRST), MOST)
            scan.found(_named(asked, response), scan.key, first)
        if scan.todo:
            self._look(scan)
        else:
            self._end(scan)

    def _taken_back(self, scan: _Scan) -> bool:
        """Whether somebody has undone what was added so far: then the rest is not wanted either."""
        here = {source.path for source in self._store.project.sources}
        return not any(path in here for path in scan.done)

    def _end(self, scan: _Scan) -> None:
        self._under_way.pop(scan.number, None)
        self.changed.emit()


def _named(asked: tuple[Source, ...], response: Response) -> Response:
    """The answer; one that there is none of becomes the reason of the recording that it was about."""
    if not response.error:
        return response
    name = asked[0].source_id.rpartition("/")[2]
    reason = tr("{name} cannot be used: {reason}", name=name, reason=response.error)
    return Response(tuple(replace(source, error=reason) for source in asked))
