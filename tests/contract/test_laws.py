"""The laws: what every registered transform must do, found from the registry; none is named here.

`stage.py` has the sounds and the settings. Where a transform cannot keep a law to the bit, the bound and its reason
stand beside the transform (`block_tolerance`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.analysis.warp import source_times
from engine.transform import Streaming, StreamSpec, Transform, WholeClip

from . import stage

LIKE = 0.12
"""Two sounds that correlate less are not alike anywhere."""

every = pytest.mark.parametrize("kind", stage.KINDS, ids=stage.NAMES)
every_processed = pytest.mark.parametrize("kind", stage.PROCESSED, ids=[kind.__name__ for kind in stage.PROCESSED])


@every_processed
@pytest.mark.parametrize("rate", [8000, 44100])
def test_blocks_of_any_length_give_the_same_sound(kind: type[Transform], rate: int) -> None:
    sound = stage.performance(rate, 2)
    for values in (*list(stage.corners(kind, "typical"))[-2:], *stage.drawn(kind, 2)):
        prepared = stage.prepare(kind.checked(values), sound, rate, stage.draw_for(rate))
        whole = stage.fed(prepared.processor(), sound, [sound.shape[1]])
        for sizes in ([333], [512], [4096], [1, 2, 7, 1000]):
            difference = float(np.abs(stage.fed(prepared.processor(), sound, sizes) - whole).max())
            where = f"blocks of {sizes} differ by {difference}: {stage.words(values)}"
            assert difference <= kind.block_tolerance, where


@every_processed
def test_a_reset_processor_is_as_good_as_a_new_one(kind: type[Transform]) -> None:
    sound = stage.performance(16000, 3)
    processor = stage.prepare(kind(), sound, 16000, stage.draw_for(16000)).processor()
    first = stage.fed(processor, sound, [512])
    processor.reset(0)
    assert np.array_equal(stage.fed(processor, sound, [512]), first)


@pytest.mark.parametrize("kind", stage.STREAMED, ids=[kind.__name__ for kind in stage.STREAMED])
def test_streams_without_a_known_end(kind: type[Streaming]) -> None:
    sound = stage.performance(16000, 2)
    known = kind().processor(StreamSpec(16000, 2, sound.shape[1]), stage.draw_for(16000))
    endless = kind().processor(StreamSpec(16000, 2), stage.draw_for(16000))
    assert np.array_equal(stage.fed(endless, sound, [512]), stage.fed(known, sound, [512]))


@every
def test_the_key_alone_decides_what_is_random(kind: type[Transform]) -> None:
    sound = stage.unlike(kind, stage.performance(16000, 2))
    name = f"one {kind.__name__}"  # of its own: noise that was made for a key already is not asked for again
    draw = stage.draw_for(16000, name)
    first = stage.render(kind(), sound, 16000, draw)
    assert np.array_equal(stage.render(kind(), sound, 16000, stage.draw_for(16000, name)), first)
    draws = (stage.draw_for(16000, name) for name in ("other", "third", "fourth", "fifth"))  # it may choose one of two
    alike = all(np.array_equal(first, stage.render(kind(), sound, 16000, draw)) for draw in draws)
    asked = draw.key.asked  # type: ignore[attr-defined]
    assert alike == (not asked), f"it asked its key for {asked or 'nothing'}"
    if "generator" in asked:
        assert not np.array_equal(first[0], first[1]), "what it makes up is the same on both channels"


@every
@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000, 192000])
def test_keeps_over_its_whole_typical_range(kind: type[Transform], rate: int) -> None:
    """A tone comes through on each channel, finite and float32; somewhere in the range it is changed, on all alike."""
    sound = stage.unlike(kind, stage.performance(rate, 3, 0.25))
    changed = []
    for values in stage.typical_settings(kind):
        out = stage.render(kind.checked(values), sound, rate, stage.draw_for(rate))
        _check_sound(out, sound, stage.words(values))
        through = np.sum(out.astype(np.float64) ** 2, axis=1) / np.sum(sound.astype(np.float64) ** 2, axis=1)
        assert np.any(through > 1e-6) if kind.across_channels else np.all(through > 1e-6), (
            f"nothing comes through: {stage.words(values)}"
        )
        differs = np.ones(3, bool)
        if out.shape == sound.shape:
            differs = np.abs(out - sound).max(axis=1) > 1e-4
        alike = differs.all() or not differs.any() or kind.across_channels
        assert alike, f"changed on channels {differs}: {stage.words(values)}"
        changed.append(bool(differs.any()))
    assert any(changed), "no setting of the typical range changes the sound"


@pytest.mark.parametrize("kind", stage.ALIKE, ids=[kind.__name__ for kind in stage.ALIKE])
@pytest.mark.parametrize("channels", [2, 3, 5, 8])
def test_every_channel_is_treated_as_one_would_be_alone(kind: type[Transform], channels: int) -> None:
    """As loud in each part of the clip and of its tail; long parts, since brown noise swells and fades by itself."""
    rate, seconds = 8000, 1.6
    for values in list(stage.corners(kind, "typical"))[-2:]:
        transform, draw = kind.checked(values), stage.draw_for(rate)
        alone = stage.render(transform, stage.performance(rate, 1, seconds), rate, draw, tail=True)
        out = stage.render(transform, stage.performance(rate, channels, seconds), rate, draw, tail=True)
        apart = np.abs(stage.profile_db(out) - stage.profile_db(alone))
        assert apart.max() < 6, f"{apart.max(axis=1)} dB from a lone channel: {stage.words(values)}"


@every
@pytest.mark.parametrize("rate", stage.RATES)
def test_nothing_breaks_it(kind: type[Transform], rate: int) -> None:
    for channels in (1, 2, 3, 8):
        for name, sound in stage.hard_sounds(rate, channels):
            out = stage.render(kind(), sound, rate, stage.draw_for(rate))
            _check_sound(out, sound, f"{name}, {channels} channels")


@every
@pytest.mark.parametrize("rate", [8000, 44100, 192000])
def test_nothing_breaks_at_the_limits_of_its_parameters(kind: type[Transform], rate: int) -> None:
    sound = np.where(stage.performance(rate, 2, 0.1) > 0, 1, -1).astype(np.float32)
    for values in stage.corners(kind, "limits"):
        out = stage.render(kind.checked(values), sound, rate, stage.draw_for(rate))
        _check_sound(out, sound, stage.words(values))


def _check_sound(out: np.ndarray, sound: np.ndarray, where: str) -> None:
    assert out.dtype == np.float32, where
    assert out.ndim == 2, where
    assert out.shape[0] == sound.shape[0], f"{sound.shape} became {out.shape}: {where}"
    assert out.shape[1] >= 1, f"no frame is left: {where}"
    assert np.isfinite(out).all(), f"not finite: {where}"


@every
def test_eight_threads_at_once_give_the_same_sound(kind: type[Transform]) -> None:
    """Each has its processors for itself, and what they share (caches, plans of FFTs) takes no harm."""
    sound = stage.performance(16000, 2)
    alone = stage.render(kind(), sound, 16000, stage.draw_for(16000))
    with ThreadPoolExecutor(8) as threads:
        turns = [threads.submit(stage.render, kind(), sound, 16000, stage.draw_for(16000)) for _ in range(16)]
    assert all(np.array_equal(turn.result(), alone) for turn in turns)


@every
def test_the_clip_it_was_given_is_untouched(kind: type[Transform]) -> None:
    sound = stage.performance(16000, 2)
    before = sound.copy()
    out = stage.render(kind(), sound, 16000, stage.draw_for(16000))
    assert np.array_equal(sound, before)
    assert out.flags.writeable


@every
def test_the_length_is_what_the_time_map_says(kind: type[Transform]) -> None:
    rate = 16000
    sound = stage.performance(rate, 2)
    for values in stage.typical_settings(kind):
        out, time_map = stage.render_with_map(kind.checked(values), sound, rate, stage.draw_for(rate))
        assert abs(time_map.duration_s * rate - out.shape[1]) < 1e-3, stage.words(values)
        ends = [0.0, *(segment.out[1] for segment in time_map.segments)]
        assert [segment.out[0] for segment in time_map.segments] == ends[:-1], "the map has holes"


@every
def test_sound_is_where_the_time_map_says(kind: type[Transform]) -> None:
    """So the latency is honest, and labels stay beside what they name."""
    rate, start_s, length_s = 44100, 0.12, 0.04
    sound = stage.burst(rate, 2, start_s, length_s)
    if not issubclass(kind, WholeClip):
        assert _lag_ms(kind, sound, rate) <= 1
        return
    settings = list(stage.corners(kind, "typical"))
    judged = [_is_where_it_says(kind.checked(values), sound, rate, stage.words(values)) for values in settings]
    assert judged[0], "the sound is cut away by default"
    assert sum(judged) > len(judged) / 2, "the sound is cut away more often than not"


def _is_where_it_says(transform: Transform, sound: np.ndarray, rate: int, where: str) -> bool:
    """Whether some draw keeps the burst; then all of its power is where the map says, however often that is.

    How far the power would have to be carried to lie as the map says, on average (the distance of Wasserstein), is
    the measure. Only what has a source is looked at: what was added may be another sound.
    """
    power = np.sum(sound.astype(np.float64) ** 2, axis=0)
    for turn in ("a", "b", "c", "d", "e"):
        out, time_map = stage.render_with_map(transform, sound, rate, stage.draw_for(rate, turn))
        source_s = source_times(time_map, (np.arange(out.shape[1]) + 0.5) / rate)
        there = np.isfinite(source_s)
        frames = np.clip(source_s[there] * rate, 0, power.size - 1).astype(int)
        expected, found = np.zeros(out.shape[1]), np.zeros(out.shape[1])
        expected[there] = power[frames]
        found[there] = np.sum(out.astype(np.float64) ** 2, axis=0)[there]
        if expected.sum() > 0.5 * power.sum():
            apart = np.abs(np.cumsum(found) / found.sum() - np.cumsum(expected) / expected.sum()).sum() / rate
            assert apart < 0.015, f"the sound lies {apart} s from where the map says: {where}"
            return True
    return False


def _lag_ms(kind: type[Transform], sound: np.ndarray, rate: int) -> float:
    """How far the response lies behind the sound, by cross-correlation, for the key that leaves most of it.

    What moves all frequencies is not alike to tell by: there the middle of its power is.
    """
    draws = [stage.draw_for(rate, f"lag {turn}") for turn in range(3)]
    responses = [stage.response(stage.prepare(kind(), sound, rate, draw), sound)[0] for draw in draws]
    heard = max(responses, key=lambda samples: float(np.abs(samples).sum())).astype(np.float64)
    size = 2 * heard.size
    likeness = np.abs(np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sound[0], size)), size))
    power, sounding = np.square(heard), np.square(sound[0], dtype=np.float64)
    if likeness.max() < LIKE * np.sqrt(power.sum() * sounding.sum()):
        middle, expected = (np.average(np.arange(heard.size), weights=weights) for weights in (power, sounding))
        return float(abs(middle - expected) / rate * 1000)
    lag = int(np.argmax(likeness))
    return abs(lag if lag < size // 2 else lag - size) / rate * 1000


@every_processed
def test_the_tail_is_as_long_as_it_says(kind: type[Transform]) -> None:
    rate, more = 8000, 4000
    sound = stage.burst(rate, 2, 0.1, 0.3, 0.4)
    for values in stage.typical_settings(kind):
        prepared = stage.prepare(kind.checked(values), sound, rate, stage.draw_for(rate))
        tail = prepared.processor().tail
        heard = stage.response(prepared, sound, tail + more).astype(np.float64)
        end = sound.shape[1] + tail
        after = np.sum(heard[:, end:] ** 2) / np.sum(heard**2)
        assert after < 1e-5, f"{10 * np.log10(after):.0f} dB ring on after the tail: {stage.words(values)}"
        if tail:
            assert np.any(heard[:, sound.shape[1] : end]), f"nothing in the tail: {stage.words(values)}"
