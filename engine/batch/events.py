"""What an export reports: light, because the window imports it at its start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far an export is, in outputs; `seconds_left` is None until there is something to judge by."""

    done: int
    failed: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True)
class Summary:
    """How an export ended: outputs made, (source, reason) of what failed, the folder, whether it was stopped."""

    done: int
    failed: tuple[tuple[str, str], ...]
    out: str
    interrupted: bool


@dataclass(frozen=True)
class Failed:
    """The export could not start or could not go on; one sentence says why."""

    reason: str


def failure_words(source: str, reason: str) -> str:
    """Why one source failed, beginning with its path below the input, once."""
    name = source.rpartition("/")[2]
    return source + reason.removeprefix(name) if reason.startswith(name) else f"{source}: {reason}"
