"""The two chains: which is active, and what is done with both."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from .store import Store
from .words import tr


class Chains(QObject):
    """Changes between the chains of the store; `said` gives a sentence where a change is not seen by itself."""

    said = Signal(str)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    @property
    def letter(self) -> str:
        """The name of the active chain."""
        return self._store.project.letter

    @property
    def other(self) -> str:
        """The name of the one that is not."""
        return self._store.project.other_letter

    @property
    def are_two(self) -> bool:
        """Whether there is a second chain."""
        return self._store.project.aside is not None

    def show(self, letter: str) -> None:
        """Make a chain the active one, which is no edit; one that there is none of is made, which is one."""
        project = self._store.project
        if letter == project.letter:
            return
        if project.aside is not None:
            self._store.amend(project.showing(letter))
            return
        self._store.commit(tr("Begin chain {letter}", letter=letter), project.showing(letter))
        self.said.emit(
            tr(
                "Chain {letter} begins as a copy of chain {other}; what you change now is chain {letter} alone.",
                letter=letter, other=project.letter,
            )
        )  # fmt: skip

    def copy(self, letter: str) -> None:
        """Make the other chain as this one."""
        project = self._store.project
        if project.at(letter) is not None:
            other = next(name for name in (project.letter, project.other_letter) if name != letter)
            label = tr("Copy chain {letter} to {other}", letter=letter, other=other)
            self._store.commit(label, project.copied(letter))

    def swap(self) -> None:
        """Give each chain the other's name."""
        self._store.commit(tr("Swap the chains A and B"), self._store.project.swapped())
