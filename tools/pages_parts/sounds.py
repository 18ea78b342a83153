"""What the docs' pictures are made of: the demo clip on two channels, and recordings for the steps that play some."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.banks import Banks
from engine.clip import Samples
from engine.demo import SAMPLE_RATE, demo_samples
from engine.files.encode import Encoding, encode

SECONDS = 4.0


def clip() -> Samples:
    """Four seconds of the demo clip; the second channel is a third of a second late and a little softer."""
    mono = demo_samples()[0, : round(SECONDS * SAMPLE_RATE)]
    return np.stack([mono, 0.7 * np.roll(mono, SAMPLE_RATE // 3)]).astype(np.float32)


def banks(folder: Path, names: set[str]) -> Banks:
    """Each name bound to a folder with recordings: responses for rooms and microphones, voices for all else."""
    for name in names:
        (folder / name).mkdir()
        for number in range(8):
            samples = _response(number) if "room" in name or "micro" in name else _voice(number)
            whole = np.rint(samples / np.abs(samples).max() * 0.5 * 32768) / 32768
            encode(
                folder / name / f"{number}.wav",
                whole.astype(np.float32)[np.newaxis],
                SAMPLE_RATE,
                Encoding("wav", "16"),
            )
    return Banks({name: str(folder / name) for name in names})


def _response(number: int) -> np.ndarray:
    """A direct sound and noise that dies away in about half a second."""
    rng = np.random.default_rng(number)
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    response = 0.2 * rng.standard_normal(time.size) * np.exp(-time / 0.08)
    response[0] = 1
    return response


def _voice(number: int) -> np.ndarray:
    """A buzz with the rhythm of syllables, another pitch for each number."""
    rng = np.random.default_rng(100 + number)
    time = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    pitch = rng.uniform(100, 220) * (1 + 0.05 * np.sin(2 * np.pi * 0.7 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    buzz = sum(np.sin(n * phase) / n for n in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * rng.uniform(2.5, 4) * time + rng.uniform(0, 6)), 0, 1)
    return np.asarray(buzz * syllables)
