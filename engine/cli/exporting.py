"""`export` and `reproduce`."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from .. import preset
from ..bank_cache import keep_in_memory
from ..batch.events import Progress, Summary, Troubles, failure_words
from ..batch.finish import Finish
from ..batch.plan import ExportBroken, ExportRequest, plan
from ..batch.run import run
from ..files.encode import Encoding
from ..files.refused import shown
from ..plugins.permit import allow_for_this_run
from . import INTERRUPTED, OK, SOME_FAILED
from .output import say

FAILED_SHOWN = 20


def export(words: Namespace) -> int:
    """Make variants of files and folders."""
    if words.bank_cache is not None:
        keep_in_memory(words.bank_cache)
    request = _request(words)
    if words.allow_plugins:
        allow_for_this_run(ref.digest for ref in request.chain.plugins())
    prepared = plan(request)
    try:
        with _interruptible() as cancelled, _bar(prepared.total) as progress:
            summary = run(prepared, progress, cancelled)
    except ExportBroken as error:
        say(str(error))
        return SOME_FAILED
    _report(summary, as_json=words.json)
    if summary.interrupted:
        return INTERRUPTED
    return SOME_FAILED if summary.failed else OK


def _request(words: Namespace) -> ExportRequest:
    finish = Finish(Encoding(words.format, words.bits), words.sample_rate, words.channels, words.duration, words.tail)
    chain = preset.load(words.preset)
    return ExportRequest(
        chain=chain if words.guard is None else replace(chain, guard=words.guard),
        out=words.out,
        inputs=tuple(words.inputs),
        variants=words.variants,
        seed=words.seed,
        finish=finish,
        banks=tuple(dict(words.bank).items()),
        jobs=words.jobs,
        keep_original=words.keep_original,
        existing="overwrite" if words.overwrite else "refuse",
    )


@contextlib.contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and a request to end are noted, not thrown, so that the outputs in hand come to an end."""
    stop = threading.Event()
    kept = {name: signal.signal(name, lambda *_: stop.set()) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop.is_set
    finally:
        for name, handler in kept.items():
            signal.signal(name, handler)


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on stderr; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[failed]}"))
    console = Console(stderr=True)
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        row = bar.add_task("export", total=total, failed="")

        def show(progress: Progress) -> None:
            failed = f"{progress.failed} failed" if progress.failed else ""
            bar.update(row, completed=progress.done + progress.failed, failed=failed)

        yield show


def _report(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        failed = [{"source": source, "error": reason} for source, reason in summary.failed]
        idle = [{"source": source, "reason": reason} for source, reason in _idle(summary)]
        data = {
            "done": summary.done, "failed": failed, "out": summary.out, "interrupted": summary.interrupted,
            "clipped": summary.clipped, "guarded": summary.guarded,
            "skipped": [{"bank": bank, "reason": reason} for bank, reason in summary.skipped],
        }  # fmt: skip
        print(json.dumps(data | ({"idle": idle} if idle else {})))
        return
    for told in (summary.failed, _idle(summary)):
        for source, reason in told[:FAILED_SHOWN]:
            say(failure_words(source, reason))
        if len(told) > FAILED_SHOWN:
            say(f"{len(told) - FAILED_SHOWN} more are named in {summary.out}/manifest.jsonl")
    for bank, reason in summary.skipped[:FAILED_SHOWN]:
        say(f"bank {bank}: {reason}; it was passed over")
    if len(summary.skipped) > FAILED_SHOWN:
        say(f"{len(summary.skipped) - FAILED_SHOWN} more recordings of banks that were passed over are in export.log")
    if summary.clipped:
        files = "1 file is" if summary.clipped == 1 else f"{summary.clipped} files are"
        say(f"{files} clipped at full scale; --guard scale or --guard limit prevents that")
    ending = "; interrupted" if summary.interrupted else ""
    count = len(summary.failed)
    failed_words = f", {count} {'source' if count == 1 else 'sources'} failed" if count else ""
    print(shown(f"{summary.done} files in {summary.out}{failed_words}{ending}"))


def _idle(summary: Summary) -> Troubles:
    return tuple((source, f"{step} did nothing: {why}") for source, step, why in summary.idle)


def reproduce(words: Namespace) -> int:
    """Make one output again and say how near it came."""
    from ..batch.reproduce import AGREES_DB, plugins_of
    from ..batch.reproduce import reproduce as again

    root = Path(words.source_root) if words.source_root else None
    if words.allow_plugins:
        allow_for_this_run(plugins_of(Path(words.manifest), words.output))
    made = again(Path(words.manifest), words.output, Path(words.out), root, dict(words.bank))
    if made.identical:
        print(shown(f"{words.out} is byte-identical to {words.output}"))
    elif made.residual_db is None:
        print(shown(f"{words.out} has other bytes than {words.output}, which is not there to compare with"))
    else:
        verdict = "agrees with" if made.agrees else "differs from"
        near = f"{made.residual_db:.1f} dB, where {AGREES_DB:g} dB is asked for"
        print(shown(f"{words.out} {verdict} {words.output}, not byte for byte: the difference is {near}"))
    sys.stdout.flush()
    return OK if made.agrees else SOME_FAILED
