"""Presets: chains as files. A preset can name no file and run no code; see docs/presets.md for the form."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .chain import Chain
from .preset_data import PresetError, from_data, to_data
from .yaml_strict import YamlError, dump
from .yaml_strict import load as load_yaml

__all__ = [
    "Describe", "LoadPreset", "PresetError", "ReadText", "WriteText", "dumps", "find", "load", "loads", "shipped",
]  # fmt: skip

BYTES_MAX = 256 * 1024
"""What a preset may be large, without what plugins' own windows left in it."""
WHOLE_MAX = 8 * 2**20
STATE_TOKEN = 256
"""A state of more letters goes past the writer, which takes a second for a megabyte."""
_STATE = re.compile(r"[A-Za-z0-9+/=]{1000,}")
SUFFIXES = (".yaml", ".yml")
ANY = "any sound"
_FOR = {
    ANY: ("gentle", "medium", "strong", "nothing"),
    "speech": (
        "asr", "keyword-spotting", "speech-commands", "speaker-verification", "far-field-room", "in-car",
        "phone-recording", "podcast",
    ),
    "lines and calls": ("telephone", "call-centre", "video-call"),
    "animals and surroundings": ("birdclef", "field-recorder", "underwater", "urban-sound-events"),
    "music": ("natural", "music-tagging", "transcription", "instrument-recognition"),
    "media and places": ("vinyl", "cassette", "broadcast", "club-pa"),
}  # fmt: skip


def folder() -> Path:
    """Where the shipped presets lie: in the installed package, or beside it in a checkout."""
    inside = Path(__file__).parent / "presets"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "presets"


def shipped() -> list[str]:
    """The names of the presets that come with the program, in alphabetical order."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def groups() -> dict[str, tuple[str, ...]]:
    """The shipped presets by what they are for; what nobody has placed is for any sound."""
    there = shipped()
    placed = {name for names in _FOR.values() for name in names}
    found = {group: [name for name in names if name in there] for group, names in _FOR.items()}
    found[ANY] = [*(name for name in there if name not in placed), *found[ANY]]
    return {group: tuple(names) for group, names in found.items() if names}


def find(name_or_path: str | Path) -> Path:
    """The file of a shipped preset's name or of a path; raises `PresetError` with near names."""
    text = str(name_or_path)
    if text in shipped():
        return folder() / f"{text}.yaml"
    path = Path(text)
    if path.exists() or path.suffix.lower() in SUFFIXES or len(path.parts) > 1:
        return path
    near = difflib.get_close_matches(text.lower(), shipped(), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(shipped())}"
    raise PresetError(f"there is no preset {text}; {hint}")


def load(path: str | Path) -> Chain:
    """Read the preset of that name or path; raises `PresetError`."""
    file = find(path)
    try:
        return loads(_read(file), file.name)
    except OSError as error:
        raise PresetError(f"{file}: cannot be read ({error.strerror or error})") from None


def loads(text: str, name: str) -> Chain:
    """Read a preset's text; `name` is the file's, for the messages. Raises `PresetError`."""
    size = len(text.encode(errors="replace"))
    if size > WHOLE_MAX:
        raise PresetError(f"{name}: is larger than {WHOLE_MAX // 2**20} MB, the most a preset with plugins may be")
    if size > BYTES_MAX and len(_STATE.sub("", text).encode(errors="replace")) > BYTES_MAX:
        raise PresetError(f"{name}: is larger than {BYTES_MAX // 1024} kB, the most a preset may be")
    try:
        return from_data(load_yaml(text), name)
    except YamlError as error:
        raise PresetError(f"{name}, line {error.line}: {error}", error.line) from None


def dumps(chain: Chain) -> str:
    """The chain as a preset's text, with every id and version; `loads` gives an equal chain."""
    data, states = to_data(chain), {}
    for named in _plugins_in(data):
        if len(named.get("state", "")) > STATE_TOKEN:
            token = f"state-{hashlib.sha256(named['state'].encode()).hexdigest()}"
            states[token], named["state"] = named["state"], token
    text = dump(data)
    for token, state in states.items():
        text = text.replace(f"state: {token}", f'state: "{state}"')
    return text


@dataclass(frozen=True)
class LoadPreset:
    """Read the preset of a name or path, in a worker: a chain of sixty steps takes it longer than a frame."""

    path: str

    def run(self) -> Chain:
        """The chain; raises `PresetError`."""
        return load(self.path)


@dataclass(frozen=True)
class Describe:
    """Read what presets say they are for, in a worker."""

    paths: tuple[str, ...]
    """Names of shipped ones, or paths."""

    def run(self) -> dict[str, str]:
        """Each one's description by its name or path, or the sentence about what is wrong with it."""
        return {path: _described(path) for path in self.paths}


@dataclass(frozen=True)
class ReadText:
    """Read a preset's text in a worker."""

    text: str
    name: str

    def run(self) -> Chain | PresetError:
        """The chain, or why there is none; a value, since a failure's sentence would lose its line on the way."""
        try:
            return loads(self.text, self.name)
        except PresetError as error:
            return error


@dataclass(frozen=True)
class WriteText:
    """Write a chain as a preset's text in a worker."""

    chain: Chain

    def run(self) -> str:
        """The text."""
        return dumps(self.chain)


def _plugins_in(data: Any) -> Iterator[dict[str, str]]:
    """What steps say of their plugins, wherever they stand in a preset's data."""
    if isinstance(data, list):
        for item in data:
            yield from _plugins_in(item)
    elif isinstance(data, dict):
        for word, value in data.items():
            if word == "plugin":
                yield value
            elif isinstance(value, list | dict):
                yield from _plugins_in(value)


def _described(path: str) -> str:
    try:
        return load(path).description
    except PresetError as error:
        return str(error)


def _read(path: Path) -> str:
    """The text of a regular file of a sane size; a pipe is never waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PresetError(f"{path}: is not a file")
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(WHOLE_MAX + 1)
    finally:
        os.close(descriptor)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise PresetError(f"{path.name}: is not text in UTF-8") from None
