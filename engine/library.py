"""Recordings for the library: what lies under the dropped paths, with length or reason; and what became of them later.

A listing is quick, looking into each file is not, decoding it least of all: each is a request of its own.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .project import Source

Stamp = tuple[int, int]
"""A file's size and time of change."""
GONE: Stamp = (0, 0)
SETTLED_S = 1.0
"""A file that was written to within this is left for the next look: somebody may still be at it."""

CHECK_S = 1.0


@dataclass(frozen=True)
class ListRequest:
    """List files and folders that were dropped or named, without looking into them; folders recursively."""

    paths: tuple[str, ...]

    def run(self) -> tuple[Source, ...]:
        """Each recording, yet without its facts, or with the sentence that says why a path cannot be used."""
        from .files.probe import FileRefused
        from .files.scan import scan

        listed: list[Source] = []
        for path in self.paths:
            try:
                found = scan([path])
                listed.extend(Source(one.path, one.source_id, one.label, folder=one.folder) for one in found)
            except FileRefused as error:
                listed.append(Source(os.path.abspath(path), Path(path).name, error=str(error)))
        return tuple(listed)


@dataclass(frozen=True)
class LookRequest:
    """Look into recordings: their facts or the reason why not.

    With `whole` they are decoded as well, and what was refused before is looked into again.
    """

    sources: tuple[Source, ...]
    whole: bool = False

    def run(self) -> tuple[Source, ...]:
        """The same recordings, in the same order."""
        if not self.whole:
            return tuple(source if source.error else looked_at(source) for source in self.sources)
        looked = (looked_at(source) for source in self.sources)
        return tuple(source if source.error else replace(source, error=checked(source.path).error) for source in looked)


@dataclass(frozen=True)
class ScanRequest:
    """List files and folders and look into each, in one go."""

    paths: tuple[str, ...]

    def run(self) -> tuple[Source, ...]:
        """Each recording with its facts, or with the sentence that says why it cannot be used."""
        return LookRequest(ListRequest(self.paths).run()).run()


@dataclass(frozen=True)
class DemoRequest:
    """Make the demo clip in a folder of the program's own, and look at it."""

    folder: str

    def run(self) -> tuple[Source, ...]:
        """The clip as a library row."""
        from .demo import write_demo

        return ScanRequest((str(write_demo(Path(self.folder))),)).run()


@dataclass(frozen=True)
class Checked:
    """What decoding a recording from end to end told: why it cannot be used, if so, and its largest sample."""

    error: str = ""
    peak_db: float = -math.inf


@dataclass(frozen=True)
class CheckRequest:
    """Decode recordings from end to end: what a header announces is not always there."""

    paths: tuple[str, ...]

    def run(self) -> dict[str, Checked]:
        """What each turned out to be, as far as it went in about a second; at least the first."""
        found: dict[str, Checked] = {}
        begun = time.monotonic()
        for path in self.paths:
            found[path] = checked(path)
            if time.monotonic() - begun > CHECK_S:
                break
        return found


@dataclass(frozen=True)
class Rescanned:
    """What became of a folder: recordings that are new, those that changed or went, and the folders in it.

    `unsettled` says that somebody was writing just now: look again soon.
    """

    root: str
    listed: tuple[str, ...] = ()
    new: tuple[Source, ...] = ()
    changed: tuple[Source, ...] = ()
    folders: tuple[str, ...] = ()
    unsettled: bool = False


@dataclass(frozen=True)
class RescanRequest:
    """Look again at a folder that was named, or at one in it; without a folder, at `known` alone.

    `known` has the recordings of the library there with their stamps, and those that are not to be added, with None.
    """

    root: str
    inside: str
    known: tuple[tuple[str, Stamp | None], ...]

    def run(self) -> Rescanned:
        """What is not as it is known."""
        from .files.scan import walk

        walked = list(walk(self.root, self.inside, passed_over=[])) if self.root else []
        there = [one for _folder, ones in walked for one in ones]
        known = dict(self.known)
        fresh = {one.path for one in there if one.path not in known and _is_fresh(one.path)}
        new = [
            looked_at(Source(one.path, one.source_id, one.label, folder=one.folder))
            for one in there
            if one.path not in known and one.path not in fresh
        ]
        return Rescanned(
            self.root,
            tuple(one.path for one in there if one.path not in fresh),
            tuple(new),
            tuple(_changed(known)),
            tuple(folder for folder, _ones in walked),
            bool(fresh),
        )


def looked_at(source: Source) -> Source:
    """The recording with its facts, or with the sentence that says why it cannot be used; label and id stay."""
    from .files.probe import FileRefused, probe

    stamp = stamp_of(source.path) or GONE
    try:
        return replace(source, info=probe(source.path), error="", stamp=stamp)
    except FileRefused as error:
        return replace(source, error=str(error), stamp=stamp)


def renewed(sources: tuple[Source, ...], changed: Iterable[Source], new: Iterable[Source]) -> tuple[Source, ...]:
    """The recordings with what is known of them now, and those that are new in folders which they came from.

    Ids and labels stay. What was seen once keeps its facts when its file goes. The same tuple if nothing is new.
    """
    facts = {source.path: source for source in changed}
    kept = tuple(_with_facts(source, facts[source.path]) if source.path in facts else source for source in sources)
    folders, paths = {source.folder for source in sources}, {source.path for source in sources}
    added = tuple(one for one in new if one.folder in folders and one.path not in paths)
    return sources if kept == sources and not added else kept + added


def _with_facts(source: Source, now: Source) -> Source:
    return replace(source, info=now.info or source.info, error=now.error, stamp=now.stamp)


def checked(path: str) -> Checked:
    """Decode a recording from end to end."""
    from .dsp.levels import decibels_of, peak_of
    from .files.decode import open_blocks
    from .files.probe import FileRefused

    peak = 0.0
    try:
        for block in open_blocks(path)[1]:
            peak = max(peak, peak_of(block))
    except FileRefused as error:
        return Checked(str(error))
    return Checked(peak_db=decibels_of(peak))


def _changed(known: dict[str, Stamp | None]) -> Iterator[Source]:
    """The known recordings whose files are no longer what they were."""
    from .files.refused import refused

    for path, stamp in known.items():
        now = None if stamp is None else stamp_of(path)
        if stamp is None or now == stamp or now is None:
            continue
        if now == GONE:
            yield Source(path, "", error=str(refused(path, "is not there any more")))
        else:
            yield looked_at(Source(path, ""))


def stamp_of(path: str) -> Stamp | None:
    """A file's stamp, `GONE` if there is no such file, None if that cannot be told."""
    try:
        facts = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return GONE
    except (OSError, ValueError):
        return None
    return facts.st_size, facts.st_mtime_ns


def _is_fresh(path: str) -> bool:
    stamp = stamp_of(path)
    return stamp is not None and 0 <= time.time_ns() - stamp[1] < SETTLED_S * 1e9
