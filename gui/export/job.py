"""An export that is asked for, as data: what, by which chain, how, whereto, and what became of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.project import Project, Source

from ..words import tr

if TYPE_CHECKING:
    from engine.batch.plan import ExportRequest

WAITING, RUNNING, ASKS = "waiting", "running", "asks"
DONE, STOPPED, INTERRUPTED, FAILED = "done", "stopped", "interrupted", "failed"
STATES = (WAITING, RUNNING, ASKS, DONE, STOPPED, INTERRUPTED, FAILED)
TROUBLES_KEPT = 200

ASK = "ask"


@dataclass(frozen=True)
class Settings:
    """What can be set until a job starts; `existing` is `ask` or one of `engine.batch.plan.EXISTING`."""

    out: str = ""
    existing: str = ASK
    variants: int = 2
    seed: int = 0
    format: str = "wav"
    bits: str = "16"
    sample_rate: int | None = None
    channels: str = "keep"
    duration_s: float | None = None
    tail: str = "cut"
    keep_original: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a job; `out` is the folder that was written to, empty if none was."""

    out: str = ""
    total: int = 0
    done: int = 0
    failed: int = 0
    kept: int = 0
    seconds: float = 0.0
    size: int = 0
    reason: str = ""
    """Why it could not start or go on; for a job that asks, the `kind` of `engine.batch.plan.FolderTaken`."""
    troubles: tuple[tuple[str, str], ...] = ()
    clipped: int = 0
    guarded: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    """Recordings of banks that could not be played: (bank, reason)."""
    idle: tuple[tuple[str, str, str], ...] = ()
    """Steps that found none of the events that they work in: (source, step, reason)."""


@dataclass(frozen=True)
class Job:
    """One export in the queue. The chain is a copy, as a preset's text, from when the job was made.

    `rows` are recordings whose ids are known: (path, id, label). `once` is a rule for the next run alone, in place of
    the settings' `existing`.
    """

    id: str
    name: str
    chain: str
    chain_name: str
    settings: Settings
    inputs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()
    banks: tuple[tuple[str, str], ...] = ()
    state: str = WAITING
    once: str = ""
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def folder(self) -> str:
        """The folder that it writes to, or has written to."""
        return self.outcome.out or self.settings.out

    @property
    def ended(self) -> bool:
        """Whether it came to some end."""
        return self.state in (DONE, STOPPED, INTERRUPTED, FAILED)

    def request(self) -> ExportRequest:
        """What the engine is asked for; raises `engine.preset.PresetError`, `engine.files.encode.EncodeError`."""
        from engine import preset
        from engine.batch.finish import Finish
        from engine.batch.plan import ExportRequest
        from engine.files.encode import Encoding
        from engine.files.scan import Found

        asked = self.settings
        rule = self.once or ("refuse" if asked.existing == ASK else asked.existing)
        encoding = Encoding(asked.format, asked.bits)
        return ExportRequest(
            chain=preset.loads(self.chain, self.chain_name),
            out=self.folder if self.once == "skip" else asked.out,
            inputs=self.inputs,
            found=tuple(Found(*row) for row in self.rows),
            variants=asked.variants,
            seed=asked.seed,
            finish=Finish(encoding, asked.sample_rate, asked.channels, asked.duration_s, asked.tail),
            banks=self.banks,
            keep_original=asked.keep_original,
            existing=rule,
        )

    def to_data(self) -> dict[str, Any]:
        """As JSON holds it, without the rows."""
        data = dataclasses.asdict(dataclasses.replace(self, rows=()))
        del data["rows"]
        return data

    @classmethod
    def from_data(cls, data: Any) -> Job:
        """Read what `to_data` wrote, with the rows; raises KeyError, TypeError or ValueError."""
        words = dict(data)
        outcome = dict(words.pop("outcome"))
        outcome["troubles"] = tuple((str(source), str(reason)) for source, reason in outcome["troubles"])
        outcome["skipped"] = tuple((str(bank), str(reason)) for bank, reason in outcome.get("skipped", ()))
        outcome["idle"] = tuple((str(source), str(step), str(why)) for source, step, why in outcome.get("idle", ()))
        known = dict(words.pop("settings"))
        known.pop("guard", None)  # it was asked here before it was the chain's
        settings = Settings(**known)
        job = cls(
            settings=settings,
            outcome=Outcome(**outcome),
            inputs=tuple(map(str, words.pop("inputs"))),
            rows=tuple((str(path), str(name), str(label)) for path, name, label in words.pop("rows")),
            banks=tuple((str(name), str(folder)) for name, folder in words.pop("banks")),
            **words,
        )
        if job.state not in STATES or not job.id.isalnum():
            raise ValueError(f"no job has the state {job.state} or the id {job.id}")
        return dataclasses.replace(job, state=INTERRUPTED) if job.state == RUNNING else job


def new_job(
    project: Project, settings: Settings, name: str, inputs: tuple[str, ...] = (), sources: tuple[Source, ...] = ()
) -> Job:
    """A job with a copy of the present chain, seed and banks."""
    import secrets

    from engine import preset

    return Job(
        id=secrets.token_hex(8),
        name=name,
        chain=preset.dumps(project.chain),
        chain_name=_chain_name(project),
        settings=dataclasses.replace(settings, seed=project.seed),
        inputs=inputs,
        rows=tuple((source.path, source.source_id, source.label) for source in sources),
        banks=project.banks,
    )


def _chain_name(project: Project) -> str:
    """What the chain is called; of two chains also which it is."""
    name = project.preset or project.chain.name
    return name if project.aside is None else tr("{name} (chain {letter})", name=name, letter=project.letter)


def name_of(paths: tuple[str, ...]) -> str:
    """What a job for these is called: the first one's name."""
    first = Path(paths[0])
    return first.name if first.suffix == "" or first.is_dir() else first.stem
