"""Which recordings the list shows and in what order: a list of lines, computed at once and drawn as far as seen.

A line is a recording or, in the tree, the folder that the following ones lie in. A list of numbers holds fifty
thousand of them; Qt asks only for those that it paints.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from engine.project import Source

from ..words import tr
from .columns import BY_NAME, Peaks
from .query import Query


@dataclass(frozen=True)
class Wish:
    """How the list is to be arranged."""

    query: Query = field(default_factory=Query)
    column: str = "name"
    descending: bool = False
    tree: bool = True
    closed: Collection[str] = frozenset()


@dataclass(frozen=True)
class Group:
    """A folder in the tree: where it lies, what it is called, and which recordings of it are shown."""

    path: str
    title: str
    members: list[int]
    closed: bool


@dataclass(frozen=True)
class Lines:
    """The lines from top to bottom: the place of a recording in `sources`, or -1 - the place of a group."""

    sources: Sequence[Source] = ()
    lines: Sequence[int] = ()
    groups: tuple[Group, ...] = ()
    found: int = 0

    def source(self, line: int) -> Source | None:
        """The recording of a line, None for a group's."""
        place = self.lines[line]
        return self.sources[place] if place >= 0 else None

    def group(self, line: int) -> Group | None:
        """The group of a group's line."""
        place = self.lines[line]
        return self.groups[-1 - place] if place < 0 else None

    def below(self, line: int) -> tuple[Source, ...]:
        """The recordings that a line stands for: one, or all of a group that are shown."""
        group = self.group(line)
        places = [self.lines[line]] if group is None else group.members
        return tuple(self.sources[place] for place in places)

    def heading_of(self, line: int) -> int:
        """The line of the group that a line lies in, -1 where there is none."""
        return next((above for above in range(line, -1, -1) if self.lines[above] < 0), -1)


def arrange(sources: Sequence[Source], wish: Wish, peaks: Peaks) -> Lines:
    """The lines for what is wished; equals keep the order in which they were added."""
    listed = [place for place, source in enumerate(sources) if source.info is not None]
    if wish.query.conditions:
        matches = wish.query.matches
        listed = [place for place in listed if matches(sources[place], peaks)]
    column = BY_NAME[wish.column]
    keys = {place: column.key(sources[place], peaks) for place in listed}
    listed.sort(key=keys.__getitem__, reverse=wish.descending)
    if wish.tree:
        return _grouped(sources, listed, wish)
    return Lines(sources, listed, (), len(listed))


def _grouped(sources: Sequence[Source], listed: list[int], wish: Wish) -> Lines:
    members: dict[tuple[str, str], list[int]] = {}
    for place in listed:
        source = sources[place]
        members.setdefault((source.folder, source.source_id.rpartition("/")[0]), []).append(place)
    if set(members) <= {("", "")}:  # only files that were named themselves: a heading would say nothing
        return Lines(sources, listed, (), len(listed))
    folders = sorted(members, key=lambda folder: (not folder[0], title(*folder).casefold(), folder))
    groups, lines = [], []
    for number, folder in enumerate(folders):
        path = os.path.join(*folder) if folder[1] else folder[0]
        closed = path in wish.closed and not wish.query.conditions
        groups.append(Group(path, title(*folder), members[folder], closed))
        lines.append(-1 - number)
        if not closed:
            lines.extend(members[folder])
    return Lines(sources, lines, tuple(groups), len(listed))


def title(folder: str, below: str) -> str:
    """What a folder is called in the tree: `digits / 3`."""
    if not folder:
        return tr("Single files")
    name = os.path.basename(folder) or folder
    return " / ".join((name, *below.split("/"))) if below else name
