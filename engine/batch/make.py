"""Makes one output: the one path that an export and `reproduce` take from a prepared clip to a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..chain import GUARD
from ..clip import TimeMap
from ..dsp.levels import peak_of
from ..files.encode import encode, sha256_of
from ..render import Renderer, RenderError, check_samples, check_taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..banks import Banks
    from ..clip import Clip, Samples
    from ..recipe import Drawn, Recipe
    from ..transform import Numbers
    from .finish import Finish


@dataclass(frozen=True)
class Made:
    """The samples of an output before encoding, and what became of them on the way."""

    samples: Samples
    unchanged: bool
    time_map: TimeMap
    clipped: int = 0
    guard: dict[str, Any] | None = None
    banks: tuple[dict[str, Any], ...] = ()
    """The recordings that were played, each with where in it, as a manifest says it."""


Part: TypeAlias = tuple[int, int]
"""From a frame of the finished take up to another."""


def take(clip: Clip, recipe: Recipe | None, finish: Finish, banks: Banks, part: Part | None = None) -> Made:
    """Render a resolved recipe over a clip (None: the original) and finish it; raises `RenderError`, `BankError`.

    A part is cut from the whole finished take, so that its samples are the same as they are there.
    """
    check_samples(clip.samples)
    steps = recipe.steps if recipe is not None else ()
    taken = Renderer(clip.sample_rate, banks, keep_tail=finish.tail == "keep").take(clip.samples, steps)
    if not taken.samples.shape[1]:
        raise RenderError("the chain left no sound at all")
    check_taken(taken.samples)
    samples = finish.fitted(taken.samples, clip.sample_rate)
    before = finish.as_written(finish.fitted(clip.samples, clip.sample_rate))
    same = np.array_equal(finish.as_written(samples), before)
    samples, clipped = finish.clipped(_part_of(samples, part) if part else samples)
    return Made(
        samples, same and not clipped, taken.time_map, clipped, _guard_of(steps, taken.numbers),
        _played(steps, taken.numbers),
    )  # fmt: skip


def _guard_of(steps: Sequence[Drawn], numbers: Mapping[str, Numbers]) -> dict[str, Any] | None:
    """What the guard at the end of the chain found and did; None where there is none."""
    found = numbers.get(GUARD)
    if found is None:
        return None
    shown = {name: round(found[name], 4) for name in ("gain_db", "peak_db", "true_peak_db") if name in found}
    return {"mode": dict(steps[-1].values)["mode"]} | shown


def _played(steps: Sequence[Drawn], numbers: Mapping[str, Numbers]) -> tuple[dict[str, Any], ...]:
    """The recordings that the steps play, each with the places that its step found to begin at.

    A step says so by numbers named `offset_s` for its one recording, `offset_s_2` for its second one, or
    `offset_s_2_7` for the seventh place at which it plays that; of a region's stretches each has its own.
    """
    lines = []
    for step in steps:
        found = [(name.rpartition(" ")[2], at) for name, at in numbers.get(step.id, {}).items()]
        for number, material in enumerate(step.materials, start=1):
            name = f"offset_s_{number}"
            offsets = [round(at, 6) for of, at in found if of in ("offset_s", name) or of.startswith(f"{name}_")]
            where = {"offset_s": offsets[0] if len(offsets) == 1 else offsets} if offsets else {}
            lines.append({"step": step.id} | dict(vars(material)) | where)
    return tuple(lines)


def _part_of(samples: Samples, part: Part) -> Samples:
    first, end = part
    if not 0 <= first < end <= samples.shape[1]:
        raise RenderError(f"the take has {samples.shape[1]} frames, and no part from {first} to {end}")
    return samples[:, first:end]


def lies_inside(folder: str | Path, path: Path) -> bool:
    """Whether a path below the folder is truly there, and no folder between is a link to elsewhere."""
    return Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(folder))


def write(folder: str, name: str, made: Made, sample_rate: int, finish: Finish) -> dict[str, Any]:
    """Write an output below the folder; gives the facts about the file for its manifest line."""
    path = Path(folder, name)
    if not lies_inside(folder, path):
        raise RenderError(f"{name} would be written outside the output folder: a folder in it is a link")
    path.parent.mkdir(parents=True, exist_ok=True)
    encode(path, made.samples, sample_rate, finish.encoding)
    return facts(made.samples, sample_rate) | {
        "output": name,
        "output_sha256": sha256_of(path),
        "guard": made.guard,
        "clipped": made.clipped,
        "unchanged": made.unchanged,
        "banks": list(made.banks),
    }


def facts(samples: Samples, sample_rate: int) -> dict[str, Any]:
    """Rate, size, peak and loudness of samples; the loudness of silence is None."""
    from ..dsp.loudness import integrated_loudness

    measured = integrated_loudness(samples, sample_rate)
    return {
        "sample_rate": sample_rate,
        "channels": int(samples.shape[0]),
        "frames": int(samples.shape[1]),
        "peak": round(peak_of(samples), 6),
        "loudness": round(measured, 2) if np.isfinite(measured) else None,
    }
