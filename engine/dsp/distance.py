"""A source that is moved away: softer, duller and with more of the room, all by how far it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .air import SPEED_OF_SOUND, absorb

if TYPE_CHECKING:
    from ..draws import Key

ARRIVALS_PER_S = 4000
"""Of the diffuse sound; from about 2000 on an ear takes them for smooth noise."""

LEAD_S = 0.005
"""The air's filter is of linear phase: so much of it may lie before the direct sound."""


def distance_response(
    key: Key, sample_rate: int, channels: int, distance_m: float, rt60_s: float, critical_distance_m: float,
    temperature_c: float, humidity_percent: float,
) -> tuple[NDArray[np.float64], int]:  # fmt: skip
    """The response, (channels, taps), for a source that was 1 m away in free air, and the frame of its direct sound.

    The direct sound has the level 1 / distance. The diffuse sound has the energy of the direct sound at the critical
    distance, wherever the source is, and falls by 60 dB in the reverberation time; 0 s is no room at all. Then comes
    the air, which each arrival has been in for as long as it was on its way.
    """
    lead = round(LEAD_S * sample_rate)
    response = np.zeros((channels, lead + round(rt60_s * sample_rate) + lead))
    for channel in range(channels):
        response[channel, lead : response.shape[1] - lead] = _diffuse(key, channel, sample_rate, rt60_s)
    response /= critical_distance_m
    response[:, lead] = 1 / distance_m
    path_m = distance_m - lead / sample_rate * SPEED_OF_SOUND
    return absorb(response, sample_rate, path_m, temperature_c, humidity_percent), lead


def _diffuse(key: Key, channel: int, sample_rate: int, rt60_s: float) -> NDArray[np.float64]:
    """Decaying arrivals of unit energy, one in each short while and of either sign; none in the first frame."""
    sound = np.zeros(round(rt60_s * sample_rate))
    drawn = key.generator("diffuse", channel).random((2, math.floor(rt60_s * ARRIVALS_PER_S)))
    times = (np.arange(drawn.shape[1]) + drawn[0]) / ARRIVALS_PER_S
    frames = (times * sample_rate).astype(np.intp)
    within = (frames > 0) & (frames < sound.size)
    levels = np.where(drawn[1] < 0.5, -1, 1) * 10 ** (-3 * times / max(rt60_s, 1e-9))
    np.add.at(sound, frames[within], levels[within])
    energy = float(np.square(sound).sum())
    return sound / math.sqrt(energy) if energy else sound
