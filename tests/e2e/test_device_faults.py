"""A card that is pulled out or freezes under the real audio process: one sentence, no hang, and it recovers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.playback.messages import Follow, Pause, Play, Rescan, Snapshot, UseDevice
from engine.playback.player import Player
from tests.support.playing import RATE, sound_of
from tests.support.sound import SoundCard

pytestmark = pytest.mark.xdist_group("sound")


@pytest.fixture
def player(sound_card: SoundCard, tmp_path: Path) -> Iterator[Player]:
    player = Player()
    player.start()
    try:
        silence = np.zeros((2, 120 * RATE), np.float32)
        for message in (UseDevice(sound_card.name), Follow(sound_of(tmp_path, "o", silence)), Play()):
            player.send(message)
        _until(player, lambda shown: shown.position_s > 0.5)
        yield player
    finally:
        player.close()


def _until(player: Player, done: Callable[[Snapshot], bool], seconds: float = 40.0) -> Snapshot:
    end = time.monotonic() + seconds
    while not done(shown := player.snapshot()):
        assert time.monotonic() < end, f"it did not come to that: {shown}"
        time.sleep(0.01)
    return shown


def test_a_card_that_is_pulled_out(player: Player, sound_card: SoundCard) -> None:
    """The sound server may move the stream to another card; else the player does, or pauses and says so."""
    before = player.snapshot().position_s
    sound_card.unplug()
    shown = _until(player, lambda shown: shown.position_s > before + 3.0 or not shown.playing)
    assert shown.playing or shown.error.startswith(f"The sound device {sound_card.name} ")
    player.send(Pause())
    _until(player, lambda shown: not shown.playing)


def test_a_card_that_freezes_and_thaws(player: Player, sound_card: SoundCard) -> None:
    sound_card.freeze()
    shown = _until(player, lambda shown: shown.error != "")
    assert shown.error.count(".") == 1
    assert "has stopped taking sound" in shown.error
    stayed = _until(player, lambda shown: not shown.playing).position_s
    sound_card.freeze(False)
    player.send(Rescan())
    player.send(Play())
    shown = _until(player, lambda shown: shown.position_s > stayed + 0.5)
    assert (shown.error, shown.device) == ("", sound_card.name)
