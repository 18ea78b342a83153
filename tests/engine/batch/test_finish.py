"""The last step before a file: the length that was asked for, and nothing beyond what the format holds."""

from __future__ import annotations

import numpy as np
import pytest

from engine.batch.finish import Finish
from engine.clip import Samples
from engine.files.encode import Encoding


def loud(peak: float, rate: int = 8_000) -> Samples:
    """Two channels of noise, a good deal of it above full scale; the larger peak is as given."""
    noise = np.random.default_rng(3).standard_normal((2, rate)).astype(np.float32)
    return noise * np.float32(peak / np.abs(noise).max())


def test_what_no_integer_holds_is_cut_off_and_counted() -> None:
    samples = loud(2)
    clipped, count = Finish().clipped(samples)
    assert np.array_equal(clipped, np.clip(samples, -1, np.float32(32767 / 32768)))
    assert count == (np.abs(samples) > 1).sum() > 100


@pytest.mark.parametrize("encoding", [Encoding("wav", "16"), Encoding("wav", "24"), Encoding("ogg"), Encoding("mp3")])
def test_full_scale_is_held_by_every_format(encoding: Encoding) -> None:
    edges = np.array([[-1.0, 0.0, 32767 / 32768, 1.0]], np.float32)
    kept, count = Finish(encoding=encoding).clipped(edges)
    assert count == 0
    assert np.array_equal(kept[:, :3], edges[:, :3])
    assert kept[0, 3] >= 32767 / 32768


def test_float_files_hold_everything() -> None:
    samples = loud(3)
    assert Finish(encoding=Encoding("wav", "32f")).clipped(samples) == (samples, 0)


@pytest.mark.parametrize(("duration_s", "frames"), [(None, 8_000), (0.5, 4_000), (2.0, 16_000), (1e-6, 1)])
def test_duration(duration_s: float | None, frames: int) -> None:
    samples = loud(1)
    fitted = Finish(duration_s=duration_s).fitted(samples, 8_000)
    assert fitted.shape == (2, frames)
    shared = min(frames, 8_000)
    assert np.array_equal(fitted[:, :shared], samples[:, :shared])
    assert not fitted[:, shared:].any()
