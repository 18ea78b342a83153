"""The user's shelf of plugins: the folders to look in, what was found there, and which may be used.

It is one JSON file. Who changes it reads it, changes its own part and writes the whole, so that a scan that ends does
not forget what was allowed meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ..whole import write_whole
from .described import Described, PluginRef
from .where import shelf_path

FORMAT = 1


@dataclass(frozen=True)
class Unusable:
    """A plugin that a scan could not list, and one sentence why: it crashed, hung, or is no effect."""

    path: str
    reason: str


@dataclass(frozen=True)
class Contents:
    """What lies on a shelf. `stamps` are of the plugins' files, by path, so that only what changed is scanned again.

    `unreadable` where there is a file, but none that this program wrote: what changes it begins it anew.
    """

    folders: tuple[str, ...] = ()
    plugins: tuple[Described, ...] = ()
    unusable: tuple[Unusable, ...] = ()
    allowed: tuple[str, ...] = ()
    stamps: tuple[tuple[str, str], ...] = ()
    unreadable: bool = False

    @cached_property
    def by_digest(self) -> Mapping[tuple[str, str], Described]:
        """The plugins by digest and title: a file may hold several."""
        return {(one.digest, one.title): one for one in self.plugins}


NOTHING = Contents()
UNREADABLE = Contents(unreadable=True)


class Shelf:
    """The list as it lies in its file, read again whenever that has changed; by default the user's own."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or shelf_path()

    @property
    def contents(self) -> Contents:
        """All of it; nothing where there is no file, `UNREADABLE` where there is none that this program wrote."""
        try:
            facts = self.path.stat()
        except OSError:
            return NOTHING
        return _read(self.path, (facts.st_ino, facts.st_mtime_ns, facts.st_size))

    def known(self) -> tuple[Described, ...]:
        """The plugins that were found, by name."""
        return self.contents.plugins

    def find(self, name: str) -> Described | None:
        """The plugin whose transform has that name."""
        return next((one for one in self.known() if one.name == name), None)

    def alike(self, ref: PluginRef) -> Described | None:
        """What is here in place of the very plugin that a step names: an update has another digest."""
        wanted = (ref.format, ref.name, ref.maker)
        return next((one for one in self.known() if (one.format, one.title, one.maker) == wanted), None)

    def exact(self, ref: PluginRef) -> Described | None:
        """The very plugin that a step names."""
        return self.contents.by_digest.get((ref.digest, ref.name))

    def allow(self, *keys: str) -> None:
        """Let plugins be loaded, by digest, or states that they are given; from now on, by every process.

        Adding a plugin to a chain by hand is such a yes; a preset that names one is not. Raises OSError.
        """
        now = self.contents
        if not set(keys) <= set(now.allowed):
            self.write(replace(now, allowed=tuple(dict.fromkeys((*now.allowed, *keys)))))

    def forbid(self, digests: Iterable[str]) -> None:
        """Take back what was allowed; raises OSError."""
        now, taken = self.contents, set(digests)
        self.write(replace(now, allowed=tuple(key for key in now.allowed if key not in taken)))

    def look_in(self, folders: tuple[str, ...]) -> None:
        """Settle which folders are scanned; what lies elsewhere leaves the shelf with the next scan. Raises OSError."""
        self.write(replace(self.contents, folders=folders))

    def write(self, contents: Contents) -> None:
        """Put these contents into the file; raises OSError."""
        text = json.dumps(_to_data(contents), indent=1)
        write_whole(self.path, text, durable=False, rivals=True)


@lru_cache(maxsize=4)
def _read(path: Path, facts: tuple[int, ...]) -> Contents:
    """The file as it was with these facts: reading it for each draw would be felt while a knob is dragged."""
    try:
        return _from_data(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return UNREADABLE


def _to_data(contents: Contents) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "folders": contents.folders,
        "allowed": contents.allowed,
        "plugins": [one.to_data() for one in contents.plugins],
        "unusable": [{"path": one.path, "reason": one.reason} for one in contents.unusable],
        "stamps": dict(contents.stamps),
    }


def _from_data(data: Mapping[str, Any]) -> Contents:
    if data["format"] != FORMAT:
        return UNREADABLE
    return Contents(
        folders=_texts(data["folders"]),
        plugins=tuple(Described.from_data(one) for one in data["plugins"]),
        unusable=tuple(Unusable(**one) for one in data["unusable"]),
        allowed=_texts(data["allowed"]),
        stamps=tuple(zip(_texts(data["stamps"]), _texts(data["stamps"].values()), strict=True)),
    )


def _texts(data: Iterable[Any]) -> tuple[str, ...]:
    """Texts and nothing else; raises TypeError."""
    if isinstance(data, str) or not all(isinstance(one, str) for one in data):
        raise TypeError
    return tuple(data)
