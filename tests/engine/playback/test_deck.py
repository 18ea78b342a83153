"""What reaches the device: the take's own samples wherever no fade is, and no click where one thing becomes another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import Segment, TimeMap
from engine.playback.messages import Follow, Listen, Loop, Pause, Play, PlayOnce, Seek, Sound, Stop, Volume
from engine.track import Track, TrackWriter
from tests.support.playing import RATE, Bench, noise, sound_of, write_track
from tests.support.sound import PROBE_FRAMES, find_probes

SECOND = RATE


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.send(Volume(0.0))
    made.take(SECOND // 10)
    return made


def _tone(hertz: float, seconds: float) -> NDArray[np.float32]:
    wave = 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)
    return np.stack((wave, wave)).astype(np.float32)


def _where(block: NDArray[np.float32], sound: NDArray[np.float32]) -> int:
    """The frame of a sound at which a block of noise stands to the bit; fails if it does not."""
    places = np.flatnonzero((sound[0] == block[0, 0]) & (sound[1] == block[1, 0]))
    for place in places:
        if np.array_equal(sound[:, place : place + block.shape[1]], block):
            return int(place)
    raise AssertionError("the block is not in the sound")


def test_a_take_is_heard_from_its_first_frame_to_its_last_to_the_bit(bench: Bench, tmp_path: Path) -> None:
    original, take = noise(SECOND), noise(SECOND + 777, seed=2)
    bench.send(Follow(sound_of(tmp_path, "o", original), sound_of(tmp_path, "t", take)), Play())
    heard = bench.take(2 * SECOND)
    start = int(np.argmax(heard[0] != 0))
    assert start < SECOND // 10
    assert np.array_equal(heard[:, start : start + take.shape[1]], take)
    assert not heard[:, start + take.shape[1] :].any()


def test_after_a_seek_and_in_a_loop_probes_are_exact(bench: Bench, tmp_path: Path) -> None:
    take = noise(4 * SECOND)
    bench.send(Follow(sound_of(tmp_path, "o", noise(4 * SECOND, seed=2)), sound_of(tmp_path, "t", take)), Play())
    bench.take(SECOND // 2)
    bench.send(Seek(2.0))
    found = find_probes(take[:, 2 * SECOND :], bench.take(int(1.9 * SECOND)))
    assert found.exact >= 20, found
    bench.send(Loop(1.0, 1.5))
    heard = bench.take(2 * SECOND)
    found = find_probes(take[:, SECOND : SECOND * 3 // 2], heard)
    assert (found.exact, found.changed) >= (4, 0), found
    assert find_probes(take[:, int(1.51 * SECOND) : 2 * SECOND], heard[:, SECOND:]).exact == 0


def test_a_part_is_played_once_past_the_loop_and_to_its_last_frame(bench: Bench, tmp_path: Path) -> None:
    """Its own frames, then nothing; the playhead goes back to where it began, and the loop is there as before."""
    take = noise(4 * SECOND)
    bench.send(Follow(sound_of(tmp_path, "o", take)), Loop(3.0, 3.5), PlayOnce(1.0, 1.25))
    bench.take(SECOND // 10)
    bench.send(Volume(-3.0), Volume(0.0))  # rendering goes back, with what was played once still to end
    heard = bench.take(SECOND)
    end = int(np.flatnonzero(heard[0])[-1])
    assert heard[0, end] == take[0, SECOND * 5 // 4 - 1]
    assert (bench.feeder.deck.position_s, bench.feeder.deck.playing) == (1.0, False)
    bench.send(Play())
    assert find_probes(take[:, 3 * SECOND : SECOND * 7 // 2], bench.take(4 * SECOND)).exact >= 4
    bench.send(Seek(3.2), PlayOnce())
    heard = bench.take(2 * SECOND)
    assert find_probes(take[:, SECOND * 7 // 2 :], heard).exact >= 4
    assert bench.feeder.deck.position_s == 0.0


def test_a_loop_of_the_whole_clip_has_no_seam(bench: Bench, tmp_path: Path) -> None:
    take = noise(3 * PROBE_FRAMES)
    bench.send(Follow(sound_of(tmp_path, "o", take)), Loop(0.0, take.shape[1] / RATE), Play())
    heard = bench.take(8 * PROBE_FRAMES)
    start = int(np.argmax(heard[0] != 0))
    assert np.array_equal(heard[:, start : start + 6 * PROBE_FRAMES], np.tile(take, 2))


def test_a_command_is_heard_before_what_was_rendered_ahead(bench: Bench, tmp_path: Path) -> None:
    take = noise(4 * SECOND)
    bench.send(Follow(sound_of(tmp_path, "o", take)), Play())
    bench.take(SECOND)
    assert bench.ring.fill > 9000
    bench.send(Pause())
    heard = bench.take(9600)
    assert not heard[:, 3000:].any()
    stopped = bench.feeder.deck.position_s
    bench.send(Play())
    again = bench.take(9600)[:, -2000:]
    assert abs(_where(again, take) - stopped * RATE) < 9600
    bench.send(Stop())
    bench.take(9600)
    assert bench.feeder.deck.position_s == 0.0


def test_volume_changes_without_losing_the_place(bench: Bench, tmp_path: Path) -> None:
    take = noise(4 * SECOND)
    bench.send(Follow(sound_of(tmp_path, "o", take)), Play())
    bench.take(SECOND)
    start = bench.ring.read
    for db in (-3.0, -9.0, -20.0, 0.0):
        bench.send(Volume(db))
        bench.take(480)
    heard = bench.take(9600)[:, -2000:]
    place = _where(heard, take)
    played_before = bench.ring.read - start - 2000
    assert place == _first_place(take, bench, start) + played_before


def _first_place(take: NDArray[np.float32], bench: Bench, index: int) -> int:
    return _where(bench.ring.before(index, 1000), take) + 1000


@pytest.mark.parametrize(
    "change",
    [Seek(1.7), Listen("original"), Volume(-12.0), Pause(), Loop(2.0, 3.0), Stop()],
    ids=lambda change: type(change).__name__,
)
def test_no_change_clicks(bench: Bench, tmp_path: Path, change: object) -> None:
    """Two tones of the same loudness: no step between samples is much steeper than theirs."""
    original, take = _tone(300, 4), _tone(330, 4)
    bench.send(Follow(sound_of(tmp_path, "o", original), sound_of(tmp_path, "t", take)), Play())
    before = bench.take(SECOND)[:, SECOND // 2 :]
    bench.send(change)  # type: ignore[arg-type]  # a Message
    after = bench.take(SECOND)
    steady = np.abs(np.diff(take[0])).max()
    steps = np.abs(np.diff(np.concatenate((before, after), axis=1)[0]))
    assert steps.max() < 1.5 * steady
    assert not np.array_equal(after[:, :9600], take[:, SECOND : SECOND + 9600])


def test_neither_a_new_take_nor_a_loop_clicks(bench: Bench, tmp_path: Path) -> None:
    original = sound_of(tmp_path, "o", _tone(300, 4))
    tones = [sound_of(tmp_path, f"t{hertz}", _tone(hertz, 4)) for hertz in (300, 317, 331)]
    bench.send(Follow(original, tones[0]), Loop(0.1, 0.4567), Play())
    heard = []
    for tone in tones:
        bench.send(Follow(original, tone))
        heard.append(bench.take(SECOND))
    steps = np.abs(np.diff(np.concatenate(heard, axis=1)[0]))
    assert steps[SECOND // 20 :].max() < 1.5 * np.abs(np.diff(_tone(331, 1)[0])).max()


def test_original_and_take_switch_at_the_same_place_of_the_source(bench: Bench, tmp_path: Path) -> None:
    """The take is the original reversed and half a second later: its playhead runs the other way."""
    original = noise(2 * SECOND)
    take = np.concatenate((np.zeros((2, SECOND // 2), np.float32), original[:, ::-1]), axis=1)
    time_map = TimeMap((Segment((0.0, 0.5), None), Segment((0.5, 2.5), (2.0, 0.0))))
    backwards = Sound(write_track(tmp_path, "t", take), time_map)
    bench.send(Follow(sound_of(tmp_path, "o", original), backwards), Listen("original"), Play())
    assert _where(bench.take(SECOND)[:, -1000:], original) < SECOND
    place = bench.feeder.deck.position_s
    bench.send(Listen("take"))
    heard = bench.take(9600)[:, -1000:]
    source = 2.0 - (_where(heard, take) / RATE - 0.5)
    assert source < place
    assert place - source < 0.5


@pytest.mark.parametrize("device_rate", [RATE, 44100])
def test_original_and_take_switch_without_a_gap(device_rate: int, tmp_path: Path) -> None:
    """Where both play the same, nobody hears the switch: no period of the tone is softer, and none is lost."""
    bench = Bench(tmp_path, device_rate)
    sound = _tone(300, 4)
    bench.send(Volume(0.0))
    bench.send(Follow(sound_of(tmp_path, "o", sound), sound_of(tmp_path, "t", sound)), Play())
    bench.take(device_rate // 2)
    heard = []
    for number in range(12):
        bench.send(Listen("original" if number % 2 == 0 else "take"))
        heard.append(bench.take(device_rate // 10 + 37 * number))
    tone = np.concatenate(heard, axis=1)[0]
    period = device_rate // 300
    loudest = np.abs(np.lib.stride_tricks.sliding_window_view(tone, period)[::16]).max(axis=1)
    assert 20 * np.log10(loudest.min() / 0.5) > -0.5
    where = np.arange(tone.size) / device_rate * 2 * np.pi * 300
    turned = np.unwrap(
        [
            np.angle(np.sum(tone[at : at + 8 * period] * np.exp(-1j * where[at : at + 8 * period])))
            for at in range(0, tone.size - 8 * period, period)
        ]
    )
    assert np.ptp(turned) < 0.1, "it is a tone without a jump in its time"


def test_a_growing_take_is_taken_up_when_it_is_far_enough(bench: Bench, tmp_path: Path) -> None:
    original, take = noise(4 * SECOND), noise(4 * SECOND, seed=5)
    first = sound_of(tmp_path, "first", noise(4 * SECOND, seed=3))
    growing = Sound(Track(str(tmp_path / "take"), RATE, 2), TimeMap.identity(4.0))
    clip = sound_of(tmp_path, "o", original)
    bench.send(Follow(clip, first), Play())
    bench.take(SECOND)
    bench.send(Follow(clip, growing))
    with TrackWriter(growing.track, take.shape[1]) as writer:
        barely = bench.feeder.deck.mark().frame + SECOND // 8
        writer.write(take[:, :barely])
        heard = bench.take(SECOND)
        assert find_probes(noise(4 * SECOND, seed=3), heard).exact >= 8
        assert take[:, barely - 100 : barely].T.tobytes() not in heard.T.tobytes(), "it would run dry at once"
        writer.write(take[:, barely : 3 * SECOND])
        heard = bench.take(SECOND)
        assert find_probes(take, heard).exact >= 8
        bench.take(SECOND)
        assert bench.feeder.deck.mark().voice is None, "the take must wait for its render"
        assert not bench.take(9600)[:, 4800:].any()
        writer.write(take[:, 3 * SECOND :])
    heard = bench.take(SECOND // 2)
    assert _where(heard[:, -2000:], take) > 2.9 * SECOND


def test_another_file_starts_at_its_beginning_and_plays_on(bench: Bench, tmp_path: Path) -> None:
    first, second = noise(2 * SECOND), noise(2 * SECOND, seed=9)
    bench.send(Follow(sound_of(tmp_path, "a", first)), Loop(0.5, 1.0), Play())
    bench.take(SECOND)
    bench.send(Follow(sound_of(tmp_path, "b", second)))
    heard = bench.take(SECOND)
    assert _where(heard[:, -1000:], second) < SECOND
    assert find_probes(second[:, PROBE_FRAMES:SECOND], heard).exact >= 8


def test_a_removed_track_leaves_silence_and_not_an_error(bench: Bench, tmp_path: Path) -> None:
    growing = Sound(Track(str(tmp_path / "take"), RATE, 2), TimeMap.identity(2.0))
    writer = TrackWriter(growing.track, 2 * SECOND)
    writer.write(noise(SECOND))
    bench.send(Follow(sound_of(tmp_path, "o", noise(2 * SECOND)), growing), Play())
    bench.take(4800)
    (tmp_path / "take").unlink()
    with writer:
        writer.write(noise(SECOND))
    bench.take(2 * SECOND)


def test_many_channels_and_another_device_rate(tmp_path: Path) -> None:
    bench = Bench(tmp_path, device_rate=44100)
    bench.send(Volume(0.0))
    mono = _tone(1000, 2)[:1]
    bench.send(Follow(sound_of(tmp_path, "o", np.repeat(mono, 5, axis=0))), Play())
    heard = bench.take(44100)[:, 22050:]
    spectrum = np.abs(np.fft.rfft(heard[0] * np.hanning(heard.shape[1])))
    assert abs(np.argmax(spectrum) * 44100 / heard.shape[1] - 1000) < 3
    assert 0.45 < np.abs(heard).max() < 0.55


def test_the_start_is_the_start_of_every_version(bench: Bench, tmp_path: Path) -> None:
    """A reversed take begins with its source's end, and Play begins it at its own beginning."""
    original = noise(SECOND)
    backwards = Sound(write_track(tmp_path, "t", original[:, ::-1].copy()), TimeMap((Segment((0, 1), (1, 0)),)))
    bench.send(Follow(sound_of(tmp_path, "o", original), backwards), Play())
    heard = bench.take(SECOND // 2)
    assert find_probes(original[:, ::-1][:, : SECOND // 3], heard).missing == 0
    bench.send(Stop(), Listen("original"), Play())
    heard = bench.take(SECOND // 2)
    assert find_probes(original[:, : SECOND // 3], heard).missing == 0
