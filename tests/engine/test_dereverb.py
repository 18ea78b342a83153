"""Dereverberation beside nara_wpe, and by what is left of a room."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from nara_wpe.utils import istft, stft
from nara_wpe.wpe import wpe
from scipy.signal.windows import cosine

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.transform import StreamSpec
from engine.transforms.space import Dereverb
from tests.support.processing import noise


def syllables(frames: int, channels: int) -> tuple[Samples, Samples]:
    """Bursts of noise, 80 ms of each 400 at 16 kHz, dry and in a room with a reverberation time of 0.6 s."""
    dry = noise(frames, 1) * (np.arange(frames) % 6400 < 1280)
    room = noise(9600, channels, 0.05, seed=4) * np.exp(-6.9 * np.arange(9600) / 9600)
    room[:, 0] = 1
    wet = np.stack([np.convolve(dry[0], one)[:frames] for one in room])
    return dry.astype(np.float32), wet.astype(np.float32)


def apply(samples: Samples, **settings: int) -> Samples:
    return Dereverb(**settings).apply(samples, StreamSpec(16000, *samples.shape), Draw(Key.of("a")))[0]


@pytest.mark.golden("Dereverb", by="nara_wpe.wpe.wpe", within="1e-6: float32 rounding")
@pytest.mark.parametrize("channels", [1, 2])
def test_it_is_weighted_prediction_error(channels: int) -> None:
    _dry, wet = syllables(32000, channels)
    spectra = stft(wet.astype(np.float64), 512, 128, window=cosine, symmetric_window=True).transpose(2, 0, 1)
    clean = wpe(spectra, taps=8, delay=2, iterations=2, statistics_mode="full").transpose(1, 2, 0)
    expected = istft(clean, 512, 128, window=cosine, symmetric_window=True)[:, :32000]
    assert np.abs(apply(wet, taps=8, delay=2, iterations=2) - expected).max() < 1e-6


@pytest.mark.parametrize(("channels", "taken_db"), [(1, 1), (2, 15)])
def test_the_room_goes_and_the_sound_stays(channels: int, taken_db: float) -> None:
    dry, wet = syllables(96000, channels)
    clean = apply(wet, taps=20)
    between = (np.arange(96000) % 6400 > 2560) & (np.arange(96000) > 32000)
    gained = 10 * np.log10(np.mean(clean[0, between] ** 2) / np.mean(wet[0, between] ** 2))
    assert gained < -taken_db
    likeness = np.corrcoef(clean[0], dry[0])[0, 1]
    assert likeness > np.corrcoef(wet[0], dry[0])[0, 1]


def test_a_clip_too_short_for_it_comes_back_as_it_was() -> None:
    short = noise(400, 2)
    assert np.array_equal(apply(short), short)


HASHED = """
import hashlib
import numpy as np
from engine.dsp.dereverb import predicted_away
random = np.random.default_rng(1)
spectra = random.standard_normal((3, 8, 600)) + 1j * random.standard_normal((3, 8, 600))
print(hashlib.sha256(predicted_away(spectra, 16, 3, 2).tobytes()).hexdigest())
"""


def test_many_channels_are_the_same_bytes_however_many_threads_there_are() -> None:
    """Each has 128 equations: LAPACK would share them out."""
    hashes = {
        subprocess.run(
            [sys.executable, "-c", HASHED], capture_output=True, text=True, check=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads},
        ).stdout
        for threads in ("1", "2", "4")
    }  # fmt: skip
    assert len(hashes) == 1
