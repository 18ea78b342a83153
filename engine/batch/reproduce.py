"""Makes one output of an export again from its manifest line, and says how near it came."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from ..banks import Banks
from ..files.convert import prepare
from ..files.decode import read
from ..files.encode import EncodeError, sha256_of
from ..files.scan import scan
from ..params import SettingError
from ..recipe import Recipe
from . import make
from .finish import Finish
from .manifest import ManifestError, find_line, start_of

AGREES_DB = -100.0


@dataclass(frozen=True)
class Reproduced:
    """How an output that was made again compares; `residual_db` is the difference's RMS, None if not compared."""

    identical: bool
    residual_db: float | None

    @property
    def agrees(self) -> bool:
        """Whether it is the same output."""
        return self.identical or (self.residual_db is not None and self.residual_db <= AGREES_DB)


def reproduce(manifest: Path, output: str, out: Path, source_root: Path | None, banks: Mapping[str, str]) -> Reproduced:
    """Write `output` of the manifest again to `out`; raises `ManifestError` and what rendering and files raise."""
    line = find_line(manifest, output)
    start = start_of(manifest.parent)
    recipe, finish, part = _read(manifest, output, line)
    roots = _roots(start, source_root)
    source = _source(line, roots)
    first = manifest.parent / output
    _check_apart(out, source, [manifest.parent, *roots])
    clip = prepare(source, finish.sample_rate, finish.channels)
    taken = make.take(clip, recipe, finish, Banks({**_banks(start), **banks}), part)
    make.write(str(out.parent), out.name, taken, clip.sample_rate, finish)
    if sha256_of(out) == line["output_sha256"]:
        return Reproduced(True, None)
    return Reproduced(False, _residual_db(first, out) if first.is_file() else None)


def plugins_of(manifest: Path, output: str) -> list[str]:
    """The digests of the plugins that an output was made with; raises `ManifestError`."""
    recipe, _, _ = _read(manifest, output, find_line(manifest, output))
    return [step.plugin.digest for step in (recipe.steps if recipe else ()) if step.plugin is not None]


def _read(manifest: Path, output: str, line: Mapping[str, Any]) -> tuple[Recipe | None, Finish, make.Part | None]:
    if "error" in line:
        raise ManifestError(f"{manifest}: {output} could not be made then: {line['error']}")
    try:
        recipe = Recipe.from_data(line["recipe"]) if line["variant"] else None
        first, end = line.get("part", (0, 0))
        return recipe, Finish.from_data(line["finish"]), (int(first), int(end)) if end else None
    except (KeyError, TypeError, ValueError, SettingError, EncodeError) as error:
        raise ManifestError(f"{manifest}: the line of {output} is not as this program writes it: {error}") from None


def _check_apart(out: Path, source: Path, holding: list[Path]) -> None:
    """No file is written beside the source, or in place of one of the folders that hold sources and outputs."""
    folder = Path(os.path.realpath(out.parent))
    if folder == Path(os.path.realpath(source.parent)):
        raise ManifestError(f"{out} would lie beside the source; give another --out")
    if out.is_dir():
        raise ManifestError(f"{out} is a folder; give the name of the file to write with --out")
    if out.exists() and any(folder.is_relative_to(os.path.realpath(kept)) for kept in holding):
        raise ManifestError(f"{out} is there already, among the sources or outputs; give another --out")


def _roots(start: Mapping[str, Any], source_root: Path | None) -> list[Path]:
    if source_root is not None:
        return [source_root]
    roots = start.get("roots")
    return [Path(root) for root in roots if isinstance(root, str)] if isinstance(roots, list) else []


def _banks(start: Mapping[str, Any]) -> dict[str, str]:
    banks = start.get("banks")
    return {str(name): str(folder) for name, folder in banks.items()} if isinstance(banks, dict) else {}


def _source(line: Mapping[str, Any], roots: list[Path]) -> Path:
    """The source's file, known by its hash."""
    name, wanted = str(line.get("source")), line.get("source_sha256")
    there = [path for root in roots if root.is_dir() for path in _candidates(root, name)]
    for path in there:
        if sha256_of(path) == wanted:
            return path
    if there:
        raise ManifestError(f"{there[0]} is not what it was when the export was made; its content has changed")
    raise ManifestError(f"the source {name} was not found; give the folder it lies in with --source-root")


def _candidates(root: Path, name: str) -> list[Path]:
    """The file of that id; its name on the disk may be in another Unicode form."""
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts:
        return []
    path = root / inside
    if path.is_file():
        return [path]
    return [Path(found.path) for found in scan([root]) if found.source_id == name]


def _residual_db(first: Path, second: Path) -> float | None:
    one, two = read(first).samples, read(second).samples
    if one.shape != two.shape:
        return None
    rms = float(np.sqrt(np.mean(np.square(one.astype(np.float64) - two))))
    return 20 * math.log10(rms) if rms > 0 else -math.inf
