"""A known signal through a virtual microphone, the chain and a virtual card: what leaves is the offline render."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

import engine
from engine.playback.messages import Snapshot, UseDevice, Volume
from engine.playback.microphone.messages import (
    SOURCE,
    EndRecording,
    LiveChain,
    MicrophoneState,
    Mute,
    OpenMicrophone,
    Record,
)  # fmt: skip
from engine.playback.player import Player
from engine.preset import loads
from engine.recipe import Drawn, Recipe
from tests.support.playing import noise
from tests.support.sound import MIC, PROBE_FRAMES, SoundCard, find_probes

RATE = 48000
SECONDS = 4
PROBES = SECONDS * RATE // PROBE_FRAMES
ATTEMPTS = 3
CHAIN = """
variophone: 1
name: live
guard: none
steps:
  - {transform: HighPass, cutoff_hz: [60, 120]}
  - {transform: Compressor, threshold_db: -24, ratio: 3}
  - {transform: Delay}
"""
pytestmark = [pytest.mark.xdist_group("sound"), pytest.mark.timeout(300)]

SPEAK = """
import numpy as np, sounddevice
sound = np.load({path!r}).T
silence = np.zeros(({rate} // 2, 2), np.float32)
with sounddevice.OutputStream({rate}, 512, {device!r}, 2, "float32", latency=0.1) as stream:
    stream.write(np.ascontiguousarray(np.concatenate((silence, sound, silence))))
"""


def _until(player: Player, done: Callable[[Snapshot], bool]) -> Snapshot:
    until = time.monotonic() + 60
    while not done(now := player.snapshot()):
        assert time.monotonic() < until, now
        time.sleep(0.02)
    return now


def _speak(sound: NDArray[np.float32], folder: Path) -> None:
    """Another program plays into what the microphone hears."""
    np.save(folder / "sound.npy", sound)
    code = SPEAK.format(path=str(folder / "sound.npy"), rate=RATE, device=MIC)
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)


@pytest.fixture
def microphone(sound_card: SoundCard) -> Iterator[str]:
    """The virtual microphone, kept awake as the card is: one that nobody listens to gives its sound in long pieces."""
    keeper = sound_card.server.spawn("parec", "-d", f"{MIC}.monitor", "--raw", "--latency-msec=10")
    yield f"{MIC}_monitor"
    keeper.terminate()
    keeper.wait(5)


def test_what_is_spoken_leaves_as_the_render(sound_card: SoundCard, microphone: str, tmp_path: Path) -> None:
    sound, steps = noise(SECONDS * RATE, 2, seed=9) * np.float32(0.1), loads(CHAIN, "live").draw(1, SOURCE, 1).steps
    said = []
    for _ in range(ATTEMPTS):
        came_in, left, shown = _heard(sound_card, microphone, sound, steps, tmp_path)
        rendered = engine.render(came_in, RATE, Recipe(1, SOURCE, 1, steps))
        spoken = np.flatnonzero(came_in.any(axis=0))
        recorded, heard = find_probes(sound, came_in), find_probes(rendered[:, spoken[0] : spoken[-1]], left)
        said.append(
            f"recorded {recorded}, heard {heard}; {shown.dropouts} dropouts, {shown.drift} corrections {shown.error}"
        )
        print(said[-1])
        if recorded.exact > PROBES // 2 and heard.exact > PROBES // 2:
            return
    pytest.fail(f"less than half came through as it should: {said}")


def _heard(
    card: SoundCard, microphone: str, sound: NDArray[np.float32], steps: tuple[Drawn, ...], folder: Path
) -> tuple[NDArray[np.float32], NDArray[np.float32], MicrophoneState]:
    """What came in, as it was recorded, and what the card played."""
    player = Player()
    player.start()
    try:
        for message in (
            UseDevice(card.name),
            Volume(0.0),
            LiveChain(steps),
            OpenMicrophone(microphone, latency="safe"),
        ):
            player.send(message)
        assert _until(player, lambda now: now.microphone.sample_rate > 0).microphone.muted
        for wish in (Mute(False), Record("in", str(folder / "recordings"))):
            player.send(wish)
        _until(player, lambda now: now.microphone.recording.running and not now.microphone.muted)
        with card.recording() as recording:
            time.sleep(0.5)
            _speak(sound, folder)
            time.sleep(0.5)
        player.send(EndRecording())
        shown = _until(player, lambda now: bool(now.microphone.recording.path)).microphone
    finally:
        player.close()
    return soundfile.read(shown.recording.path, dtype="float32")[0].T, recording.samples, shown


def test_a_device_that_stands_still_closes_the_microphone(sound_card: SoundCard, microphone: str) -> None:
    player = Player()
    player.start()
    try:
        player.send(UseDevice(sound_card.name))
        player.send(OpenMicrophone(microphone))
        _until(player, lambda now: now.microphone.delays.waiting_ms > 0)
        began = time.monotonic()
        sound_card.freeze()
        said = _until(player, lambda now: bool(now.microphone.error)).microphone
        assert time.monotonic() - began < 7
        assert not said.device
        assert (
            said.error == f"No sound goes from the microphone {microphone} to {sound_card.name} any more; it is closed."
        )
    finally:
        sound_card.freeze(False)
        player.close()
