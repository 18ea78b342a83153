"""Pieces: which frames are heard, in which order, and what a crossfade does where they meet."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.warp import source_times
from engine.clip import Samples, TimeMap
from engine.draws import Draw, Key
from engine.dsp.pieces import Piece, assembled
from engine.transform import StreamSpec, WholeClip
from engine.transforms.splice import RepeatPart, SegmentShuffle, SilenceInsertion, SpliceOut
from tests.support.processing import noise

RATE = 1_000


def applied(transform: WholeClip, samples: Samples, turn: int = 0) -> tuple[Samples, TimeMap]:
    return transform.apply(samples, StreamSpec(RATE, *samples.shape), Draw(Key.of("splice", turn)))


def counting(frames: int) -> Samples:
    """Each sample tells its own place, from 1 on: 0 is silence."""
    return np.arange(1, frames + 1, dtype=np.float32)[None]


def places(out: Samples) -> list[int]:
    """Which frame of a counting clip each frame of the take is; -1 is silence."""
    return (out[0].astype(int) - 1).tolist()


def said(time_map: TimeMap, frames: int) -> list[int]:
    """Which frame the map says that each frame of the take is."""
    source_s = source_times(time_map, (np.arange(frames) + 0.5) / RATE)
    return np.where(np.isnan(source_s), -1, np.floor(np.nan_to_num(source_s) * RATE)).astype(int).tolist()


def test_a_crossfade_is_the_slow_loop_s() -> None:
    """Equal power over ten frames about the cut; both sides go on beyond it as they do in the clip."""
    source = noise(200, 2)
    out, _ = assembled(source, [Piece(60, 100), Piece(50, 20), Piece(30, None), Piece(40, 150, -1)], RATE, 10)
    expected = np.zeros((2, 180))
    origins = [(0, 60, lambda t: 100 + t), (60, 110, lambda t: 20 + t - 60), (140, 180, lambda t: 150 - (t - 140))]
    for channel in range(2):
        for t in range(180):
            for start, end, origin in origins:
                gain = 1.0 if start <= t < end else 0.0
                for cut, sign in ((start, 1), (end, -1)):
                    if 0 < cut < 180 and abs(t + 0.5 - cut) < 5:
                        gain = np.sin(np.pi / 2 * np.sin(np.pi / 4 * (1 + sign * (t + 0.5 - cut) / 5)) ** 2)
                if gain:
                    expected[channel, t] += gain * source[channel, origin(t)]
    assert np.abs(out - expected).max() < 1e-6


def test_pieces_that_met_in_the_clip_meet_unchanged() -> None:
    source = noise(300)
    assert np.array_equal(assembled(source, [Piece(100, 0), Piece(200, 100)], RATE, 50)[0], source)
    assert np.array_equal(assembled(source, [Piece(9, 299, -1), Piece(291, 290, -1)], RATE, 5)[0], source[:, ::-1])


@pytest.mark.golden(
    "RepeatPart", by="audiomentations.RepeatPart on the same part",
    within="0.04 at a level of 1 in the crossfades, whose curve is a polynomial there; 1e-6 elsewhere",
)  # fmt: skip
@pytest.mark.parametrize("mode", ["insert", "replace"])
@pytest.mark.parametrize("repeats", [1, 3])
def test_repeats_are_those_of_audiomentations(mode: str, repeats: int) -> None:
    import audiomentations

    rate, source = 16_000, np.clip(noise(32_000, 2, 0.3), -1, 1)
    ours = RepeatPart(repeats=repeats, part_s=0.3, mode=mode, crossfade_ms=5.0)
    out, time_map = ours.apply(source, StreamSpec(rate, 2, 32_000), Draw(Key.of("repeat")))
    start = round((time_map.segments[1].source or (0, 0))[0] * rate)
    theirs = audiomentations.RepeatPart(mode=mode, crossfade_duration=0.005, p=1.0)
    theirs.parameters = {"part_num_samples": 4_800, "part_start_index": start, "repeats": repeats}
    apart = np.abs(out - theirs.apply(source.copy(), rate)).max(axis=0)
    cuts = [start + 4_800 * (1 + turn) for turn in range(repeats + 1)]
    near = np.min([np.abs(np.arange(apart.size) + 0.5 - cut) for cut in cuts], axis=0) <= 41
    assert apart[~near].max() < 1e-6
    assert apart[near].max() < 0.04


@pytest.mark.parametrize("mode", ["insert", "replace"])
def test_a_part_is_heard_again_and_the_map_knows_it(mode: str) -> None:
    source = counting(2_000)
    for turn in range(40):
        out, time_map = applied(RepeatPart(repeats=2, part_s=0.5, mode=mode, crossfade_ms=0.0), source, turn)
        heard = places(out)
        assert heard == said(time_map, out.shape[1])
        start = heard.index(max(heard[: next(n for n in range(1, len(heard)) if heard[n] <= heard[n - 1])])) - 499
        part = list(range(start, start + 500))
        if mode == "insert":
            assert heard == [*range(start), *part, *part, *part, *range(start + 500, 2_000)]
        else:
            assert heard == [*range(start + 500), *part, *part, *range(start + 1_500, 2_000)][:2_000]


def test_a_part_longer_than_the_clip_is_the_clip() -> None:
    source = counting(300)
    assert places(applied(RepeatPart(part_s=1.2, crossfade_ms=0), source)[0]) == [*range(300), *range(300)]
    assert np.array_equal(applied(RepeatPart(part_s=1.2, mode="replace"), source)[0], source)


@pytest.mark.golden("SpliceOut", by="numpy.delete of what the paper removes", within="0: uncrossfaded it is exact")
def test_what_is_spliced_out_is_gone_and_nothing_else() -> None:
    source = counting(5_000)
    removed = []
    for turn in range(40):
        out, time_map = applied(SpliceOut(count=8, longest_ms=100, crossfade_ms=0.0), source, turn)
        gone = sorted({*range(5_000)} - {*places(out)})
        assert np.array_equal(out, np.delete(source, gone, axis=1))
        assert places(out) == said(time_map, out.shape[1])
        assert 1 <= sum(np.diff([-9, *gone]) > 1) <= 8
        removed.append(len(gone))
    assert max(removed) <= 800
    assert np.mean(removed) == pytest.approx(8 * 50.5, rel=0.1)


def test_splicing_out_can_keep_the_length_and_always_leaves_a_frame() -> None:
    out, time_map = applied(SpliceOut(longest_ms=25, keep_length=True, crossfade_ms=0.0), counting(1_000))
    assert out.shape == (1, 1_000)
    assert places(out) == said(time_map, 1_000)
    assert 0 < np.count_nonzero(out == 0) <= 200
    for turn in range(20):
        shortest = SpliceOut(count=1, longest_ms=1, crossfade_ms=0.0)
        assert applied(shortest, counting(100), turn)[0].shape[1] == 99
    for frames in (1, 2, 3, 10):
        assert applied(SpliceOut(count=100, longest_ms=1_000), counting(frames))[0].shape[1] >= 1


def test_a_splice_has_no_click() -> None:
    """A slow sine cut at random jumps by up to twice its peak; crossfaded it hardly does."""
    sine = np.sin(np.arange(4_000, dtype=np.float32) / 20)[None]
    steps = {fade: np.abs(np.diff(applied(SpliceOut(crossfade_ms=fade), sine)[0])).max() for fade in (0.0, 50.0)}
    assert steps[0.0] > 0.5
    assert steps[50.0] < 0.15


@pytest.mark.golden("SilenceInsertion", by="numpy.insert of zeros", within="0: unfaded it is exact")
def test_silences_come_between_and_all_sound_stays() -> None:
    source = counting(2_000)
    for turn in range(20):
        out, time_map = applied(SilenceInsertion(count=3, silence_ms=50, fade_ms=0.0), source, turn)
        heard = places(out)
        assert heard == said(time_map, 2_150)
        cuts = [sum(1 for place in heard[:frame] if place >= 0) for frame in range(2_150) if heard[frame] < 0]
        assert np.array_equal(out, np.insert(source, cuts, 0, axis=1))
        assert [place for place in heard if place >= 0] == list(range(2_000))
        assert sorted(cuts)[::50] == sorted(cuts)[49::50], "each silence is of one piece"


@pytest.mark.golden(
    "SegmentShuffle", by="a list of numpy.array_split's pieces in another order", within="0: uncrossfaded it is exact"
)
def test_every_piece_is_there_once_and_their_order_is_new() -> None:
    source = counting(2_000)
    pieces = [piece.astype(int).tolist() for piece in np.array_split(source[0] - 1, 4)]
    orders = set()
    for turn in range(300):
        out, time_map = applied(SegmentShuffle(pieces=4, crossfade_ms=0.0), source, turn)
        heard = places(out)
        orders.add(tuple(pieces.index(heard[at : at + 500]) for at in range(0, 2_000, 500)))
        if turn < 20:
            assert heard == said(time_map, 2_000)
    assert len(orders) == 23
    assert (0, 1, 2, 3) not in orders


def test_a_share_of_the_clip_is_shuffled_and_the_rest_stays() -> None:
    source = counting(3_000)
    for turn in range(20):
        out, time_map = applied(SegmentShuffle(pieces=4, shuffled_percent=20, crossfade_ms=0.0), source, turn)
        heard = places(out)
        assert sorted(heard) == list(range(3_000))
        assert heard == said(time_map, 3_000)
        moved = sum(place != frame for frame, place in enumerate(heard))
        assert moved in (300, 450, 600)
