"""Follows a sound that is played round and round through a long recording of it, probe by probe.

Each 4096-frame probe is looked for where it must come, and behind that as far as a stall may have put it off. One that
a dropped or inserted stretch has cut still has pieces that are exact: it is missing. One without, that resembles what
lies there, was changed. Only windows of the recording are looked at, which may be a mapped file of any length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.support.sound import PROBE_FRAMES

ANCHOR_FRAMES = 512
PIECE_FRAMES = 64
ALIKE = 0.5
SLACK_FRAMES = 4 * 48_000
"""So much later than it should may a probe come: a device that has stalled is opened anew within this time."""

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Probed:
    """How many probes were found to the bit, changed, or not at all."""

    exact: int
    changed: int
    missing: int

    @property
    def all(self) -> int:
        """How many were looked for."""
        return self.exact + self.changed + self.missing


def follow(sound: Sound, recording: Sound) -> Probed:
    """Count the probes of a sound, (2, n), that is repeated without end, in a recording, (frames, 2)."""
    cycle = np.ascontiguousarray(np.concatenate((sound, sound[:, :PROBE_FRAMES]), axis=1).T)
    place = _anchored(cycle, recording)
    if place is None:
        return Probed(0, 0, 0)
    at, stream = place
    slack = min(SLACK_FRAMES, sound.shape[1] // 2)  # beyond, the same probe comes again
    counts = [0, 0, 0]
    last = at
    while at + PROBE_FRAMES <= len(recording):
        start = stream % sound.shape[1]
        probe = cycle[start : start + PROBE_FRAMES]
        found = (
            at
            if np.array_equal(recording[at : at + PROBE_FRAMES], probe)
            else _found(probe, recording[last : at + slack + PROBE_FRAMES], last)
        )
        if found is None:
            near = np.asarray(recording[max(last - PROBE_FRAMES, 0) : at + slack])
            counts[1 if _is_changed(probe, near) else 2] += 1
        else:
            counts[0] += 1
            at = last = found
        at, stream = at + PROBE_FRAMES, stream + PROBE_FRAMES
    return Probed(*counts)


def _anchored(cycle: Sound, recording: Sound) -> tuple[int, int] | None:
    """A frame of the recording, and the frame of the sound that it is; None where none of it is heard."""
    everything = cycle.tobytes()
    for start in range(0, len(recording) - ANCHOR_FRAMES, PROBE_FRAMES):
        piece = np.ascontiguousarray(recording[start : start + ANCHOR_FRAMES])
        if piece.any() and (place := _find(everything, piece)) is not None:
            return start, place
    return None


def _found(probe: Sound, window: Sound, start: int) -> int | None:
    """The first frame at which the probe stands to the bit in a window that starts there."""
    place = _find(np.ascontiguousarray(window).tobytes(), probe)
    return None if place is None else start + place


def _find(there: bytes, piece: Sound) -> int | None:
    """The first frame from which the piece stands there."""
    sought, frame = np.ascontiguousarray(piece).tobytes(), piece.shape[1] * piece.itemsize
    place = there.find(sought)
    while place > 0 and place % frame:
        place = there.find(sought, place + 1)
    return place // frame if place >= 0 else None


def _is_changed(probe: Sound, near: Sound) -> bool:
    there = np.ascontiguousarray(near).tobytes()
    pieces = (probe[start : start + PIECE_FRAMES] for start in range(0, PROBE_FRAMES, PIECE_FRAMES))
    return not any(_find(there, piece) is not None for piece in pieces) and _is_like(probe, near)


def _is_like(probe: Sound, near: Sound) -> bool:
    """Whether some stretch correlates with the probe."""
    heard, sought = near.mean(axis=1, dtype=np.float64), probe.mean(axis=1, dtype=np.float64)
    if heard.size < sought.size or not sought.any():
        return False
    size = 1 << (heard.size + sought.size).bit_length()
    both = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sought, size)), size)
    running = np.cumsum(np.concatenate(([0.0], heard**2)))
    power = np.maximum(running[sought.size :] - running[: -sought.size], 1e-9) * np.sum(sought**2)
    return bool(np.max(both[: power.size] / np.sqrt(power)) > ALIKE)
