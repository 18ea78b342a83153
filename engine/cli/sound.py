"""The sound devices, asked for in a process of their own: a broken sound system can end the process that asks."""

from __future__ import annotations

from dataclasses import dataclass

from ..batch.pool import Pool, WorkerDied

NO_DEVICE = "no sound device; everything but listening works"
NO_INPUT = "no microphone; everything but speaking into it works"
CRASHED = "the sound system crashed when it was asked for its devices; everything but listening works"


@dataclass(frozen=True)
class Devices:
    """What sound leaves by and comes in by, in words, the one that is used by itself first."""

    outputs: tuple[str, ...]
    inputs: tuple[str, ...]


def devices() -> Devices | WorkerDied:
    """What there is, or that the process that asked did not come back."""
    with Pool[None, Devices](1, _listed) as pool:
        return next(outcome for _, outcome in pool.results([[None]], lambda: False))


def _listed(_: None) -> Devices:
    from ..playback.devices import list_devices

    return Devices(*(tuple(map(str, list_devices(kind))) for kind in ("output", "input")))
