"""The player around the deck: devices that come and go, a process that dies, a status that is never torn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.playback import status
from engine.playback.messages import (
    Follow,
    Listen,
    Pause,
    Play,
    Rescan,
    Seek,
    Snapshot,
    TapClock,
    UseDevice,
    Volume,
)  # fmt: skip
from engine.playback.player import GAVE_UP, RESTARTED, Player
from engine.playback.server import Server
from engine.playback.status import Status, StatusBlock
from tests.support.playing import RATE, FakeOutputs, Send, Story, noise, serving, sound_of


@pytest.fixture
def outputs() -> FakeOutputs:
    return FakeOutputs(["speakers", "headphones"])


@pytest.fixture
def served(tmp_path: Path, outputs: FakeOutputs) -> Iterator[tuple[Server, StatusBlock, Send]]:
    with serving(tmp_path, outputs) as made:
        yield made


@pytest.fixture
def story(served: tuple[Server, StatusBlock, Send], outputs: FakeOutputs) -> Story:
    return Story(served, outputs)


def test_a_clip_plays_and_the_snapshot_follows_what_is_heard(story: Story, tmp_path: Path) -> None:
    clip = noise(2 * RATE)
    shown = story.tell(Volume(0.0), Follow(sound_of(tmp_path, "o", clip)), Seek(0.5), Play())
    assert (shown.device, shown.devices, shown.sample_rate) == ("speakers", ("speakers", "headphones"), RATE)
    assert shown.latency_ms > 100
    story.hear(RATE // 2)
    shown = story.turn()
    assert shown.playing
    assert shown.heard == "original"
    assert 0.85 < shown.position_s < 1.0
    assert shown.peak_db == pytest.approx((-6.0, -6.0), abs=0.2)
    assert shown.rms_db == pytest.approx((-10.8, -10.8), abs=0.3)
    story.hear(2 * RATE)
    shown = story.turn()
    assert (shown.playing, shown.position_s, shown.underruns) == (False, 0.0, 0)


def test_the_tap_and_its_clock_say_what_is_heard_when(story: Story, tmp_path: Path) -> None:
    """Read on and on from where it ended, it gives every frame once; the clock's frame is the snapshot's place."""
    clip = noise(2 * RATE)
    story.tell(Volume(0.0), Follow(sound_of(tmp_path, "o", clip)), Play())
    tap, parts, start = story.server._ring, [], 0
    taken = []
    for _ in range(20):
        taken.append(story.hear(4800))
        status = story.block.read()
        clock = status.clock
        parts.append(tap.between(start, clock.frame))
        start = clock.frame
        assert clock.rate == RATE
        assert clock.time_of(clock.frame_at(123.0)) == pytest.approx(123.0)
    left = np.concatenate(parts, axis=1)
    np.testing.assert_array_equal(left, np.concatenate(taken, axis=1)[:, :start])
    begun = int(np.flatnonzero(left[0] == clip[0, 4800])[0]) - 4800
    assert status.snapshot.position_s == pytest.approx((clock.frame - begun) / RATE, abs=1e-3)
    assert 0 <= story.outputs.sinks[-1].ring.read - clock.frame <= 0.02 * RATE


def test_without_a_device_one_sentence_and_the_playhead_stays(story: Story, tmp_path: Path) -> None:
    story.outputs.devices = []
    shown = story.tell(Follow(sound_of(tmp_path, "o", noise(RATE))), Seek(0.25), Play())
    assert shown.error == "No sound device."
    assert (shown.playing, shown.device, shown.position_s) == (False, "", 0.25)
    story.outputs.devices = ["new"]
    shown = story.tell(Play())
    assert (shown.error, shown.device) == ("", "new")
    story.hear(RATE // 2)
    assert story.turn().playing


def test_a_command_outlives_a_device_that_is_lost_before_it_was_heard(story: Story, tmp_path: Path) -> None:
    story.tell(Follow(sound_of(tmp_path, "o", noise(4 * RATE))), Seek(0.5), Play())
    story.outputs.sinks[-1].lost = True
    assert story.turn().device == "speakers"
    assert len(story.outputs.sinks) == 2
    story.hear(RATE)
    shown = story.turn()
    assert shown.playing
    assert 1.3 < shown.position_s < 1.5


def test_gaps_count_only_while_something_plays(story: Story, tmp_path: Path) -> None:
    story.tell(Follow(sound_of(tmp_path, "o", noise(4 * RATE))))
    story.outputs.sinks[-1].take(40000)
    assert story.turn().underruns == 0
    story.tell(Play())
    story.hear(4800)
    story.outputs.sinks[-1].take(40000)
    assert (story.turn().underruns, story.turn().ring_empties) == (1, 1)
    story.outputs.sinks[-1].underflows += 2
    assert (story.turn().underruns, story.turn().ring_empties) == (3, 1)


def test_a_half_written_status_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "status"
    status.create(path)
    writer, reader = StatusBlock(path), StatusBlock(path)
    assert reader.read() == Status()
    good = Status(Snapshot(1.5, 2.5, True, "dé", ("a", "b"), 48000, error="one sentence"), TapClock(77, 1.5, RATE))
    writer.write(good)
    assert reader.read() == good
    with path.open("r+b") as file:
        file.seek(40)
        file.write(b"torn")
    assert reader.read() == good
    writer.write(Status(Snapshot(devices=tuple(f"device {n}" * 20 for n in range(900)))))
    assert len(reader.read().snapshot.devices) > 10


def _until(player: Player, done: Callable[[Snapshot], bool], seconds: float = 30.0) -> Snapshot:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        shown = player.snapshot()
        if done(shown):
            return shown
        time.sleep(0.01)
    raise AssertionError(f"it did not come to that: {player.snapshot()}")


def test_the_face_in_a_thread(tmp_path: Path, outputs: FakeOutputs) -> None:
    player = Player(in_thread=True, outputs=outputs)
    assert player.snapshot() == Snapshot()
    player.send(UseDevice("headphones"))
    assert player.tap().shape == (2, 0)
    player.start()
    try:
        player.send(Volume(0.0))
        player.send(Follow(sound_of(tmp_path, "o", noise(60 * RATE))))
        player.send(Play())
        _until(player, lambda shown: shown.device == "headphones")
        until = time.monotonic() + 30
        while not player.snapshot().position_s > 0.5 and time.monotonic() < until:
            outputs.sinks[-1].take(480)
            time.sleep(0.001)
        assert player.snapshot().playing
        assert np.abs(player.tap(1000)).max() > 0.3
        tapped = player.tapped(player.tap_clock().frame - 1000)
        assert tapped.start + tapped.samples.shape[1] == tapped.clock.frame
        assert player.tapped(tapped.clock.frame + RATE).samples.shape == (2, 0)
        player.send(Pause())
    finally:
        player.close()
    assert not player.snapshot().error


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Player]:
    player = Player()
    player.start()
    yield player
    player.close()


def test_a_killed_process_is_replaced_at_the_same_place_until_it_keeps_dying(process: Player, tmp_path: Path) -> None:
    process.send(Follow(sound_of(tmp_path, "o", noise(4 * RATE))))
    process.send(Listen("original"))
    process.send(Seek(1.25))
    _until(process, lambda shown: shown.position_s == 1.25)
    _kill(process)
    _until(process, lambda shown: shown.error == RESTARTED)
    shown = _until(process, lambda shown: shown.position_s == 1.25)
    assert (shown.error, shown.playing) == (RESTARTED, False)
    process.send(Rescan())
    assert process.snapshot().error != RESTARTED

    while process.snapshot().error != GAVE_UP:
        _kill(process)
    process.send(Play())
    assert process.tap().shape == (2, 0)
    process.send(Rescan())
    process.send(Seek(3.0))
    assert _until(process, lambda shown: shown.position_s == 3.0).error != GAVE_UP


def _kill(player: Player) -> None:
    """Kill the audio process and wait until it is dead; that it is reaped is the player's."""
    for child in psutil.Process().children():
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()
            while psutil.pid_exists(child.pid) and child.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.005)
