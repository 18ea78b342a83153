"""Edits of time: where every piece went, and that nothing else was touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.clip import Samples, TimeMap
from engine.draws import Draw, Key
from engine.render import run
from engine.transform import StreamSpec, WholeClip
from engine.transforms.edit import Concatenate, Crop, FixedDuration, Padding, Repeat, Reverse, Shift, TimeMask, Trim
from tests.support.processing import noise

DRAW = Draw(Key.of("edit test"))
RATE = 1_000
FILLS = {"silence": "constant", "wrap": "wrap", "reflect": "reflect"}
"""Our words for what numpy and audiomentations fill with."""


def applied(transform: WholeClip, samples: Samples, draw: Draw = DRAW) -> tuple[Samples, TimeMap]:
    return transform.apply(samples, StreamSpec(RATE, *samples.shape), draw)


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


@pytest.mark.golden(
    "Shift", by="audiomentations.Shift, which makes its fades otherwise", within="0: unfaded it is exact"
)
@pytest.mark.parametrize("rolls", [True, False])
@pytest.mark.parametrize("share", [-0.5, -0.123, 0.25, 0.9])
def test_a_shift_is_that_of_audiomentations(rolls: bool, share: float) -> None:
    import audiomentations

    source = noise(1_000, 2)
    theirs = audiomentations.Shift(share, share, rollover=rolls, fade_duration=0.0, p=1.0)
    ours = Shift(shift_percent=100 * share, mode="roll" if rolls else "pad", fade_ms=0.0)
    assert np.array_equal(applied(ours, source)[0], theirs(source.copy(), RATE))
    seconds = audiomentations.Shift(share, share, "seconds", rollover=rolls, fade_duration=0.0, p=1.0)
    in_seconds = Shift(shift_percent=0.0, offset_s=share, mode="roll" if rolls else "pad", fade_ms=0.0)
    assert np.array_equal(applied(in_seconds, source)[0], seconds(source.copy(), RATE))


@pytest.mark.parametrize("mode", ["roll", "pad"])
def test_a_shift_by_more_than_the_clip_keeps_its_length(mode: str) -> None:
    source = counting(1_000)
    out, time_map = applied(Shift(shift_percent=50.0, offset_s=0.8, mode=mode, fade_ms=0.0), source)
    assert obeys(out, source, time_map)
    assert np.array_equal(out, np.roll(source, 300, axis=1) if mode == "roll" else np.zeros_like(source))


def test_a_rolled_seam_has_no_click() -> None:
    """A constant that is rolled is faded at the seam and nowhere else; unfaded it is rolled exactly."""
    level = np.ones((2, 1_000), np.float32)
    out, _ = applied(Shift(shift_percent=30.0, fade_ms=20.0), level)
    assert out[:, 299].max() < 0.01
    assert out[:, 300].max() < 0.01
    assert np.abs(np.diff(out)).max() < 0.1
    assert (out[:, :280] == 1).all()
    assert (out[:, 320:] == 1).all()


@pytest.mark.golden("Reverse", by="the definition, frame by frame", within="0: nothing is computed")
def test_reverse_is_its_own_inverse() -> None:
    source = counting(777)
    assert applied(Reverse(), source)[0][0].tolist() == [source[0, 776 - frame] for frame in range(777)]
    out, time_map = applied(Reverse(), source)
    assert obeys(out, source, time_map)
    assert np.array_equal(applied(Reverse(), out)[0], source)


@pytest.mark.golden(
    "Trim", by="librosa.effects.trim", within="10 ms: it centres its frames on the hops, we begin them there"
)
@pytest.mark.parametrize("top_db", [20.0, 40.0])
def test_trim_cuts_where_librosa_does(top_db: float) -> None:
    import librosa

    rate, hop = 16_000, 160
    source = noise(rate, 2) * (0.3 + np.sin(np.arange(rate) * np.pi / rate) ** 40).astype(np.float32)
    source[:, : rate // 5] *= 0.002
    source[:, -rate // 7 :] *= 0.002
    _, (start, end) = librosa.effects.trim(source, top_db=top_db, frame_length=hop, hop_length=hop)
    _, time_map = Trim(top_db=top_db).apply(source, StreamSpec(rate, 2, rate), DRAW)
    assert np.abs(np.array(time_map.segments[0].source) - np.array([start, end]) / rate).max() < 1.01 * hop / rate
    assert start > 0.19 * rate


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


@pytest.mark.golden(
    "TimeMask", by="audiomentations.TimeMask in the same place",
    within="0.02 in the fades, whose curve is a cosine here and a polynomial there; 0 elsewhere",
)  # fmt: skip
def test_a_mask_is_that_of_audiomentations() -> None:
    import audiomentations

    source, spec = np.ones((2, 3_000), np.float32), StreamSpec(RATE, 2, 3_000)
    transform = TimeMask(width_percent=20.0, fade_ms=50.0)
    start = int(transform.measure(source, spec, Draw(Key.of("mask")))["start_frame"])
    theirs = audiomentations.TimeMask(fade_duration=0.05, p=1.0)
    theirs.parameters = {"t": 600, "t0": start}
    apart = np.abs(masked(transform, source) - theirs.apply(source.copy(), RATE))
    assert apart.max() < 0.02
    assert (apart[:, start + 50 : start + 550] == 0).all()
    assert (np.delete(apart, np.s_[start : start + 600], axis=1) == 0).all()


def test_several_masks_are_each_where_a_draw_says_and_the_first_where_one_alone_would_be() -> None:
    source, spec = np.ones((1, 10_000), np.float32), StreamSpec(RATE, 1, 10_000)
    one, three = TimeMask(width_percent=5.0), TimeMask(width_percent=5.0, count=3)
    alone, numbers = one.measure(source, spec, DRAW), three.measure(source, spec, DRAW)
    assert dict(alone).items() <= dict(numbers).items()
    assert list(numbers) == [f"{end}_frame{n}" for n in ("", "_2", "_3") for end in ("start", "end")]
    expected = np.ones(10_000, np.float32)
    for ending in ("", "_2", "_3"):
        expected[int(numbers[f"start_frame{ending}"]) : int(numbers[f"end_frame{ending}"])] = 0
    hard = np.concatenate(
        list(run([TimeMask(width_percent=5.0, count=3, fade_ms=0).processor(spec, DRAW, numbers)], source)), axis=1
    )
    assert np.array_equal(hard[0], expected)
    assert 500 < (hard == 0).sum() <= 1_500


def test_a_mask_can_be_filled_with_noise_at_a_level_below_the_clip_s() -> None:
    source = np.tile(noise(40_000, 1, 0.2), (2, 1))
    soft = TimeMask(width_percent=50.0, fill="noise", noise_db=-10, place="middle", fade_ms=5)
    out = masked(soft, source)
    inside = out[:, 10_100:29_900].astype(np.float64)
    below_db = 10 * np.log10(np.mean(inside**2, axis=1) / np.mean(source.astype(np.float64) ** 2))
    assert below_db == pytest.approx(-10, abs=0.2)
    assert abs(np.corrcoef(inside)[0, 1]) < 0.05
    assert abs(np.corrcoef(inside[0], source[0, 10_100:29_900])[0, 1]) < 0.05
    assert np.array_equal(out[:, :10_000], source[:, :10_000])
    assert np.array_equal(out[:, 30_000:], source[:, 30_000:])


@pytest.mark.parametrize(("place", "start"), [("start", 0), ("middle", 450), ("end", 900)])
def test_a_mask_can_have_a_fixed_place(place: str, start: int) -> None:
    out = masked(TimeMask(width_percent=10.0, fade_ms=0.0, place=place), np.ones((1, 1_000), np.float32))
    assert np.flatnonzero(out[0] == 0).tolist() == list(range(start, start + 100))


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


@pytest.mark.golden("Crop", by="the definition, frame by frame", within="0: nothing is computed")
def test_a_crop_is_one_stretch_as_long_as_asked_for() -> None:
    source = counting(1_000)
    starts = []
    for turn in range(400):
        out, time_map = applied(Crop(longest_s=0.3), source, Draw(Key.of(turn)))
        first = round(out[0, 0] * 1_000) - 1
        assert out[0].tolist() == [source[0, first + frame] for frame in range(300)]
        assert obeys(out, source, time_map)
        starts.append(first)
    assert min(starts) < 20
    assert max(starts) > 680
    assert np.histogram(starts, 7, (0, 701))[0].min() > 30


@pytest.mark.parametrize(("keep", "first"), [("start", 0), ("middle", 300), ("end", 600)])
def test_the_shorter_of_two_lengths_counts_and_the_part_can_be_fixed(keep: str, first: int) -> None:
    source = counting(1_000)
    for crop in (Crop(longest_s=0.4, keep=keep), Crop(longest_s=0.9, share_percent=40, keep=keep)):
        assert np.array_equal(applied(crop, source)[0], source[:, first : first + 400])
    assert np.array_equal(applied(Crop(longest_s=5, keep=keep), source)[0], source)


@pytest.mark.golden("FixedDuration", by="audiomentations.AdjustDuration", within="0: the same frames")
@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize(("sound_at", "padding"), [("start", "end"), ("end", "start")])
@pytest.mark.parametrize("frames", [1_000, 400, 2])
def test_what_is_too_short_is_padded_as_by_audiomentations(fill: str, sound_at: str, padding: str, frames: int) -> None:
    import audiomentations

    source = counting(frames)
    words = {"padding_mode": fill, "padding_position": padding, "p": 1.0}
    theirs = audiomentations.AdjustDuration(duration_samples=1_700, **words)
    out, time_map = applied(FixedDuration(duration_s=1.7, fill=fill, sound_at=sound_at, fade_ms=0), source)
    assert np.array_equal(out, theirs(source.copy(), RATE))
    assert obeys(out, source, time_map)


def test_what_is_too_long_is_cropped_and_a_short_one_lies_where_it_is_drawn() -> None:
    source = counting(1_000)
    assert np.array_equal(applied(FixedDuration(duration_s=0.25, keep="end"), source)[0], source[:, 750:])
    assert applied(FixedDuration(duration_s=0.25), source)[0].shape == (1, 250)
    assert np.array_equal(applied(FixedDuration(duration_s=1.0), source)[0], source)
    places = set()
    for turn in range(30):
        out, time_map = applied(FixedDuration(duration_s=2, sound_at="drawn", fade_ms=0), source, Draw(Key.of(turn)))
        assert obeys(out, source, time_map)
        places.add(int(np.flatnonzero(out[0])[0]))
    assert len(places) > 20


def test_one_frame_is_repeated_without_a_map_of_a_million_pieces() -> None:
    out, time_map = applied(FixedDuration(duration_s=20.0, fill="wrap"), counting(1))
    assert (out == 1).all()
    assert len(time_map.segments) == 2


@pytest.mark.golden(
    "Padding", by="audiomentations.Padding, and numpy.pad where the clip grows", within="0: the same frames"
)
@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("at", ["start", "end", "both"])
def test_padding_is_that_of_audiomentations(fill: str, at: str) -> None:
    import audiomentations

    source = counting(1_000)
    kept, kept_map = applied(Padding(share_percent=30.0, fill=fill, at=at, keep_length=True, fade_ms=0), source)
    assert obeys(kept, source, kept_map)
    if at != "both":
        theirs = audiomentations.Padding(mode=fill, pad_section=at, p=1.0)
        theirs.parameters = {"padding_length": 300}
        assert np.array_equal(kept, theirs.apply(source.copy(), RATE))
    longer, longer_map = applied(Padding(share_percent=20, pad_s=0.1, fill=fill, at=at, fade_ms=0), source)
    ends = {"start": (300, 0), "end": (0, 300), "both": (150, 150)}[at]
    assert np.array_equal(longer, np.pad(source, ((0, 0), ends), FILLS[fill]))  # type: ignore[call-overload]
    assert obeys(longer, source, longer_map)


@pytest.mark.parametrize("transform", [Padding(share_percent=100, pad_s=1.5, at="both"), FixedDuration(duration_s=3.5)])
@pytest.mark.parametrize("fill", FILLS)
def test_padding_has_no_click(transform: Padding | FixedDuration, fill: str) -> None:
    """A slow sine that ends near its peak and would jump by as much, unfaded."""
    sine = np.sin(np.arange(1_000, dtype=np.float32) * np.float32(np.pi * 8.5 / 1_000) - np.float32(0.3))[None]
    out, _ = applied(replace(transform, fill=fill, fade_ms=50.0), sine)
    assert out.shape[1] == 3_500
    assert np.abs(np.diff(out)).max() < 0.06


def test_padding_that_keeps_the_length_leaves_a_tenth_of_the_clip() -> None:
    out, time_map = applied(Padding(share_percent=100.0, pad_s=1.0, keep_length=True), counting(1_000))
    assert np.count_nonzero(out) == 100
    assert time_map.duration_s == 1.0
    for frames in (1, 2, 5):
        assert np.count_nonzero(applied(Padding(share_percent=100.0, keep_length=True), counting(frames))[0]) >= 1


@pytest.mark.golden("Repeat", by="the definition, frame by frame (SoX: repeat 2)", within="0: unfaded it is exact")
def test_a_repeat_plays_the_clip_so_many_times() -> None:
    source = counting(700)
    out, time_map = applied(Repeat(times=3, fade_ms=0.0), source)
    assert out[0].tolist() == [source[0, frame % 700] for frame in range(2_100)]
    assert obeys(out, source, time_map)
    soft, _ = applied(Repeat(times=3, fade_ms=50.0), np.ones((2, 700), np.float32))
    assert np.abs(np.diff(soft)).max() < 0.05
    assert soft[:, [699, 700, 1_399, 1_400]].max() < 0.01
    assert (soft[:, :650] == 1).all()
    assert soft[:, -1].min() == 1


@pytest.mark.golden(
    "Concatenate", by="numpy.concatenate, which is auglib's Append and Prepend", within="0: unfaded it is exact"
)
@pytest.mark.parametrize("place", ["before", "behind"])
def test_a_recording_comes_before_or_behind(place: str) -> None:
    source, recording = noise(500, 2, seed=1), noise(300, 1, seed=2)
    draw = Draw(Key.of("c"), (lambda: recording,))
    out, time_map = applied(Concatenate(place=place, gap_ms=100.0, fade_ms=0.0), source, draw)
    rows = [source, np.zeros((2, 100), np.float32), np.repeat(recording, 2, axis=0)]
    assert np.array_equal(out, np.concatenate(rows if place == "behind" else rows[::-1], axis=1))
    assert time_map.to_out(0.25) == pytest.approx(0.25 if place == "behind" else 0.65)
    ours = [segment for segment in time_map.segments if segment.source]
    assert [segment.source for segment in ours] == [(0.0, 0.5)]


def test_a_long_recording_is_taken_from_a_drawn_place() -> None:
    source, recording = np.ones((1, 100), np.float32), counting(5_000)
    firsts = set()
    for turn in range(20):
        draw = Draw(Key.of(turn), (lambda: recording,))
        out, _ = applied(Concatenate(longest_s=0.2, fade_ms=0.0), source, draw)
        assert out.shape == (1, 300)
        first = round(out[0, 100] * 5_000) - 1
        assert np.array_equal(out[:, 100:], recording[:, first : first + 200])
        firsts.add(first)
    assert len(firsts) > 15
