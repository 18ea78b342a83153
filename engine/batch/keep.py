"""Keeps one take: the very file that an export would write for a source and variant, or a part of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..banks import Banks
from ..files.convert import prepare
from ..files.encode import sha256_of
from ..files.refused import shown, shown_name
from ..whole import write_whole
from .make import Part
from .manifest import ManifestError, find_line, manifest_text
from .work import Order, Task, made

if TYPE_CHECKING:
    from ..chain import Chain
    from ..clip import TimeMap
    from ..files.scan import Found
    from .finish import Finish


class NotKept(Exception):
    """A take cannot be written there; the message is one sentence that says what to do."""


@dataclass(frozen=True, kw_only=True)
class KeepRequest:
    """Write variant `variant` of a source as `path`, and its manifest line beside it if `described`.

    `sources` are recordings that are never written over. `part` keeps only these frames of the take.
    """

    path: str
    source: Found
    chain: Chain
    seed: int
    variant: int
    finish: Finish
    banks: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    part: Part | None = None
    described: bool = True

    def run(self) -> str:
        """Gives the path; raises `NotKept` and what rendering and files raise."""
        path = Path(self.path)
        self._check_target(path)
        self.finish.check()
        order = Order(self.chain, self.seed, self.finish, self.banks, str(path.parent))
        task = Task(order, self.source, self.variant, path.name)
        clip = prepare(self.source.path, self.finish.sample_rate, self.finish.channels)
        digest = sha256_of(self.source.path)
        line = made(task, clip, digest, Banks(dict(self.banks)), self.part)
        if self.described:
            write_whole(description_of(path), manifest_text([line]))
        return self.path

    def _check_target(self, path: Path) -> None:
        """What is written may take the place of no recording, and join no bank."""
        if path.is_dir():
            raise NotKept(f"{shown_name(path)} is a folder; give the take a name of its own")
        if path.exists() and any(_same(path, source) for source in (self.source.path, *self.sources)):
            raise NotKept(f"{shown_name(path)} is a recording of the library and is never changed; choose another name")
        folder = Path(os.path.realpath(path.parent))
        for name, bank in self.banks:
            if bank and folder.is_relative_to(os.path.realpath(bank)):
                raise NotKept(f"{shown(bank)} is the folder of the bank {name}, which it would join; choose another")
        if self.described and description_of(path).exists() and not _describes(path):
            raise NotKept(f"{shown_name(description_of(path))} is there and is not of a take; choose another name")


def description_of(path: Path) -> Path:
    """The file beside a take that says how it was made: a manifest of that one line."""
    return path.with_name(f"{path.name}.json")


def frames_of(region: tuple[float, float], time_map: TimeMap, sample_rate: int) -> Part | None:
    """The frames of a take that a stretch of its source became, None where the take has nothing of it."""
    first, end = sorted(round(time_map.to_out(at) * sample_rate) for at in region)
    end = min(end, round(time_map.duration_s * sample_rate))
    return (first, end) if end > first else None


def _same(path: Path, source: str) -> bool:
    try:
        return os.path.samefile(path, source)
    except OSError:
        return False


def _describes(path: Path) -> bool:
    try:
        return "output_sha256" in find_line(description_of(path), path.name)
    except ManifestError:
        return False
