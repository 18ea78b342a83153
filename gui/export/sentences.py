"""What the export dock says of a job."""

from __future__ import annotations

from pathlib import Path

from engine.batch.events import Progress

from ..widgets.labels import length_words
from ..words import mark, sentence, tr, trn
from .job import ASKS, DONE, FAILED, INTERRUPTED, RUNNING, STOPPED, WAITING, Job, Settings

FORMATS = {
    mark("WAV 16 bit"): ("wav", "16"),
    mark("WAV 24 bit"): ("wav", "24"),
    mark("WAV float"): ("wav", "32f"),
    mark("FLAC 16 bit"): ("flac", "16"),
    mark("FLAC 24 bit"): ("flac", "24"),
    mark("OGG Vorbis"): ("ogg", "16"),
    mark("MP3"): ("mp3", "16"),
}
QUESTIONS = {
    "export": mark("{folder} holds an export already."),
    "file": mark("{folder} holds files already that this export would write."),
    "more": mark("{folder} holds files of another export: nothing can be skipped there."),
}
SIZES = (mark("{size} B"), mark("{size} kB"), mark("{size} MB"), mark("{size} GB"), mark("{size} TB"))


def number(count: int) -> str:
    """A whole number with narrow spaces between its thousands."""
    return f"{count:,}".replace(",", "\u202f")


def size_words(size: float) -> str:
    """Bytes in their largest unit."""
    unit = 0
    while size >= 1000 and unit < len(SIZES) - 1:
        size, unit = size / 1000, unit + 1
    return tr(SIZES[unit], size=f"{size:.3g}" if size < 999.5 else "999")


def title(job: Job) -> str:
    """What goes where."""
    folder = Path(job.folder.strip()).name
    return tr("{name} → {folder}/", name=job.name, folder=folder) if folder else job.name


def format_words(settings: Settings) -> str:
    """The name of the format."""
    known = ((settings.format, settings.bits) == way for way in FORMATS.values())
    name = next((name for name, matches in zip(FORMATS, known, strict=True) if matches), settings.format)
    return tr(name)


def how(job: Job) -> str:
    """The recordings where the name does not say how many, the format, how many of each, by which chain."""
    words = tr("{format} × {variants}", format=format_words(job.settings), variants=job.settings.variants)
    count = len(job.rows)
    if count > 1 and job.name != trn("1 recording", "{count} recordings", count):
        words = tr(
            "{recordings} · {settings}", recordings=tr("{count} recordings", count=number(count)), settings=words
        )
    return tr("{settings} · {chain}", settings=words, chain=job.chain_name) if job.chain_name else words


def lacks(job: Job) -> str:
    """What a waiting job still needs; empty if it can start."""
    return "" if job.settings.out.strip() else tr("Choose the folder to write to.")


def far(progress: Progress) -> str:
    """File x of y."""
    return tr("{done} of {total}", done=number(progress.done + progress.failed), total=number(progress.total))


def left(progress: Progress | None, *, paused: bool, stopping: bool) -> str:
    """How long it will still take, or why that is not so."""
    if stopping:
        return tr("stopping …")
    if paused:
        return tr("paused")
    if progress is None or progress.seconds_left is None:
        return tr("starting …")
    return tr("{time} left", time=length_words(progress.seconds_left))


def pace(progress: Progress) -> str:
    """Files a second, and how many times faster than it sounds."""
    return tr(
        "{files} files/s · {times}× real time",
        files=f"{progress.files_per_s:.3g}",
        times=number(round(progress.times_real_time)),
    )


def failed_words(count: int) -> str:
    """How many failed."""
    return tr("{count} failed", count=number(count))


def warnings(job: Job) -> list[str]:
    """What is to be said of an export though it was made: what is clipped, was passed over, or had nothing to do."""
    result = job.outcome
    said = [
        tr("Bank {bank}: {reason}; it was passed over.", bank=bank, reason=sentence(reason))
        for bank, reason in result.skipped
    ]
    said += [
        tr("{source}: {step} did nothing: {reason}", source=source, step=step, reason=sentence(why))
        for source, step, why in result.idle
    ]
    if result.clipped:
        said.insert(
            0,
            trn(
                "1 file is clipped at full scale; the chain's guard prevents that.",
                "{files} files are clipped at full scale; the chain's guard prevents that.",
                result.clipped,
                files=number(result.clipped),
            ),
        )
    return said


def trouble_words(failed: int, warned: int) -> str:
    """How many failed, and how many warnings there are."""
    warned_words = trn("1 warning", "{count} warnings", warned) if warned else ""
    return " · ".join(words for words in (failed_words(failed) if failed else "", warned_words) if words)


def outcome_words(job: Job) -> str:
    """How it stands with a job that does not run, in a line."""
    result = job.outcome
    made = trn("{files} file", "{files} files", result.done, files=number(result.done))
    if job.state == WAITING:
        return lacks(job) or how(job)
    if job.state == ASKS:
        return tr(QUESTIONS.get(result.reason, QUESTIONS["file"]), folder=Path(job.settings.out).name)
    if job.state == FAILED:
        return sentence(result.reason)
    if job.state == INTERRUPTED:
        return tr("Interrupted when the program ended.")
    if job.state == STOPPED:
        return tr("Stopped at {done} of {total}", done=number(result.done + result.failed), total=number(result.total))
    parts = [made, size_words(result.size), length_words(result.seconds)]
    if result.kept:
        parts.insert(1, tr("{count} of them kept", count=number(result.kept)))
    if result.guarded:
        parts.append(tr("{count} turned down", count=number(result.guarded)))
    if result.clipped:
        parts.append(tr("{count} clipped", count=number(result.clipped)))
    return " · ".join(parts)


def state_words(job: Job) -> str:
    """The state, for screen readers."""
    return {
        WAITING: tr("waiting"), RUNNING: tr("running"), ASKS: tr("asks what to do"), DONE: tr("done"),
        STOPPED: tr("stopped"), INTERRUPTED: tr("interrupted"), FAILED: tr("could not be made"),
    }[job.state]  # fmt: skip


def notification(job: Job) -> tuple[str, str]:
    """What the system's notification says at the end: its title and its text."""
    heading = {
        DONE: tr("Export finished"), ASKS: tr("Export: a question"), FAILED: tr("Export could not be made"),
    }.get(job.state, tr("Export stopped"))  # fmt: skip
    return heading, tr("{title}: {outcome}", title=title(job), outcome=outcome_words(job))
