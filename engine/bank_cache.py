"""What this process has decoded of banks: facts about every recording, and the sound of those used last.

Short recordings are held in memory, up to a size that the user sets; one that is long is never held whole: it is read
through for its facts, and its sound at the working rate lies in a temporary file that is mapped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeAlias

import numpy as np

from .files.convert import resample
from .files.decode import joined, open_blocks
from .files.refused import refused

if TYPE_CHECKING:
    from .clip import Samples

CACHE_MB = 256
CACHE_VARIABLE = "VARIOPHONE_BANK_CACHE_MB"
"""The environment variable that says how much is held: processes inherit it from the one that starts them."""
LONG_BYTES = 128 * 2**20
"""A recording that decodes to more is long: about six minutes of stereo at 48 kHz."""
LONG_KEPT = 2
FACTS_KEPT = 100_000
SILENT = 1e-5
"""No sample of a silent recording lies above this, -100 dBFS: there is no noise to be raised, no room to be heard."""

Stamp: TypeAlias = tuple[object, ...]


def keep_in_memory(megabytes: int) -> None:
    """Hold so much of banks, here and in every process that is started from here."""
    os.environ[CACHE_VARIABLE] = str(megabytes)


def cache_bytes() -> int:
    """How much is held."""
    said = os.environ.get(CACHE_VARIABLE, "")
    return (int(said) if said.isdecimal() else CACHE_MB) * 2**20


def is_silent(samples: Samples) -> bool:
    """Whether there is nothing to hear."""
    return not samples.size or float(np.abs(samples).max()) <= SILENT


def stamp_of(path: str) -> Stamp:
    """What changes when the file does; a file that is gone is left to the reader to refuse."""
    try:
        facts = os.stat(path)
    except OSError:
        return (path,)
    return path, facts.st_ino, facts.st_size, facts.st_mtime_ns


@dataclass(frozen=True)
class Facts:
    """A recording as it lies on the disk: its size, whether it is silent, and the hash of its sound.

    The hash is SHA-256 of the rate, the channels and the float32 samples (little-endian, interleaved): the same in
    any container.
    """

    sample_rate: int
    channels: int
    frames: int
    silent: bool
    sha256: str

    @property
    def long(self) -> bool:
        """Whether it is too long to be held in memory."""
        return self.channels * self.frames * 4 > LONG_BYTES


class BankCache:
    """The facts and the sound; what was longest unused is dropped first, and a file that changed is read again."""

    def __init__(self) -> None:
        self._facts: OrderedDict[Stamp, Facts] = OrderedDict()
        self._held: OrderedDict[tuple[Stamp, int], Samples] = OrderedDict()
        self._long: OrderedDict[tuple[Stamp, int], Samples] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def facts(self, path: str) -> Facts:
        """What there is to know of a recording; raises `FileRefused`."""
        stamp = stamp_of(path)
        with self._lock:
            known = self._facts.get(stamp)
        return known or self._read(path, stamp)[0]

    def samples(self, path: str, sample_rate: int) -> Samples:
        """The recording at a rate, float32 (channels, frames), read-only; raises `FileRefused`."""
        stamp = stamp_of(path)
        found = self._find(stamp, sample_rate)
        if found is not None:
            return found
        with self._lock:
            facts = self._facts.get(stamp)
        own = self._find(stamp, facts.sample_rate) if facts is not None and not facts.long else None
        if facts is None or (own is None and not facts.long):
            facts, own = self._read(path, stamp)
        if own is None:
            return self._mapped(path, stamp, facts, sample_rate)
        return own if sample_rate == facts.sample_rate else self._put(stamp, sample_rate, _at(own, facts, sample_rate))

    def _find(self, stamp: Stamp, sample_rate: int) -> Samples | None:
        with self._lock:
            for shelf in (self._held, self._long):
                if (stamp, sample_rate) in shelf:
                    shelf.move_to_end((stamp, sample_rate))
                    return shelf[stamp, sample_rate]
        return None

    def _read(self, path: str, stamp: Stamp) -> tuple[Facts, Samples | None]:
        """Read the file through; gives its sound too, unless it is long."""
        info, blocks = open_blocks(path)
        hashed = _Hashed(info.sample_rate, info.channels)
        kept: list[Samples] = []
        for block in hashed.through(blocks):
            kept.append(block)
            if hashed.facts().long:
                kept.clear()
        facts = hashed.facts()
        with self._lock:
            self._facts[stamp] = facts
            while len(self._facts) > FACTS_KEPT:
                self._facts.popitem(last=False)
        if facts.long:
            return facts, None
        return facts, self._put(stamp, facts.sample_rate, joined(iter(kept), facts.channels, facts.frames))

    def _put(self, stamp: Stamp, sample_rate: int, samples: Samples) -> Samples:
        samples.flags.writeable = False
        with self._lock:
            if (stamp, sample_rate) not in self._held:
                self._held[stamp, sample_rate] = samples
                self._bytes += samples.nbytes
            while self._bytes > cache_bytes() and self._held:
                self._bytes -= self._held.popitem(last=False)[1].nbytes
        return samples

    def _mapped(self, path: str, stamp: Stamp, facts: Facts, sample_rate: int) -> Samples:
        frames = max(1, round(facts.frames * sample_rate / facts.sample_rate))
        size = frames * facts.channels * 4
        with tempfile.TemporaryFile() as file:
            if shutil.disk_usage(tempfile.gettempdir()).free < 2 * size:
                size_gb = f"{size / 1e9:.1f}"
                reason = f"decodes to {size_gb} GB, and there is no temporary space for it; cut it into shorter ones"
                raise refused(path, reason)
            _write_at(file, path, facts, sample_rate)
            file.truncate(size)
            mapped: Samples = np.memmap(file, np.float32, "r", shape=(frames, facts.channels)).T
        with self._lock:
            self._long[stamp, sample_rate] = mapped
            while len(self._long) > LONG_KEPT:
                self._long.popitem(last=False)
        return mapped


class _Hashed:
    """Sound on its way by, and what is known of it so far."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate, self._channels = sample_rate, channels
        self._digest = hashlib.sha256(f"{sample_rate} {channels}\n".encode())
        self._frames = 0
        self._silent = True

    def through(self, blocks: Iterator[Samples]) -> Iterator[Samples]:
        for block in blocks:
            self._digest.update(np.ascontiguousarray(block.T, dtype="<f4").data)
            self._frames += block.shape[1]
            self._silent = self._silent and is_silent(block)
            yield block

    def facts(self) -> Facts:
        return Facts(self._rate, self._channels, self._frames, self._silent, self._digest.hexdigest())


def _at(samples: Samples, facts: Facts, sample_rate: int) -> Samples:
    return resample(samples, facts.sample_rate, sample_rate)


def _write_at(file: IO[bytes], path: str, facts: Facts, sample_rate: int) -> None:
    """The file's sound at a rate, interleaved, block by block: soxr's HQ, as `resample` has it."""
    stream = None
    if sample_rate != facts.sample_rate:
        import soxr

        stream = soxr.ResampleStream(facts.sample_rate, sample_rate, facts.channels, dtype="float32", quality="HQ")
    for block in open_blocks(path)[1]:
        rows = np.ascontiguousarray(block.T)
        file.write((rows if stream is None else np.ascontiguousarray(stream.resample_chunk(rows))).data)
    if stream is not None:
        rest = np.zeros((0, facts.channels), np.float32)
        file.write(np.ascontiguousarray(stream.resample_chunk(rest, last=True)).data)
    file.flush()


cache = BankCache()
"""This process's own."""
