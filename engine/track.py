"""A track: sound in a mapped scratch file, which one process writes and others play or draw while it grows.

The file is a 4,096-byte header (frames ready, total frames or -1, state, stop request) and then interleaved
float32. The maker of a request chooses the path, so that readers can follow before the writer has answered.
Short tracks lie in the memory-backed folder of the system where there is one, long ones on disk: readers see no
difference, and neither is ever held whole in a process's own memory.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
import weakref
from dataclasses import dataclass
from enum import IntEnum
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .folders import RunFolder, memory_folder

if TYPE_CHECKING:
    from .clip import Samples

HEADER_BYTES = 4096
_READY, _TOTAL, _STATE, _STOP = range(4)
IN_MEMORY_BYTES = 256 * 2**20
"""Larger tracks go to disk (about ten minutes of stereo at 48 kHz)."""


class TrackState(IntEnum):
    """How far the writing of a track has come."""

    GROWING = 0
    COMPLETE = 1
    STOPPED = 2


@dataclass(frozen=True)
class Track:
    """Where a track lies and what it holds; frozen, so that it can be sent to any process."""

    path: str
    sample_rate: int
    channels: int


class TrackStopped(Exception):
    """The reader has asked the writer to stop: nobody wants this track any more."""


def _create(path: str, total: int | None) -> None:
    """Write the header of a track that nobody has written to yet."""
    header = np.zeros(HEADER_BYTES // 8, np.int64)
    header[_TOTAL] = -1 if total is None else total
    with open(path, "wb") as file:
        file.write(header.data)


class TrackWriter:
    """Writes a track block by block; use as a context manager, which completes or stops it.

    `made` says that `Scratch.new` made the file: if it is gone, nobody wants the track, and `TrackStopped` is raised.
    """

    def __init__(self, track: Track, total: int | None = None, *, made: bool = False) -> None:
        self.track = track
        if not made:
            _create(track.path, total)
        try:
            self._file = open(track.path, "r+b")  # noqa: SIM115
        except FileNotFoundError:
            raise TrackStopped from None
        self._header = np.memmap(self._file, dtype=np.int64, mode="r+", shape=(4,))
        if total is not None:
            self.expect(total)
        self._ready = 0

    def check(self) -> None:
        """Raise `TrackStopped` if a reader has asked for that."""
        if self._header[_STOP]:
            raise TrackStopped

    def write(self, block: Samples) -> None:
        """Append float32 (channels, n); raises `TrackStopped` when a reader has asked for that."""
        self.check()
        self._file.seek(HEADER_BYTES + self._ready * self.track.channels * 4)
        self._file.write(np.ascontiguousarray(block.T, dtype=np.float32).data)
        self._file.flush()
        self._ready += block.shape[1]
        self._header[_READY] = self._ready

    def expect(self, total: int) -> None:
        """Say how many frames there will be."""
        self._header[_TOTAL] = total

    def __enter__(self) -> TrackWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._header[_TOTAL] = self._ready
        self._header[_STATE] = TrackState.COMPLETE if kind is None else TrackState.STOPPED
        self._header.flush()
        self._file.close()


class TrackReader:
    """Reads a track that may still be growing; cheap to keep, and safe after the file was removed (POSIX).

    The file is opened at the first look and held, so that what grew since can be mapped whatever became of its name.
    """

    def __init__(self, track: Track) -> None:
        self.track = track
        self._descriptor: int | None = None
        self._header: NDArray[np.int64] | None = None
        self._samples: Samples = np.empty((track.channels, 0), np.float32)

    def _field(self, field: int, missing: int) -> int:
        if self._header is None:
            try:
                self._header = self._opened()
            except (OSError, ValueError):
                return missing
        return int(self._header[field])

    def _opened(self) -> NDArray[np.int64]:
        """Open the file and map its header; raises ValueError while there is no whole header."""
        descriptor = os.open(self.track.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            header = np.frombuffer(mmap(descriptor, HEADER_BYTES, access=ACCESS_READ), np.int64)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)
        return header

    @property
    def ready(self) -> int:
        """How many frames can be read now; 0 before the writer has begun."""
        return self._field(_READY, 0)

    @property
    def total(self) -> int | None:
        """How many frames there will be, None while the writer does not know."""
        total = self._field(_TOTAL, -1)
        return None if total < 0 else total

    @property
    def state(self) -> TrackState:
        """Whether it grows, is complete or was stopped."""
        return TrackState(self._field(_STATE, TrackState.GROWING))

    def samples(self) -> Samples:
        """All that is ready, as a read-only mapped view of shape (channels, frames)."""
        ready = self.ready
        if ready > self._samples.shape[1] and self._descriptor is not None:
            channels = self.track.channels
            mapped = mmap(self._descriptor, HEADER_BYTES + ready * channels * 4, access=ACCESS_READ)
            sound: Samples = np.frombuffer(mapped, np.float32, offset=HEADER_BYTES)
            self._samples = sound.reshape(ready, channels).T
        return self._samples

    def request_stop(self) -> None:
        """Ask the writer to stop; it does so at its next block."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            np.memmap(self.track.path, dtype=np.int64, mode="r+", shape=(4,))[_STOP] = 1


class Scratch:
    """The folders that one run of the program keeps its tracks in; removed by `close`."""

    def __init__(self) -> None:
        self._memory = RunFolder(memory_folder())
        self._disk = RunFolder(None)

    def new(self, sample_rate: int, channels: int, frames: int | None) -> Track:
        """A new track of about so many frames (on disk if unknown), still empty."""
        size = frames * channels * 4 if frames is not None else IN_MEMORY_BYTES + 1
        fits = size <= IN_MEMORY_BYTES and shutil.disk_usage(self._memory.path).free > 4 * size
        folder = self._memory if fits else self._disk
        track = Track(str(folder.path / uuid.uuid4().hex), sample_rate, channels)
        _create(track.path, None)
        return track

    def file(self, name: str) -> str:
        """Where a file of that name may be written for other programs, in a folder of its own."""
        folder = self._disk.path / uuid.uuid4().hex
        folder.mkdir()
        return str(folder / name)

    def remove(self, track: Track) -> None:
        """Delete a track; readers that have it open keep what they see (elsewhere it goes with `close`)."""
        with contextlib.suppress(FileNotFoundError, PermissionError):
            os.unlink(track.path)

    def close(self) -> None:
        """Delete everything."""
        self._memory.close()
        self._disk.close()
