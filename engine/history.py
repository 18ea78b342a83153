"""Undo and redo as labelled snapshots of the frozen document; a gesture is one entry, however many edits it made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Document = TypeVar("Document")

MOST_ENTRIES = 1_000
"""A few kB each, since a preset shares nothing with the chain before it: a window is open for days."""


@dataclass(frozen=True)
class Entry(Generic[Document]):
    """A state of the document, and what was done to reach it."""

    label: str
    document: Document
    merge: object = None


class History(Generic[Document]):
    """The states of one document; snapshots share what they did not change, so even a thousand are small."""

    def __init__(self, document: Document) -> None:
        self._entries = [Entry("Start", document)]
        self._place = 0

    @property
    def document(self) -> Document:
        """The present state."""
        return self._entries[self._place].document

    def commit(self, label: str, document: Document, merge: object = None) -> None:
        """Make a new present; edits in a row with the same `merge` (not None) are one entry."""
        present = self._entries[self._place]
        del self._entries[self._place + 1 :]
        if merge is not None and merge == present.merge:
            self._entries.pop()
        self._entries.append(Entry(label, document, merge))
        del self._entries[: max(len(self._entries) - MOST_ENTRIES, 0)]
        self._place = len(self._entries) - 1

    def amend(self, document: Document) -> None:
        """Change the present without an entry: for what is no edit, such as which recording is looked at."""
        present = self._entries[self._place]
        self._entries[self._place] = Entry(present.label, document, present.merge)

    def amend_all(self, change: Callable[[Document], Document]) -> None:
        """Change every state: for what is found out about the world, which no undo can make untrue."""
        self._entries = [Entry(entry.label, change(entry.document), entry.merge) for entry in self._entries]

    def undo(self) -> Document:
        """Go back one entry, if there is one."""
        self._place = max(self._place - 1, 0)
        return self.document

    def redo(self) -> Document:
        """Go forward one entry, if there is one."""
        self._place = min(self._place + 1, len(self._entries) - 1)
        return self.document

    def go_to(self, place: int) -> Document:
        """Go to an entry by its place in `labels`, or to the end that lies beyond it."""
        self._place = min(max(place, 0), len(self._entries) - 1)
        return self.document

    @property
    def labels(self) -> tuple[str, ...]:
        """What was done to reach each state, the oldest first; the first is where the history begins."""
        return tuple(entry.label for entry in self._entries)

    @property
    def place(self) -> int:
        """Where the present stands in `labels`."""
        return self._place

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, None if nothing."""
        return self._entries[self._place].label if self._place else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again, None if nothing."""
        following = self._entries[self._place + 1 : self._place + 2]
        return following[0].label if following else None
