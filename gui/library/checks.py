"""The second look at new recordings: a header can lie, so each is decoded once, behind the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from engine.jobs import Done, Request, Response
from engine.library import CheckRequest
from engine.project import Project

from ..store import Store

AT_ONCE = 40


class Checks(QObject):
    """Decodes what is new to the library, some at a time, and marks what turns out to be damaged."""

    def __init__(self, store: Store, submit: Callable[[str, Request, Done], None], parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self._known: set[str] = set()
        self._waiting: list[str] = []
        self._busy = False
        store.changed.connect(self._document_changed)

    def _document_changed(self, new: Project, old: Project) -> None:
        if new.sources is not old.sources:
            fresh = [source.path for source in new.readable if source.path not in self._known]
            self._known.update(fresh)
            self._waiting += fresh
            self._next()

    def _next(self) -> None:
        if self._waiting and not self._busy:
            self._busy = True
            now, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            self._submit("check", CheckRequest(tuple(now)), self._checked)

    def _checked(self, response: Response) -> None:
        self._busy = False
        damaged: dict[str, str] = response.value or {}
        if damaged:
            project = self._store.project
            marked = (
                replace(source, error=damaged[source.path]) if source.path in damaged else source
                for source in project.sources
            )
            self._store.amend(replace(project, sources=tuple(marked)).with_sources(()))
        self._next()
