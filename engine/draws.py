"""Keyed randomness: every number that is drawn is a pure function of what it is for.

A `Key` is made from the seed, the source's id, the variant and the step's id by blake2b (never Python's
salted hash). Asking it for a number by name reads that name's hash; asking it for a generator seeds SFC64
with it. Nothing is drawn in sequence, so no draw depends on another draw, on their order or on a process.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from .clip import Samples

KEY_BYTES = 16
_UNIT = 2.0**-53


def _hash(parts: tuple[str | int | bytes, ...], size: int) -> bytes:
    """Hash parts unambiguously: each is preceded by its type and length."""
    digest = hashlib.blake2b(digest_size=size, person=b"variophone draw")
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        digest.update(f"{type(part).__name__}:{len(data)}:".encode())
        digest.update(data)
    return digest.digest()


@dataclass(frozen=True)
class Key:
    """What one step of one variant of one source draws from."""

    value: bytes

    @classmethod
    def of(cls, *parts: str | int) -> Key:
        """The key for something named by these parts; the same parts give the same key everywhere."""
        named = tuple(unicodedata.normalize("NFC", part) if isinstance(part, str) else part for part in parts)
        return cls(_hash(named, KEY_BYTES))

    @classmethod
    def from_hex(cls, text: str) -> Key:
        """The key that a recipe stores as text."""
        return cls(bytes.fromhex(text))

    @property
    def hex(self) -> str:
        """The key as text, for a recipe."""
        return self.value.hex()

    def uniform(self, *parts: str | int) -> float:
        """A number from [0, 1) with 53 random bits, for the thing that the parts name."""
        return (int.from_bytes(_hash((self.value, *parts), 8), "little") >> 11) * _UNIT

    def generator(self, *parts: str | int) -> np.random.Generator:
        """A fresh generator for the thing that the parts name; SFC64 measured fastest for normal noise."""
        words = np.frombuffer(_hash((self.value, *parts), 32), dtype="<u4")
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence(words.tolist())))


@dataclass(frozen=True)
class Draw:
    """What a step is given to run with beyond its parameters: its key and the bank recordings it got."""

    key: Key
    loads: tuple[Callable[[], Samples], ...] = field(default=(), compare=False)

    def recording(self, number: int = 0) -> Samples:
        """One of its bank recordings at the working rate, float32 (channels, frames); cached by the bank."""
        if number >= len(self.loads):
            raise LookupError("this step was given no such bank recording")
        return self.loads[number]()
