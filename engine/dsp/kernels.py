"""Loops over samples that numpy has no words for, compiled by numba; they release the GIL.

Import this module inside functions: numba takes a second, and the window's process only declares transforms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types  # noqa: TID253  # this module is itself imported where it is used
from numpy.typing import NDArray

from .compiled import loop

if TYPE_CHECKING:
    from ..clip import Samples

_READ32 = types.Array(types.float32, 2, "C", readonly=True)
_READ_BITS = types.Array(types.int32, 1, "C", readonly=True)
_READ64 = types.Array(types.float64, 2, "C", readonly=True)
_WRITE32 = types.Array(types.float32, 2, "C")
_WRITE64 = types.Array(types.float64, 3, "C")


_SILENT = 1e-60
"""What a filter remembers below this is far under the smallest float32; it is dropped before it becomes denormal and
slow."""


@loop(types.int32(_READ_BITS))
def _largest(bits):  # type: ignore[no-untyped-def]  # numba reads the types above
    largest = np.int32(0)
    for place in range(bits.shape[0]):
        largest = max(largest, np.int32(bits[place] & np.int32(0x7FFFFFFF)))
    return largest


def largest_of(samples: Samples) -> float:
    """The largest absolute sample; NaN if any is.

    Floats without their sign are ordered as the whole numbers that their bits are, and of those the largest is found
    several at a time.
    """
    bits = np.ascontiguousarray(samples).reshape(-1).view(np.int32)
    return float(np.array(_largest(bits), np.int32).view(np.float32))


@loop(inline="always")
def _through(sample, sections, memory):  # type: ignore[no-untyped-def]  # a part of the two loops below
    for row in range(sections.shape[0]):
        given = sections[row, 0] * sample + memory[row, 0]
        memory[row, 0] = sections[row, 1] * sample + memory[row, 1] - sections[row, 4] * given
        memory[row, 1] = sections[row, 2] * sample - sections[row, 5] * given
        sample = given
    return sample


@loop(types.void(_READ32, _READ64, _WRITE64, _WRITE32))
def _cascade(block, sections, state, out):  # type: ignore[no-untyped-def]  # numba reads the types above
    for channel in range(block.shape[0]):
        memory = state[:, channel]
        for frame in range(block.shape[1]):
            sample = _through(np.float64(block[channel, frame]), sections, memory)
            out[channel, frame] = sample
            if frame % 1024 == 0 or frame == block.shape[1] - 1:
                for row in range(sections.shape[0]):
                    for part in range(2):
                        if abs(memory[row, part]) < _SILENT:
                            memory[row, part] = 0.0


def cascaded(block: Samples, sections: NDArray[np.float64], state: NDArray[np.float64]) -> Samples:
    """A block (channels, n) through second-order sections one after the other, in float64.

    `sections` is (rows, 6) with a0 = 1; `state`, (rows, channels, 2), is brought forward in place (direct form II
    transposed, as scipy's `sosfilt`).
    """
    out = np.empty(block.shape, np.float32)
    _cascade(np.ascontiguousarray(block), np.ascontiguousarray(sections), state, out)
    return out


_EDGES = types.Array(types.int64, 1, "C", readonly=True)
_ENERGY = types.Array(types.float64, 2, "C")


@loop(types.void(_READ32, _READ64, types.int64, _EDGES, _WRITE64, _ENERGY))
def _energies(block, sections, start, edges, state, energy):  # type: ignore[no-untyped-def]  # as above
    first = np.searchsorted(edges, start, "right") - 1
    for channel in range(block.shape[0]):
        memory, hop, summed = state[:, channel], first, 0.0
        for frame in range(block.shape[1]):
            sample = _through(np.float64(block[channel, frame]), sections, memory)
            summed += sample * sample
            if start + frame + 1 == edges[hop + 1]:
                energy[channel, hop] += summed
                hop, summed = hop + 1, 0.0
        if summed:
            energy[channel, hop] += summed


def filtered_energy(
    block: Samples, start: int, sections: NDArray[np.float64], state: NDArray[np.float64], edges: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The sum of squares, (channels, hops), between consecutive edges of what `cascaded` would give.

    `start` is the place of the block's first frame among the edges, which reach beyond its last.
    """
    energy = np.zeros((block.shape[0], len(edges) - 1))
    _energies(np.ascontiguousarray(block), np.ascontiguousarray(sections), start, edges, state, energy)
    return energy


LIMITER_ONE = 2.0**40
"""The gain 1 as a whole number: sums of whole numbers are the same in any order."""

_AT_ONCE = 2048
"""Frames that the limiter takes at once: where it has nothing to do it copies them, and its gains stay in the cache."""

_NO_LEVEL = np.zeros(0, np.float32)
_INT64 = types.Array(types.int64, 1, "C")
_FLOAT64 = types.Array(types.float64, 1, "C")
_FLOAT32 = types.Array(types.float32, 1, "C")
_READ_LEVEL = types.Array(types.float32, 1, "C", readonly=True)


@loop(types.float32(_READ32, _READ_LEVEL, types.int64, types.int64, _FLOAT32))
def _highest(block, level, start, frames, high):  # type: ignore[no-untyped-def]  # numba reads the types above
    largest = np.float32(0.0)
    for frame in range(frames):
        highest = level[start + frame] if level.shape[0] else abs(block[0, start + frame])
        for channel in range(1, 0 if level.shape[0] else block.shape[0]):
            other = abs(block[channel, start + frame])
            highest = other if other > highest else highest
        high[frame] = highest
        largest = highest if highest > largest else largest
    return largest


_TURN = types.void(
    _FLOAT32, types.int64, types.float64, types.float64, _INT64, _FLOAT64, _INT64, _INT64, _FLOAT64, _FLOAT64
)


@loop(_TURN)
def _turn(high, frames, ceiling, decay, gains, heights, times, places, held, turned):  # type: ignore[no-untyped-def]  # as above
    window = gains.shape[0]
    now, front, waiting, total, turn = places[0], places[1], places[2], places[3], places[4]
    share = 1.0 / (window * np.int64(LIMITER_ONE))
    released = held[0]
    for frame in range(frames):
        # The largest reduction of the window: a queue of those that no later one exceeds, the largest in front.
        if waiting > 0 and times[front] <= now - window:
            front = front + 1 if front + 1 < window else 0
            waiting -= 1
        if high[frame] > ceiling:
            reduction = 1.0 - ceiling / high[frame]
            back = front + waiting - 1
            back = back if back < window else back - window
            while waiting > 0 and heights[back] <= reduction:
                waiting -= 1
                back = back - 1 if back > 0 else window - 1
            back = back + 1 if back + 1 < window else 0
            if waiting == 0:
                back = front
            heights[back], times[back] = reduction, now
            waiting += 1
        released *= decay
        if waiting > 0 and heights[front] > released:
            released = heights[front]
        if released < 1e-7:
            released = 0.0
        whole = np.int64((1.0 - released) * LIMITER_ONE)
        total += whole - gains[turn]
        gains[turn] = whole
        turn = turn + 1 if turn + 1 < window else 0
        turned[frame] = total * share
        now += 1
    places[0], places[1], places[2], places[3], places[4] = now, front, waiting, total, turn
    held[0] = released


_LIMIT = types.void(
    _READ32, _READ32, _READ_LEVEL, types.float64, types.float64, _INT64, _FLOAT64, _INT64, _INT64, _FLOAT64, _WRITE32
)


@loop(_LIMIT)
def _limit(line, block, level, ceiling, decay, gains, heights, times, places, held, out):  # type: ignore[no-untyped-def]
    rest, top = gains.shape[0] * np.int64(LIMITER_ONE), np.float32(ceiling)
    high, turned = np.empty(_AT_ONCE, np.float32), np.empty(_AT_ONCE, np.float64)
    for start in range(0, block.shape[1], _AT_ONCE):
        frames = min(_AT_ONCE, block.shape[1] - start)
        loud = _highest(block, level, start, frames, high) > ceiling
        if not loud and places[3] == rest:  # then no reduction waits or is held, which would have lowered the sum
            for channel in range(block.shape[0]):
                for frame in range(start, start + frames):
                    out[channel, frame] = line[channel, frame]
            continue
        _turn(high, frames, ceiling, decay, gains, heights, times, places, held, turned)
        for channel in range(block.shape[0]):
            for frame in range(frames):
                sample = np.float32(line[channel, start + frame] * turned[frame])
                sample = top if sample > top else sample
                out[channel, start + frame] = -top if sample < -top else sample


class LimiterState:
    """What a limiter remembers: the samples under way, and the gains and the reductions of its window."""

    def __init__(self, channels: int, lookahead: int) -> None:
        window = lookahead + 1
        self.late: Samples = np.zeros((channels, lookahead), np.float32)
        self.gains = np.full(window, int(LIMITER_ONE), np.int64)
        self.heights = np.zeros(window)
        self.times = np.zeros(window, np.int64)
        self.places = np.array([0, 0, 0, window * int(LIMITER_ONE), 0], np.int64)
        """The frame, the queue's front and length, the sum of the gains, and the place in them."""
        self.held = np.zeros(1)


def limited(block: Samples, level: Samples | None, ceiling: float, decay: float, state: LimiterState) -> Samples:
    """A block (channels, n), late by the look-ahead, turned down where `level` (n; its own) is above the ceiling."""
    out = np.empty(block.shape, np.float32)
    line = np.concatenate((state.late, block), axis=1)
    _limit(
        line, np.ascontiguousarray(block), _NO_LEVEL if level is None else np.ascontiguousarray(level), ceiling, decay,
        state.gains, state.heights, state.times, state.places, state.held, out,
    )  # fmt: skip
    state.late = line[:, block.shape[1] :].copy()
    return out


_SPECTRA = types.Array(types.complex64, 3, "C")
_READ_SPECTRA = types.Array(types.complex64, 3, "C", readonly=True)


@loop(types.void(_SPECTRA, _READ_SPECTRA, _SPECTRA))
def _multiply_and_add(past, response, out):  # type: ignore[no-untyped-def]  # as above
    for channel in range(out.shape[0]):
        row = min(channel, response.shape[0] - 1)
        for place in range(out.shape[1]):
            summed = out[channel, place]
            for piece in range(response.shape[1]):
                one, other = past[channel, place + piece], response[row, piece]
                if piece == 0:
                    for line in range(summed.shape[0]):
                        summed[line] = one[line] * other[line]
                else:
                    for line in range(summed.shape[0]):
                        summed[line] += one[line] * other[line]


def multiplied_and_added(
    past: NDArray[np.complex64], response: NDArray[np.complex64], count: int
) -> NDArray[np.complex64]:
    """The spectra of so many partitions: each the sum of the products of past ones with those of a response.

    `past` is (channels, more, bins), `response` (channels, pieces, bins) or one row for all channels; partition n is
    made of the past spectra n to n + pieces - 1.
    """
    out = np.empty((past.shape[0], count, past.shape[2]), np.complex64)
    _multiply_and_add(past, response, out)
    return out


_LEVEL = types.Array(types.float32, 1, "C")


@loop(types.void(_READ32, _READ32, types.float32, _LEVEL))
def _between(joined, weights, quiet, highest):  # type: ignore[no-untyped-def]  # numba reads the types above
    taps = weights.shape[1]
    for channel in range(joined.shape[0]):
        loud = -1
        for place in range(taps - 1):
            if abs(joined[channel, place]) > quiet:
                loud = place
        for frame in range(highest.shape[0]):
            if abs(joined[channel, frame + taps - 1]) > quiet:
                loud = frame + taps - 1
            if loud < frame:
                continue
            first, second, third = np.float32(0.0), np.float32(0.0), np.float32(0.0)
            for tap in range(taps):
                sample = joined[channel, frame + tap]
                first += sample * weights[0, tap]
                second += sample * weights[1, tap]
                third += sample * weights[2, tap]
            highest[frame] = max(highest[frame], max(abs(first), max(abs(second), abs(third))))


def between(joined: Samples, weights: Samples, quiet: float) -> Samples:
    """The highest point between frames, over all channels, of (channels, n + taps - 1): n of them.

    `weights`, (3, taps), give each point of a frame from its neighbours; where all of these are at most `quiet`
    there is nothing to be found, and the answer is 0.
    """
    highest = np.zeros(joined.shape[1] - weights.shape[1] + 1, np.float32)
    _between(np.ascontiguousarray(joined), weights, quiet, highest)
    return highest


_EQUATIONS = types.Array(types.complex128, 3, "C")


@loop(types.void(_EQUATIONS, _EQUATIONS))
def _solve(square, right):  # type: ignore[no-untyped-def]  # as above
    unknowns = square.shape[1]
    inverse = np.zeros(unknowns)
    column = np.empty(unknowns, np.complex128)
    for matrix, sides in zip(square, right):  # noqa: B905  # numba knows no `strict`
        for place in range(unknowns):
            pivot = matrix[place, place].real
            inverse[place] = 1 / pivot if pivot > 0 else 0.0
            for row in range(place + 1, unknowns):
                column[row] = np.conj(matrix[row, place])
            for row in range(place + 1, unknowns):
                factor = matrix[row, place] * inverse[place]
                line, side, above = matrix[row], sides[row], sides[place]
                for other in range(place + 1, row + 1):
                    line[other] -= factor * column[other]
                for other in range(side.shape[0]):
                    side[other] -= factor * above[other]
        for place in range(unknowns - 1, -1, -1):
            for other in range(sides.shape[1]):
                found = sides[place, other] * inverse[place]
                sides[place, other] = found
                for row in range(place):
                    sides[row, other] -= np.conj(matrix[place, row]) * found


def solved(square: NDArray[np.complex128], right: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """The x of square @ x = right for each of many Hermitian positive definite matrices, (many, n, n) and (many, n, m).

    LAPACK shares a matrix of a hundred rows out among threads, and its last bits differ with their number.
    """
    found = np.array(right, order="C")
    _solve(np.array(square, order="C"), found)
    return found
