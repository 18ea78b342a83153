"""Banks: folders of recordings that steps play from, known to chains by a name and bound to a folder by the user.

Which recording a step gets is a pure function of the step's key and the recordings' paths below the folder, by
rendezvous hashing (Thaler and Ravishankar 1998): each path is hashed with the key and the highest wins, so adding
or removing a recording changes few choices. What was chosen goes into the recipe with the hash of its sound.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from .chain import bank_of
from .clip import Clip, Samples
from .files.convert import prepare, resample
from .files.probe import FileRefused, probe
from .files.refused import shown
from .files.scan import Found, scan, walk
from .recipe import Drawn, Material, Recipe

CACHE_BYTES = 256 * 2**20
FOLDERS_KEPT = 8
TIME_STEP_NS = 2_000_000_000
"""File systems may count so coarsely: what came twice within it has left one time behind."""
UNSETTLED = -1


class BankError(Exception):
    """A bank or a recording in it cannot be used; the message is one sentence that says what to do."""


class Banks:
    """Names bound to folders. Pickles as the bindings alone; decoded recordings are cached by the process."""

    def __init__(self, bindings: Mapping[str, str]) -> None:
        self._bindings = dict(bindings)
        self._listed: dict[str, dict[str, Found]] = {}

    def __getstate__(self) -> dict[str, object]:
        return {"_bindings": self._bindings, "_listed": {}}

    def check(self, names: Iterable[str]) -> None:
        """Raise `BankError` unless each of these banks is bound to a folder with a recording that can be read."""
        for name in sorted(names):
            self._first_readable(name, list(self._recordings(name).values()))

    def resolve(self, recipe: Recipe) -> Recipe:
        """The recipe with a recordings for each step that plays some and has none yet; raises `BankError`."""
        return replace(recipe, steps=tuple(self._resolved(step) for step in recipe.steps))

    def load(self, material: Material, sample_rate: int) -> Samples:
        """The recording that a recipe names, float32 (channels, frames) at a rate, read-only; raises `BankError`.

        Its sound must still be what it was when the recipe was made.
        """
        found = self._recordings(material.bank).get(material.path)
        if found is None:
            raise BankError(
                f"the recording {shown(material.path)} of bank {material.bank} is not in "
                f"{shown(self._bindings[material.bank])} any more; put it back, or draw again"
            )
        try:
            entry = _cache.get(found.path, sample_rate)
        except FileRefused as error:
            raise BankError(f"bank {material.bank}: {error}") from None
        if entry.sha256 != material.sha256:
            raise BankError(
                f"the recording {shown(material.path)} of bank {material.bank} sounds different from what it was "
                "when the recipe was made; put the old one back, or draw again"
            )
        return entry.clip.samples

    def _resolved(self, step: Drawn) -> Drawn:
        name = bank_of(step)
        if name is None or step.materials:
            return step
        wanted = step.build().recordings_wanted()
        found = tuple(itertools.islice(self._ranked(name, bytes.fromhex(step.key)), wanted))
        if not found:
            raise self._none_readable(name, list(self._recordings(name).values()))
        return replace(step, materials=tuple(itertools.islice(itertools.cycle(found), wanted)))

    def _ranked(self, name: str, key: bytes) -> Iterator[Material]:
        """The bank's recordings that can be read, the key's first choice first."""
        recordings = self._recordings(name)
        for path in sorted(recordings, key=lambda path: _score(key, path), reverse=True):
            try:
                entry = _cache.get(recordings[path].path, None)
            except FileRefused:
                continue
            yield Material(name, path, entry.sha256)

    def _recordings(self, name: str) -> dict[str, Found]:
        """The bank's recordings by their path below its folder, listed once."""
        if name not in self._listed:
            self._listed[name] = self._list(name)
        return self._listed[name]

    def _list(self, name: str) -> dict[str, Found]:
        folder = self._bindings.get(name)
        if not folder:
            raise BankError(
                f"the chain plays from the bank {name}, which is not bound to a folder of recordings: "
                f"choose its folder in the step's card, or add --bank {name}=DIR to the command"
            )
        try:
            found = _listings.get(folder)
        except (FileRefused, OSError) as error:
            raise BankError(f"bank {name} is bound to {shown(folder)}, and {error}; choose another folder") from None
        if not found:
            raise BankError(f"bank {name} is bound to {shown(folder)}, which holds no recording; choose another folder")
        return found

    def _first_readable(self, name: str, recordings: list[Found]) -> Found:
        for found in recordings:
            try:
                probe(found.path)
            except FileRefused:
                continue
            return found
        raise self._none_readable(name, recordings)

    def _none_readable(self, name: str, recordings: list[Found]) -> BankError:
        try:
            probe(recordings[0].path)
            reason = f"{shown(recordings[0].source_id)} is damaged"
        except FileRefused as error:
            reason = str(error)
        folder = shown(self._bindings[name])
        return BankError(f"bank {name}: none of the {len(recordings)} recordings in {folder} can be read ({reason})")


def fingerprint(folder: str) -> str:
    """What changes when a recording of a bank's folder comes, goes or is written anew; empty for no such folder.

    It asks the disk about every recording, so it is for workers.
    """
    try:
        paths = [found.path for found in _listings.get(folder).values()]
    except (FileRefused, OSError):
        return ""
    return hashlib.sha256(repr([_stamp(path) for path in paths]).encode()).hexdigest()


@dataclass(frozen=True)
class CheckBanks:
    """Look whether banks can be played from, each by its name and folder."""

    bindings: tuple[tuple[str, str], ...]

    def run(self) -> dict[str, str]:
        """The sentence for each bank that cannot."""
        banks, troubles = Banks(dict(self.bindings)), {}
        for name, _folder in self.bindings:
            try:
                banks.check((name,))
            except BankError as error:
                troubles[name] = str(error)
        return troubles


def sound_hash(clip: Clip) -> str:
    """SHA-256 of a recording's rate, channels and float32 samples (little-endian, interleaved), in any container."""
    digest = hashlib.sha256(f"{clip.sample_rate} {clip.channels}\n".encode())
    digest.update(np.ascontiguousarray(clip.samples.T, dtype="<f4").data)
    return digest.hexdigest()


def _score(key: bytes, path: str) -> bytes:
    return hashlib.blake2b(path.encode(), key=key, digest_size=16, person=b"variophone bank").digest()


@dataclass(frozen=True)
class _Entry:
    """A decoded recording, at its own rate or another, and the hash of its sound at its own."""

    clip: Clip
    sha256: str


class _Cache:
    """Decoded recordings of this process, the longest unused dropped first; a file that changed is read again."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: OrderedDict[tuple[object, ...], _Entry] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, path: str, sample_rate: int | None) -> _Entry:
        """The recording at a rate (None: its own); raises `FileRefused`."""
        key = (*_stamp(path), sample_rate)
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        if sample_rate is None:
            clip = prepare(path, None, "keep")
            return self._put(key, _Entry(clip, sound_hash(clip)))
        own = self.get(path, None)
        if own.clip.sample_rate == sample_rate:
            return own
        made = resample(own.clip.samples, own.clip.sample_rate, sample_rate)
        return self._put(key, _Entry(Clip(made, sample_rate), own.sha256))

    def _put(self, key: tuple[object, ...], entry: _Entry) -> _Entry:
        with self._lock:
            if key not in self._entries:
                self._entries[key] = entry
                self._bytes += entry.clip.samples.nbytes
            while self._bytes > self._limit and self._entries:
                self._bytes -= self._entries.popitem(last=False)[1].clip.samples.nbytes
        return entry


_cache = _Cache(CACHE_BYTES)


class _Listings:
    """The recordings of folders by their path below them, listed again when something came or went."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[dict[str, int], dict[str, Found]]] = OrderedDict()

    def get(self, folder: str) -> dict[str, Found]:
        """The folder's recordings; raises `FileRefused`."""
        walked, found = self._kept.pop(folder, ({}, {}))
        if not walked or any(_changed_ns(one) != changed for one, changed in walked.items()):
            walked, found = _listed(folder)
        self._kept[folder] = walked, found
        while len(self._kept) > FOLDERS_KEPT:
            self._kept.popitem(last=False)
        return found


def _listed(folder: str) -> tuple[dict[str, int], dict[str, Found]]:
    """When something last came into each folder below that one or left it, and the recordings in them."""
    root = os.path.abspath(folder)
    if not os.path.isdir(root):
        return {}, {one.source_id: one for one in scan([folder])}
    walked: dict[str, int] = {}
    found: list[Found] = []
    for below, ones in walk(root):
        changed = _changed_ns(below)
        walked[below] = changed if time.time_ns() - changed > TIME_STEP_NS else UNSETTLED
        found += ones
    return walked, {one.source_id: one for one in sorted(found, key=lambda one: one.source_id)}


def _changed_ns(folder: str) -> int:
    """When something last came into a folder or left it; never the same for one that is gone."""
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return time.time_ns()


_listings = _Listings()


def _stamp(path: str) -> tuple[object, ...]:
    """What changes when the file does; a file that is gone is left to the reader to refuse."""
    try:
        facts = os.stat(path)
    except OSError:
        return (path,)
    return path, facts.st_ino, facts.st_size, facts.st_mtime_ns
