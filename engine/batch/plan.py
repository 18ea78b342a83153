"""What an export is going to do, settled and checked before anything is written."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..banks import BankError, Banks
from ..chain import Chain
from ..files.encode import EncodeError
from ..files.refused import FileRefused
from ..files.scan import Found, scan
from ..plugins.fault import PluginFault
from ..plugins.permit import check_plugins
from .finish import Finish
from .manifest import CHAIN, LOG, MANIFEST, METADATA, listed
from .moved import name_beside
from .names import output_name, stems

VARIANTS_MAX = 100_000
EXISTING = ("refuse", "rename", "overwrite", "skip")
"""What becomes of a folder that is taken; `ExportRequest` says which means what."""


class ExportRefused(Exception):
    """The request is wrong and nothing was started; the message is one sentence for the user."""


class FolderTaken(ExportRefused):
    """The output folder holds what this export must not touch as it was asked.

    `kind` is `export` or `file` for what is there already, `more` where `skip` would leave files without their lines.
    """

    def __init__(self, sentence: str, kind: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class ExportBroken(Exception):
    """The export was begun and could not be ended; the message is one sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """What the user asks for; `found` are sources whose ids are known already (the window's library).

    `finish` says how outputs are written, `banks` binds names to folders, `jobs` 0 means one for each core.
    `existing` says what becomes of a folder that is taken: `refuse` it, `rename` (write to a new one, `name 2`),
    `overwrite` what this program wrote, or `skip` what an earlier export of the same plan made and is still true:
    the rest is made, and the folder is in the end as if all had been.
    """

    chain: Chain
    out: str
    inputs: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()
    variants: int = 1
    seed: int = 0
    finish: Finish = field(default_factory=Finish)
    banks: tuple[tuple[str, str], ...] = ()
    jobs: int = 0
    keep_original: bool = False
    existing: str = "refuse"


@dataclass(frozen=True)
class Job:
    """One source and the outputs to make of it: (variant, name below the folder) each."""

    source: Found
    outputs: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Plan:
    """A request that was found sound, and its jobs in the order of the sources' ids."""

    request: ExportRequest
    jobs: tuple[Job, ...]

    @property
    def total(self) -> int:
        """How many files are to be made."""
        return sum(len(job.outputs) for job in self.jobs)

    @property
    def workers(self) -> int:
        """How many processes work at once."""
        return self.request.jobs or cores()


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def plan(request: ExportRequest) -> Plan:
    """Check a request and lay out its outputs; reads folders, writes nothing. Raises `ExportRefused`."""
    _check_numbers(request)
    if not request.out or "" in request.inputs:
        raise ExportRefused("an input or the output folder has an empty name; name a file or folder, or . for this one")
    try:
        found = [*request.found, *(scan(request.inputs) if request.inputs else ())]
        Banks(dict(request.banks)).check(request.chain.banks())
        request.finish.check()
        check_plugins(request.chain.plugins())
    except (FileRefused, BankError, EncodeError, PluginFault) as error:
        raise ExportRefused(str(error)) from None
    if not found:
        named = ", ".join(request.inputs)
        raise ExportRefused(f"there is no audio file in {named}" if named else "there is nothing to export")
    _check_ids(found)
    jobs = _jobs(request, found)
    return Plan(_settled(request, found, jobs), jobs)


def _check_numbers(request: ExportRequest) -> None:
    if not 1 <= request.variants <= VARIANTS_MAX:
        raise ExportRefused(f"the number of variants must be from 1 to {VARIANTS_MAX:,}, not {request.variants}")
    if not 0 <= request.jobs <= 1024:
        raise ExportRefused(f"the number of jobs must be from 1 to 1,024, not {request.jobs}")
    if request.existing not in EXISTING:
        raise ExportRefused(f"existing must be one of {', '.join(EXISTING)}, not {request.existing}")


def _check_ids(found: Sequence[Found]) -> None:
    count = Counter(source.source_id for source in found)
    twice = next((name for name, times in count.items() if times > 1), None)
    if twice is not None:
        paths = " and ".join(source.path for source in found if source.source_id == twice)
        raise ExportRefused(f"two sources have the same relative path {twice} ({paths}); export them separately")


def _jobs(request: ExportRequest, found: Iterable[Found]) -> tuple[Job, ...]:
    ordered = sorted(found, key=lambda source: source.source_id)
    stem = stems([source.source_id for source in ordered])
    suffix = request.finish.encoding.suffix
    first = 0 if request.keep_original else 1
    return tuple(
        Job(
            source,
            tuple(
                (variant, output_name(stem[source.source_id], variant, suffix))
                for variant in range(first, request.variants + 1)
            ),
        )
        for source in ordered
    )


def _settled(request: ExportRequest, found: Sequence[Found], jobs: Sequence[Job]) -> ExportRequest:
    """The request with the folder that is written to; it may lie nowhere that would touch what the user has."""
    out = Path(os.path.realpath(request.out))
    _check_apart(request, out, found, jobs)
    _check_writable(out)
    taken = _taken(request.out, out, jobs) if out.exists() else None
    if request.existing == "skip":
        taken = _unplanned(request.out, out, jobs)
    if taken is None or request.existing == "overwrite":
        return request
    if request.existing == "rename":
        return replace(request, out=_free(request.out))
    raise taken


def _taken(named: str, out: Path, jobs: Sequence[Job]) -> FolderTaken | None:
    """What is in the folder already that an export would be mixed with."""
    if _has_content(out / MANIFEST):
        return FolderTaken(f"{named} holds an export already; choose another folder or give --overwrite", "export")
    outputs = [name for job in jobs for _, name in job.outputs]
    names = [METADATA, CHAIN, LOG, *outputs, *map(name_beside, outputs)]
    there = next((name for name in names if _has_content(out / name)), None)
    if there is None:
        return None
    return FolderTaken(f"{out / there} exists already; choose another folder or give --overwrite", "file")


def _unplanned(named: str, out: Path, jobs: Sequence[Job]) -> FolderTaken | None:
    """What an earlier export made in the folder that this one does not make."""
    planned = {name for job in jobs for _, name in job.outputs}
    other = next((name for name in listed(out) if name not in planned and (out / name).is_file()), None)
    if other is None:
        return None
    return FolderTaken(f"{named} holds {other} of another export, which this one does not make", "more")


def _free(named: str) -> str:
    """The folder's name with the first number that is free behind it."""
    path = Path(named)
    numbered = (path.with_name(f"{path.name} {number}") for number in itertools.count(2))
    return str(next(candidate for candidate in numbered if not os.path.lexists(candidate)))


def _has_content(path: Path) -> bool:
    return os.path.lexists(path) and (not path.is_file() or path.stat().st_size > 0)


def _check_apart(request: ExportRequest, out: Path, found: Sequence[Found], jobs: Sequence[Job]) -> None:
    played = set(request.chain.banks())
    banks = [("the folder of a bank", folder) for name, folder in request.banks if name in played]
    for what, text in [*(("the input folder", text) for text in request.inputs), *banks]:
        real = Path(os.path.realpath(text))
        if real.is_dir() and out.is_relative_to(real):
            raise ExportRefused(f"the output folder {request.out} lies in {what} {text}; choose one outside")
    holding = {os.path.dirname(os.path.realpath(source.path)) for source in found}
    made = {os.path.dirname(os.path.realpath(out / name)) for job in jobs for _, name in job.outputs}
    both = sorted(holding & (made | {str(out)}))
    if both:
        raise ExportRefused(f"outputs would lie beside sources in {both[0]}; choose another output folder")


def _check_writable(out: Path) -> None:
    there = next(folder for folder in (out, *out.parents) if os.path.lexists(folder))
    if not there.is_dir():
        raise ExportRefused(f"{there} is not a folder; choose another output folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ExportRefused(f"the folder {there} cannot be written to; choose another output folder")
