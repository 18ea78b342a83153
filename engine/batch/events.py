"""What an export reports: light, because the window imports it at its start."""

from __future__ import annotations

from dataclasses import dataclass

Troubles = tuple[tuple[str, str], ...]
"""(source, reason) of what failed."""


@dataclass(frozen=True)
class Begun:
    """The plan stands and the folder is being written to: from here on it holds what was made."""

    out: str
    total: int


@dataclass(frozen=True)
class Progress:
    """How far an export is, in outputs; `seconds_left` is None until there is something to judge by.

    `kept` of those done were there already. `files_per_s` and `times_real_time` (seconds of sound a second) are of
    the last while, `troubles` are new since the report before.
    """

    done: int
    failed: int
    total: int
    seconds_left: float | None = None
    kept: int = 0
    files_per_s: float = 0.0
    times_real_time: float = 0.0
    troubles: Troubles = ()


@dataclass(frozen=True)
class Summary:
    """How an export ended: outputs made and failed, (source, reason) of these, the folder, whether it was stopped.

    `kept` of those done were there already; `size` is the bytes of the sound files, `seconds` the time it took. `idle`
    are the steps that did nothing in a source since it has none of the events they work in: (source, step, reason).
    `clipped` files hold samples that were cut off at full scale, `guarded` ones were turned down before that.
    `skipped` are recordings of banks that could not be played: (bank, reason).
    """

    done: int
    failed: Troubles
    out: str
    interrupted: bool
    failed_outputs: int = 0
    kept: int = 0
    seconds: float = 0.0
    size: int = 0
    idle: tuple[tuple[str, str, str], ...] = ()
    clipped: int = 0
    guarded: int = 0
    skipped: Troubles = ()


@dataclass(frozen=True)
class Failed:
    """The export could not start or could not go on; one sentence says why."""

    reason: str


@dataclass(frozen=True)
class Taken:
    """The export was not started, because its folder holds something; `kind` is that of `FolderTaken`."""

    kind: str
    reason: str


def failure_words(source: str, reason: str) -> str:
    """Why one source failed, beginning with its path below the input, once."""
    name = source.rpartition("/")[2]
    return source + reason.removeprefix(name) if reason.startswith(name) else f"{source}: {reason}"
