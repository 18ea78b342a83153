"""Small recordings that tests synthesise, good ones and broken ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.clip import Samples
from engine.draws import Key
from engine.files.encode import Encoding, encode


def spoken(seed: int, rate: int = 8_000, duration_s: float = 0.5, channels: int = 1) -> Samples:
    """A buzzing, swelling tone with a little noise, different for each seed, float32 (channels, frames)."""
    key = Key.of("recording", seed)
    time = np.arange(int(rate * duration_s)) / rate
    pitch = 120 + 180 * key.uniform("pitch")
    voice = sum(np.sin(2 * np.pi * pitch * n * time) / n for n in range(1, 8))
    swell = np.sin(np.pi * time / duration_s) ** 2
    noise = key.generator("noise").standard_normal((channels, time.size))
    return (0.2 * swell * voice + 0.003 * noise).astype(np.float32)


def write_folder(folder: Path, labels: tuple[str, ...] = ("yes", "no"), each: int = 3) -> Path:
    """A folder of labelled recordings, `<label>/<label>_<n>.wav`."""
    for label in labels:
        (folder / label).mkdir(parents=True)
        for number in range(each):
            samples = spoken(hash_of(label) + number)
            encode(folder / label / f"{label}_{number}.wav", samples, 8_000, Encoding("wav", "16"))
    return folder


def hash_of(word: str) -> int:
    """A number for a word, the same in every process."""
    return sum(ord(letter) * 31**place for place, letter in enumerate(word))


def write_text_as_wav(path: Path) -> Path:
    """A text file that calls itself a recording."""
    path.write_text("meeting notes: buy more tape\n" * 20)
    return path


def write_cut_flac(path: Path) -> Path:
    """A FLAC file whose second half was lost."""
    encode(path, spoken(5, 16_000, 3.0), 16_000, Encoding("flac", "16"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path
