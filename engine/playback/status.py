"""A small mapped file in which the audio process says how it stands; the window reads it without ever waiting.

The text is written over in place, preceded by its length and checksum, so a reader that meets it half-written
notices and keeps what it read before.
"""

from __future__ import annotations

import dataclasses
import json
import mmap
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
        text = json.dumps([dataclasses.astuple(status.clock), dataclasses.astuple(snapshot)]).encode()[
            : SIZE - _HEAD.size
        ]
        self._map[: _HEAD.size + len(text)] = _HEAD.pack(len(text), zlib.crc32(text)) + text

    def read(self) -> Status:
        """What was last written, as far as it could be read whole."""
        size, checksum = _HEAD.unpack_from(self._map)
        text = self._map[_HEAD.size : _HEAD.size + size]
        if size and zlib.crc32(text) == checksum:
            clock, values = json.loads(text)
            values = [tuple(value) if isinstance(value, list) else value for value in values]
            self._last = Status(Snapshot(*values), TapClock(*clock))
        return self._last
