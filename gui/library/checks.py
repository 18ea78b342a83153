"""The second look at recordings: a header can lie, so each is decoded once, behind the window; that gives its level."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from engine.jobs import Done, Request, Response
from engine.library import Checked, CheckRequest, renewed
from engine.project import Project, Source

from ..store import Store

AT_ONCE = 40
SETTLE_MS = 1000
"""What is found damaged is told together: each telling arranges the whole library anew."""


class Checks(QObject):
    """Decodes what is new to the library, what is in view first, and marks what turns out to be damaged.

    `peaks` are the levels that are known, in dBFS by path; `levels_known` says of which that is new.
    """

    levels_known = Signal(tuple)

    def __init__(self, store: Store, submit: Callable[[str, Request, Done], None], parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self._known: set[tuple[str, tuple[int, int]]] = set()
        self._waiting: dict[str, Source] = {}
        self._first: tuple[str, ...] = ()
        self._at_once = AT_ONCE
        self._busy = False
        self._damaged: list[Source] = []
        self._later = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._later.timeout.connect(self._tell)
        self.peaks: dict[str, float] = {}
        store.changed.connect(self._document_changed)

    def prefer(self, paths: Iterable[str]) -> None:
        """Look at these before the others."""
        self._first = tuple(paths)

    def _document_changed(self, new: Project, old: Project) -> None:
        if new.sources is not old.sources:
            fresh = [source for source in new.readable if (source.path, source.stamp) not in self._known]
            self._known.update((source.path, source.stamp) for source in fresh)
            self._waiting.update((source.path, source) for source in fresh)
            self._next()

    def _next(self) -> None:
        if self._waiting and not self._busy:
            self._busy = True
            seen = (path for path in self._first if path in self._waiting)
            now = tuple(dict.fromkeys(itertools.islice(itertools.chain(seen, self._waiting), self._at_once)))
            self._submit("check", CheckRequest(now), lambda response: self._checked(now, response))

    def _checked(self, asked: tuple[str, ...], response: Response) -> None:
        self._busy = False
        found: dict[str, Checked] = response.value or {}
        if response.error:  # a file that a worker died of takes no other with it
            if self._at_once == 1:
                self._waiting.pop(asked[0], None)
            self._at_once = 1
        self._take(found)
        self._next()

    def _take(self, found: dict[str, Checked]) -> None:
        for path, what in found.items():
            source = self._waiting.pop(path, None)
            if source is not None and what.error:
                self._damaged.append(replace(source, error=what.error))
            elif source is not None:
                self.peaks[path] = what.peak_db
        if not self._waiting:
            self._tell()
        elif self._damaged and not self._later.isActive():
            self._later.start()
        self.levels_known.emit(tuple(path for path, what in found.items() if not what.error))

    def _tell(self) -> None:
        """Put what was found damaged into the library, unless it is another file by now."""
        self._later.stop()
        damaged, self._damaged = self._damaged, []
        stamps = {source.path: source.stamp for source in self._store.project.sources} if damaged else {}
        told = [source for source in damaged if stamps.get(source.path, source.stamp) == source.stamp]
        if told:
            self._store.learn(lambda sources: renewed(sources, told, ()))
