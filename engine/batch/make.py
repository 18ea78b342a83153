"""Makes one output: the one path that an export and `reproduce` take from a prepared clip to a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..clip import TimeMap
from ..dsp.levels import peak_of
from ..files.encode import encode, sha256_of
from ..render import Renderer, RenderError, check_samples, check_taken

if TYPE_CHECKING:
    from ..banks import Banks
    from ..clip import Clip, Samples
    from ..recipe import Recipe
    from .finish import Finish


@dataclass(frozen=True)
class Made:
    """The samples of an output before encoding, and what became of them on the way."""

    samples: Samples
    scaled_db: float
    unchanged: bool
    time_map: TimeMap


Part: TypeAlias = tuple[int, int]
"""From a frame of the finished take up to another."""


def take(clip: Clip, recipe: Recipe | None, finish: Finish, banks: Banks, part: Part | None = None) -> Made:
    """Render a resolved recipe over a clip (None: the original) and finish it; raises `RenderError`, `BankError`.

    A part is cut from the whole finished take, so that its samples are the same as they are there.
    """
    check_samples(clip.samples)
    rendered, time_map = clip.samples, TimeMap.identity(clip.duration_s)
    if recipe is not None:
        renderer = Renderer(clip.sample_rate, banks, keep_tail=finish.tail == "keep")
        taken = renderer.take(clip.samples, recipe.steps)
        rendered, time_map = taken.samples, taken.time_map
    if not rendered.shape[1]:
        raise RenderError("the chain left no sound at all")
    check_taken(rendered)
    samples, scaled_db = finish.guarded(finish.fitted(rendered, clip.sample_rate), clip.sample_rate)
    before = finish.as_written(finish.fitted(clip.samples, clip.sample_rate))
    unchanged = np.array_equal(finish.as_written(samples), before)
    return Made(_part_of(samples, part) if part else samples, scaled_db, unchanged, time_map)


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
        "scaled_db": made.scaled_db,
        "unchanged": made.unchanged,
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
