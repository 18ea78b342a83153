"""Edits of time: where every piece went, and that nothing else was touched."""

from __future__ import annotations

import numpy as np
import pytest

from engine.clip import Samples, TimeMap
from engine.draws import Draw, Key
from engine.render import run
from engine.transform import StreamSpec, WholeClip
from engine.transforms.edit import Reverse, Shift, TimeMask, Trim

DRAW = Draw(Key.of("edit test"))
RATE = 1_000


def applied(transform: WholeClip, samples: Samples) -> tuple[Samples, TimeMap]:
    return transform.apply(samples, StreamSpec(RATE, *samples.shape), DRAW)


def counting(frames: int) -> Samples:
    """Each sample tells its own place, so that a map can be held against every one of them."""
    return np.arange(1, frames + 1, dtype=np.float32)[None] / np.float32(frames)


def obeys(out: Samples, source: Samples, time_map: TimeMap) -> bool:
    """Whether every frame of the take is the frame of the source that the map names, or silent in a gap."""
    assert time_map.duration_s == pytest.approx(out.shape[1] / RATE)
    for segment in time_map.segments:
        frames = range(round(segment.out[0] * RATE), round(segment.out[1] * RATE))
        for frame in frames:
            heard = out[0, frame]
            if segment.source is None:
                if heard != 0:
                    return False
            elif heard != source[0, int(segment.to_source((frame + 0.5) / RATE) * RATE)]:
                return False
    return True


@pytest.mark.parametrize("mode", ["roll", "pad"])
@pytest.mark.parametrize("percent", [-100.0, -99.9, -30.0, 0.0, 0.1, 50.0, 100.0])
def test_a_shift_is_where_its_map_says(mode: str, percent: float) -> None:
    source = counting(1_000)
    out, time_map = applied(Shift(shift_percent=percent, mode=mode, fade_ms=0.0), source)
    assert obeys(out, source, time_map)
    moved = round(percent * 10)
    kept = source[0, max(-moved, 0) : 1_000 - max(moved, 0)]
    assert np.array_equal(out[0, max(moved, 0) : 1_000 + min(moved, 0)], kept)


def test_a_rolled_seam_has_no_click() -> None:
    """A constant that is rolled is faded at the seam and nowhere else; unfaded it is rolled exactly."""
    level = np.ones((2, 1_000), np.float32)
    out, _ = applied(Shift(shift_percent=30.0, fade_ms=20.0), level)
    assert out[:, 299].max() < 0.01
    assert out[:, 300].max() < 0.01
    assert np.abs(np.diff(out)).max() < 0.1
    assert (out[:, :280] == 1).all()
    assert (out[:, 320:] == 1).all()


def test_reverse_is_its_own_inverse() -> None:
    source = counting(777)
    out, time_map = applied(Reverse(), source)
    assert obeys(out, source, time_map)
    assert np.array_equal(applied(Reverse(), out)[0], source)


def test_trim_cuts_what_is_quiet_at_the_ends_only() -> None:
    source = np.zeros((2, 3_000), np.float32)
    source[1, 1_003:1_500] = 0.5
    source[1, 1_700:2_000] = 0.5
    source += np.float32(0.001)
    out, time_map = applied(Trim(top_db=30.0), source)
    assert np.array_equal(out, source[:, 1_000:2_000])
    assert time_map.segments[0].source == (1.0, 2.0)
    assert time_map.to_out(1.25) == pytest.approx(0.25)
    assert time_map.to_out(0.2) == 0.0


@pytest.mark.parametrize("frames", [1, 9, 25, 1_000])
def test_trim_leaves_silence_and_a_steady_sound(frames: int) -> None:
    for level in (0.0, 0.5):
        source = np.full((1, frames), level, np.float32)
        assert np.array_equal(applied(Trim(), source)[0], source)


def masked(transform: TimeMask, source: Samples, key: str = "mask") -> Samples:
    draw, spec = Draw(Key.of(key)), StreamSpec(RATE, *source.shape)
    processor = transform.processor(spec, draw, transform.measure(source, spec, draw))
    return np.concatenate(list(run([processor], source)), axis=1)


def test_a_mask_silences_its_share_and_touches_nothing_else() -> None:
    source = np.ones((2, 3_000), np.float32)
    hard = masked(TimeMask(width_percent=20.0, fade_ms=0.0), source)
    assert (hard == 0).sum() == 2 * 600
    assert ((hard == 0) | (hard == 1)).all()
    soft = masked(TimeMask(width_percent=20.0, fade_ms=50.0), source)
    assert ((hard == 1) <= (soft == 1)).all()
    assert np.abs(np.diff(soft)).max() < 0.04
    assert (soft == 0).sum() == 2 * 500


def test_the_mask_is_anywhere_with_equal_chance() -> None:
    source = np.ones((1, 1_000), np.float32)
    transform, spec = TimeMask(width_percent=10.0), StreamSpec(RATE, 1, 1_000)
    starts = [transform.measure(source, spec, Draw(Key.of(n)))["start_frame"] for n in range(2_000)]
    assert min(starts) >= 0
    assert max(starts) <= 900
    assert np.histogram(starts, 9, (0, 900))[0].min() > 160


def test_a_mask_goes_on_at_an_absolute_frame() -> None:
    source = counting(1_000)
    transform, spec = TimeMask(width_percent=50.0), StreamSpec(RATE, 1, 1_000)
    processor = transform.processor(spec, DRAW, transform.measure(source, spec, DRAW))
    whole = processor.process(source)
    processor.reset(431)
    assert np.array_equal(processor.process(source[:, 431:]), whole[:, 431:])
