"""The sound devices, asked for in a process of their own: a broken sound system can end the process that asks."""

from __future__ import annotations

from ..batch.pool import Pool, WorkerDied

NO_DEVICE = "no sound device; everything but listening works"
CRASHED = "the sound system crashed when it was asked for its devices; everything but listening works"


def devices() -> tuple[str, ...] | WorkerDied:
    """The devices in words, the one that is used by itself first."""
    with Pool[None, tuple[str, ...]](1, _listed) as pool:
        return next(outcome for _, outcome in pool.results([[None]], lambda: False))


def _listed(_: None) -> tuple[str, ...]:
    from ..playback.devices import list_devices

    return tuple(str(device) for device in list_devices())
