"""Pitch and tempo: exact in pitch and in length, pure, on time, alike on all channels."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from engine.clip import Samples, TimeMap
from engine.draws import Draw, Key
from engine.transform import StreamSpec, WholeClip
from engine.transforms.pitch_time import PitchShift, Speed, TimeStretch, VocalTractLength
from tests.support.measures import clicks, onsets, tone, tone_error

DRAW = Draw(Key.of("pitch test"))
TIMES = np.arange(0.5, 3.5, 0.37)


def applied(transform: WholeClip, samples: Samples, rate: int) -> tuple[Samples, TimeMap]:
    return transform.apply(samples, StreamSpec(rate, *samples.shape), DRAW)


@pytest.mark.golden("PitchShift", by="the sine that it must become, by least squares", within="0.2 cents and -58 dB")
@pytest.mark.parametrize("rate", [8_000, 44_100])
@pytest.mark.parametrize("hz", [60, 440, 1_500])
@pytest.mark.parametrize("semitones", [-4.0, -1.5, 4.0])
def test_pitch_is_exact_and_pure(semitones: float, hz: float, rate: int) -> None:
    out, time_map = applied(PitchShift(semitones=semitones), tone(hz, rate, 2.0), rate)
    cents, residual_db = tone_error(out[0], hz * 2 ** (semitones / 12), rate)
    assert abs(cents) < 0.2
    assert residual_db < -58
    assert out.shape == (1, 2 * rate)
    assert time_map == TimeMap.identity(2.0)


@pytest.mark.golden("TimeStretch", by="the sine that it must remain, by least squares", within="0.1 cents and -58 dB")
@pytest.mark.parametrize("factor", [0.8, 1.25])
@pytest.mark.parametrize(("hz", "beside_db"), [(60, -58), (440, -80), (10_000, -80)])
def test_stretching_keeps_the_pitch(hz: float, beside_db: float, factor: float) -> None:
    out, _ = applied(TimeStretch(rate=factor), tone(hz, 44_100, 2.0), 44_100)
    cents, residual_db = tone_error(out[0], hz, 44_100)
    assert abs(cents) < 0.1
    assert residual_db < beside_db


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_the_edges_keep_their_level(factor: float) -> None:
    """The first and the last 5 ms of a tone are at most 6 dB down: no fade is put on them."""
    out, _ = applied(TimeStretch(rate=factor), tone(440, 44_100, 0.5), 44_100)
    for edge in (out[0, :220], out[0, -220:]):
        assert np.sqrt(np.square(edge).mean()) > 0.5 * np.sqrt(0.125)


@pytest.mark.golden("Speed", by="the sine that it must become, by least squares", within="0.01 cents and -90 dB")
def test_speed_moves_pitch_and_tempo_together() -> None:
    out, _ = applied(Speed(rate=1.5), tone(440, 44_100, 2.0), 44_100)
    cents, residual_db = tone_error(out[0], 660, 44_100)
    assert abs(cents) < 0.01
    assert residual_db < -90


@pytest.mark.parametrize(
    "transform",
    [PitchShift(semitones=4.0), PitchShift(semitones=-4.0), TimeStretch(rate=0.8), TimeStretch(rate=1.25),
     Speed(rate=1.1), Speed(rate=0.9)],
)  # fmt: skip
def test_a_click_is_heard_where_the_map_says(transform: WholeClip) -> None:
    """Within 0.6 ms, and back: what the map gives for the take's click is the source's click."""
    source = clicks(22_050, 4.0, TIMES)
    out, time_map = applied(transform, source, 22_050)
    begin = onsets(source[0], 22_050, TIMES)
    expected = np.array([time_map.to_out(time) for time in begin])
    found = onsets(out[0], 22_050, expected)
    assert np.abs(found - expected).max() < 0.0006
    assert np.abs([time_map.to_source(time) for time in found] - begin).max() < 0.00075
    assert time_map.duration_s == out.shape[1] / 22_050


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
@pytest.mark.parametrize("frames", [1, 2, 100, 9_999])
@pytest.mark.parametrize("factor", [0.25, 0.8, 1.37, 4.0])
def test_lengths_are_exact(factor: float, frames: int, rate: int) -> None:
    samples = np.full((2, frames), 0.5, np.float32)
    for transform in (TimeStretch(rate=factor), Speed(rate=factor)):
        out, time_map = applied(transform, samples, rate)
        assert out.shape == (2, max(round(frames / factor), 1))
        assert time_map.duration_s == pytest.approx(out.shape[1] / rate)
    for transform in (TimeStretch(rate=factor, keep_length=True), PitchShift(semitones=12 * np.log2(factor))):
        out, time_map = applied(transform, samples, rate)
        assert out.shape == samples.shape
        assert time_map.duration_s == pytest.approx(frames / rate)


def test_a_kept_length_is_a_gap_or_a_cut() -> None:
    samples = tone(440, 8_000, 2.0)
    faster, gap = applied(TimeStretch(rate=1.25, keep_length=True), samples, 8_000)
    assert not faster[:, 12_800:].any()
    assert gap.segments[1].source is None
    assert gap.to_out(1.0) == pytest.approx(0.8)
    slower, cut = applied(TimeStretch(rate=0.8, keep_length=True), samples, 8_000)
    assert np.abs(slower[:, -2_000:]).max() > 0.4
    assert cut.segments[0].source == pytest.approx((0.0, 1.6))


@pytest.mark.parametrize("transform", [PitchShift(semitones=0.0), TimeStretch(rate=1.0), Speed(rate=1.0)])
def test_no_change_is_the_identity(transform: WholeClip) -> None:
    samples = tone(440, 8_000, 0.5)
    out, time_map = applied(transform, samples, 8_000)
    assert np.array_equal(out, samples)
    assert out is not samples
    assert time_map == TimeMap.identity(0.5)


@pytest.mark.parametrize("transform", [PitchShift(semitones=3.0), TimeStretch(rate=0.8), Speed(rate=1.2)])
def test_channels_stay_together(transform: WholeClip) -> None:
    """Eight channels of one sound, every other upside down, are so still: their phases are worked on as one."""
    signs = np.array([1, -1] * 4, np.float32)[:, None]
    noise = Key.of("channels").generator().standard_normal((1, 20_000), np.float32) * np.float32(0.1)
    out, _ = applied(transform, noise * signs, 16_000)
    assert np.abs(out * signs - out[0]).max() < 1e-5
    assert np.sqrt(np.square(out).mean()) > 0.07


def test_an_impulse_out_of_silence_is_one_impulse_still() -> None:
    """Up, where it was up, and to the frame: all its frequencies begin together, with the phases that they had."""
    samples = np.zeros((1, 32_000), np.float32)
    places = np.array([4_800, 11_360, 17_648, 25_600])
    samples[0, places] = 0.5
    out, _ = applied(TimeStretch(rate=0.8), samples, 16_000)
    for place in np.rint(places / 0.8).astype(int):
        around = out[0, place - 60 : place + 60]
        assert abs(int(np.argmax(around)) - 60) <= 1
        assert around.max() > 2.5 * -around.min()


@pytest.mark.parametrize("transform", [PitchShift(semitones=4.0), PitchShift(semitones=-4.0), TimeStretch(rate=0.8)])
def test_the_stereo_image_stays(transform: WholeClip) -> None:
    """Each tone keeps its distance in phase and in level between the channels, tones that come and go as well."""
    rate, time = 16_000, np.arange(24_000) / 16_000
    phases, levels = np.array([0.4, -1.9, 2.8]), np.array([1.0, 0.3, 2.5])
    angles = 2 * np.pi * np.array([300, 710, 2_150])[:, None] * time
    swell = 0.1 + 0.08 * np.sin(2 * np.pi * 5 * time)
    left = (swell * np.cos(angles)).sum(0)
    right = (swell * levels[:, None] * np.cos(angles + phases[:, None])).sum(0)
    out, _ = applied(transform, np.stack((left, right)).astype(np.float32), rate)
    for hz, phase, level in zip((300, 710, 2_150), phases, levels, strict=True):
        moved = hz * 2 ** (getattr(transform, "semitones", 0) / 12)
        probe = np.hanning(out.shape[1]) * np.exp(-2j * np.pi * moved * np.arange(out.shape[1]) / rate)
        between = (out[1] * probe).sum() / (out[0] * probe).sum()
        assert between == pytest.approx(level * np.exp(1j * phase), rel=2e-3)


@pytest.mark.parametrize("transform", [PitchShift(semitones=4.0), PitchShift(semitones=-4.0), TimeStretch(rate=0.8)])
@pytest.mark.parametrize("offset", [-0.01, 0.5])
def test_an_offset_stays_what_it_is(transform: WholeClip, offset: float) -> None:
    """It is no tone that could be turned: neither less of it nor a rumble in its place."""
    out, _ = applied(transform, tone(440, 16_000, 2.0) * np.float32(0.2) + np.float32(offset), 16_000)
    smooth = np.hanning(1_600)
    below_the_tone = np.convolve(out[0], smooth / smooth.sum(), "valid")[2_000:-2_000]
    assert np.abs(below_the_tone - offset).max() < 0.02 * abs(offset)


@pytest.mark.parametrize("transform", [PitchShift(semitones=4.0), TimeStretch(rate=0.8)])
def test_an_offset_may_change_its_sign(transform: WholeClip) -> None:
    """What is left of it afterwards is all of it."""
    samples = np.repeat(np.array([[0.3, -0.3]], np.float32), 16_000, axis=1)
    out, _ = applied(transform, samples, 16_000)
    quarter = out.shape[1] // 4
    assert np.abs(out[0, quarter // 2 : quarter] - 0.3).max() < 0.01
    assert np.abs(out[0, -quarter : -quarter // 2] + 0.3).max() < 0.01


def test_each_channel_has_its_own_tones() -> None:
    """Phases are worked out from all channels, not from one that is silent where another sounds."""
    both = np.concatenate((tone(300, 16_000, 2.0), tone(1_900, 16_000, 2.0), np.zeros((1, 32_000), np.float32)))
    out, _ = applied(TimeStretch(rate=0.8), both, 16_000)
    for line, hz in zip(out, (300, 1_900), strict=False):
        assert tone_error(line, hz, 16_000)[1] < -60
    assert not out[2].any()


def test_speed_in_pieces_is_speed_at_once() -> None:
    """To the last frame, whatever the resampler holds back between two pieces."""
    import soxr

    noise = Key.of("pieces").generator().standard_normal((2, 150_000), np.float32) * np.float32(0.1)
    out, _ = applied(Speed(rate=1.5), noise, 16_000)
    assert np.array_equal(out, soxr.resample(np.array(noise.T, order="C"), 1.5, 1.0, quality="HQ").T)


@pytest.mark.parametrize(
    ("transform", "clips"),
    [(TimeStretch(rate=0.8), 0.3), (VocalTractLength(), 0.3), (Speed(rate=0.9), 0.3), (PitchShift(semitones=-4), 1.1)],
)  # fmt: skip
def test_long_clips_are_worked_on_in_pieces(transform: WholeClip, clips: float) -> None:
    """Beside the clip and its outcome so many clips' memory is taken: for pitch, one that is stretched or resampled."""
    samples = tone(440, 16_000, 60.0)
    applied(transform, samples[:, :16_000], 16_000)
    tracemalloc.start()
    out, _ = applied(transform, samples, 16_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - out.nbytes < clips * samples.nbytes


ROOT = Path(__file__).resolve().parents[2]
PRINT_DIGEST = """
import hashlib, sys
import numpy as np
from engine.draws import Draw, Key
from engine.transform import StreamSpec, find
noise = Key.of("digest").generator().standard_normal((2, 30_000), np.float32) * np.float32(0.1)
for name, values in (("TimeStretch", {"rate": 0.3}), ("PitchShift", {"semitones": 18.0}), ("Speed", {"rate": 0.9}),
                     ("VocalTractLength", {"factor": 1.1})):
    out, _ = find(name)(**values).apply(noise, StreamSpec(16_000, 2, 30_000), Draw(Key.of(1)))
    print(hashlib.sha256(out.tobytes()).hexdigest())
"""


def test_every_process_makes_the_same_bytes() -> None:
    command = [sys.executable, "-c", PRINT_DIGEST]
    once, again = (subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT) for _ in range(2))
    assert (once.returncode, once.stderr) == (0, "")
    assert once.stdout == again.stdout
    assert len(once.stdout.split()) == 4
