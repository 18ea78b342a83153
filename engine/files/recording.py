"""A recording as it grows: 32-bit float WAV beside its name, which it is given when it is whole.

What a killed program leaves behind is a part file that says in its first bytes what it holds, as it stood a second
before, and whose length says the rest: `recover` makes a whole recording of it. A lock on the part file, which goes
with its process however that ends, tells what is abandoned from what another window records at this moment.
"""

from __future__ import annotations

import contextlib
import os
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..clip import Samples
from ..folders import try_lock
from .wav import header

SUFFIX = ".wav"
PART = ".part"
_WIDTH = 4
_FORM = b"fmt "


class RecordingError(Exception):
    """A recording cannot be begun; the message is one sentence."""


class RecordingFile:
    """Written by one thread; whatever becomes of it, `finish` keeps the whole frames that it holds."""

    def __init__(self, folder: str, name: str, sample_rate: int, channels: int) -> None:
        self.frames = 0
        self._rate, self._channels = sample_rate, channels
        self._path = Path(folder) / (name + SUFFIX)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path = _unused(self._path)
            self._file = open(str(self._path) + PART, "x+b", buffering=0)  # noqa: SIM115 - held while it grows
            try_lock(self._file)
            self._put(self._header())
        except OSError as error:
            raise RecordingError(f"{folder} cannot be recorded to: {error.strerror or error}.") from None
        self._start = self._file.tell()

    def write(self, samples: Samples) -> None:
        """Append (channels, n); raises `OSError`, with what fitted kept."""
        try:
            self._put(np.ascontiguousarray(samples.T, dtype="<f4").tobytes())
        finally:
            self.frames = (self._file.tell() - self._start) // (self._channels * _WIDTH)

    def settle(self) -> None:
        """Say in the file's head what it holds now; raises `OSError`."""
        end = self._file.tell()
        self._file.seek(0)
        self._put(self._header())
        self._file.seek(end)

    def finish(self) -> Path | None:
        """Give the file its name, with all that could be written; None, and no file, where that is nothing."""
        with contextlib.suppress(OSError):
            self._file.truncate(self._start + self.frames * self._channels * _WIDTH)
            self.settle()
            os.fsync(self._file.fileno())
        self._file.close()
        return _named(Path(str(self._path) + PART), self.frames)

    def _header(self) -> bytes:
        return header(self._channels, self.frames, self._rate, "32f", growing=True)

    def _put(self, data: bytes) -> None:
        """Write all of it: a disk that fills up takes a part first."""
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]


@dataclass(frozen=True)
class RecoverRecordings:
    """Make whole what killed programs have left in a folder; for a worker."""

    folder: str

    def run(self) -> tuple[str, ...]:
        """The paths of the recordings that were recovered."""
        return tuple(str(path) for path in recover(Path(self.folder)))


def recover(folder: Path) -> list[Path]:
    """Give each abandoned part file in a folder its name, with every whole frame that it holds."""
    found = []
    for part in sorted(folder.glob(f"*{SUFFIX}{PART}")):
        with contextlib.suppress(OSError, struct.error):
            path = _recovered(part)
            if path is not None:
                found.append(path)
    return found


def _recovered(part: Path) -> Path | None:
    with part.open("r+b") as file:
        head = file.read(256)
        place = head.find(_FORM)
        if place < 0 or not try_lock(file):
            return None
        _, channels, rate = struct.unpack_from("<HHI", head, place + 8)
        start = len(header(channels, 0, rate, "32f", growing=True))
        frames = max(os.fstat(file.fileno()).st_size - start, 0) // (channels * _WIDTH)
        file.truncate(start + frames * channels * _WIDTH)
        file.seek(0)
        file.write(header(channels, frames, rate, "32f", growing=True))
    return _named(part, frames)


def _named(part: Path, frames: int) -> Path | None:
    if not frames:
        part.unlink(missing_ok=True)
        return None
    path = _unused(part.with_suffix(""), besides=part)
    part.rename(path)
    return path


def _unused(path: Path, besides: Path | None = None) -> Path:
    """The path, or where it is taken the next one with a number."""
    number, free = 1, path
    while free.exists() or (besides != (part := Path(str(free) + PART)) and part.exists()):
        number += 1
        free = path.with_stem(f"{path.stem} {number}")
    return free
