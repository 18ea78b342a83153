"""Changing the length of a sound with its pitch (resampling), or one of both without the other (a phase vocoder)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .formants import kept_under_pitch, warped
from .vocoder import WINDOW_S, frame_size, vocoded

if TYPE_CHECKING:
    from ..clip import Samples

FORMANT_WINDOW_S = 0.04
"""Shorter than what pitch and tempo take: partials need not be told apart, and a voice's formants move quickly."""

CHUNK = 1 << 16
"""Frames resampled at once, so that a long clip takes no more memory than a short one."""


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

    channels, clip_frames = samples.shape
    stream = soxr.ResampleStream(rate, 1.0, channels, dtype="float32", quality="HQ")
    out, filled = np.zeros((channels, frames), np.float32), 0
    for start in range(0, clip_frames, CHUNK):
        private = np.array(samples[:, start : start + CHUNK].T, order="C")  # soxr refuses some read-only arrays
        played = stream.resample_chunk(private, last=start + CHUNK >= clip_frames)[: frames - filled]
        out[:, filled : filled + len(played)] = played.T
        filled += len(played)
    return out


def stretched(samples: Samples, sample_rate: int, frames: int) -> Samples:
    """Play the sound faster or slower at its own pitch, so that it takes exactly `frames` frames."""
    return vocoded(samples, frames, frame_size(WINDOW_S, sample_rate))


def repitched(samples: Samples, sample_rate: int, ratio: float, *, keep_formants: bool = False) -> Samples:
    """Multiply every frequency by `ratio`, keeping the length, and the spectrum's envelope if so wished.

    The shorter sound is the one that is stretched, since that is the dearer half: upward it is first played faster and
    then made longer, downward first made shorter and then played slower.
    """
    frames = samples.shape[1]
    shorter = frames_at(frames, max(ratio, 1 / ratio))
    size = frame_size(WINDOW_S / max(ratio, 1), sample_rate)
    colour = kept_under_pitch(ratio, sample_rate, size) if keep_formants else None
    if ratio > 1:
        return vocoded(resampled(samples, ratio, shorter), frames, size, colour)
    return resampled(vocoded(samples, shorter, size, colour), ratio, frames)


def with_formants_moved(samples: Samples, sample_rate: int, factor: float, upper_hz: float) -> Samples:
    """The sound at its own pitch and length with the envelope of its spectrum stretched; see `formants.warped`."""
    size = frame_size(FORMANT_WINDOW_S, sample_rate)
    return vocoded(samples, samples.shape[1], size, warped(factor, upper_hz, sample_rate, size))
