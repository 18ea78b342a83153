"""Carries out a plan on worker processes and writes what belongs beside the sound."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..files.encode import sha256_of
from ..preset import dumps
from .events import Progress, Summary
from .make import lies_inside
from .manifest import CHAIN, MANIFEST, METADATA, Log, listed, manifest_text, metadata_text, roots_of, write_whole
from .plan import ExportBroken, ExportRefused, Job, Plan
from .pool import Pool, WorkerDied
from .work import Done, Task, failed, sentence, work

OUTPUTS_A_TASK = 16
"""The most that one task makes, so that progress is seen and a stop is heard."""


def run(plan: Plan, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> Summary:
    """Do what was planned; `cancelled` is asked ten times a second. Raises `ExportRefused` before any sound is made.

    When cancelled, each worker ends the output it is at, and what was made is listed as usual. Raises `ExportBroken`
    where the folder takes no more, as when the disk is full; no half-written file is left then either.
    """
    try:
        return _run(plan, progress, cancelled)
    except OSError as error:
        raise ExportBroken(
            f"the export into {plan.request.out} could not be ended ({error.strerror or error}), and its files are not "
            "listed; see to it that the folder can be written to, and export again with --overwrite"
        ) from error


def _run(plan: Plan, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> Summary:
    out = Path(plan.request.out)
    tasks = _tasks(plan)
    lines: list[dict[str, Any]] = []
    with _opened(plan, out) as log:
        _log_start(log, plan)
        try:
            with Pool[Task, Done](min(plan.workers, len(tasks)), work) as pool:
                count = _Count(plan.total, progress)
                for task, outcome in pool.results(tasks, cancelled):
                    done = _lost(task, outcome) if isinstance(outcome, WorkerDied) else outcome
                    lines.extend(done.lines)
                    count.add(done)
                    log.write("source", source=task.job.source.source_id, seconds=round(done.seconds, 3))
        finally:
            _remove_unlisted(plan, out, {str(line["output"]) for line in lines if "error" not in line})
            _write_lists(plan, out, lines)
            log.write("end", listed=len(lines), planned=plan.total)
    return _summary(plan, lines)


class _Count:
    """Counts outputs and judges the time left."""

    def __init__(self, total: int, progress: Callable[[Progress], None]) -> None:
        self._start = time.monotonic()
        self._total = total
        self._made = self._failed = 0
        self._progress = progress
        progress(Progress(0, 0, total, None))

    def add(self, done: Done) -> None:
        bad = sum("error" in line for line in done.lines)
        self._failed += bad
        self._made += len(done.lines) - bad
        ended = self._made + self._failed
        taken = time.monotonic() - self._start
        left = taken / ended * (self._total - ended) if ended else None
        self._progress(Progress(self._made, self._failed, self._total, left))


def _tasks(plan: Plan) -> list[Task]:
    """A task for each source; several, with a share of the variants, where the workers or progress would wait."""
    request = plan.request
    pieces = max(-(-2 * plan.workers // len(plan.jobs)), -(-len(plan.jobs[0].outputs) // OUTPUTS_A_TASK))
    return [
        Task(piece, request.chain, request.seed, request.finish, request.banks, request.out)
        for job in plan.jobs
        for piece in _pieces(job, pieces)
    ]


def _pieces(job: Job, pieces: int) -> list[Job]:
    size = -(-len(job.outputs) // pieces)
    return [Job(job.source, job.outputs[at : at + size]) for at in range(0, len(job.outputs), size)]


def _opened(plan: Plan, out: Path) -> Log:
    """Make the folder and take away the lists of an export that is being overwritten, and what it alone had made."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        _remove_former(plan, out)
        for name in (MANIFEST, METADATA, CHAIN):
            (out / name).unlink(missing_ok=True)
        log = Log(out)
        write_whole(out / CHAIN, dumps(plan.request.chain))
        return log
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportRefused(f"the folder {out} cannot be written to ({reason}); choose another output folder") from None


def _log_start(log: Log, plan: Plan) -> None:
    sources = [(job.source.path, job.source.source_id) for job in plan.jobs]
    banks = {name: str(Path(folder).absolute()) for name, folder in plan.request.banks}
    log.write("start", roots=roots_of(sources), banks=banks, planned=plan.total, workers=plan.workers)


def _lost(task: Task, died: WorkerDied) -> Done:
    return Done(tuple(failed(task, variant, name, sentence(died)) for variant, name in task.job.outputs), 0.0)


def _remove_unlisted(plan: Plan, out: Path, made: set[str]) -> None:
    """Take away what a worker had written, half or whole, when it was ended before it could say so."""
    for job in plan.jobs:
        for _, name in job.outputs:
            if name not in made:
                for path in (out / f"{name}.part", out / name):
                    _remove(out, path)


def _remove_former(plan: Plan, out: Path) -> None:
    """Take away the outputs of the export before that this one does not make, unless somebody has changed them."""
    planned = {name for job in plan.jobs for _, name in job.outputs}
    for name, digest in listed(out).items():
        path = out / name
        if name not in planned and path.is_file() and lies_inside(out, path) and sha256_of(path) == digest:
            _remove(out, path)


def _remove(out: Path, path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.exists() and lies_inside(out, path):
            path.unlink()


def _write_lists(plan: Plan, out: Path, lines: list[dict[str, Any]]) -> None:
    write_whole(out / MANIFEST, manifest_text(lines))
    write_whole(out / METADATA, metadata_text(lines))


def _summary(plan: Plan, lines: list[dict[str, Any]]) -> Summary:
    reasons = {(str(line["source"]), str(line["error"])) for line in lines if "error" in line}
    made = sum("error" not in line for line in lines)
    return Summary(made, tuple(sorted(reasons)), plan.request.out, len(lines) < plan.total)
