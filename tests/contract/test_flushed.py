"""Sound stays sound where the smallest numbers are rounded to 0, as a plugin or torch may have a whole process do."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from engine.draws import Draw, Key
from engine.transform import Streaming, StreamSpec, registered

RATE = 16000


def broken_where_flushed() -> tuple[bool, list[str]]:
    """Whether tiny numbers are 0 here, and the streaming transforms that then give what is no sound."""
    import torch

    flushed = torch.set_flush_denormal(True) and np.float32(1e-38) / np.float32(1e4) == 0
    clip = np.random.default_rng(1).standard_normal((2, RATE // 2)).astype(np.float32)
    clip *= np.logspace(-24, 0, clip.shape[1], dtype=np.float32)
    broken = []
    for name, kind in registered().items():
        if issubclass(kind, Streaming) and kind.bank_param() is None:
            made = kind().processor(StreamSpec(RATE, 2, clip.shape[1]), Draw(Key.of("any")))
            if not np.isfinite(made.process(clip.copy())).all():
                broken.append(name)
    return bool(flushed), broken


def test_every_streaming_transform_gives_sound_where_tiny_numbers_are_flushed() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        flushed, broken = apart.submit(broken_where_flushed).result()
    assert flushed
    assert broken == []
