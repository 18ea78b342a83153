"""How every source enters: decoded, its channels converted, resampled once. Window, export, banks alike."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from ..clip import Clip, Samples
from .decode import joined, open_blocks
from .refused import AnyPath

Channels: TypeAlias = Literal["keep", "mono", "stereo"]
CHANNELS: tuple[Channels, ...] = ("keep", "mono", "stereo")


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Samples (channels, frames) at another rate by soxr's HQ: linear phase, nothing shifted, the same every time.

    There are round(frames * to / from) frames, and at least one. At the same rate the very samples come back.
    """
    if from_hz == to_hz:
        return samples
    import soxr

    frames = max(1, round(samples.shape[1] * to_hz / from_hz))
    made = soxr.resample(np.ascontiguousarray(samples.T), from_hz, to_hz, quality="HQ").T
    whole = np.zeros((samples.shape[0], frames), np.float32)
    whole[:, : made.shape[1]] = made[:, :frames]
    return whole


def with_channels(samples: Samples, channels: str) -> Samples:
    """Samples (channels, frames) with the channels that are wanted; raises ValueError for another word.

    Mono is the mean of all channels. Stereo from mono is that channel twice; from more than two it is the first
    two, which are front left and right: a mix would need a layout, and arrays of microphones have none.
    """
    if channels not in CHANNELS:
        raise ValueError(f"channels must be one of {', '.join(CHANNELS)}, not {channels!r}")
    if channels == "mono" and samples.shape[0] > 1:
        mean: Samples = samples.mean(axis=0, keepdims=True, dtype=np.float64).astype(np.float32)
        return mean
    if channels == "stereo" and samples.shape[0] != 2:
        return np.ascontiguousarray(samples[[0, min(1, samples.shape[0] - 1)]])
    return samples


def prepare(path: AnyPath, sample_rate: int | None, channels: str) -> Clip:
    """A file as a clip at a rate (None: its own) with the channels wanted; raises `FileRefused`."""
    info, blocks = open_blocks(path)
    count = {"keep": info.channels, "mono": 1, "stereo": 2}[channels]
    samples = joined((with_channels(block, channels) for block in blocks), count, info.frames)
    rate = sample_rate or info.sample_rate
    return Clip(resample(samples, info.sample_rate, rate), rate)
