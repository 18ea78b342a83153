"""How a recorder's speed wavers and how a source moves: where each moment of a take comes from, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .air import SPEED_OF_SOUND
from .varispeed import CHUNK

if TYPE_CHECKING:
    from .varispeed import Positions

    Times = NDArray[np.float64]

OFF_S = 0.0005
"""A map may be so far off between two of its points."""

KNOTS_MAX = 1000
"""A map has no more points than this: what is done with two of them takes time by the product of their lengths."""


@dataclass(frozen=True)
class Waver:
    """A sine that the speed is off by: its depth as a share of the speed, its frequency and its phase."""

    depth: float
    hertz: float
    phase: float

    def behind(self, time: Times) -> Times:
        """How many seconds of the source more than without it have been played at a time; 0 at 0."""
        reach = self.depth / (2 * math.pi * self.hertz)
        return reach * (math.cos(self.phase) - np.cos(2 * math.pi * self.hertz * time + self.phase))


@dataclass(frozen=True)
class Wavering:
    """A speed of 1 with all that it wavers by; the depths together stay below 1."""

    wavers: tuple[Waver, ...]

    def source_at(self, time: Times) -> Times:
        """The second of the source that is played at a second of the take."""
        return time + sum((waver.behind(time) for waver in self.wavers), np.zeros_like(time))

    def frames_of(self, sample_rate: int) -> Positions:
        """Which frame of the source is played at each of the frames from one to another, at most `CHUNK` and 2.

        A cosine for each frame and sine would cost more than all else: those of a row of frames are kept, and turned
        to where the row begins.
        """
        speeds = 2 * np.pi / sample_rate * np.array([waver.hertz for waver in self.wavers])
        phases = np.array([waver.phase for waver in self.wavers])
        reaches = np.array([waver.depth for waver in self.wavers]) / speeds
        turns = np.outer(speeds, np.arange(CHUNK + 2))
        row = np.concatenate((np.cos(turns), np.sin(turns)))
        resting = float(reaches @ np.cos(phases))

        def positions(start: int, stop: int) -> Times:
            angles = speeds * start + phases
            parts = np.concatenate((reaches * np.cos(angles), -reaches * np.sin(angles)))
            swing: Times = np.einsum("i,ij->j", parts, row[:, : stop - start])
            return np.arange(start, stop) + resting - swing

        return positions

    def length_of(self, duration_s: float) -> float:
        """How long it takes to play so much, by halving the interval that it must lie in."""
        depth = sum(waver.depth for waver in self.wavers)
        low, high = duration_s / (1 + depth), duration_s / (1 - depth)
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if float(self.source_at(np.array([middle]))[0]) < duration_s else (low, middle)
        return high

    def knots(self, length_s: float) -> tuple[Times, Times]:
        """Points of take and source that the map goes straight between, off by `OFF_S` where it may have enough.

        What moves the sound by less than that (flutter) asks for no points of its own.
        """
        slow = [waver for waver in self.wavers if waver.depth / (math.pi * waver.hertz) > OFF_S]
        bend = sum(2 * math.pi * waver.hertz * waver.depth for waver in slow)
        pieces = min(math.ceil(length_s * math.sqrt(bend / (8 * OFF_S))) + 1, KNOTS_MAX)
        out = np.linspace(0, length_s, pieces + 1)
        return out, self.source_at(out)


@dataclass(frozen=True)
class Passing:
    """A source on a straight line past a listener: its speed, its closest distance, and when it is there."""

    speed_m_per_s: float
    closest_m: float
    closest_s: float

    def distance_at(self, sent: Times) -> Times:
        """How far away it is when it sends what is in the recording at a second."""
        return np.hypot(self.closest_m, self.speed_m_per_s * (sent - self.closest_s))

    def heard_at(self, sent: Times) -> Times:
        """When it is heard, counted from when the recording's first moment is."""
        first = self.distance_at(np.zeros(1))
        return sent + (self.distance_at(sent) - first) / SPEED_OF_SOUND

    def sent_at(self, heard: Times) -> Times:
        """When what is heard was sent: the root of c (t - s) = distance(s) that lies before t."""
        late = heard + float(self.distance_at(np.zeros(1))[0]) / SPEED_OF_SOUND - self.closest_s
        c, v = SPEED_OF_SOUND**2, self.speed_m_per_s**2
        return self.closest_s + (c * late - np.sqrt(c * v * late**2 + (c - v) * self.closest_m**2)) / (c - v)

    def knots(self, duration_s: float) -> tuple[Times, Times]:
        """Points of take and source that the map goes straight between, off by `OFF_S`; close together as it passes."""
        scale = self.closest_m / self.speed_m_per_s
        ends = np.arcsinh((np.array([0, duration_s]) - self.closest_s) / scale)
        step = math.sqrt(8 * OFF_S * SPEED_OF_SOUND / self.closest_m)
        pieces = min(math.ceil(float(ends[1] - ends[0]) / step) + 1, KNOTS_MAX)
        sent = self.closest_s + scale * np.sinh(np.linspace(ends[0], ends[1], pieces + 1))
        sent[[0, -1]] = 0, duration_s
        return self.heard_at(sent), sent


def spread(depth: float, hertz: float, phases: Sequence[float]) -> tuple[Waver, ...]:
    """As many sines about a frequency as there are phases, with the power of one; they never come round together."""
    each = depth / math.sqrt(len(phases))
    middle = (len(phases) - 1) / 2
    return tuple(Waver(each, hertz * 2 ** ((index - middle) / math.e), phase) for index, phase in enumerate(phases))
