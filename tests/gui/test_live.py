"""The live strip: what leaves the device is found in its pixels, at the right frequency and at the right time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from engine.playback.messages import Follow, Pause, Play, Snapshot, TapClock, Tapped, Volume
from engine.playback.player import Player
from gui.live.strip import RESTING, LiveStrip
from gui.memory import Memory
from tests.support.playing import RATE, FakeOutputs, noise, sound_of
from tests.support.sweep import Sweep, offset_hops

PATIENCE_S = 30.0


class Stream:
    """A device that has taken a sound up to a frame: what the strip reads from."""

    def __init__(self, sound: np.ndarray) -> None:
        self.sound, self.heard = sound, 0

    def tapped(self, start: int) -> Tapped:
        """What has left from a frame on."""
        start = min(max(start, self.heard - RATE, 0), self.heard)
        return Tapped(self.sound[:, start : self.heard], start, TapClock(self.heard, self.heard / RATE, RATE))


def strip_of(qtbot: QtBot, tapped: Callable[[int], Tapped], memory: Memory | None = None) -> LiveStrip:
    strip = LiveStrip(tapped, memory or Memory())
    qtbot.addWidget(strip)
    strip.resize(900, strip.height())
    strip.show()
    return strip


def playing(now: bool = True) -> Snapshot:
    return Snapshot(playing=now, device="speakers", sample_rate=RATE)


def hear(strip: LiveStrip, stream: Stream, frames: int, *, step: int = 1601, play: bool = True) -> None:
    """Let so many frames leave, with the strip looking every so often."""
    until = stream.heard + frames
    while stream.heard < until:
        stream.heard = min(stream.heard + step, until)
        strip.show_snapshot(playing(play))


def pixels(strip: LiveStrip) -> np.ndarray:
    image = strip.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), -1, 4)[:, : image.width(), :3].copy()


@pytest.mark.parametrize("steps", [(1601,), (100, 7000, 3), (40_000,)])
def test_no_frame_is_drawn_twice_or_left_out(qtbot: QtBot, steps: tuple[int, ...]) -> None:
    """However often it looks, the columns are the same hops of the same sound."""
    stream = Stream(noise(5 * RATE))
    strip = strip_of(qtbot, stream.tapped)
    hear(strip, stream, 1000)
    while stream.heard < 4 * RATE:
        for step in steps:
            hear(strip, stream, step, step=step)
    hear(strip, stream, 5 * RATE - stream.heard)
    frames = strip.frames
    assert set(np.diff(frames)) == {256}
    assert stream.heard - 1024 - 256 < frames[-1] <= stream.heard - 1024
    other = strip_of(qtbot, Stream(stream.sound).tapped)
    assert isinstance(other._tapped.__self__, Stream)
    hear(other, other._tapped.__self__, 1000)
    hear(other, other._tapped.__self__, 5 * RATE - 1000, step=480)
    np.testing.assert_array_equal(pixels(strip), pixels(other))


@pytest.mark.parametrize("scale", ["linear", "log", "mel"])
def test_a_sweep_is_where_it_must_be_in_every_scale_and_size(qtbot: QtBot, scale: str) -> None:
    sweep = Sweep(RATE, 5.0, 200.0, 14_000.0)
    stream = Stream(sweep.samples)
    strip = strip_of(qtbot, stream.tapped)
    hear(strip, stream, 3 * RATE)
    strip.set_settings(scale, strip._look.colours)  # type: ignore[arg-type]  # one of the three
    strip.set_height(400)
    strip.resize(700, 400)
    hear(strip, stream, RATE)
    assert offset_hops(strip, sweep, 0) == pytest.approx(0, abs=2)


def test_silence_at_rest_stands_still_and_is_not_drawn(qtbot: QtBot) -> None:
    sound = noise(6 * RATE)
    sound[:, 2 * RATE : 5 * RATE] = 0
    stream = Stream(sound)
    strip = strip_of(qtbot, stream.tapped)
    hear(strip, stream, 2 * RATE)
    hear(strip, stream, RATE, play=False)
    still, seen = strip.frames, pixels(strip)
    assert strip._bright == RESTING
    hear(strip, stream, 2 * RATE, play=False)
    np.testing.assert_array_equal(strip.frames, still)
    np.testing.assert_array_equal(pixels(strip), seen)
    hear(strip, stream, RATE)
    gaps = np.diff(strip.frames[strip.frames >= 0])
    assert (gaps > 256).sum() == 1
    assert gaps.max() > 1.9 * RATE
    assert strip._bright == 1.0


def test_what_is_played_through_the_player_is_found_at_its_time(qtbot: QtBot, tmp_path: Path, player: Player) -> None:
    """The twin of the test with a sound card: the frames that the device took are the time."""
    sweep = Sweep(RATE, 6.0, 300.0, 12_000.0)
    strip = strip_of(qtbot, player.tapped)
    strip.set_settings("linear", strip._look.colours)
    strip.set_height(400)
    strip.resize(900, 400)
    for message in (Volume(0.0), Follow(sound_of(tmp_path, "sweep", sweep.samples)), Play()):
        player.send(message)
    outputs, until = player._outputs, time.monotonic() + PATIENCE_S
    assert isinstance(outputs, FakeOutputs)
    taken = []
    while player.snapshot().position_s < 4.5:
        assert time.monotonic() < until
        time.sleep(0.005)
        if outputs.sinks and outputs.sinks[-1].ring.fill >= 480:
            taken.append(outputs.sinks[-1].take(480))
        strip.show_snapshot(player.snapshot())
    heard = np.concatenate(taken, axis=1)
    begun = int(np.flatnonzero(heard[0])[0]) - int(np.flatnonzero(sweep.samples[0])[0])
    assert offset_hops(strip, sweep, begun) == pytest.approx(0, abs=2)
    player.send(Pause())


@pytest.fixture
def player() -> Iterator[Player]:
    made = Player(in_thread=True, outputs=FakeOutputs())
    made.start()
    yield made
    made.close()


def test_what_it_is_called_and_its_height_are_kept(qtbot: QtBot) -> None:
    memory, stream = Memory(), Stream(noise(RATE))
    strip = strip_of(qtbot, stream.tapped, memory)
    strip.show_snapshot(playing())
    assert strip.accessibleDescription() == "leaving speakers · 48 kHz"
    strip.show_snapshot(Snapshot(error="No sound device."))
    assert "no sound device" in strip.accessibleDescription()
    commands = {command.id: command for command in strip.commands()}
    before = strip.height()
    commands["live_taller"].run()
    commands["live_shown"].run()
    assert strip.isHidden()
    memory.save()
    again = LiveStrip(stream.tapped, memory)
    assert (again.isHidden(), again.height() > before) == (True, True)
