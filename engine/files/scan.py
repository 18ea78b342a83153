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
    """A recording: where it lies, its id (NFC, `/`, below the folder that was named), and its folder's name."""

    path: str
    source_id: str
    label: str


def scan(inputs: Sequence[AnyPath]) -> list[Found]:
    """The recordings under files and folders, sorted within each; raises `FileRefused` for what is not there.

    Folders are walked whole, hidden files and endings that no sound has left out; a file that is named itself is
    always listed. Two recordings may have the same id: that is for the caller to judge.
    """
    found: list[Found] = []
    for path in inputs:
        whole = os.path.abspath(path)
        if os.path.isdir(whole):
            found.extend(sorted(_walk(whole, (), frozenset()), key=lambda one: one.source_id))
        elif os.path.lexists(whole):
            found.append(Found(whole, _as_id(os.path.basename(whole)), ""))
        else:
            raise refused(path, "does not exist")
    return found


def _walk(folder: str, below: tuple[str, ...], above: frozenset[tuple[int, int]]) -> Iterator[Found]:
    """The recordings of a folder and the folders in it; `above` are the folders that it lies in, against loops."""
    try:
        facts = os.stat(folder)
        entries = list(os.scandir(folder))
    except OSError as error:
        raise refused(folder, f"cannot be listed: {error.strerror or error}") from None
    here = (facts.st_dev, facts.st_ino)
    if here in above or len(below) > DEPTH_MAX:
        return
    for entry in entries:
        parts = (*below, entry.name)
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry.path, parts, above | {here})
        elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:
            yield Found(entry.path, _as_id("/".join(parts)), _as_id(below[-1]) if below else "")


def _as_id(name: str) -> str:
    """A name as text that is the same on every disk; bytes that are no UTF-8 are spelled out."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", text)
