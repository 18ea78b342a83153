"""A clip taken apart and put together anew: its pieces in any order, gaps, and crossfades where they meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..clip import Segment, TimeMap

if TYPE_CHECKING:
    from ..clip import Samples

TILES_MAX = 1000
"""A map names no more repeats than this: a clip of one frame may be repeated a million times."""


@dataclass(frozen=True)
class Piece:
    """So many frames of a take: of the clip from frame `first` on, backwards if `step` is -1; None is silence."""

    frames: int
    first: int | None
    step: int = 1

    def write(self, samples: Samples, start: int, out: Samples) -> None:
        """Fill `out` with its frames from `start` on, which may lie before its beginning or beyond its end."""
        frames, wanted = samples.shape[1], out[:, :: self.step]
        earliest = start if self.step > 0 else start + out.shape[1] - 1
        low = (self.first or 0) + self.step * earliest
        there = slice(max(low, 0), min(low + out.shape[1], frames))
        if self.first is None or there.start >= there.stop:
            out[:] = 0
            return
        wanted[:, : there.start - low] = 0
        wanted[:, there.start - low : there.stop - low] = samples[:, there]
        wanted[:, there.stop - low :] = 0

    def read(self, samples: Samples, start: int, stop: int) -> Samples:
        """The same as a new array, up to frame `stop`."""
        out = np.empty((samples.shape[0], stop - start), np.float32)
        self.write(samples, start, out)
        return out

    def goes_on_in(self, after: Piece) -> bool:
        """Whether the piece behind it is what followed it in the clip anyway."""
        if self.first is None or after.first is None:
            return self.first == after.first
        return self.step == after.step and self.first + self.step * self.frames == after.first

    def source(self, sample_rate: int) -> tuple[float, float] | None:
        """Where it lies in the clip, in seconds."""
        if self.first is None:
            return None
        low = self.first if self.step > 0 else self.first + 1
        return low / sample_rate, (low + self.step * self.frames) / sample_rate


def frames_of(milliseconds: float, sample_rate: int) -> int:
    """The nearest number of frames."""
    return round(milliseconds / 1000 * sample_rate)


@lru_cache(maxsize=32)
def fade_in(frames: int) -> Samples:
    """A raised-cosine rise over so many frames, from just above 0 to just below 1; read-only."""
    turn = (np.arange(frames, dtype=np.float32) + 0.5) / np.float32(max(frames, 1))
    rise: Samples = np.float32(0.5) - np.float32(0.5) * np.cos(np.float32(np.pi) * turn)
    rise.flags.writeable = False
    return rise


def assembled(samples: Samples, pieces: Iterable[Piece], sample_rate: int, fade: int = 0) -> tuple[Samples, TimeMap]:
    """The pieces of a clip one behind the other, and where each came from; as long as all of them together.

    Where two meet that did not meet in the clip, they are crossfaded over `fade` frames with equal power and
    without a kink, half before the cut and half behind it; each goes on beyond the cut as it did in the clip. A fade
    takes at most half of the shorter piece.
    """
    kept = [piece for piece in pieces if piece.frames > 0]
    out = np.empty((samples.shape[0], sum(piece.frames for piece in kept)), np.float32)
    at = 0
    for piece in kept:
        piece.write(samples, 0, out[:, at : at + piece.frames])
        at += piece.frames
    at = 0
    for before, after in pairwise(kept):
        at += before.frames
        half = min(fade, before.frames, after.frames) // 2
        if half and not before.goes_on_in(after):
            sound = before.read(samples, before.frames - half, before.frames + half)
            angle = fade_in(2 * half) * np.float32(np.pi / 2)
            out[:, at - half : at + half] = sound * np.cos(angle) + after.read(samples, -half, half) * np.sin(angle)
    return out, map_of(kept, sample_rate)


def map_of(pieces: Sequence[Piece], sample_rate: int) -> TimeMap:
    """Where pieces that stand one behind the other came from."""
    segments, at = [], 0
    for piece in pieces:
        if piece.frames > 0:
            out = (at / sample_rate, (at + piece.frames) / sample_rate)
            segments.append(Segment(out, piece.source(sample_rate)))
            at += piece.frames
    return TimeMap(tuple(segments))


def fade_around(samples: Samples, seam: int, fade: int) -> None:
    """Fade out before a frame and in after it, in place; each fade has at most half of what lies on its side."""
    before, after = min(fade, seam // 2), min(fade, (samples.shape[1] - seam) // 2)
    samples[:, seam - before : seam] *= fade_in(before)[::-1]
    samples[:, seam : seam + after] *= fade_in(after)


def padded(
    samples: Samples, sample_rate: int, before: int, after: int, fill: str, fade: int, kept: range | None = None
) -> tuple[Samples, TimeMap]:
    """A clip, or the frames of it that are kept, with so many frames before and behind.

    They are silence, what is kept again (wrap), or what is kept mirrored (reflect), which does not repeat the frame
    at the edge and so needs no fade. A fade takes at most half of what is kept.
    """
    kept = kept or range(samples.shape[1])
    alone = [Piece(before, None), Piece(len(kept), kept.start), Piece(after, None)]
    if fill == "silence":
        out, time_map = assembled(samples, alone, sample_rate)
        seams: Iterable[int] = (before, before + len(kept))
    else:
        sound, ends = samples[:, kept.start : kept.stop], ((0, 0), (before, after))
        out = np.pad(sound, ends, mode=fill)  # type: ignore[call-overload]  # it is one of numpy's words
        if (before + after) / len(kept) > TILES_MAX:
            return out, map_of(alone, sample_rate)
        time_map = map_of(_tiles(kept, before, after, mirrored=fill == "reflect" and len(kept) > 1), sample_rate)
        seams = range(before % len(kept), out.shape[1], len(kept)) if fill == "wrap" else ()
    for seam in seams:
        if 0 < seam < out.shape[1]:
            fade_around(out, seam, min(fade, len(kept) // 2))
    return out, time_map


def _tiles(kept: range, before: int, after: int, *, mirrored: bool) -> list[Piece]:
    """The repeats of some frames from `before` frames before their beginning to `after` frames behind their end."""
    frames = len(kept)
    forward, back = Piece(frames, kept.start), Piece(frames - 2 if mirrored else 0, kept.stop - 2, -1)
    period = forward.frames + back.frames
    first, end = -before, frames + after
    tiles = []
    for turn in range(first // period, -(-end // period)):
        for piece, at in ((forward, turn * period), (back, turn * period + frames)):
            low, high = max(first - at, 0), min(end - at, piece.frames)
            assert piece.first is not None
            tiles.append(Piece(high - low, piece.first + piece.step * low, piece.step))
    return tiles


def frames_between(samples: Samples, start: int, stop: int) -> Samples:
    """Frames of a clip as a new array; silence where it has none."""
    return Piece(samples.shape[1], 0).read(samples, start, stop)
