"""The last step before a file: the length that was asked for, and nothing beyond what the format holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from engine.batch.finish import Finish, turned_down
from engine.clip import Samples
from engine.files.encode import Encoding, encode


def loud(peak: float, rate: int = 8_000) -> Samples:
    """Two channels of noise, a good deal of it above full scale; the larger peak is as given."""
    noise = np.random.default_rng(3).standard_normal((2, rate)).astype(np.float32)
    return noise * np.float32(peak / np.abs(noise).max())


@pytest.mark.parametrize("encoding", [Encoding("wav", "16"), Encoding("wav", "24"), Encoding("flac", "16")])
def test_scaling_keeps_every_proportion_and_clips_nothing(encoding: Encoding, tmp_path: Path) -> None:
    samples = loud(2.5)
    scaled, gain_db = Finish(encoding=encoding).guarded(samples, 8_000)
    assert gain_db == pytest.approx(-20 * np.log10(2.5), abs=0.001)
    assert np.allclose(scaled / samples, 10 ** (gain_db / 20), rtol=1e-4)
    path = tmp_path / f"x{encoding.suffix}"
    encode(path, scaled, 8_000, encoding)
    read = soundfile.read(path, dtype="float64")[0].T
    assert np.abs(read - scaled).max() <= 2.0 ** -int(encoding.bits)


def test_what_fits_is_left_alone_to_the_last_step() -> None:
    edges = np.array([[-1.0, 0.0, 32767 / 32768]], np.float32)
    for guard in ("scale", "limit", "none"):
        kept, gain_db = Finish(guard=guard).guarded(edges, 8_000)
        assert np.array_equal(kept, edges)
        assert gain_db == 0


def test_float_files_are_never_guarded() -> None:
    samples = loud(3)
    assert Finish(encoding=Encoding("wav", "32f")).guarded(samples, 8_000) == (samples, 0.0)


def test_without_a_guard_it_is_clipped() -> None:
    samples = loud(2)
    clipped, _ = Finish(guard="none").guarded(samples, 8_000)
    assert np.array_equal(clipped, np.clip(samples, -1, np.float32(32767 / 32768)))


@given(st.integers(0, 2**32), st.sampled_from([8_000, 44_100]), st.integers(1, 3_000), st.floats(1.01, 20))
def test_the_limiter_holds_its_ceiling_and_lets_the_rest_through(
    seed: int, rate: int, frames: int, peak: float
) -> None:
    rng = np.random.default_rng(seed)
    samples = (rng.uniform(-0.5, 0.5, (2, frames)) * 0.9).astype(np.float32)
    at = int(rng.integers(frames))
    samples[0, at] = peak
    limited = turned_down(samples, rate, 0.9)
    assert np.abs(limited).max() <= np.float32(0.9)
    assert limited[0, at] == pytest.approx(0.9, rel=1e-4)
    far = np.abs(np.arange(frames) - at) > 2 * round(0.005 * rate) + 1
    assert np.allclose(limited[:, far], samples[:, far], rtol=1e-5)
    near = samples[1] != 0
    assert np.allclose(
        (limited / np.where(samples == 0, 1, samples))[1, near],
        (limited / np.where(samples == 0, 1, samples))[0, near],
        rtol=1e-3,
    )


@pytest.mark.parametrize(("duration_s", "frames"), [(None, 8_000), (0.5, 4_000), (2.0, 16_000), (1e-6, 1)])
def test_duration(duration_s: float | None, frames: int) -> None:
    samples = loud(1)
    fitted = Finish(duration_s=duration_s).fitted(samples, 8_000)
    assert fitted.shape == (2, frames)
    shared = min(frames, 8_000)
    assert np.array_equal(fitted[:, :shared], samples[:, :shared])
    assert not fitted[:, shared:].any()
