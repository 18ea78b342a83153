"""Looks for plugins: each file is looked at in a child process with a deadline, and what breaks there is listed so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..whole import write_whole
from .child import LOADER, Child, ChildGone, ChildRefused, ChildSilent
from .described import SUFFIXES, Described, Format, digest_of, named_apart, stamp_of
from .requests import Examine, Facts, Names, Request
from .shelf import NOTHING, Contents, Shelf, Unusable

DEADLINE_S = 10.0
"""So long a plugin may take to be looked at."""


@dataclass(frozen=True)
class ScanRequest:
    """Scan folders for plugins and put what was found on the shelf; for a worker, since each may take its deadline.

    Plugins that have not changed since they were scanned are not loaded again; what could not be used is, since a
    machine that is busy makes a plugin look as if it hung. What was allowed stays so. `shelf` is the shelf's file, ""
    for the user's own; `told` is a file that says in three lines how far it is: how many files were looked at, of how
    many, and which is next.
    """

    folders: tuple[str, ...]
    shelf: str = ""
    deadline_s: float = DEADLINE_S
    loader: str = LOADER
    told: str = ""

    def run(self) -> Contents:
        """What is on the shelf now; raises OSError where it cannot be written."""
        shelf = Shelf(Path(self.shelf) if self.shelf else None)
        before = shelf.contents
        stamps: list[tuple[str, str]] = []
        plugins: list[Described] = []
        unusable: list[Unusable] = []
        candidates = list(_candidates(self.folders))
        for done, (path, kind) in enumerate(candidates):
            self._tell(done, len(candidates), path)
            found = self._looked_at(path, kind, before)
            stamps += found.stamps
            plugins += found.plugins
            unusable += found.unusable
        named = named_apart(plugins, _taken())
        now = replace(
            shelf.contents, folders=self.folders, plugins=tuple(sorted(named, key=lambda one: one.name.casefold())),
            unusable=tuple(unusable), stamps=tuple(stamps), unreadable=False,
        )  # fmt: skip
        shelf.write(now)
        return now

    def _tell(self, done: int, total: int, path: str) -> None:
        if self.told:
            write_whole(Path(self.told), f"{done}\n{total}\n{os.path.basename(path)}", durable=False)

    def _looked_at(self, path: str, kind: Format, before: Contents) -> Contents:
        """What one file holds: as it was found before, where it has not changed."""
        try:
            stamp = stamp_of(path)
            known = _of(path, before)
            if known.stamps == ((path, stamp),) and not known.unusable:
                return known
            scan = _FileScan(path, kind, digest_of(path), self.deadline_s, self.loader)
        except OSError as error:
            return replace(NOTHING, unusable=(Unusable(path, f"cannot be read ({error.strerror or error})"),))
        return replace(scan.contents(), stamps=((path, stamp),))


class _FileScan:
    """One file being looked at; the child is replaced where a plugin has broken it."""

    def __init__(self, path: str, kind: Format, digest: str, deadline_s: float, loader: str) -> None:
        self._path = path
        self._kind = kind
        self._digest = digest
        self._deadline_s = deadline_s
        self._loader = loader
        self._child: Child | None = None

    def contents(self) -> Contents:
        try:
            return self._contents()
        finally:
            self._end()

    def _contents(self) -> Contents:
        try:
            names: tuple[str, ...] = self._ask(Names(self._path, self._kind))
        except ChildRefused as refusal:
            return replace(NOTHING, unusable=(Unusable(self._path, str(refusal)),))
        plugins: list[Described] = []
        unusable: list[Unusable] = []
        for name in names:
            try:
                plugins.append(self._described(self._ask(Examine(self._path, name, self._kind))))
            except ChildRefused as refusal:
                unusable.append(Unusable(self._path, f"{name} in it {refusal}" if len(names) > 1 else str(refusal)))
        return replace(NOTHING, plugins=tuple(plugins), unusable=tuple(unusable))

    def _ask(self, request: Request) -> Any:
        """The answer; raises `ChildRefused` with a predicate that says why there is none."""
        child = self._child = self._child or Child(self._loader)
        try:
            return child.ask(request, self._deadline_s)
        except ChildSilent:
            self._end()
            raise ChildRefused(f"hung: it was not ready after {self._deadline_s:g} s") from None
        except ChildGone:
            self._end()
            raise ChildRefused("crashed when it was loaded") from None

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _described(self, facts: Facts) -> Described:
        return Described(
            facts.title, facts.title, facts.maker, facts.version, self._kind, self._path, self._digest,
            facts.channels, facts.latency_frames, facts.parameters,
        )  # fmt: skip


def _of(path: str, contents: Contents) -> Contents:
    return Contents(
        plugins=tuple(one for one in contents.plugins if one.path == path),
        unusable=tuple(one for one in contents.unusable if one.path == path),
        stamps=tuple(stamp for stamp in contents.stamps if stamp[0] == path),
    )


def _candidates(folders: tuple[str, ...]) -> Iterator[tuple[str, Format]]:
    """Files and bundles that are called as plugins are, below these folders, each once; a bundle is not looked into."""
    seen: set[str] = set()
    for folder in folders:
        for path in _below(folder):
            kind = SUFFIXES.get(Path(path).suffix.lower())
            if kind is not None and path not in seen:
                seen.add(path)
                yield path, kind


def _below(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(os.path.realpath(folder)):
        bundles = [name for name in folders if Path(name).suffix.lower() in SUFFIXES]
        folders[:] = sorted(set(folders) - set(bundles))
        yield from (os.path.join(root, name) for name in sorted([*bundles, *files]))


def _taken() -> frozenset[str]:
    """The names of this program's own transforms, which no plugin takes."""
    from ..transform import registered

    return frozenset(registered())
