"""What a worker process does for one output: decode its source, which it keeps for the next, render and write."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from ..banks import BankError, Banks
from ..chain import Chain
from ..clip import Clip
from ..files import labels
from ..files.convert import prepare
from ..files.encode import EncodeError, sha256_of
from ..files.refused import FileRefused
from ..files.scan import Found
from ..params import SettingError
from ..plugins.fault import PluginFault
from ..recipe import Recipe
from ..render import RenderError
from ..versions import versions
from . import make, moved
from .finish import Finish
from .pool import WorkerDied

REFUSALS = (BankError, EncodeError, FileRefused, PluginFault, RenderError, SettingError, WorkerDied)


@dataclass(frozen=True)
class Order:
    """What is the same for every output of an export; `labelled` puts a source's labels beside its outputs."""

    chain: Chain
    seed: int
    finish: Finish
    banks: tuple[tuple[str, str], ...]
    out: str
    labelled: bool = False


@dataclass(frozen=True)
class Task:
    """One output to make; `former` is its line of an earlier export, to be kept if it is still true."""

    order: Order
    source: Found
    variant: int
    name: str
    former: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Done:
    """An output's manifest line, with the error where it could not be made, and what it took.

    `kept` is whether it was there already; `size` is in bytes. `skipped` are recordings of banks that could not be
    played, each said once by each worker: (where, why).
    """

    line: Mapping[str, Any]
    seconds: float = 0.0
    kept: bool = False
    size: int = 0
    skipped: tuple[tuple[str, str], ...] = ()


@cache
def _banks(bindings: tuple[tuple[str, str], ...]) -> Banks:
    return Banks(dict(bindings))


@lru_cache(maxsize=1)
def _decoded(path: str, sample_rate: int | None, channels: str) -> Clip | str:
    """A source, or why it cannot be used; kept, since the next task of this worker is often of the same source."""
    try:
        return prepare(path, sample_rate, channels)
    except Exception as error:
        return sentence(error)


@lru_cache(maxsize=1)
def _digest(path: str) -> str:
    return sha256_of(path)


def work(task: Task) -> Done:
    """Make one output, unless it is there already."""
    start = time.monotonic()
    try:
        kept = _is_there(task)
        line = dict(task.former) if kept and task.former else _line(task)
        size = 0 if "error" in line else Path(task.order.out, task.name).stat().st_size
    except Exception as error:
        kept, size, line = False, 0, failed(task, sentence(error))
    return Done(line, time.monotonic() - start, kept, size, _banks(task.order.banks).newly_skipped())


def _is_there(task: Task) -> bool:
    """Whether an earlier export made what would be made now, and its file is what it wrote."""
    if task.former is None or "error" in task.former:
        return False
    path = Path(task.order.out, task.name)
    if not path.is_file() or not make.lies_inside(task.order.out, path):
        return False
    banks = _banks(task.order.banks)
    wanted = json.loads(json.dumps(_decided(task, recipe_of(task, banks), _digest(task.source.path))))
    true = all(task.former.get(name) == value for name, value in wanted.items())
    true = true and task.former.get("labels_of") == wanted.get("labels_of")
    whole = sha256_of(path) == task.former.get("output_sha256")
    return true and whole and moved.are_there(task.order.out, task.former)


def _decided(task: Task, recipe: Recipe | None, digest: str) -> dict[str, Any]:
    """What decides an output's sound, as its manifest line says it."""
    return head(task) | {
        "source_sha256": digest,
        "recipe": recipe.to_data() if recipe else None,
        **({"idle": idle} if recipe and (idle := recipe.idle()) else {}),
        **(moved.source_of(task.source.path) if task.order.labelled else {}),
        "finish": task.order.finish.to_data(),
        "versions": versions(),
    }


def _line(task: Task) -> dict[str, Any]:
    """Make one output; gives its manifest line."""
    finish = task.order.finish
    clip = _decoded(task.source.path, finish.sample_rate, finish.channels)
    if isinstance(clip, str):
        return failed(task, clip)
    return made(task, clip, _digest(task.source.path), _banks(task.order.banks))


def made(task: Task, clip: Clip, digest: str, banks: Banks, part: make.Part | None = None) -> dict[str, Any]:
    """Make one output, or a part of it; gives its manifest line. Raises what rendering and files raise."""
    order = task.order
    recipe = recipe_of(task, banks)
    taken = make.take(clip, recipe, order.finish, banks, part)
    facts = make.write(order.out, task.name, taken, clip.sample_rate, order.finish)
    line = _decided(task, recipe, digest) | facts | ({"part": part} if part else {})
    if order.labelled:
        duration_s = taken.samples.shape[1] / clip.sample_rate
        line |= moved.write(task.source.path, order.out, task.name, taken.time_map, duration_s)
    return line | {"versions": line.pop("versions")}


def recipe_of(task: Task, banks: Banks) -> Recipe | None:
    """The resolved recipe of one variant; the original has none."""
    if task.variant == 0:
        return None
    drawn = task.order.chain.draw(task.order.seed, task.source.source_id, task.variant)
    return banks.resolve(drawn).placed(partial(labels.beside, task.source.path))


def head(task: Task) -> dict[str, Any]:
    """What every manifest line starts with."""
    return {
        "source": task.source.source_id,
        "label": task.source.label,
        "variant": task.variant,
        "seed": task.order.seed,
        "output": task.name,
    }


def failed(task: Task, reason: str) -> dict[str, Any]:
    """The manifest line of an output that could not be made."""
    return head(task) | {"error": reason}


def sentence(error: BaseException) -> str:
    """An error as one sentence for the user."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    if isinstance(error, OSError):
        return f"the system refused: {error.strerror or error}"
    if isinstance(error, REFUSALS):
        return str(error)
    return f"a fault in the program: {type(error).__name__}: {' '.join(str(error).split())}; please report it"
