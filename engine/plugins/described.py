"""A plugin as data: what a scan found out about it, and how a step of a chain names it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ..params import Scale, Value

Kind = Literal["number", "choice", "switch"]
Format = Literal["VST3", "Audio Unit"]

SUFFIXES: dict[str, Format] = {".vst3": "VST3", ".component": "Audio Unit"}
"""What files and bundles of plugins are called."""
_BINARY = {".so", ".vst3", ".dll", ".dylib"}


@dataclass(frozen=True)
class PluginRef:
    """How a step, a preset and a manifest name a plugin: `Step.plugin` and `Drawn.plugin`.

    `digest` and `name` decide which plugin it is, for a file may hold several; what else stands here is for people and
    for a sentence about a plugin that is missing. `state` is what the plugin's own window made of it, base64 of
    pedalboard's `raw_state`, "" for the plugin as it comes; the step's parameters are set behind it, so they win.
    `path` is never loaded from: only what the user's own shelf holds is.
    """

    format: str
    name: str
    maker: str
    version: str
    digest: str
    path: str
    state: str = ""

    def to_data(self) -> dict[str, str]:
        """As plain data for a preset or a manifest; without a state there is no word of it."""
        return {name: value for name, value in asdict(self).items() if name != "state" or value}

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """What the user must have allowed before it runs: the plugin, and its state, which the plugin interprets."""
        if not self.state:
            return (self.digest,)
        return self.digest, hashlib.sha256(f"{self.digest} {self.state}".encode()).hexdigest()

    @property
    def words(self) -> str:
        """The plugin as a sentence names it."""
        return f"{self.name} {self.version} ({self.format}{f' by {self.maker}' if self.maker else ''})"


@dataclass(frozen=True)
class PluginParameter:
    """A parameter of a plugin as a transform declares it.

    `name` is an identifier that is free among a step's words, `own` is pedalboard's name of it. A `raw` number is the
    knob's place from 0 to 1, where the plugin has too many words for its values to be a choice.
    """

    name: str
    own: str
    label: str
    kind: Kind
    default: Value
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    scale: Scale = "linear"
    integer: bool = False
    choices: tuple[str, ...] = ()
    raw: bool = False

    def to_data(self) -> dict[str, Any]:
        """As plain data for the shelf."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PluginParameter:
        """Read what `to_data` wrote."""
        return cls(**{**data, "choices": tuple(data["choices"])})


@dataclass(frozen=True)
class Described:
    """A plugin that was scanned. `name` is that of its transform, unique on the shelf; `title` is the plugin's own.

    `channels` are the numbers of channels that it takes at once (1, 2). `latency_frames` is what it reports as it
    comes; at work it is measured anew.
    """

    name: str
    title: str
    maker: str
    version: str
    format: Format
    path: str
    digest: str
    channels: tuple[int, ...]
    latency_frames: int
    parameters: tuple[PluginParameter, ...]

    def __hash__(self) -> int:
        """Of what tells it from others: its parameters are many, and it is looked up for every step of every draw."""
        return hash((self.digest, self.title, self.name))

    def ref(self, state: str = "") -> PluginRef:
        """How a step names it."""
        return PluginRef(self.format, self.title, self.maker, self.version, self.digest, self.path, state)

    def to_data(self) -> dict[str, Any]:
        """As plain data for the shelf."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Described:
        """Read what `to_data` wrote; raises KeyError, TypeError and ValueError for what it could not have written."""
        parameters = tuple(PluginParameter.from_data(one) for one in data["parameters"])
        return cls(**{**data, "channels": tuple(data["channels"]), "parameters": parameters})


def digest_of(path: str) -> str:
    """The sha256 over the plugin's binary files and their names, of all its files where none is one; raises OSError."""
    root = Path(path)
    files = sorted(_files(root))
    binary = [file for file in files if file.suffix.lower() in _BINARY or file.parent.name == "MacOS"]
    digest = hashlib.sha256()
    for file in binary or files:
        digest.update(f"{file.relative_to(root).as_posix()}:{file.stat().st_size}:".encode(errors="surrogateescape"))
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def stamp_of(path: str) -> str:
    """What changes when a plugin's files do, without reading them; raises OSError."""
    facts = [(file.as_posix(), file.stat()) for file in sorted(_files(Path(path)))]
    told = "".join(f"{name}:{fact.st_size}:{fact.st_mtime_ns}\n" for name, fact in facts)
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()


def named_apart(found: list[Described], taken: frozenset[str]) -> list[Described]:
    """The plugins with names of which each is used once and none is `taken`: two of one name get maker or format."""
    used = set(taken)
    apart = []
    for one in sorted(found, key=lambda one: (one.title, one.format, one.maker, one.path)):
        name = next(name for name in _names(one) if name not in used)
        used.add(name)
        apart.append(replace(one, name=name))
    return apart


def _names(one: Described) -> Iterator[str]:
    short = _word(one.title)
    yield short
    yield f"{short}By{_word(one.maker)}"
    yield f"{short}{_word(one.format)}"
    number = 2
    while True:
        yield f"{short}{number}"
        number += 1


def _word(text: str) -> str:
    """Letters and digits alone, beginning with a letter, as a class may be called."""
    word = "".join(sign for sign in text if sign.isascii() and sign.isalnum())
    return word if word[:1].isalpha() else f"Plugin{word}"


def _files(root: Path) -> Iterator[Path]:
    return iter([root]) if root.is_file() else (path for path in root.rglob("*") if path.is_file())
