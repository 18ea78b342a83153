"""A small mapped file in which the audio process says how it stands; the window reads it without ever waiting.

It is written over in place, preceded by its length and checksum, so a reader that meets it half-written notices and
keeps what it read before. Pickle is safe here: the file lies in a folder of the run that only its user can write.
"""

from __future__ import annotations

import dataclasses
import mmap
import pickle
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from .messages import Snapshot, TapClock

SIZE = 2**16
_HEAD = struct.Struct("<II")
_MOST_DEVICES = 200


@dataclass(frozen=True)
class Status:
    """A snapshot, and the clock of the tap that it was taken by."""

    snapshot: Snapshot = field(default_factory=Snapshot)
    clock: TapClock = field(default_factory=TapClock)


def create(path: Path) -> None:
    """Make the file that both sides map."""
    path.write_bytes(bytes(SIZE))


class StatusBlock:
    """Either side's view of the file."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), SIZE)
        self._last = Status()

    def write(self, status: Status) -> None:
        """Say how things stand; long lists of devices are cut."""
        snapshot = dataclasses.replace(status.snapshot, devices=status.snapshot.devices[:_MOST_DEVICES])
        written = pickle.dumps(Status(snapshot, status.clock), pickle.HIGHEST_PROTOCOL)
        self._map[: _HEAD.size + len(written)] = _HEAD.pack(len(written), zlib.crc32(written)) + written

    def read(self) -> Status:
        """What was last written, as far as it could be read whole."""
        size, checksum = _HEAD.unpack_from(self._map)
        written = self._map[_HEAD.size : _HEAD.size + size]
        if size and zlib.crc32(written) == checksum:
            self._last = pickle.loads(written)
        return self._last
