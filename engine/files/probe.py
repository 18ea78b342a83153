"""Looking at a file without decoding it: what it is, how long, and whether it is whole as far as that can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .info import FileInfo, Reader, check_limits
from .kinds import kind_of
from .pyav import PyavReader
from .refused import AnyPath, FileRefused
from .sndfile import CodingUnknown, SndfileReader
from .source import Source, opened

__all__ = ["FileInfo", "FileRefused", "probe", "reader"]


def probe(path: AnyPath) -> FileInfo:
    """A file's facts, by its content and whatever its name; raises `FileRefused`."""
    with opened(path) as source, reader(source) as found:
        return found.info


@contextmanager
def reader(source: Source) -> Iterator[Reader]:
    """The decoder for an open file, within all limits; raises `FileRefused`."""
    found = _reader(source)
    try:
        check_limits(source, found.info)
        yield found
    finally:
        found.close()


def _reader(source: Source) -> Reader:
    kind = kind_of(source)
    if kind.second:
        return PyavReader(source, kind)
    try:
        return SndfileReader(source, kind)
    except CodingUnknown:
        return PyavReader(source, kind)
