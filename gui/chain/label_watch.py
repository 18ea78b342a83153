"""Has the labels beside the recording read by a worker, while the chain has a step that works by them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from engine.chain import Step
from engine.files.labels import ReadLabels
from engine.jobs import Response, Submit
from engine.project import Project
from engine.regions import Events, Labels


class LabelWatch:
    """`labels` are those of the recording that is looked at, None before they are read; `trouble` says why not."""

    def __init__(self, submit: Submit, changed: Callable[[], None]) -> None:
        self._submit = submit
        self._changed = changed
        self._asked: tuple[object, ...] = ()
        self.labels: Labels | None = None
        self.trouble = ""

    def look(self, project: Project) -> None:
        """Have the labels read, for another recording or whenever a region was edited."""
        regions = tuple(node.region for node in project.chain.walk() if isinstance(node, Step))
        by_labels = tuple(region for region in regions if isinstance(region, Events))
        path = project.selected if by_labels else None
        if (path, by_labels) == self._asked:
            return
        if self._asked[:1] != (path,):
            self.labels, self.trouble = None, ""
        self._asked = (path, by_labels)
        if path is not None:
            self._submit("chain labels", ReadLabels(path), partial(self._read, path))

    def _read(self, path: str, response: Response) -> None:
        if self._asked[:1] == (path,):
            self.labels, self.trouble = response.value, response.error or ""
            self._changed()
