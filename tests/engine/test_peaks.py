from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.analysis.clipping import clipped
from engine.analysis.columns import Columns
from engine.analysis.peaks import PeaksRequest, peaks
from engine.analysis.summary import BLOCK, Summary
from engine.clip import Segment, TimeMap
from engine.track import HEADER_BYTES, Track, TrackWriter

if TYPE_CHECKING:
    from pathlib import Path

RATE = 8000


def noise(channels: int, frames: int) -> np.ndarray:
    return np.random.default_rng(5).uniform(-1, 1, (channels, frames)).astype(np.float32)


def summary_of(samples: np.ndarray) -> Summary:
    summary = Summary(samples.shape[0])
    summary.extend(samples)
    return summary


def columns_of(samples: np.ndarray, start: float, step: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    edges = start + step * np.arange(count + 1)
    inside = edges[:-1] < samples.shape[1]
    return peaks(samples, summary_of(samples), edges[:-1][inside], edges[1:][inside])


def written(path: Path, samples: np.ndarray) -> Track:
    track = Track(str(path), RATE, samples.shape[0])
    with TrackWriter(track, samples.shape[1]) as writer:
        writer.write(samples)
    return track


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("start", "step", "count"),
    [(0, 2, 900), (17, 7.3, 500), (0, 1023.9, 60), (3000, 1024, 50), (777.4, 1311.7, 90), (0, 5000, 40), (1, 2600, 7)],
)
def test_each_column_has_the_extremes_of_exactly_its_frames(
    channels: int, start: float, step: float, count: int
) -> None:
    samples = noise(channels, 65_003)
    low, high = columns_of(samples, start, step, count)
    edges = np.rint(start + step * np.arange(count + 1)).astype(int).clip(max=samples.shape[1])
    parts = [samples[:, a:b] for a, b in itertools.pairwise(edges) if b > a]
    np.testing.assert_array_equal(low, np.transpose([part.min(axis=1) for part in parts]))
    np.testing.assert_array_equal(high, np.transpose([part.max(axis=1) for part in parts]))
    assert len(parts) >= min(count, int((65_003 - start) / step))


def test_closer_than_a_frame_the_trace_is_the_line_between_samples_without_holes() -> None:
    samples = np.array([[0, 1, -1, 0.5]], np.float32)
    (low,), (high,) = columns_of(samples, 0, 0.25, 12)
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
            assert shown.low.shape == (1, -(-ready.shape[1] // (5 * BLOCK)))


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
    summary = Summary(1)
    summary.low, summary.high = np.zeros((2, 1, frames // BLOCK), np.float32)
    counted = samples.view(Counting)
    Counting.read = 0
    edges = frames / 1000 * np.arange(1001)
    low, _ = peaks(counted, summary, edges[:-1], edges[1:])
    assert low.size == 1000
    assert 0 < Counting.read <= 2 * 1000 * BLOCK


def test_channels_are_together_or_apart(tmp_path: Path) -> None:
    samples = noise(2, 30_000) * np.array([[1.0], [0.25]], np.float32)
    track = written(tmp_path / "track", samples)
    columns = Columns(0, 3000 / RATE, 10)
    (apart,), (together,) = (PeaksRequest(track, (columns,), apart).run() for apart in (True, False))
    assert apart.low.shape == (2, 10)
    assert together.low.shape == (1, 10)
    np.testing.assert_array_equal(apart.high, samples.reshape(2, 10, 3000).max(axis=2))
    np.testing.assert_array_equal(together.high[0], apart.high.max(axis=0))


@pytest.mark.parametrize("step", [0.3, 40.0, 3000.0])
def test_clipped_samples_are_found_near_and_far_and_counted(tmp_path: Path, step: float) -> None:
    samples = noise(1, 60_000) * 0.9
    full = np.float32(32767 / 32768)
    samples[0, 20_000] = full  # alone: the loudest sample of 16 bits, and no more
    samples[0, 40_000:40_003] = full
    samples[0, 50_000] = -1.0
    assert np.flatnonzero(clipped(samples)[0]).tolist() == [40_000, 40_001, 40_002, 50_000]
    track = written(tmp_path / "track", samples)
    for frame, expected in ((20_000, False), (40_001, True), (50_000, True)):
        columns = Columns((frame - 5 * step) / RATE, step / RATE, 10)
        (shown,) = PeaksRequest(track, (columns,)).run()
        assert shown.clipped_samples == 4
        assert bool(shown.clipped[0, 4:7].any()) is expected
        assert expected or not shown.clipped.any()


def test_clipping_is_counted_once_however_the_track_grows(tmp_path: Path) -> None:
    samples = np.zeros((1, 4 * BLOCK), np.float32)
    samples[0, BLOCK - 2 : BLOCK + 3] = 0.99999
    track = Track(str(tmp_path / "track"), RATE, 1)
    request = PeaksRequest(track, (Columns(0, 0.01, 5),))
    with TrackWriter(track, samples.shape[1]) as writer:
        for at in range(0, samples.shape[1], 64):
            writer.write(samples[:, at : at + 64])
            shown = request.run()[0]
    assert shown.clipped_samples == 5


def test_a_waveform_can_be_drawn_on_the_time_of_a_take(tmp_path: Path) -> None:
    samples = np.concatenate((np.full((1, RATE), 0.25), np.full((1, RATE), 0.75)), axis=1).astype(np.float32)
    track = written(tmp_path / "track", samples)
    backwards = TimeMap((
        Segment((0.0, 1.0), (2.0, 1.0)), Segment((1.0, 1.5), None), Segment((1.5, 3.5), (0.0, 1.0)),
    ))  # fmt: skip
    for step_s in (0.25, 0.01, 0.0001):
        count = round(3.5 / step_s)
        (shown,) = PeaksRequest(track, (Columns(0, step_s, count),), time_map=backwards).run()
        at_s = (0.5, 1.25, 2.5)
        assert [float(shown.high[0, int(at / step_s)]) for at in at_s] == pytest.approx([0.75, 0.0, 0.25])
