"""A clip taken apart and put together anew: its pieces in any order, gaps, and crossfades where they meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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

    def read(self, samples: Samples, start: int, stop: int) -> Samples:
        """Its frames from `start` to `stop`, which may lie before its beginning or beyond its end."""
        out = np.zeros((samples.shape[0], stop - start), np.float32)
        if self.first is None:
            return out
        low = self.first + start if self.step > 0 else self.first - stop + 1
        there = slice(max(low, 0), min(low + stop - start, samples.shape[1]))
        if there.start < there.stop:
            out[:, there.start - low : there.stop - low] = samples[:, there]
        return out[:, :: self.step]

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


def fade_in(frames: int) -> Samples:
    """A raised-cosine rise over so many frames, from just above 0 to just below 1."""
    turn = (np.arange(frames, dtype=np.float32) + 0.5) / np.float32(max(frames, 1))
    rise: Samples = np.float32(0.5) - np.float32(0.5) * np.cos(np.float32(np.pi) * turn)
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
        out[:, at : at + piece.frames] = piece.read(samples, 0, piece.frames)
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


def padded(
    samples: Samples, sample_rate: int, before: int, after: int, fill: str, origin: int = 0
) -> tuple[Samples, TimeMap]:
    """Samples with so many frames before and behind them: silence, the same again (wrap), or mirrored (reflect).

    The mirror does not repeat the frame at the edge. `origin` is the frame of the clip that they begin at.
    """
    frames = samples.shape[1]
    mode = {"silence": "constant"}.get(fill, fill)
    out: Samples = np.pad(samples, ((0, 0), (before, after)), mode=mode)  # type: ignore[call-overload]
    if fill == "silence" or (before + after) / frames > TILES_MAX:
        pieces = [Piece(before, None), Piece(frames, 0), Piece(after, None)]
    else:
        pieces = _tiles(frames, before, after, mirrored=fill == "reflect" and frames > 1)
    moved = [p if p.first is None else replace(p, first=p.first + origin) for p in pieces]
    return out, map_of(moved, sample_rate)


def _tiles(frames: int, before: int, after: int, *, mirrored: bool) -> list[Piece]:
    """The repeats of a clip from `before` frames before its beginning to `after` frames behind its end."""
    forward, back = Piece(frames, 0), Piece(frames - 2 if mirrored else 0, frames - 2, -1)
    period = forward.frames + back.frames
    first, end = -before, frames + after
    tiles = []
    for turn in range(first // period, -(-end // period)):
        for piece, at in ((forward, turn * period), (back, turn * period + frames)):
            low, high = max(first - at, 0), min(end - at, piece.frames)
            assert piece.first is not None
            tiles.append(Piece(high - low, piece.first + piece.step * low, piece.step))
    return tiles
