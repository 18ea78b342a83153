"""Changing the length of a sound: with its pitch (resampling) or without (Signalsmith Stretch).

`docs/decisions/0010-pitch-and-time.md` says why these two, and what they measure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples

EDGE_S = 0.06
"""Half of the stretcher's block: more changed nothing at the edges, less let them fade away."""

SEED = 1
"""The stretcher blurs phases at random where it stretches more than twofold; with a fixed seed it repeats itself."""


def frames_at(frames: int, rate: float) -> int:
    """How long a clip is when it runs `rate` times as fast: rounded, at least 1 frame."""
    return max(round(frames / rate), 1)


def fitted(samples: Samples, frames: int) -> Samples:
    """The sound cut, or padded with silence, to so many frames."""
    if samples.shape[1] >= frames:
        return np.ascontiguousarray(samples[:, :frames])
    return np.pad(samples, ((0, 0), (0, frames - samples.shape[1])))


def resampled(samples: Samples, rate: float, frames: int) -> Samples:
    """Play the sound `rate` times as fast, pitch and all; gives exactly `frames` frames."""
    import soxr

    private = np.array(samples.T, order="C")  # soxr refuses some read-only arrays
    return fitted(soxr.resample(private, rate, 1.0, quality="HQ").T, frames)


def stretched(samples: Samples, sample_rate: int, rate: float, frames: int) -> Samples:
    """Play the sound `rate` times as fast at its own pitch; gives exactly `frames` frames.

    Silence is put on both sides and cut off again, so that the edges keep their level.
    """
    from python_stretch import Signalsmith

    stretcher = Signalsmith.Stretch(SEED)
    stretcher.preset(samples.shape[0], sample_rate)
    stretcher.setTimeFactor(rate)
    lead = round(EDGE_S * sample_rate)
    padded = np.pad(samples, ((0, 0), (lead, lead)))
    skip = round(lead / rate)
    out: Samples = np.asarray(stretcher.process(padded), np.float32)
    return fitted(out[:, skip:], frames)


def repitched(samples: Samples, sample_rate: int, ratio: float) -> Samples:
    """Multiply every frequency by `ratio`, keeping the length: stretched to `ratio` times, then played so much faster.

    Exact in pitch, where Signalsmith's own transposition is up to 25 cents off on low tones.
    """
    longer = stretched(samples, sample_rate, 1 / ratio, frames_at(samples.shape[1], 1 / ratio))
    return resampled(longer, ratio, samples.shape[1])
