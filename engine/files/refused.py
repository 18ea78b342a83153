"""The one way a file is turned down: a sentence that begins with its name."""

from __future__ import annotations

import os
import unicodedata

AnyPath = str | os.PathLike[str]
"""A path; names that are not UTF-8 come as Python gives them, with surrogates."""

_NOT_SHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class FileRefused(Exception):
    """A file cannot be used; the message is one sentence that begins with the file's name."""


def refused(path: AnyPath, why: str) -> FileRefused:
    """The refusal of a file, with a predicate as the reason: "is empty"."""
    return FileRefused(f"{shown_name(path)} {why}")


def shown_name(path: AnyPath) -> str:
    """The file's name with control, direction and undecodable characters escaped, safe to print anywhere."""
    whole = os.fspath(path)
    return shown(os.path.basename(whole.rstrip("/\\")) or whole)


def shown(text: str) -> str:
    """Text from outside with control, direction and undecodable characters escaped."""
    return "".join(_escaped(sign) if unicodedata.category(sign) in _NOT_SHOWN else sign for sign in text)


def _escaped(sign: str) -> str:
    if "\udc80" <= sign <= "\udcff":
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return sign.encode("unicode_escape", "backslashreplace").decode("ascii")
