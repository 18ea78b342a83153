"""Running one transform on one clip, for tests of what it does to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.render import run
from engine.transform import Measured, Numbers, Streaming, StreamSpec

DRAW = Draw(Key.of("test"))


def processed(
    transform: Streaming | Measured,
    samples: Samples,
    rate: int,
    *,
    recording: Samples | None = None,
    tail: bool = False,
) -> Samples:
    """What the transform makes of the clip, by the one loop; `recording` is what its bank gives."""
    draw = DRAW if recording is None else replace(DRAW, loads=(lambda: recording,))
    spec = StreamSpec(rate, *samples.shape)
    if isinstance(transform, Measured):
        processor = transform.processor(spec, draw, transform.measure(samples, spec, draw))
    else:
        processor = transform.processor(spec, draw)
    return np.concatenate(list(run([processor], samples, processor.tail if tail else 0)), axis=1)


def measured(transform: Measured, samples: Samples, rate: int) -> Numbers:
    """What the transform finds out about the clip."""
    return transform.measure(samples, StreamSpec(rate, *samples.shape), DRAW)


def impulse(frames: int, channels: int = 1, at: int = 0) -> Samples:
    """One sample of 1 in silence."""
    samples = np.zeros((channels, frames), np.float32)
    samples[:, at] = 1
    return samples


def noise(frames: int, channels: int = 1, level: float = 0.1, seed: int = 0) -> Samples:
    """White Gaussian noise of that RMS, independent on each channel."""
    return (level * np.random.default_rng(seed).standard_normal((channels, frames))).astype(np.float32)


def tone(hertz: float, rate: int, seconds: float, peak: float = 0.5) -> Samples:
    """A sine in one channel."""
    return (peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)[np.newaxis]


def decibels(ratio: float) -> float:
    """An amplitude ratio in decibels."""
    return float(20 * np.log10(ratio))
