"""The command line: verbs, their words and their exit codes. The words are fixed, since scripts depend on them.

Exit codes: 0 all done; 1 finished, but some inputs failed; 2 nothing was started because the request is wrong;
130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    Verb = Callable[[argparse.Namespace], int]

VERBS = ("export", "reproduce", "presets", "transforms", "plugins", "devices", "doctor", "tour")

DEBUG = "VARIOPHONE_DEBUG"
"""With this environment variable set, a fault in the program shows its traceback."""

OK, SOME_FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


def is_command(arguments: Sequence[str]) -> bool:
    """Whether the arguments are for the command line; without any, or with files and folders, it is the window."""
    if not arguments:
        return False
    first = arguments[0]
    return first in VERBS or first.startswith("-") or not all(os.path.exists(name) for name in arguments)


def main(arguments: Sequence[str], windowed: Mapping[str, Verb] | None = None) -> int:
    """Run one command; gives the exit code, and says everything that is wrong in one sentence on stderr.

    `windowed` are the verbs that need the window, which nothing here knows.
    """
    from .output import say

    _keep_printing()
    try:
        return _dispatch(list(arguments), windowed or {})
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        if isinstance(error, _refusals()):
            say(_words(error))
            return REFUSED
        if os.environ.get(DEBUG):
            raise
        say(f"a fault in the program: {type(error).__name__}: {error}; please report it ({DEBUG}=1 shows where)")
        return SOME_FAILED


def _keep_printing() -> None:
    """A terminal that lacks a character shows it escaped, rather than ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _dispatch(arguments: list[str], windowed: Mapping[str, Verb]) -> int:
    from .parser import SHORTHAND, UsageError, parser

    if not arguments[0].startswith("-") and arguments[0] not in VERBS:
        raise UsageError(_no_such(arguments))
    chosen = parser().parse_args(arguments)
    if chosen.verb in ("export", "reproduce"):
        from . import exporting

        return exporting.export(chosen) if chosen.verb == "export" else exporting.reproduce(chosen)
    from . import listing, plugging

    verbs: dict[str, Verb] = {
        "presets": listing.presets, "transforms": listing.transforms,
        "plugins": plugging.plugins, "devices": listing.devices, "doctor": listing.doctor, **windowed,
    }  # fmt: skip
    if chosen.verb not in verbs:
        raise UsageError(f"{chosen.verb} needs the window; it is started by `{SHORTHAND} {chosen.verb}`")
    return verbs[chosen.verb](chosen)


def _no_such(arguments: list[str]) -> str:
    import difflib

    missing = next(name for name in arguments if not os.path.exists(name))
    near = difflib.get_close_matches(missing, VERBS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the commands are {', '.join(VERBS)}"
    return f"{missing}: there is no such file, folder or command; {hint}"


def _words(error: Exception) -> str:
    """What a person is told; the system's own errors begin with the file they are about."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _refusals() -> tuple[type[Exception], ...]:
    from ..banks import BankError
    from ..batch.manifest import ManifestError
    from ..batch.plan import ExportRefused
    from ..files.encode import EncodeError
    from ..files.refused import FileRefused
    from ..params import SettingError
    from ..plugins.fault import PluginFault
    from ..preset import PresetError
    from ..render import RenderError
    from .parser import UsageError

    return (
        BankError, EncodeError, ExportRefused, FileRefused, ManifestError, OSError, PluginFault, PresetError,
        RenderError, SettingError, UsageError,
    )  # fmt: skip
