"""What a worker process does with one source: decode it once, then make each of its outputs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from ..banks import BankError, Banks
from ..chain import Chain
from ..clip import Clip
from ..files.convert import prepare
from ..files.encode import EncodeError, sha256_of
from ..files.refused import FileRefused
from ..params import SettingError
from ..recipe import Recipe
from ..render import RenderError
from ..versions import versions
from . import make
from .finish import Finish
from .plan import Job
from .pool import WorkerDied, stopping

REFUSALS = (BankError, EncodeError, FileRefused, RenderError, SettingError, WorkerDied)


@dataclass(frozen=True)
class Task:
    """A job with all that is needed to do it."""

    job: Job
    chain: Chain
    seed: int
    finish: Finish
    banks: tuple[tuple[str, str], ...]
    out: str


@dataclass(frozen=True)
class Done:
    """The manifest lines of what was made or failed (fewer than asked for when stopped), and the seconds taken."""

    lines: tuple[dict[str, Any], ...]
    seconds: float


@cache
def _banks(bindings: tuple[tuple[str, str], ...]) -> Banks:
    return Banks(dict(bindings))


@lru_cache(maxsize=1)
def _decoded(path: str, sample_rate: int | None, channels: str) -> tuple[Clip, str]:
    """A source and the hash of its file; kept, since the next task of this worker is often of the same source."""
    return prepare(path, sample_rate, channels), sha256_of(path)


def work(task: Task) -> Done:
    """Make all outputs of a task."""
    start = time.monotonic()
    outputs = task.job.outputs
    try:
        clip, digest = _decoded(task.job.source.path, task.finish.sample_rate, task.finish.channels)
    except Exception as error:
        lines = [failed(task, variant, name, sentence(error)) for variant, name in outputs]
    else:
        lines = []
        for variant, name in outputs:
            if stopping():
                break
            lines.append(_line(task, variant, name, clip, digest))
    return Done(tuple(lines), time.monotonic() - start)


def _line(task: Task, variant: int, name: str, clip: Clip, digest: str) -> dict[str, Any]:
    """Make one output; gives its manifest line, with the error where it could not be made."""
    try:
        return made(task, variant, name, clip, digest, _banks(task.banks))
    except Exception as error:
        return failed(task, variant, name, sentence(error))


def made(
    task: Task, variant: int, name: str, clip: Clip, digest: str, banks: Banks, part: make.Part | None = None
) -> dict[str, Any]:
    """Make one output, or a part of it; gives its manifest line. Raises what rendering and files raise."""
    recipe = recipe_of(task, variant, banks)
    taken = make.take(clip, recipe, task.finish, banks, part)
    facts = make.write(task.out, name, taken, clip.sample_rate, task.finish)
    return head(task, variant, name) | {
        "source_sha256": digest,
        "recipe": recipe.to_data() if recipe else None,
        "banks": _materials(recipe),
        "finish": task.finish.to_data(),
        **facts,
        **({"part": part} if part else {}),
        "versions": versions(),
    }


def recipe_of(task: Task, variant: int, banks: Banks) -> Recipe | None:
    """The resolved recipe of one variant; the original has none."""
    if variant == 0:
        return None
    return banks.resolve(task.chain.draw(task.seed, task.job.source.source_id, variant))


def _materials(recipe: Recipe | None) -> list[dict[str, Any]]:
    steps = recipe.steps if recipe else ()
    return [dict(vars(step.material)) for step in steps if step.material]


def head(task: Task, variant: int, name: str) -> dict[str, Any]:
    """What every manifest line starts with."""
    return {
        "source": task.job.source.source_id,
        "label": task.job.source.label,
        "variant": variant,
        "seed": task.seed,
        "output": name,
    }


def failed(task: Task, variant: int, name: str, reason: str) -> dict[str, Any]:
    """The manifest line of an output that could not be made."""
    return head(task, variant, name) | {"error": reason}


def sentence(error: BaseException) -> str:
    """An error as one sentence for the user."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    if isinstance(error, OSError):
        return f"the system refused: {error.strerror or error}"
    if isinstance(error, REFUSALS):
        return str(error)
    return f"a fault in the program: {type(error).__name__}: {' '.join(str(error).split())}; please report it"
