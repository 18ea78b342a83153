"""What lies under the files and folders that were named: recordings with the id that keys their draws, and a label."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .refused import AnyPath, refused

_AUDIO = "wav wave bwf rf64 w64 aif aiff aifc caf au snd flac ogg oga opus spx mp1 mp2 mp3 m4a m4b aac adts ac3 amr"
_MORE = "wma wv tta nist sph 8svx mp4 m4v mov 3gp mkv mka webm weba avi flv asf wmv"
SUFFIXES = frozenset(f".{ending}" for ending in f"{_AUDIO} {_MORE}".split())
"""Endings that are listed when a folder is walked; what a file is, its content says."""
DEPTH_MAX = 64


@dataclass(frozen=True)
class Found:
    """A recording: where it lies, its id (NFC, `/`, below the folder that was named), and its folder's name.

    `folder` is the one that was named, empty for a file that was named itself.
    """

    path: str
    source_id: str
    label: str
    folder: str = ""


def scan(inputs: Sequence[AnyPath]) -> list[Found]:
    """The recordings under files and folders, sorted within each; raises `FileRefused` for what is not there.

    Folders are walked whole, hidden files and endings that no sound has left out; a file that is named itself is
    always listed. Two recordings may have the same id: that is for the caller to judge.
    """
    found: list[Found] = []
    for path in inputs:
        whole = os.path.abspath(path)
        if os.path.isdir(whole):
            listed = (one for _folder, ones in walk(whole) for one in ones)
            found.extend(sorted(listed, key=lambda one: one.source_id))
        elif os.path.lexists(whole):
            found.append(Found(whole, _as_id(os.path.basename(whole)), ""))
        else:
            raise refused(path, "does not exist")
    return found


def walk(root: str, inside: str = "", passed_over: list[str] | None = None) -> Iterator[tuple[str, list[Found]]]:
    """Every folder from `inside` (one below `root`, or itself) downwards, each with the recordings that lie in it.

    A folder that cannot be listed is refused, or put into `passed_over` where there is such a list.
    """
    below = os.path.relpath(inside, root).split(os.sep) if inside and inside != root else []
    yield from _walk(root, inside or root, tuple(below), frozenset(), passed_over)


def _walk(
    root: str, folder: str, below: tuple[str, ...], above: frozenset[tuple[int, int]], passed_over: list[str] | None
) -> Iterator[tuple[str, list[Found]]]:
    """The folder and the folders in it; `above` are those that it lies in, against loops."""
    try:
        facts = os.stat(folder)
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        if passed_over is None:
            raise refused(folder, f"cannot be listed: {error.strerror or error}") from None
        passed_over.append(folder)
        return
    here = (facts.st_dev, facts.st_ino)
    if here in above or len(below) > DEPTH_MAX:
        return
    shown = [entry for entry in entries if not entry.name.startswith(".")]
    folders = [entry for entry in shown if entry.is_dir()]
    label = _as_id(below[-1]) if below else ""
    yield (
        folder,
        [
            Found(entry.path, _as_id("/".join((*below, entry.name))), label, root)
            for entry in shown
            if os.path.splitext(entry.name)[1].lower() in SUFFIXES and not entry.is_dir()
        ],
    )
    for entry in folders:
        yield from _walk(root, entry.path, (*below, entry.name), above | {here}, passed_over)


def _as_id(name: str) -> str:
    """A name as text that is the same on every disk; bytes that are no UTF-8 are spelled out."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", text)
