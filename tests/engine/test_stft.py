from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest

from engine.analysis import stft
from engine.analysis.columns import Columns
from engine.analysis.scales import Frequencies, FrequencyScale
from engine.analysis.stft import SpectrogramRequest, index_to_db, levels_db, power
from engine.clip import Segment, TimeMap
from engine.track import HEADER_BYTES, Track, TrackWriter

if TYPE_CHECKING:
    from pathlib import Path

RATE = 16_000
SCALES = get_args(FrequencyScale)


def tone(hz: float, seconds: float = 1.0, level: float = 1.0, channels: int = 1) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.tile(level * np.sin(2 * np.pi * hz * time), (channels, 1)).astype(np.float32)


def written(path: Path, samples: np.ndarray) -> Track:
    track = Track(str(path), RATE, samples.shape[0])
    with TrackWriter(track, samples.shape[1]) as writer:
        writer.write(samples)
    return track


@pytest.mark.parametrize("window", [256, 2048])
def test_levels_agree_with_scipy_and_librosa(window: int) -> None:
    import librosa
    from scipy import signal

    samples = np.random.default_rng(1).normal(0, 0.2, (2, 9000)).astype(np.float32)
    hop = window // 4
    ours = levels_db(samples, np.arange(9000 // hop + 1) * hop, window)
    sine = window / 4
    theirs = [
        librosa.stft(row, n_fft=window, hop_length=hop, center=True, pad_mode="constant", window="hann") / sine
        for row in samples
    ]
    np.testing.assert_allclose(ours, _mean_db(theirs)[: len(ours)], atol=0.1)
    _, _, scipys = signal.stft(samples, window="hann", nperseg=window, noverlap=window - hop, padded=False)
    scipys = 2 * scipys
    np.testing.assert_allclose(ours[: scipys.shape[2]], _mean_db(scipys), atol=0.1)


def _mean_db(spectra: np.ndarray | list[np.ndarray]) -> np.ndarray:
    return 10 * np.log10(np.mean(np.abs(np.asarray(spectra)) ** 2, axis=0)).T


def test_a_full_scale_sine_on_a_bin_reads_0_db_and_a_tenth_of_it_20_db_less() -> None:
    centre = np.array([8000])
    for level, expected in ((1.0, 0.0), (0.1, -20.0)):
        assert levels_db(tone(1000, level=level, channels=2), centre, 2048).max() == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("hz", [440, 1000, 3000, 7000])
def test_a_tone_lies_in_its_row_at_its_level(tmp_path: Path, scale: FrequencyScale, hz: float) -> None:
    track = written(tmp_path / "track", tone(hz, 2.0, 0.5))
    axis = Frequencies.of(scale, RATE)
    rows = 200
    request = SpectrogramRequest(track, Columns(0.5, 0.01, 100), rows, axis)
    picture = request.run().indices
    assert picture.shape == (rows, 100)
    edges = axis.edges_hz(rows)
    loudest = int(picture[:, 50].argmax())
    half_a_bin = RATE / 2048 / 2
    assert edges[loudest] - half_a_bin <= hz <= edges[loudest + 1] + half_a_bin
    assert index_to_db(int(picture[loudest, 50])) == pytest.approx(-6, abs=1.8)


@pytest.mark.parametrize("scale", SCALES)
def test_heights_and_frequencies_are_each_others_inverse(scale: FrequencyScale) -> None:
    axis = Frequencies.of(scale, RATE)
    heights = np.linspace(0, 1, 11)
    np.testing.assert_allclose(axis.height(axis.hz(heights)), heights, atol=1e-12)
    assert axis.hz(1.0) == pytest.approx(RATE / 2)


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
def test_the_mel_axis_is_that_of_librosa(rate: int) -> None:
    import librosa

    axis = Frequencies.of("mel", rate)
    frequencies = librosa.mel_frequencies(n_mels=65, fmin=0, fmax=rate / 2)
    np.testing.assert_allclose(axis.edges_hz(64), frequencies, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(axis.height(frequencies), np.linspace(0, 1, 65), atol=1e-12)


def test_a_click_is_in_its_column_near_and_far(tmp_path: Path) -> None:
    samples = np.zeros((1, 3 * RATE), np.float32)
    samples[0, 2 * RATE] = 1
    track = written(tmp_path / "track", samples)
    for step in (0.0005, 0.002, 0.01):
        request = SpectrogramRequest(
            track, Columns(1.9, step, round(0.2 / step)), 50, Frequencies("linear", 0, 8000), 256, 32
        )
        column = float(np.median(np.flatnonzero(request.run().indices[25] == request.run().indices[25].max())))
        assert abs(1.9 + (column + 0.5) * step - 2.0) <= max(step, 32 / RATE)


def test_scrolling_moves_the_picture_and_changes_nothing(tmp_path: Path) -> None:
    samples = np.random.default_rng(2).normal(0, 0.1, (1, 4 * RATE)).astype(np.float32)
    track = written(tmp_path / "track", samples)
    step = 2.7 * 256 / RATE
    axis = Frequencies.of("mel", RATE)
    whole = SpectrogramRequest(track, Columns(0, step, 60), 40, axis).run().indices
    later = SpectrogramRequest(track, Columns(20 * step, step, 40), 40, axis).run().indices
    np.testing.assert_array_equal(whole[:, 20:], later)


def test_a_growing_track_is_shown_as_far_as_it_is_known(tmp_path: Path) -> None:
    samples = tone(1000, 2.0)
    track = Track(str(tmp_path / "track"), RATE, 1)
    request = SpectrogramRequest(track, Columns(0, 0.01, 250), 40, Frequencies.of("mel", RATE))
    assert request.run().indices.shape == (40, 0)
    with TrackWriter(track, samples.shape[1]) as writer:
        writer.write(samples[:, :RATE])
        growing = request.run().indices
    assert 85 <= growing.shape[1] < 100
    with TrackWriter(track, samples.shape[1]) as writer:
        writer.write(samples)
    complete = request.run().indices
    assert complete.shape[1] == 200
    np.testing.assert_array_equal(complete[:, : growing.shape[1]], growing)


def test_an_hour_costs_no_more_frames_than_the_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = 3600 * RATE
    track = Track(str(tmp_path / "hour"), RATE, 1)
    with TrackWriter(track, frames) as writer:
        writer._ready = frames - 1
        writer.write(np.zeros((1, 1), np.float32))
    assert (tmp_path / "hour").stat().st_size == HEADER_BYTES + frames * 4
    counted: list[int] = []

    def counting(samples: np.ndarray, centres: np.ndarray, window: int) -> np.ndarray:
        counted.append(centres.size)
        return power(samples, centres, window)

    monkeypatch.setattr(stft, "power", counting)
    monkeypatch.setattr(stft, "MOST_FRAMES", 4000)
    picture = SpectrogramRequest(track, Columns(0, 3.6, 1000), 100, Frequencies.of("mel", RATE)).run()
    assert picture.indices.shape == (100, 1000)
    assert 1000 <= sum(counted) <= 4000
    assert picture.indices.max() == 0


def test_a_click_of_one_sample_in_five_minutes_is_seen_from_afar(tmp_path: Path) -> None:
    samples = np.zeros((1, 300 * RATE), np.float32)
    clicks = [10 * RATE, 150 * RATE + 777, 290 * RATE + 5001]
    samples[0, clicks] = 1
    track = written(tmp_path / "track", samples)
    columns = Columns(0, 0.5, 600)
    shown = SpectrogramRequest(track, columns, 60, Frequencies.of("mel", RATE)).run().indices
    loudest = SpectrogramRequest(track, Columns(10, 0.001, 1), 60, Frequencies.of("mel", RATE)).run().indices.max()
    for click in clicks:
        column = int(click / RATE / columns.step_s)
        assert shown[30, column - 1 : column + 2].max() >= loudest - 3 / stft.DB_PER_INDEX
    assert np.count_nonzero(shown[30]) <= 3 * len(clicks)


def test_channels_apart_lie_one_above_the_other(tmp_path: Path) -> None:
    samples = np.concatenate((tone(1000, 1.0), tone(3000, 1.0, 0.1)))
    track = written(tmp_path / "track", samples)
    axis = Frequencies("linear", 0, 8000)
    shown = SpectrogramRequest(track, Columns(0.2, 0.01, 50), 160, axis, apart=True).run().indices
    assert shown.shape == (160, 50)
    below, above = shown[:80, 25], shown[80:, 25]
    assert (int(above.argmax()), int(below.argmax())) == (pytest.approx(10, abs=1), pytest.approx(30, abs=1))
    assert index_to_db(int(above.max())) == pytest.approx(0, abs=1)
    assert index_to_db(int(below.max())) == pytest.approx(-20, abs=1)


def test_an_original_is_pictured_on_the_time_of_its_take(tmp_path: Path) -> None:
    samples = np.concatenate((tone(1000, 1.0), tone(3000, 1.0)), axis=1)
    track = written(tmp_path / "track", samples)
    time_map = TimeMap((Segment((0.0, 4.0), (0.0, 2.0)), Segment((4.0, 5.0), None)))
    axis = Frequencies("linear", 0, 8000)
    for step_s in (0.5, 0.004):
        request = SpectrogramRequest(track, Columns(0, step_s, round(5 / step_s)), 80, axis, time_map=time_map)
        shown = request.run().indices
        peaks = {at: int(shown[:, int(at / step_s)].argmax()) for at in (1.0, 3.0)}
        assert peaks == {1.0: pytest.approx(10, abs=1), 3.0: pytest.approx(30, abs=1)}
        assert shown[:, int(4.6 / step_s)].max() == 0


@pytest.mark.parametrize("frames", [1, 100, 3000])
def test_sounds_shorter_than_the_window_are_shown(tmp_path: Path, frames: int) -> None:
    track = written(tmp_path / "track", np.full((1, frames), 0.5, np.float32))
    step = frames / RATE / 10
    picture = SpectrogramRequest(track, Columns(0, step, 10), 30, Frequencies.of("log", RATE), 8192, 1024).run()
    assert picture.indices.shape == (30, 10)
