"""What a preset or a session says of a plugin: read as from a stranger, so that nothing of it leads to a file.

A path is read and written back, for people to look at; what is loaded is what the user's own shelf has.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from .params import SettingError
from .plugins.described import SUFFIXES, PluginRef
from .transform import registered

STATE_MAX = 4 * 2**20
"""Bytes that a plugin's own window may leave in a preset."""
LETTERS_MAX = {"name": 200, "maker": 200, "version": 100, "path": 4096}
NAME_MAX = 100
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_WORDS = ("format", "name", "maker", "version", "digest", "path", "state")


def ref_from(data: object) -> PluginRef:
    """The plugin that a step names; raises `SettingError` with a sentence about what is wrong with it."""
    if not isinstance(data, dict):
        raise SettingError(f"plugin is written {{{': …, '.join(_WORDS[:-1])}: …}}")
    unknown = next((word for word in data if word not in _WORDS), None)
    if unknown is not None:
        raise SettingError(f"plugin: {unknown!r} is not known here; it takes {', '.join(_WORDS)}")
    said = {word: _text(data, word, letters) for word, letters in LETTERS_MAX.items()}
    kinds = sorted(set(SUFFIXES.values()))
    if data.get("format") not in kinds:
        raise SettingError(f"plugin: format must be one of {', '.join(kinds)}, not {data.get('format')!r}")
    digest = data.get("digest")
    if not isinstance(digest, str) or not _DIGEST.match(digest):
        raise SettingError("plugin: digest must be 64 digits from 0 to f (in quotation marks)")
    return PluginRef(format=str(data["format"]), digest=digest, state=_state(data.get("state", "")), **said)


def name_from(data: object) -> str:
    """The name of the transform that a plugin is; raises `SettingError`."""
    if not isinstance(data, str) or not data.isidentifier() or len(data) > NAME_MAX:
        raise SettingError(f"a plugin's transform is a word of letters and digits, not {_short(data)}")
    if data in registered():
        raise SettingError(f"{data} is this program's own transform, and no plugin; leave out `plugin`")
    return data


def parameter_from(word: str) -> str:
    """The name of a parameter of a plugin that is not here; raises `SettingError`."""
    if not word.isidentifier() or len(word) > NAME_MAX:
        raise SettingError(f"{_short(word)} is not a parameter's name")
    return word


def _text(data: dict[str, Any], word: str, letters: int) -> str:
    value = data.get(word)
    if not isinstance(value, str) or len(value) > letters or not value.isprintable() or (word == "name" and not value):
        raise SettingError(f"plugin: {word} must be text of at most {letters} printable letters, not {_short(value)}")
    return value


def _state(value: object) -> str:
    """The state as it is written; only its size and its letters are looked at."""
    if not isinstance(value, str):
        raise SettingError("plugin: state must be text in base64")
    if len(value) > 4 * (STATE_MAX + 2) // 3:
        raise SettingError(f"plugin: state is larger than {STATE_MAX // 2**20} MB, the most a plugin's state may be")
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise SettingError("plugin: state must be text in base64") from None
    return value


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
