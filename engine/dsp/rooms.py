"""Preparing a recorded impulse response: where its direct sound is, how strong it is, which channel goes where."""

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


def prepared_response(
    recording: Samples, sample_rate: int, channels: int, mix: float
) -> tuple[NDArray[np.float32], int]:
    """A response for each channel, mixed with the dry sound, and the frame of its direct sound.

    The strongest channel gets unit energy, so that the level of a broadband sound stays; a stereo response on a mono
    stream gives its first channel, a mono one on many channels goes to all. One that was recorded upside down is
    turned, or it would cancel the dry sound. A silent response lets the sound through.
    """
    peak = float(np.abs(recording).max()) if recording.size else 0.0
    if peak == 0:
        return np.ones((channels, 1), np.float32), 0
    first = int(np.argmax(np.abs(recording).max(axis=0) >= 0.5 * peak))
    start = max(first - round(LEAD_S * sample_rate), 0)
    used = recording[:, start : start + round(LONGEST_S * sample_rate)].astype(np.float64)
    direct = float(used[:, first - start].sum())
    used *= mix / math.copysign(math.sqrt(float(np.square(used).sum(axis=1).max())), direct)
    response = used[np.arange(channels) % used.shape[0]]
    response[:, first - start] += 1 - mix
    return response.astype(np.float32), first - start
