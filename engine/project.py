"""The document: everything that is saved and undone, frozen. Zoom, selection, playhead and layout are not in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .chain import Chain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .files.probe import FileInfo
    from .recipe import Recipe


LETTERS = ("A", "B")
"""The names of the two chains."""


@dataclass(frozen=True)
class Source:
    """A recording in the library; `info` is None until it was looked at, `error` says why it cannot be used.

    `folder` is the one that was named and that the recording was found in, empty for a file that was named itself.
    `stamp` is the file's size and time of change when it was looked at, zeros where there was none.
    """

    path: str
    source_id: str
    label: str = ""
    info: FileInfo | None = None
    error: str = ""
    folder: str = ""
    stamp: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Aside:
    """The chain that is not active, the preset that it came from, and which of its steps are frozen."""

    chain: Chain
    preset: str = ""
    frozen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Project:
    """The library, the chains and the draw that is looked at; an edit makes a new one.

    Of the two chains, `chain` and `preset` are those of the active one, whose name `letter` is, one of `LETTERS`;
    the other one lies in `aside`, None while there is none.

    `frozen` are the ids of steps that are heard as they were rendered, with all above them, and never live. That is
    about how the window plays, so it is no part of the chain and changes no sound.
    """

    sources: tuple[Source, ...] = ()
    selected: str | None = None
    chain: Chain = field(default_factory=Chain)
    preset: str = ""
    seed: int = 0
    variant: int = 1
    banks: tuple[tuple[str, str], ...] = ()
    frozen: frozenset[str] = frozenset()
    letter: str = LETTERS[0]
    aside: Aside | None = None

    @property
    def source(self) -> Source | None:
        """The selected recording, if there is one."""
        return next((source for source in self.sources if source.path == self.selected), None)

    @property
    def readable(self) -> tuple[Source, ...]:
        """The recordings that can be used."""
        return tuple(source for source in self.sources if not source.error)

    @property
    def failed(self) -> tuple[Source, ...]:
        """The recordings that cannot, with their reasons."""
        return tuple(source for source in self.sources if source.error)

    def recipe(self) -> Recipe | None:
        """The draw of the chain for the selected recording: what the export writes as this variant.

        A plugin that may not run here is passed over, as its card says; the export refuses such a chain.
        """
        source = self.source
        return None if source is None else self.chain.draw_here(self.seed, source.source_id, self.variant)

    def recipe_aside(self) -> Recipe | None:
        """The same draw of the other chain, if there is one."""
        source, aside = self.source, self.aside
        if source is None or aside is None:
            return None
        return aside.chain.draw_here(self.seed, source.source_id, self.variant)

    @property
    def other_letter(self) -> str:
        """The name of the chain that is not active."""
        return LETTERS[1 - LETTERS.index(self.letter)]

    def at(self, letter: str) -> Aside | None:
        """The chain of that name and what belongs to it, if there is one."""
        return Aside(self.chain, self.preset, self.frozen) if letter == self.letter else self.aside

    def showing(self, letter: str) -> Project:
        """The project with that chain active; one that there is none of begins as a copy of the other."""
        if letter == self.letter:
            return self
        return replace(self if self.aside is not None else self.copied(self.letter), letter=letter).swapped()

    def copied(self, letter: str) -> Project:
        """The project in which the other chain is as the one of that name."""
        if letter == self.letter:
            return replace(self, aside=self.at(letter))
        return self._with_active(self.aside)

    def swapped(self) -> Project:
        """The project in which each chain has the other's name."""
        return self if self.aside is None else replace(self._with_active(self.aside), aside=self.at(self.letter))

    def _with_active(self, chain: Aside | None) -> Project:
        if chain is None:
            return self
        return replace(self, chain=chain.chain, preset=chain.preset, frozen=chain.frozen)

    def with_sources(self, found: Iterable[Source]) -> Project:
        """The project with recordings added or, where their path is known, renewed; selects one if none was."""
        known = {source.path: source for source in self.sources}
        known.update((source.path, source) for source in found)
        project = replace(self, sources=tuple(known.values()))
        if project.source is not None and not project.source.error:
            return project
        return replace(project, selected=next((source.path for source in project.readable), None))

    def without_source(self, path: str) -> Project:
        """The project without one recording; the file itself is not touched."""
        project = replace(self, sources=tuple(source for source in self.sources if source.path != path))
        return project.with_sources(())

    def with_bank(self, name: str, folder: str) -> Project:
        """The project with a bank bound to a folder."""
        return replace(self, banks=tuple(sorted({**dict(self.banks), name: folder}.items())))
