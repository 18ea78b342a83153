"""Banks: folders of recordings that steps play from, known to chains by a name and bound to a folder by the user.

Which recording a step gets is a pure function of the step's key and the recordings' paths below the folder, by
rendezvous hashing (Thaler and Ravishankar 1998): each path is hashed with the key and the highest wins, so adding
or removing a recording changes few choices. What was chosen goes into the recipe with the hash of its sound.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from .bank_cache import cache as _cache
from .bank_cache import is_silent, stamp_of
from .chain import bank_of
from .clip import Samples
from .files.decode import open_blocks
from .files.refused import FileRefused, shown, shown_name
from .files.scan import Found, scan, walk
from .recipe import Drawn, Material, Recipe

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
        self._skipped: set[tuple[str, str]] = set()
        self._new: list[tuple[str, str]] = []

    def __getstate__(self) -> dict[str, object]:
        return {"_bindings": self._bindings, "_listed": {}, "_skipped": set(), "_new": []}

    def check(self, names: Iterable[str]) -> None:
        """Raise `BankError` unless each of these banks is bound to a folder with a recording that can be played."""
        for name in sorted(names):
            self._check(name)

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
            same = _cache.facts(found.path).sha256 == material.sha256
            samples = _cache.samples(found.path, sample_rate)
        except FileRefused as error:
            raise BankError(f"bank {material.bank}: {error}") from None
        if not same:
            raise BankError(
                f"the recording {shown(material.path)} of bank {material.bank} sounds different from what it was "
                "when the recipe was made; put the old one back, or draw again"
            )
        return samples

    def _resolved(self, step: Drawn) -> Drawn:
        name = bank_of(step)
        if name is None or step.materials:
            return step
        wanted = step.build().recordings_wanted()
        found = tuple(itertools.islice(self._ranked(name, bytes.fromhex(step.key)), wanted))
        if not found:
            raise self._none_usable(name, list(self._recordings(name).values()))
        return replace(step, materials=tuple(itertools.islice(itertools.cycle(found), wanted)))

    def _ranked(self, name: str, key: bytes) -> Iterator[Material]:
        """The bank's recordings that can be played, the key's first choice first."""
        recordings = self._recordings(name)
        for path in sorted(recordings, key=lambda path: _score(key, path), reverse=True):
            if (name, path) in self._skipped:
                continue
            try:
                facts = _cache.facts(recordings[path].path)
            except FileRefused as error:
                why = str(error).removeprefix(shown_name(recordings[path].path))
                self._skip(name, path, f"{shown(path)}{why}")
                continue
            if facts.silent:
                self._skip(name, path, f"{shown(path)} is silent")
                continue
            yield Material(name, path, facts.sha256)

    def _skip(self, name: str, path: str, reason: str) -> None:
        self._skipped.add((name, path))
        self._new.append((name, reason))

    def newly_skipped(self) -> tuple[tuple[str, str], ...]:
        """The bank and a sentence of each recording that was passed over since this was last asked."""
        new, self._new = tuple(self._new), []
        return new

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

    def _check(self, name: str) -> None:
        """Look for a recording that can be played, no further into each than to its first sound."""
        recordings = list(self._recordings(name).values())
        if not any(_is_heard(found.path) for found in recordings):
            raise self._none_usable(name, recordings)

    def _none_usable(self, name: str, recordings: list[Found]) -> BankError:
        reasons = [_refusal(found) for found in recordings]
        folder, count = shown(self._bindings[name]), len(recordings)
        reason = next((reason for reason in reasons if reason), "")
        if reason and count == 1:
            return BankError(
                f"bank {name}: the only recording in {folder} cannot be used ({reason}); choose another folder"
            )
        if reason:
            return BankError(
                f"bank {name}: none of the {count} recordings in {folder} can be used ({reason}); choose another folder"
            )
        if count == 1:
            return BankError(f"bank {name}: the only recording in {folder} is silent; choose another folder")
        return BankError(f"bank {name}: all recordings in {folder} are silent; choose another folder")


def _is_heard(path: str) -> bool:
    """Whether there is anything to hear in a recording; what lies behind its first sound is not looked at."""
    try:
        return any(not is_silent(block) for block in open_blocks(path)[1])
    except FileRefused:
        return False


def _refusal(found: Found) -> str:
    """Why a recording cannot be read, empty for one that can: that one is silent."""
    try:
        for _ in open_blocks(found.path)[1]:
            pass
    except FileRefused as error:
        return str(error)
    return ""


def fingerprint(folder: str) -> str:
    """What changes when a recording of a bank's folder comes, goes or is written anew; empty for no such folder.

    It asks the disk about every recording, so it is for workers.
    """
    try:
        paths = [found.path for found in _listings.get(folder).values()]
    except (FileRefused, OSError):
        return ""
    return hashlib.sha256(repr([stamp_of(path) for path in paths]).encode()).hexdigest()


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


def _score(key: bytes, path: str) -> bytes:
    return hashlib.blake2b(path.encode(), key=key, digest_size=16, person=b"variophone bank").digest()


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
