"""The active level of a sound: how loud it is where it is not quiet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .levels import gain_of

if TYPE_CHECKING:
    from ..clip import Samples

ACTIVE_FRAME_S = 0.05
"""Length of the frames that are told active or quiet."""

ACTIVE_RANGE_DB = 30.0
"""A frame is active if it lies at most so far below the loudest one."""

SILENT_DB = -180.0
"""What is quieter than this counts as silence: its level means nothing."""

_CHUNK = 1 << 16


def frame_powers(samples: Samples, frame: int) -> NDArray[np.float64]:
    """Mean power of successive frames, averaged over the channels; a shorter rest counts into the last frame."""
    channels, count = samples.shape[0], max(samples.shape[1] // frame, 1)
    powers = np.empty(count)
    step = max(_CHUNK // frame, 1)
    for first in range(0, count - 1, step):
        last = min(first + step, count - 1)
        part = samples[:, first * frame : last * frame].astype(np.float64, order="C").reshape(channels, -1, frame)
        powers[first:last] = np.einsum("cnf,cnf->n", part, part) / (channels * frame)
    powers[-1] = np.square(samples[:, (count - 1) * frame :], dtype=np.float64).mean()
    return powers


def active_level(samples: Samples, sample_rate: int) -> float:
    """RMS over the frames of 50 ms that lie within 30 dB of the loudest; 0.0 for silence.

    All channels count alike: the power is their mean. `samples` is float32 (channels, frames).
    """
    frame = max(round(ACTIVE_FRAME_S * sample_rate), 1)
    powers = frame_powers(samples, frame)
    loudest = float(powers.max())
    if loudest <= gain_of(SILENT_DB) ** 2:
        return 0.0
    active = powers >= loudest * gain_of(-ACTIVE_RANGE_DB) ** 2
    weights = np.full(powers.size, frame)
    weights[-1] = samples.shape[1] - frame * (powers.size - 1)
    return math.sqrt(float(np.average(powers[active], weights=weights[active])))
