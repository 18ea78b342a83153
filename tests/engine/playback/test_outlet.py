"""Devices come and go under a server that is turned by hand: what is said, where the sound goes on, and how loud."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from pathlib import Path

import numpy as np
import pytest

from engine.playback import outlet, ring, status
from engine.playback.devices import HANGS
from engine.playback.fade import RISE_S
from engine.playback.messages import Follow, Pause, Play, Rescan, Seek, Snapshot, UseDevice, Volume
from engine.playback.microphone.messages import CloseMicrophone, OpenMicrophone
from engine.playback.opener import Opener
from engine.playback.server import RING_FILE, STATUS_FILE, Server
from tests.support.microphones import FakeLinks
from tests.support.playing import RATE, FakeOutputs, Story, noise, serving, sound_of


class Clocked(Story):
    """A story whose time passes when the test says so."""

    now = 1000.0

    def wait(self, seconds: float, *, taking: bool = False) -> Snapshot:
        for _ in range(round(seconds / 0.05)):
            self.now += 0.05
            if taking:
                self.outputs.sinks[-1].take(480)
            shown = self.turn()
        return shown

    def wait_for_another(self) -> None:
        """Until a device is opened, which is as long as a trial and the pause behind it at most."""
        opened, end = len(self.outputs.sinks), self.now + outlet.FIRST_CALL_S + outlet.LONGEST_RETRY_S + 0.1
        while len(self.outputs.sinks) == opened:
            assert self.now < end
            self.wait(0.05)

    def hear(self, frames: int) -> np.ndarray:
        self.now += 0.05
        return super().hear(frames)


@pytest.fixture
def outputs() -> FakeOutputs:
    return FakeOutputs(["speakers", "headphones"])


@pytest.fixture
def story(tmp_path: Path, outputs: FakeOutputs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clocked]:
    with serving(tmp_path, outputs) as served:
        made = Clocked(served, outputs)
        monkeypatch.setattr(outlet.time, "perf_counter", lambda: made.now)
        yield made


@pytest.fixture
def clip() -> np.ndarray:
    return noise(6 * RATE)


def _place(clip: np.ndarray, heard: np.ndarray) -> int:
    """The frame of the clip that the end of what was heard is."""
    return int(np.flatnonzero(clip[0] == heard[0, -1])[0])


def _goes_on(clip: np.ndarray, last: np.ndarray, heard: np.ndarray) -> None:
    """No frame is left out, few are heard again, and it comes from silence: never louder than the clip, nor at once."""
    end = _place(clip, heard)
    begins = end - heard.shape[1] + 1
    assert 0 <= _place(clip, last) + 1 - begins < 0.05 * RATE
    rise = round(RISE_S * RATE)
    meant = clip[:, begins : end + 1]
    np.testing.assert_array_equal(heard[:, rise:], meant[:, rise:])
    share = np.arange(1, rise + 1) / rise
    np.testing.assert_allclose(heard[:, :rise], meant[:, :rise] * share, atol=1e-6)


def test_a_device_that_is_gone_gives_way_to_the_default_until_it_is_back(
    story: Clocked, clip: np.ndarray, tmp_path: Path
) -> None:
    outputs = story.outputs
    story.tell(UseDevice("headphones"), Volume(0.0), Follow(sound_of(tmp_path, "o", clip)), Play())
    last = story.hear(RATE)
    outputs.devices = ["speakers"]
    outputs.sinks[-1].lost = True
    shown = story.turn()
    assert (shown.playing, shown.device, shown.devices) == (True, "speakers", ("speakers",))
    assert shown.error == "The sound device headphones is gone; playing through speakers instead."
    heard = story.hear(RATE)
    _goes_on(clip, last, heard)
    assert outputs.sinks[0].closed
    assert [watch.wanted for watch in outputs.watches] == ["headphones"]
    assert story.wait(20.0, taking=True).error == shown.error, "nothing is tried while the substitute plays"
    assert len(outputs.sinks) == 2

    story.tell(Seek(1.0), Play())
    last = story.hear(RATE)
    outputs.devices = ["speakers", "headphones"]
    outputs.watches[-1].back = True
    assert story.turn().device == "headphones"
    _goes_on(clip, last, story.hear(RATE))
    shown = story.turn()
    assert (shown.error, shown.news) == ("", "The sound device headphones is back.")
    assert outputs.watches[-1].closed
    assert len(outputs.watches) == 1
    assert story.wait(outlet.NEWS_S + 1.0, taking=True).news == ""


@pytest.mark.parametrize("meanwhile", [None, Pause(), Rescan()])
def test_the_last_device_that_is_gone_is_waited_for(
    story: Clocked, clip: np.ndarray, tmp_path: Path, meanwhile: Pause | Rescan | None
) -> None:
    """It plays on by itself, in the same place, unless somebody said pause."""
    story.tell(Volume(0.0), Follow(sound_of(tmp_path, "o", clip)), Play())
    last = story.hear(RATE)
    story.outputs.devices = []
    story.outputs.sinks[-1].lost = True
    story.turn()
    shown = story.wait(10.0)
    assert (shown.playing, shown.waits, shown.device) == (False, True, "")
    assert shown.error == "The sound device speakers is gone; playback waits until it can be used."
    assert shown.position_s == pytest.approx(0.97, abs=0.03)
    if meanwhile is not None:
        story.tell(meanwhile)
    story.outputs.devices = ["speakers"]
    story.wait_for_another()
    heard = story.hear(RATE)
    shown = story.turn()
    assert (shown.error, shown.playing, shown.waits) == ("", meanwhile != Pause(), False)
    if shown.playing:
        _goes_on(clip, last, heard)
    else:
        assert not heard.any()
        assert shown.position_s == pytest.approx(0.97, abs=0.03)


def test_no_device_at_the_start_and_one_that_appears(story: Clocked, clip: np.ndarray, tmp_path: Path) -> None:
    """What was asked to play while there was none does not begin by itself minutes later."""
    story.outputs.devices = []
    story.tell(Follow(sound_of(tmp_path, "o", clip)), Play())
    shown = story.wait(6.0)
    assert (shown.error, shown.playing, shown.waits) == ("No sound device.", False, False)
    story.outputs.devices = ["new"]
    story.wait_for_another()
    assert not story.hear(4800).any()
    shown = story.turn()
    assert (shown.error, shown.news, shown.device) == ("", "There is a sound device now: new.", "new")
    story.tell(Play())
    assert story.hear(4800).any()


def test_a_device_that_stops_asking_is_tried_again_and_again_in_the_same_place(
    story: Clocked, clip: np.ndarray, tmp_path: Path
) -> None:
    """A card that is suspended takes what its buffer holds, each time, and nothing more."""
    story.outputs.devices = ["speakers"]
    story.tell(Volume(0.0), Follow(sound_of(tmp_path, "o", clip)), Play())
    last = story.hear(RATE)
    story.now += 30.0
    story.turn()
    assert len(story.outputs.sinks) == 1, "a server that was held up itself must not blame the device"
    tried = 1
    for _ in range(40):
        shown = story.wait(0.5)
        if len(story.outputs.sinks) > tried:
            tried = len(story.outputs.sinks)
            story.outputs.sinks[-1].take(960)
    assert 4 < tried < 12
    assert (shown.playing, shown.waits) == (False, True)
    assert shown.error == "The sound device speakers has stopped taking sound; playback waits until it can be used."
    story.wait_for_another()
    _goes_on(clip, last, story.hear(RATE))
    assert story.turn().news == "The sound device speakers is back."
    for _ in range(2):
        assert story.turn().playing
        story.hear(4800)
        shown = story.wait(0.7)
    assert (shown.playing, shown.device) == (False, ""), "one that fails again and again is left alone for a while"


def test_a_device_that_another_program_holds(story: Clocked, clip: np.ndarray, tmp_path: Path) -> None:
    story.outputs.busy = {"headphones"}
    shown = story.tell(UseDevice("headphones"), Follow(sound_of(tmp_path, "o", clip)), Play())
    assert shown.error == "The sound device headphones is in use by another program; playing through speakers instead."
    story.outputs.busy = {"speakers", "headphones"}
    shown = story.tell(Rescan())
    assert shown.error == (
        "The sound device headphones is in use by another program; playback waits until it can be used."
    )
    assert shown.waits
    story.outputs.busy = set()
    story.wait(1.5)
    story.hear(4800)
    shown = story.turn()
    assert (shown.playing, shown.device, shown.news) == (True, "headphones", "The sound device headphones is back.")


def test_a_name_that_is_not_there_falls_back_and_says_so(story: Clocked, tmp_path: Path) -> None:
    shown = story.tell(Follow(sound_of(tmp_path, "o", noise(RATE))), UseDevice("gone"))
    assert shown.device == "speakers"
    assert shown.error == "The sound device gone is not there; playing through speakers instead."
    assert story.tell(UseDevice(None)).error == ""


def test_another_default_is_followed_where_the_system_does_not_do_it(
    story: Clocked, clip: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "FOLLOWS_DEFAULT", False)
    story.tell(Volume(0.0), Follow(sound_of(tmp_path, "o", clip)), Play())
    last = story.hear(RATE)
    story.outputs.watches[-1].default = "speakers"
    story.turn()
    assert len(story.outputs.sinks) == 1
    story.outputs.devices = ["headphones", "speakers"]
    story.outputs.watches[-1].default = "headphones"
    assert story.turn().device == "headphones"
    _goes_on(clip, last, story.hear(RATE))
    shown = story.turn()
    assert shown.news == "The sound device speakers is no longer the default; playing through headphones now."
    assert shown.error == ""
    story.tell(UseDevice("speakers"))
    story.hear(4800)
    assert all(watch.closed for watch in story.outputs.watches), "who chose a device by name keeps it"


def test_a_rate_that_the_device_refuses_is_converted(story: Clocked, clip: np.ndarray, tmp_path: Path) -> None:
    story.outputs.rates = (44100,)
    shown = story.tell(Volume(0.0), Follow(sound_of(tmp_path, "o", clip)), Play())
    assert (shown.sound_rate, shown.sample_rate) == (RATE, 44100)
    story.hear(44100)
    assert 0.8 < story.turn().position_s < 1.0


class Hanging(FakeOutputs):
    """A computer whose sound server does not answer while `answers` is not set."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()

    def renew(self) -> None:
        self.answers.wait()


def test_a_sound_system_that_hangs_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server obeys and publishes meanwhile, says so, and goes on when it answers; with the microphone as well."""
    outputs, links = Hanging(), FakeLinks()
    ring.create(tmp_path / RING_FILE)
    status.create(tmp_path / STATUS_FILE)
    theirs, ours = Pipe(duplex=False)
    server, block = Server(theirs, tmp_path, outputs, links), status.StatusBlock(tmp_path / STATUS_FILE)
    opener = Opener(outputs, server._ring, server.feeder, threaded=True)
    monkeypatch.setattr(server._outlet, "_opener", opener)

    def until(done: Callable[[Snapshot], bool]) -> Snapshot:
        end = time.monotonic() + 20.0
        while not done(shown := block.read().snapshot):
            assert time.monotonic() < end, shown
            server.turn(0.01)
            server.feeder.fill()
        return shown

    try:
        outputs.answers.set()
        for message in (Follow(sound_of(tmp_path, "o", noise(RATE))), Play()):
            ours.send(message)
        while not outputs.sinks:
            server.turn(0.01)
        outputs.answers.clear()
        ours.send(Rescan())
        until(lambda shown: shown.error == HANGS)
        ours.send(Seek(0.5))
        server.turn(0.1)
        server.feeder.fill()
        assert server.feeder.deck.position_s == pytest.approx(0.5, abs=0.3)
        outputs.answers.set()
        assert until(lambda shown: not shown.error).device == "speakers"

        outputs.answers.clear()
        ours.send(OpenMicrophone())
        until(lambda shown: shown.error == HANGS)
        ours.send(CloseMicrophone())
        server.turn(0.1)
        outputs.answers.set()
        shown = until(lambda shown: bool(links.made) and links.made[0].closed)
        assert not shown.microphone.device
        ours.send(OpenMicrophone())
        until(lambda shown: shown.microphone.device != "")
    finally:
        outputs.answers.set()
        server.close()
        ours.close()
