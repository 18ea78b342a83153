from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.analysis.columns import Columns
from engine.analysis.peaks import BLOCK, PeaksRequest, Summary, peaks
from engine.track import HEADER_BYTES, Track, TrackWriter

if TYPE_CHECKING:
    from pathlib import Path

RATE = 8000


def noise(channels: int, frames: int) -> np.ndarray:
    return np.random.default_rng(5).uniform(-1, 1, (channels, frames)).astype(np.float32)


def summary_of(samples: np.ndarray) -> Summary:
    summary = Summary()
    summary.extend(samples)
    return summary


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("start", "step", "count"),
    [(0, 2, 900), (17, 7.3, 500), (0, 1023.9, 60), (3000, 1024, 50), (777.4, 1311.7, 90), (0, 5000, 40), (1, 2600, 7)],
)
def test_each_column_has_the_extremes_of_exactly_its_frames(
    channels: int, start: float, step: float, count: int
) -> None:
    samples = noise(channels, 65_003)
    low, high = peaks(samples, summary_of(samples), start, step, count)
    edges = np.rint(start + step * np.arange(count + 1)).astype(int).clip(max=samples.shape[1])
    parts = [samples[:, a:b] for a, b in itertools.pairwise(edges) if b > a]
    np.testing.assert_array_equal(low, [part.min() for part in parts])
    np.testing.assert_array_equal(high, [part.max() for part in parts])
    assert len(parts) >= min(count, int((65_003 - start) / step))


def test_closer_than_a_frame_the_trace_is_the_line_between_samples_without_holes() -> None:
    samples = np.array([[0, 1, -1, 0.5]], np.float32)
    low, high = peaks(samples, summary_of(samples), 0, 0.25, 12)
    assert high.max() == 1
    assert low.min() == -1
    assert np.all(low[1:] <= high[:-1] + 1e-6)
    assert np.all(high[1:] >= low[:-1] - 1e-6)
    np.testing.assert_allclose((low[0], high[0]), (0, 0.25), atol=1e-6)


def test_a_growing_track_is_followed_and_its_whole_blocks_are_read_once(tmp_path: Path) -> None:
    samples = noise(2, 40 * BLOCK + 100)
    track = Track(str(tmp_path / "track"), RATE, 2)
    request = PeaksRequest(track, (Columns(0, 5 * BLOCK / RATE, 9),))
    assert request.run()[0].low.size == 0
    with TrackWriter(track, samples.shape[1]) as writer:
        for at in range(0, samples.shape[1], 1000):
            writer.write(samples[:, at : at + 1000])
            shown = request.run()[0]
            ready = samples[:, : at + 1000]
            assert shown.high.max() == ready.max()
            assert shown.low.size == -(-ready.shape[1] // (5 * BLOCK))


class Counting(np.ndarray):
    """Samples that count how many of them are looked at."""

    read = 0

    def __getitem__(self, key: object) -> np.ndarray:
        got = np.asarray(super().__getitem__(key))
        Counting.read += got.size
        return got


def test_an_hour_costs_no_more_than_the_pixels(tmp_path: Path) -> None:
    frames = 3600 * 48_000
    path = tmp_path / "hour"
    with open(path, "wb") as file:
        file.truncate(HEADER_BYTES + frames * 4)
    samples = np.memmap(path, np.float32, "r", HEADER_BYTES, (frames, 1)).T
    summary = Summary()
    summary.low, summary.high = np.zeros(frames // BLOCK, np.float32), np.zeros(frames // BLOCK, np.float32)
    counted = samples.view(Counting)
    Counting.read = 0
    low, _ = peaks(counted, summary, 0, frames / 1000, 1000)
    assert low.size == 1000
    assert 0 < Counting.read <= 2 * 1000 * BLOCK
