"""Preparing a recorded impulse response: where its direct sound is, how strong it is, which channel goes where.

A stream with more channels than the response has takes them in turn: a mono response serves all, a stereo one the
odd and the even. A stream with fewer takes the first ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..clip import Samples

LEAD_S = 0.005
"""What a response may have before its direct sound; more is silence before the shot, and is cut off."""
LONGEST_S = 10.0

LOUDEST_AT_1_KHZ = 10.0
"""A device that hardly lets 1 kHz through is not made louder by more than this for it, as a factor."""

Prepared = tuple[NDArray[np.float64], int]
"""A response, (channels, taps), and the frame of its direct sound."""


def room_response(recording: Samples, sample_rate: int, channels: int, mix: float) -> Prepared:
    """A recorded room, mixed with the dry sound.

    The strongest channel that is heard gets unit energy, so that the level of a broadband sound stays. One that was
    recorded upside down is turned, or it would cancel the dry sound. A silent response lets the sound through.
    """
    response, direct = _cut(recording, sample_rate, channels)
    response *= mix
    response[:, direct] += 1 - mix
    return response, direct


def device_response(recording: Samples, sample_rate: int, channels: int, at_1_khz: bool) -> Prepared:
    """A recorded microphone or loudspeaker, of unit energy in its strongest channel or of unit gain at 1 kHz."""
    response, direct = _cut(recording, sample_rate, channels)
    if at_1_khz:
        turns = np.exp(-2j * np.pi * 1000 / sample_rate * np.arange(response.shape[1]))
        response = response / max(float(np.abs(response @ turns).max()), 1 / LOUDEST_AT_1_KHZ)
    return response, direct


def _cut(recording: Samples, sample_rate: int, channels: int) -> Prepared:
    """What so many channels hear, from shortly before its direct sound on, which is positive.

    One row where all hear the same; unit energy in the strongest one; an impulse where there is nothing.
    """
    recording = recording[:channels]
    peak = float(np.abs(recording).max()) if recording.size else 0.0
    if peak == 0:
        return np.ones((1, 1)), 0
    first = int(np.argmax(np.abs(recording).max(axis=0) >= 0.5 * peak))
    start = max(first - round(LEAD_S * sample_rate), 0)
    response = recording[:, start : start + round(LONGEST_S * sample_rate)].astype(np.float64)
    direct = first - start
    strength = math.sqrt(float(np.square(response).sum(axis=1).max()))
    response *= math.copysign(1 / strength, float(response[:, direct].sum()))
    rows = np.arange(1 if response.shape[0] == 1 else channels) % response.shape[0]
    return response[rows], direct
