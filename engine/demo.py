"""The demo clip: a few seconds of synthesised sound, so that a first start has something to play."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .clip import Samples
from .draws import Key

SAMPLE_RATE = 32_000
DURATION_S = 8.0
NAME = "evening garden (demo).wav"

_NOTES_HZ = (110.0, 164.81, 220.0, 277.18, 329.63, 277.18, 220.0, 164.81)
_CHIRPS_S = (0.9, 1.15, 1.4, 2.7, 4.1, 4.3, 4.5, 4.7, 6.2, 6.5)


def write_demo(folder: Path) -> Path:
    """Write the demo clip into a folder of the program's own, unless it lies there."""
    from .files.encode import Encoding, encode

    path = folder / NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        encode(path, demo_samples(), SAMPLE_RATE, Encoding("wav", "16"))
    return path


def demo_samples() -> Samples:
    """Plucked strings, bird-like chirps and a quiet hiss, float32 (1, frames), peak at -3 dBFS."""
    time = np.arange(int(DURATION_S * SAMPLE_RATE)) / SAMPLE_RATE
    key = Key.of("demo")
    sound = 0.002 * key.generator("hiss").standard_normal(time.size)
    for beat in range(int(DURATION_S * 2)):
        sound += 0.5 * _pluck(time - beat / 2, _NOTES_HZ[beat % len(_NOTES_HZ)])
    for number, start in enumerate(_CHIRPS_S):
        sound += 0.25 * _chirp(time - start, 2600 + 1800 * key.uniform("chirp", number))
    levelled: Samples = (sound / np.abs(sound).max() * 10 ** (-3 / 20)).astype(np.float32)
    return levelled[np.newaxis]


def _pluck(time: NDArray[np.float64], pitch_hz: float) -> NDArray[np.float64]:
    """A decaying harmonic tone from time 0 on; high partials die first."""
    sounding = np.clip(time, 0, None)
    partials = (
        np.sin(2 * np.pi * pitch_hz * n * sounding) * np.exp(-sounding * (1.2 + 0.8 * n)) / n for n in range(1, 13)
    )
    return np.where(time >= 0, sum(partials), 0.0)


def _chirp(time: NDArray[np.float64], pitch_hz: float) -> NDArray[np.float64]:
    """A note of 0.18 s that rises and falls by a third and trembles."""
    inside = np.clip(time / 0.18, 0, 1)
    phase = 2 * np.pi * pitch_hz * (time + 0.009 * np.sin(2 * np.pi * 28 * time) / 28 - 0.02 * np.cos(np.pi * inside))
    note: NDArray[np.float64] = np.sin(phase) * np.sin(np.pi * inside) ** 2
    return note
