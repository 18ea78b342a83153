"""A session as a file: the whole document in JSON, which names recordings and can run nothing.

A recording is written with its whole path and, where it lies below the session's folder, with the path from there,
so that a session that moves together with its recordings finds them. Reading refuses every word that it does not
know; a recording that is no longer there stays in the document, with a sentence that says so.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from .chain import Chain
from .files.info import FileInfo
from .files.refused import refused, shown_name
from .library import GONE, Stamp, looked_at, stamp_of
from .params import Bank, SettingError
from .preset_data import PresetError, from_data, to_data
from .project import LETTERS, Aside, Project, Source
from .whole import whole_file
from .yaml_strict import Table

FORMAT = 2
"""A document with one chain is written in format 1, which every release reads; the second chain came with 2."""
SUFFIX = ".variophone"
BYTES_MAX = 128 * 2**20
LARGEST = 2**31 - 1

_TOP = (
    "variophone", "origin", "preset", "seed", "variant", "chain", "banks", "frozen", "selected", "sources", "letter",
    "aside",
)  # fmt: skip
_ASIDE = ("preset", "chain", "frozen")
_SOURCE = ("path", "below", "id", "label", "info", "folder", "stamp")
_INFO = ("format", "sample_rate", "channels", "frames")

Kind = TypeVar("Kind")


class SessionError(Exception):
    """A session that cannot be read or written; the message is one sentence that names the file and what is wrong."""


@dataclass(frozen=True)
class Saved:
    """What a session file holds; `missing` is how many of its recordings are not there.

    `origin` is the session's own file where this one is a copy of unsaved work.
    """

    project: Project
    origin: str = ""
    missing: int = 0


@dataclass(frozen=True)
class OpenRequest:
    """Read a session and look which of its recordings are there; for a worker, since they may be many."""

    path: str

    def run(self) -> Saved:
        """The document."""
        return read(Path(self.path))


class Rows:
    """The recordings' part of the file, kept for the next time: they change seldom, and 50,000 take a second."""

    def __init__(self) -> None:
        self._key: tuple[tuple[Source, ...], str] = ((), "")
        self._text = ""

    def text(self, sources: tuple[Source, ...], folder: str) -> str:
        """A line for each, made one at a time, so that the thread that makes them holds up no other for long."""
        if sources is not self._key[0] or folder != self._key[1]:
            self._text = ",".join("\n  " + json.dumps(_source_data(source, folder)) for source in sources)
            self._key = (sources, folder)
        return self._text


def write(path: Path, project: Project, origin: str = "", rows: Rows | None = None) -> None:
    """Write the document, whole or not at all; raises `SessionError`."""
    path = Path(os.path.realpath(path))
    try:
        with whole_file(path, rivals=True) as file:
            file.write(_head(project, str(path.parent), origin))
            file.write((rows or Rows()).text(project.sources, str(path.parent)))
            file.write("\n ]\n}\n")
    except OSError as error:
        raise SessionError(f"{shown_name(path)} cannot be written: {error.strerror or error}") from None


def _head(project: Project, folder: str, origin: str) -> str:
    places = (place for place, source in enumerate(project.sources) if source.path == project.selected)
    head = {
        "variophone": 1 if project.aside is None else FORMAT,
        "origin": origin,
        "preset": project.preset,
        "seed": project.seed,
        "variant": project.variant,
        "chain": to_data(project.chain),
        "banks": {name: _place(path, folder) for name, path in project.banks},
        "selected": next(places, None),
    }
    if project.frozen:
        head["frozen"] = sorted(project.frozen)
    if project.aside is not None:
        head["letter"] = project.letter
        head["aside"] = _aside_data(project.aside)
    return json.dumps(head, indent=1)[:-2] + ',\n "sources": ['


def _aside_data(aside: Aside) -> dict[str, Any]:
    data = {"preset": aside.preset, "chain": to_data(aside.chain)}
    return data | {"frozen": sorted(aside.frozen)} if aside.frozen else data


def _source_data(source: Source, folder: str) -> dict[str, Any]:
    data: dict[str, Any] = _place(source.path, folder) | {"id": source.source_id, "label": source.label}
    data["stamp"] = source.stamp
    if source.folder:
        data["folder"] = _place(source.folder, folder)
    if source.info is not None:
        data["info"] = {word: getattr(source.info, word) for word in _INFO}
    return data


def _place(path: str, folder: str) -> dict[str, str]:
    """The whole path, and the path below the session's folder."""
    root = os.path.join(folder, "")
    below = path[len(root) :].replace(os.sep, "/") if path.startswith(root) else ""
    return {"path": path, "below": below} if below else {"path": path}


def read(path: Path) -> Saved:
    """Read a session; raises `SessionError`."""
    path = Path(os.path.abspath(path))
    name = shown_name(path)
    try:
        text = _text(path, name)
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise SessionError(f"{name} is nested too deeply to be a session") from None
    except json.JSONDecodeError as error:
        raise SessionError(f"{name}, line {error.lineno}: is damaged or no session ({error.msg})") from None
    except ValueError as error:
        raise SessionError(f"{name} is damaged or no session ({error})") from None
    if not isinstance(data, dict):
        raise SessionError(f"{name} is not a session")
    return _Reading(name, str(path.parent)).saved(data)


def _text(path: Path, name: str) -> str:
    """The text of a regular file of a sane size; a pipe is never waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise SessionError(f"{name} is not a file")
            data = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise SessionError(f"{name} cannot be read: {error.strerror or error}") from None
    if len(data) > BYTES_MAX:
        raise SessionError(f"{name} is larger than {BYTES_MAX // 2**20} MB, the most a session may be")
    return data.decode("utf-8")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("it says the same word twice")
    return table


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


class _Reading:
    """One session being read from a folder; `name` is the file's, for the messages."""

    def __init__(self, name: str, folder: str) -> None:
        self._name = name
        self._folder = folder
        self._missing = 0
        self._folders: dict[str, str] = {}

    def saved(self, data: dict[str, Any]) -> Saved:
        """The document and where it came from."""
        self._format(data)
        self._only(data, _TOP, "the session")
        sources = self._sources(self._get(data, "sources", list))
        project = Project(
            sources=sources,
            preset=self._get(data, "preset", str),
            seed=self._whole(data, "seed", 0),
            variant=self._whole(data, "variant", 1),
            banks=self._banks(self._get(data, "banks", dict)),
            frozen=self._frozen(data),
        )
        project = self._second(data, replace(project, chain=self._chain(data)))
        selected = data.get("selected")
        if type(selected) is int and 0 <= selected < len(sources):
            project = replace(project, selected=sources[selected].path)
        return Saved(project.with_sources(()), self._get(data, "origin", str), self._missing)

    def _chain(self, data: dict[str, Any]) -> Chain:
        try:
            return from_data(_table(data.get("chain")), self._name)
        except PresetError as error:
            raise SessionError(str(error)) from None

    def _second(self, data: dict[str, Any], project: Project) -> Project:
        """The project with its second chain, if it has one."""
        if "aside" not in data:
            return project
        aside, letter = self._get(data, "aside", dict), data.get("letter")
        self._only(aside, _ASIDE, "the second chain")
        if letter not in LETTERS:
            self._refuse(f'"letter" must be one of {", ".join(LETTERS)}')
        second = Aside(self._chain(aside), self._get(aside, "preset", str, "the second chain"), self._frozen(aside))
        return replace(project, letter=letter, aside=second)

    def _format(self, data: dict[str, Any]) -> None:
        number = data.get("variophone")
        if type(number) is not int or number < 1:
            self._refuse(f'is not a session: "variophone": {FORMAT} is missing')
        if number > FORMAT:
            self._refuse(f"is written in session format {number}, and this program reads up to {FORMAT}")

    def _frozen(self, data: dict[str, Any]) -> frozenset[str]:
        """The ids of frozen steps; one that the chain has not is of no consequence."""
        ids = self._get(data, "frozen", list) if "frozen" in data else []
        if not all(isinstance(one, str) for one in ids):
            self._refuse('"frozen" must be a list of steps\' ids')
        return frozenset(ids)

    def _sources(self, rows: list[Any]) -> tuple[Source, ...]:
        found: dict[str, Source] = {}
        for number, row in enumerate(rows, start=1):
            where = f"recording {number}"
            if not isinstance(row, dict):
                self._refuse(f"{where} must be a table")
            source = self._source(row, where)
            found[source.path] = source
        return tuple(found.values())

    def _source(self, row: dict[str, Any], where: str) -> Source:
        self._only(row, _SOURCE, where)
        path = self._path(row, where)
        name, label = self._get(row, "id", str, where), self._get(row, "label", str, where)
        info = self._info(row["info"], where) if "info" in row else None
        source = Source(path, name, label, info, folder=self._folder_of(row, where), stamp=self._stamp(row, where))
        now = stamp_of(path)
        if now == GONE:
            self._missing += 1
            return replace(source, error=str(refused(path, "is missing: it is no longer where it was")), stamp=GONE)
        return source if info is not None and now == source.stamp else looked_at(source)

    def _folder_of(self, row: dict[str, Any], where: str) -> str:
        """The folder that the recording was found in, looked for once for all that came from it."""
        if "folder" not in row:
            return ""
        place = self._get(row, "folder", dict, where)
        self._only(place, _SOURCE[:2], f"{where}, folder")
        key = str(place)
        if key not in self._folders:
            self._folders[key] = self._path(place, f"{where}, folder")
        return self._folders[key]

    def _stamp(self, row: dict[str, Any], where: str) -> Stamp:
        stamp = self._get(row, "stamp", list, where)
        if [type(number) for number in stamp] != [int, int]:
            self._refuse(f'{where}: "stamp" must be two whole numbers')
        return stamp[0], stamp[1]

    def _info(self, data: object, where: str) -> FileInfo:
        if not isinstance(data, dict):
            self._refuse(f'{where}: "info" must be a table')
        self._only(data, _INFO, where)
        rate, channels = (self._get(data, word, int, where) for word in ("sample_rate", "channels"))
        frames = None if data.get("frames") is None else self._get(data, "frames", int, where)
        if min(rate, channels, 1 if frames is None else frames) < 1:
            self._refuse(f'{where}: "info" has a number below 1')
        return FileInfo(self._get(data, "format", str, where), rate, channels, frames)

    def _banks(self, data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        banks = []
        for name, row in data.items():
            try:
                Bank().check_value(name)
            except SettingError as error:
                self._refuse(f"a bank {error}")
            if not isinstance(row, dict):
                self._refuse(f"bank {name} must be a table")
            self._only(row, _SOURCE[:2], f"bank {name}")
            banks.append((name, self._path(row, f"bank {name}")))
        return tuple(sorted(banks))

    def _path(self, row: dict[str, Any], where: str) -> str:
        """The path below the session's folder where something lies there, else the whole path."""
        path = self._get(row, "path", str, where)
        if not os.path.isabs(path) or "\0" in path:
            self._refuse(f'{where}: "path" must be a whole path')
        if "below" not in row:
            return path
        below = self._get(row, "below", str, where)
        parts = below.split("/")
        if "\0" in below or ".." in parts or os.path.isabs(below):
            self._refuse(f'{where}: "below" must be a path below the session\'s folder')
        near = os.path.join(self._folder, *parts)
        return near if os.path.exists(near) else path

    def _whole(self, data: dict[str, Any], word: str, least: int) -> int:
        number = self._get(data, word, int)
        if not least <= number <= LARGEST:
            self._refuse(f'"{word}" is {number}, which is outside {least} … {LARGEST}')
        return number

    def _get(self, data: dict[str, Any], word: str, kind: type[Kind], where: str = "the session") -> Kind:
        value = data.get(word)
        if type(value) is not kind:
            words = {str: "text", int: "a whole number", list: "a list", dict: "a table"}[kind]
            self._refuse(f'{where}: "{word}" must be {words}')
        return value

    def _only(self, data: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        unknown = next((word for word in data if word not in known), None)
        if unknown is not None:
            self._refuse(f"{where} says {unknown!r}, which is not known here")

    def _refuse(self, why: str) -> NoReturn:
        raise SessionError(f"{self._name}: {why}")


def _table(data: object) -> object:
    """Plain data as what reads presets takes it; it has no lines to name."""
    if isinstance(data, list):
        return [_table(item) for item in data]
    if not isinstance(data, dict):
        return data
    table = Table(0)
    table.update((word, _table(value)) for word, value in data.items())
    table.lines = dict.fromkeys(table, 0)
    return table
