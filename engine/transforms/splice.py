"""Cutting a clip into pieces that are repeated, left out, pushed apart or put in another order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..dsp.pieces import Piece, assembled, frames_of
from ..params import choice, number, switch
from ..transform import WholeClip

if TYPE_CHECKING:
    from ..clip import Samples, TimeMap
    from ..draws import Draw, Key
    from ..transform import StreamSpec

FADE_HELP = "Length of the crossfade at each cut, half before it and half behind it."


class RepeatPart(WholeClip):
    """Repeats a part of the clip at a drawn place, like a stuck record or a stutter.

    A part that is longer than the clip is the whole clip.
    """

    also_called = ("stutter", "skip", "stuck record", "glitch", "buffer repeat")

    repeats: int = number(1, 1, 20, typical=(1, 3), integer=True, help="How often the part is heard again.")
    part_s: float = number(0.5, 0.005, 60, "s", typical=(0.25, 1.2), scale="log", help="Length of the part.")
    mode: str = choice(
        "insert", ("insert", "replace"),
        help="Whether the clip grows by the repeats, or they take the place of what follows and its length stays.",
    )  # fmt: skip
    crossfade_ms: float = number(5, 0, 200, "ms", typical=(0, 20), help=FADE_HELP)

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip up to the part's end, the repeats, and what follows."""
        frames = samples.shape[1]
        part = min(max(round(self.part_s * spec.sample_rate), 1), frames)
        start = _drawn(draw.key, frames - part, "place")
        added = part * self.repeats if self.mode == "insert" else min(part * self.repeats, frames - start - part)
        repeats = [Piece(min(part, added - done), start) for done in range(0, added, part)]
        behind = start + part + (0 if self.mode == "insert" else added)
        pieces = [Piece(start + part, 0), *repeats, Piece(frames - behind, behind)]
        return assembled(samples, pieces, spec.sample_rate, frames_of(self.crossfade_ms, spec.sample_rate))


class SpliceOut(WholeClip):
    """Cuts out several short stretches at drawn places and joins what is left.

    Each is up to `longest_ms` long, every length equally likely, and they may overlap. At least one frame is left.
    """

    also_called = ("splice", "cut out", "time drop", "CropAug")
    reference = "A. Jain and others, SpliceOut: A Simple and Efficient Audio Augmentation Method, 2021"

    count: int = number(8, 1, 100, typical=(1, 8), integer=True, help="How many stretches are cut out.")
    longest_ms: float = number(100, 1, 10000, "ms", typical=(10, 200), scale="log", help="The longest of a stretch.")
    crossfade_ms: float = number(5, 0, 200, "ms", typical=(0, 20), help=FADE_HELP)
    keep_length: bool = switch(False, help="Put silence at the end, so that the clip keeps its own length.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip without those stretches."""
        frames = samples.shape[1]
        longest = min(frames_of(self.longest_ms, spec.sample_rate), frames - 1)
        stays = np.ones(frames + 2, bool)  # with an edge at either end, so that every run of what stays has two
        stays[[0, -1]] = False
        for index in range(self.count if longest > 0 else 0):
            width = 1 + _drawn(draw.key, longest - 1, "width", index)
            start = _drawn(draw.key, frames - width, "place", index)
            stays[start + 1 : start + 1 + width] = False
        edges = np.flatnonzero(np.diff(stays))
        if not edges.size:
            edges = np.array([0, 1])
        pieces = [Piece(int(end - start), int(start)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
        if self.keep_length:
            pieces.append(Piece(frames - sum(piece.frames for piece in pieces), None))
        return assembled(samples, pieces, spec.sample_rate, frames_of(self.crossfade_ms, spec.sample_rate))


class SilenceInsertion(WholeClip):
    """Pushes the clip apart at drawn places and puts silence between."""

    also_called = ("insert silence", "pauses", "gaps", "adelay", "dropout")

    count: int = number(1, 1, 20, typical=(1, 5), integer=True, help="How many silences are put in.")
    silence_ms: float = number(200, 1, 3000, "ms", typical=(20, 500), scale="log", help="Length of each silence.")
    fade_ms: float = number(5, 0, 200, "ms", typical=(0, 20), help="Fade out into each silence, and in out of it.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip and its silences; a fade lies half in the silence, and the sound goes on in it."""
        frames = samples.shape[1]
        cuts = sorted(_drawn(draw.key, frames, "place", index) for index in range(self.count))
        silence = Piece(max(frames_of(self.silence_ms, spec.sample_rate), 1), None)
        pieces = [Piece(cuts[0], 0)]
        for cut, following in pairwise([*cuts, frames]):
            pieces += [silence, Piece(following - cut, cut)]
        return assembled(samples, pieces, spec.sample_rate, frames_of(self.fade_ms, spec.sample_rate))


class SegmentShuffle(WholeClip):
    """Cuts the clip into pieces of equal length and puts them in another order.

    Where only a share of the clip is shuffled, the pieces lie at drawn places and swap those; the rest stays. Every
    order but the clip's own is equally likely.
    """

    also_called = ("CutCat", "chunk swap", "chunk_swap", "permutation", "jigsaw", "shuffle", "ChunkSwap")

    pieces: int = number(4, 2, 50, typical=(2, 8), integer=True, help="How many pieces there are.")
    shuffled_percent: float = number(
        100, 0.1, 100, "%", typical=(5, 100), help="Share of the clip that all pieces together take up."
    )
    crossfade_ms: float = number(5, 0, 200, "ms", typical=(0, 20), help=FADE_HELP)

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The pieces in their new order, what lies between them where it was."""
        frames = samples.shape[1]
        count = min(self.pieces, frames)
        chunks = self._chunks(frames, count, draw.key)
        order = _new_order(count, draw.key)
        row, at = [], 0
        for place, chosen in enumerate(order):
            row += [Piece(chunks[place].start - at, at), Piece(len(chunks[chosen]), chunks[chosen].start)]
            at = chunks[place].stop
        row.append(Piece(frames - at, at))
        return assembled(samples, row, spec.sample_rate, frames_of(self.crossfade_ms, spec.sample_rate))

    def _chunks(self, frames: int, count: int, key: Key) -> list[range]:
        """The frames of each piece, in the clip's order."""
        if self.shuffled_percent == 100:
            return [range(*edges) for edges in pairwise(index * frames // count for index in range(count + 1))]
        width = max(int(self.shuffled_percent / 100 * frames / count), 1)
        before = sorted(_drawn(key, frames - count * width, "place", index) for index in range(count))
        return [range(rest + index * width, rest + (index + 1) * width) for index, rest in enumerate(before)]


def _new_order(count: int, key: Key) -> list[int]:
    """A drawn order of so many things that is not the one they had, if there is another; all equally likely."""
    order, turn = list(range(count)), 0
    while count > 1 and order == sorted(order):
        order.sort(key=lambda index: key.uniform("order", turn, index))
        turn += 1
    return order


def _drawn(key: Key, highest: int, *name: str | int) -> int:
    """A number of frames from 0 to `highest`, all equally likely; nothing is drawn where there is no choice."""
    return int(key.uniform(*name) * (highest + 1)) if highest > 0 else 0
