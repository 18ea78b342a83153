"""The response of a box-shaped room: image sources of low order by pyroomacoustics, and a diffuse tail behind them.

The number of image sources grows with the cube of the time, so only those of the first reflections are computed
(Allen and Berkley 1979). From the moment on where the first of a higher order would arrive, arrivals are drawn: at a
steady rate, with as much energy as all images there would have, 4 pi c / V a second, falling by 60 dB in the
reverberation time. Each comes from a drawn direction, so that microphones side by side hear it one after the other.

pyroomacoustics is told to build responses on one thread: its sums depend on how many there are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .air import SPEED_OF_SOUND, absorb

if TYPE_CHECKING:
    from ..draws import Key

SINC_TAPS = 81
SINC_STEPS = 20
"""An arrival is a windowed sinc of so many taps, read from a table with so many steps a frame."""

TAIL_PER_S = 4000
"""Drawn arrivals a second; from about 2000 on an ear takes them for smooth noise."""

LONGEST_S = 5.0
RUMBLE_HZ = 20.0
"""All images have one sign, so that they pile up below the lowest mode of the room; what is below this is cut."""

MARGIN_M = 0.3
"""Neither source nor microphone comes nearer to a wall."""

AIR_C = 20.0
AIR_HUMIDITY_PERCENT = 50.0

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Room:
    """A room with what is in it: all that its response depends on besides the key of its tail."""

    size_m: Point
    absorption: float
    source_m: Point
    microphones_m: tuple[Point, ...]
    max_order: int
    air: bool

    @property
    def volume_m3(self) -> float:
        """What the walls enclose."""
        return math.prod(self.size_m)

    @property
    def rt60_s(self) -> float:
        """The reverberation time by Eyring's formula, at most `LONGEST_S`."""
        if self.absorption >= 1:
            return 0.0
        return min(_eyring_s(self.size_m) / -math.log1p(-self.absorption), LONGEST_S)


def absorption_for(size_m: Point, rt60_s: float) -> float:
    """The share of the energy that the walls must take for a reverberation time, by Eyring's formula; below 1."""
    return -math.expm1(-_eyring_s(size_m) / rt60_s)


def _eyring_s(size_m: Point) -> float:
    """The reverberation time of walls that take so much that the logarithm of what they leave is -1."""
    length, width, height = size_m
    surface = 2 * (length * width + length * height + width * height)
    return 24 * math.log(10) * length * width * height / (SPEED_OF_SOUND * surface)


def places(
    key: Key, size_m: Point, distance_m: float, spacing_m: float, microphones: int
) -> tuple[Point, tuple[Point, ...]]:
    """Where the source is and where the microphones, in a row; drawn, at the distance if the room allows it."""
    size = np.array(size_m)
    margin = np.minimum(MARGIN_M, size / 4)
    for turn in range(100):
        source = margin + (size - 2 * margin) * [key.uniform("source", turn, axis) for axis in range(3)]
        first = source + distance_m * _direction(key.uniform("turn", turn), key.uniform("rise", turn))
        if np.all(first >= margin) and np.all(first <= size - margin):
            break
    else:
        source, first = (
            margin,
            margin + (size - 2 * margin) * min(1, distance_m / float(np.hypot.reduce(size - 2 * margin))),
        )
    along = _direction(key.uniform("row"), 0.5)
    if float(along @ (first - size / 2)) > 0:
        along = -along
    row = first + np.outer(np.arange(microphones), along) * _spacing(
        first, along, size - margin, margin, spacing_m, microphones
    )
    return _point(source), tuple(_point(place) for place in row)


def _direction(turn: float, rise: float) -> NDArray[np.float64]:
    """A unit vector, uniform on the sphere for uniform numbers from [0, 1)."""
    height = 2 * rise - 1
    across = math.sqrt(1 - height * height)
    return np.array([across * math.cos(2 * math.pi * turn), across * math.sin(2 * math.pi * turn), height])


def _spacing(
    first: NDArray[np.float64], along: NDArray[np.float64], high: NDArray[np.float64], low: NDArray[np.float64],
    wanted_m: float, microphones: int,
) -> float:  # fmt: skip
    """The spacing that is wanted, or what the room has for the row."""
    ends = np.where(along > 0, high, low)
    moves = np.abs(along) > 1e-9
    free = float(np.min((ends - first)[moves] / along[moves]))
    return min(wanted_m, max(free, 0) / max(microphones - 1, 1))


def _point(place: NDArray[np.float64]) -> Point:
    x, y, z = (round(float(axis), 6) for axis in place)
    return x, y, z


def box_response(room: Room, key: Key, sample_rate: int) -> tuple[NDArray[np.float64], int]:
    """The response at each microphone, (microphones, taps), and the frame of the first one's direct sound.

    The direct sound falls on that frame and has the level 1 there, before the whole is brought to unit energy at the
    first microphone.
    """
    delays_s, levels, complete_s = _images(room)
    direct_s = float(delays_s[0].min())
    tail_s, tail_levels = _tail(room, key, complete_s)
    earlier_s = direct_s - float(delays_s.min())
    lead = SINC_TAPS // 2 + 1 + math.ceil(earlier_s * sample_rate)  # one more: a time is not quite a whole frame
    frames = lead + math.ceil(max(room.rt60_s, 0.01) * sample_rate) + SINC_TAPS
    response = np.zeros((len(room.microphones_m), frames))
    for channel in range(response.shape[0]):
        there = delays_s[channel] < complete_s
        arrivals = np.concatenate((delays_s[channel][there], tail_s[channel])) - direct_s + lead / sample_rate
        strengths = np.concatenate((levels[channel][there], tail_levels))
        _lay(response[channel], arrivals, strengths * direct_s * SPEED_OF_SOUND, sample_rate)
    if room.air:
        path_m = (direct_s - lead / sample_rate) * SPEED_OF_SOUND
        response = absorb(response, sample_rate, path_m, AIR_C, AIR_HUMIDITY_PERCENT)
    response = _without_rumble(response, sample_rate)
    return response / math.sqrt(float(np.square(response[0]).sum())), lead


def _images(room: Room) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """When each image is heard at each microphone and how strong, and until when none is missing."""
    import pyroomacoustics

    box = pyroomacoustics.ShoeBox(
        list(room.size_m), fs=16000, materials=pyroomacoustics.Material(room.absorption), max_order=room.max_order + 1
    )
    box.add_source(list(room.source_m))
    box.add_microphone_array(np.array(room.microphones_m).T)
    box.image_source_model()
    source = box.sources[0]
    apart = source.images.astype(np.float64)[np.newaxis] - np.array(room.microphones_m)[:, :, np.newaxis]
    paths_m = np.maximum(np.sqrt(np.square(apart).sum(axis=1)), 1e-3)
    complete_m = float(paths_m[:, source.orders > room.max_order].min())
    return paths_m / SPEED_OF_SOUND, source.damping[0] / paths_m, complete_m / SPEED_OF_SOUND


def _tail(room: Room, key: Key, since_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When each drawn arrival is heard at each microphone, and how strong they are: one in each short while."""
    until_s = since_s + room.rt60_s
    first, last = math.ceil(since_s * TAIL_PER_S), math.floor(until_s * TAIL_PER_S)
    drawn = key.generator("tail").random((4, max(last - first, 0)))
    times = (first + np.arange(drawn.shape[1]) + drawn[0]) / TAIL_PER_S
    rise, turn = 2 * drawn[1] - 1, 2 * np.pi * drawn[2]
    across = np.sqrt(1 - rise * rise)
    directions = np.stack((across * np.cos(turn), across * np.sin(turn), rise))
    places_m = np.array(room.microphones_m) - room.microphones_m[0]
    energy = 4 * np.pi * SPEED_OF_SOUND / room.volume_m3 / TAIL_PER_S * 10 ** (-6 * times / max(room.rt60_s, 1e-9))
    return times - places_m @ directions / SPEED_OF_SOUND, np.sqrt(energy) * np.where(drawn[3] < 0.5, -1, 1)


def _lay(
    response: NDArray[np.float64], arrivals_s: NDArray[np.float64], strengths: NDArray[np.float64], sample_rate: int
) -> None:
    """Add arrivals to a response, each as a windowed sinc around its own time."""
    from pyroomacoustics import libroom

    half = SINC_TAPS // 2
    fits = (arrivals_s * sample_rate >= half) & (arrivals_s * sample_rate < response.size - half - 1)
    libroom.rir_builder(response, arrivals_s[fits], strengths[fits], sample_rate, SINC_TAPS, SINC_STEPS, 1)


def _without_rumble(response: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    from scipy.signal import butter, sosfilt

    cut: NDArray[np.float64] = sosfilt(butter(2, RUMBLE_HZ, "high", fs=sample_rate, output="sos"), response, axis=1)
    return cut
