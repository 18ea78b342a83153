"""What the user has set for the window: declared as the parameters of transforms are, kept as TOML to edit by hand."""

from __future__ import annotations

import dataclasses
import difflib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .bank_cache import CACHE_MB
from .files.refused import shown_name
from .params import Folder, Number, Param, SettingError, Value, choice, folder, number, switch
from .whole import write_whole

BYTES_MAX = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting with its default; what is declared here has its line in the preferences and in the file."""

    theme: str = choice(
        "system", ("system", "dark", "light"), help="The window's colours; system follows your desktop."
    )
    language: str = choice(
        "system", ("system", "en", "zh_CN"), help="The window's language, from the next start on; system follows yours."
    )
    start_with: str = choice(
        "demo", ("demo", "last session", "nothing"), help="What is open when the program starts without files."
    )
    autosave: bool = switch(True, help="Keep a copy of unsaved work, which is offered again after a crash.")
    bank_cache_mb: int = number(
        CACHE_MB, 16, 65_536, "MB", integer=True,
        help="How much of noise and room recordings each process keeps in memory, from the next start on.",
    )  # fmt: skip
    recordings_folder: str = folder(
        help="Where recordings of the microphone go; empty is a folder of its own among your music."
    )
    hints: bool = switch(True, help="Say in the line at the bottom what is under the mouse or has the focus.")


@cache
def params() -> dict[str, Param]:
    """The declared settings by name, in order."""
    return {
        field.name: dataclasses.replace(field.metadata["param"], name=field.name)
        for field in dataclasses.fields(Settings)
    }


def changed(settings: Settings, name: str, value: Value) -> Settings:
    """The settings with one of them changed; raises `SettingError`."""
    values: dict[str, Any] = {name: params()[name].check_value(value)}
    return dataclasses.replace(settings, **values)


def read(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings of a file, and a sentence for each thing in it that is not taken and has its default."""
    settings, wrong = Settings(), []
    try:
        words = _words(path)
    except SettingError as error:
        return settings, (f"{shown_name(path)} {error}; every setting has its default",)
    for name, value in words.items():
        try:
            if name not in params():
                near = difflib.get_close_matches(name, params(), n=1)
                raise SettingError(f"is no setting; did you mean {near[0]}?" if near else "is no setting")
            settings = changed(settings, name, value)  # type: ignore[arg-type]  # it is checked there
        except SettingError as error:
            wrong.append(f"{shown_name(path)}: {name} {error}")
    return settings, tuple(wrong)


def _words(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > BYTES_MAX:
            raise SettingError("is too large to be read")
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingError(f"cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"is damaged ({error})") from None


def _takes(param: Param) -> str:
    """What may stand behind a setting's name."""
    if isinstance(param, Number):
        return f"From {param.low:g} to {param.high:g}."
    if isinstance(param, Folder):
        return "The whole path of a folder, or empty."
    return f"One of: {', '.join(getattr(param, 'options', ('true', 'false')))}."


def write(path: Path, settings: Settings) -> None:
    """Write the file, whole or not at all, with what each setting does above it; raises `OSError`."""
    lines = []
    for name, param in params().items():
        value = json.dumps(getattr(settings, name))  # for text and switches TOML is written alike
        lines += [f"# {param.help} {_takes(param)}", f"{name} = {value}", ""]
    write_whole(path, "\n".join(lines), rivals=True)
