"""A real plugin in the chain that plays through a sound card: its process is stopped, and the sound goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from engine.chain import Chain, new_step
from engine.clip import TimeMap
from engine.playback.messages import Bridge, Follow, Play, Snapshot, Sound
from engine.playback.player import Player
from engine.plugins.described import Described
from engine.track import Track
from tests.engine.plugins.test_faults import hosts
from tests.support.playing import RATE, noise, sound_of
from tests.support.sound import SoundCard

PATIENCE_S = 30.0


def until(player: Player, wanted: Callable[[Snapshot], bool]) -> Snapshot:
    end = time.monotonic() + PATIENCE_S
    while not wanted(now := player.snapshot()):
        assert time.monotonic() < end, now
        time.sleep(0.02)
    return now


def test_the_sound_goes_on_while_a_stopped_plugin_is_replaced(
    tmp_path: Path, sound_card: SoundCard, real: Callable[[str], Described]
) -> None:
    real("ZamCompX2")
    sound = sound_of(tmp_path, "o", noise(60 * RATE))
    chain = Chain()
    steps = chain.with_step(new_step(chain, "ZamCompX2")).draw(1, "a", 1).steps[:1]
    never = Sound(Track(str(tmp_path / "take"), RATE, 2), TimeMap.identity(60.0))
    player = Player()
    try:
        player.start()
        player.send(Follow(sound, never, Bridge(sound, steps)))
        player.send(Play())
        until(player, lambda now: now.heard == "bridge" and now.position_s > 0.5)
        (host,) = hosts()
        host.suspend()
        stopped = until(player, lambda now: bool(now.bypassed))
        assert "ZamCompX2#1: the plugin ZamCompX2 did not answer in time" in stopped.bypassed[0]
        back = until(player, lambda now: not now.bypassed)
        assert back.position_s > stopped.position_s
        assert (back.playing, back.heard) == (True, "bridge")
        assert [one.pid for one in hosts()] != [host.pid]
    finally:
        player.close()
    end = time.monotonic() + PATIENCE_S
    while hosts():
        assert time.monotonic() < end, "a plugin's process outlived the audio process"
        time.sleep(0.05)
