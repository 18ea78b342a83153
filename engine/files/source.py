"""A file opened for reading and nothing else: regular files only, access times left alone where that is allowed."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from .refused import AnyPath, FileRefused, refused

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NOT_FILES = {
    stat.S_IFDIR: "is a folder, not a file",
    stat.S_IFIFO: "is a pipe, not a recording",
    stat.S_IFSOCK: "is a socket, not a recording",
    stat.S_IFCHR: "is a device, not a recording",
    stat.S_IFBLK: "is a device, not a recording",
}


@dataclass(frozen=True)
class Source:
    """An open file; `stamp` changes when somebody writes to it."""

    path: AnyPath
    file: BinaryIO
    size: int
    stamp: tuple[int, int, int]

    def rewind(self) -> BinaryIO:
        """The file at its beginning, descriptor and buffer alike; only a seek from the end empties the buffer."""
        self.file.seek(0, os.SEEK_END)
        self.file.seek(0)
        return self.file

    def refused(self, why: str) -> FileRefused:
        """The refusal of this file."""
        return refused(self.path, why)

    def check_unchanged(self, stamp: tuple[int, int, int]) -> None:
        """Raise `FileRefused` if the file is no longer what it was at that stamp."""
        if _stamp(os.fstat(self.file.fileno())) != stamp:
            raise self.refused("was changed while it was being read; try again when nothing writes to it")


@contextmanager
def opened(path: AnyPath) -> Iterator[Source]:
    """Open a regular, non-empty file; raises `FileRefused` for anything else."""
    try:
        _check_regular(path, os.stat(path))
        descriptor = _open(path)
    except OSError as error:
        raise refused(path, _reason(error)) from None
    except ValueError:
        raise refused(path, "is not a name that a file can have") from None
    with open(descriptor, "rb") as file:
        facts = os.fstat(descriptor)
        _check_regular(path, facts)
        yield Source(path, file, facts.st_size, _stamp(facts))


class Window(io.RawIOBase):
    """A part of an open file as a file of its own; closing it leaves the file open."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._size = end - start
        self._place = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the part."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = max(base + offset, 0)
        return self._place

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end of the part."""
        left = max(self._size - self._place, 0)
        self._file.seek(self._start + self._place)
        data = self._file.read(left if size < 0 else min(size, left))
        self._place += len(data)
        return data


def _open(path: AnyPath) -> int:
    try:
        return os.open(path, _FLAGS | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        return os.open(path, _FLAGS)


def _check_regular(path: AnyPath, facts: os.stat_result) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise refused(path, _NOT_FILES.get(stat.S_IFMT(facts.st_mode), "is not a regular file"))
    if facts.st_size == 0:
        raise refused(path, "is empty: it holds not a single byte")


def _stamp(facts: os.stat_result) -> tuple[int, int, int]:
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "cannot be opened: you have no permission to read it"
    return f"cannot be opened: {error.strerror or error}"
