"""What is heard is what is exported, sample for sample: through the real audio process, PortAudio and a sound card.

A take with steps of all kinds is exported by the command line as a float WAV. It is rendered for the player as the
window does it, played at 0 dB through the virtual card, and the card's monitor is recorded. Each 4096-frame probe
of the export is then looked for by itself. A loaded machine drops sound; how much is measured each time by a
trivial stream of the same length beside it. A probe that is cut by a drop still has pieces that are exact; one that
was changed has none, and that is never forgiven.
"""

from __future__ import annotations

import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clip import TimeMap
from engine.files.convert import prepare
from engine.files.encode import Encoding, encode
from engine.playback.messages import Bridge, Follow, Loop, Pause, Play, Seek, Snapshot, Sound, UseDevice, Volume
from engine.playback.player import Player
from engine.preset import load
from engine.recipe import Recipe
from engine.takes import RenderAnswer, RenderRequest
from engine.track import Scratch, Track, TrackWriter
from tests.support.sound import PROBE_FRAMES, SoundCard

ROOT = Path(__file__).resolve().parents[2]
RATE = 44100
SEED = 7
FADE_S = 0.006
ATTEMPTS = 3

pytestmark = [
    pytest.mark.xdist_group("sound"),
    pytest.mark.parametrize("sound_card", [RATE], indirect=True),
    pytest.mark.timeout(300),
]

CHAIN = """
variophone: 1
name: all kinds
steps:
  - {{transform: HighPass, cutoff_hz: [80, 200]}}
  - {{transform: TimeStretch, rate: [0.85, 0.95]}}
  - {{transform: Reverse}}
  - {{transform: Compressor, threshold_db: [-30, -20], ratio: 4}}
  - {{transform: WhiteNoise, snr_db: [20, 30]}}
  - {{transform: Reverb, room_size: {room}}}
finally:
  - {{transform: PeakNormalize, peak_db: -0.1}}
"""

BASELINE = """
import numpy as np, sounddevice
sound = np.random.default_rng(7).uniform(-0.5, 0.5, ({frames}, 2)).astype(np.float32)
silence = np.zeros(({rate} // 2, 2), np.float32)
with sounddevice.OutputStream({rate}, 512, "{device}", 2, "float32", latency=0.1) as stream:
    stream.write(np.concatenate((silence, sound, silence)))
"""


@dataclass(frozen=True)
class Count:
    """Probes by what became of them."""

    exact: int
    changed: int
    missing: int


@dataclass
class Made:
    """A recording, one chain as exported, and the same chain as the window hands it to the player."""

    exported: NDArray[np.float32]
    original: Sound
    take: Sound
    bridge: Bridge
    render: RenderRequest
    scratch: Scratch


def _source() -> NDArray[np.float32]:
    """Four seconds that are nowhere alike and rise and fall like speech."""
    frames = 4 * RATE
    sound = np.random.default_rng(3).normal(0, 0.2, (2, frames))
    return (sound * (0.2 + np.abs(np.sin(np.arange(frames) / RATE * 5)))).clip(-1, 1).astype(np.float32)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Made, Made]]:
    folder = tmp_path_factory.mktemp("heard")
    encode(folder / "clip.wav", _source(), RATE, Encoding("wav", "32f"))
    scratch = Scratch()
    yield _make(folder, scratch, "0.3"), _make(folder, scratch, "0.8")
    scratch.close()


def _make(folder: Path, scratch: Scratch, room: str) -> Made:
    chain = folder / f"room-{room}.yaml"
    chain.write_text(CHAIN.format(room=room))
    exported = _export(folder, chain)
    clip = prepare(folder / "clip.wav", None, "keep")
    original = _write(scratch, clip.samples)
    recipe = load(chain).draw(SEED, "clip.wav", 1)
    split = recipe.split()
    assert 0 < split < len(recipe.steps)
    prefix, answer = _render(scratch, original, recipe, slice(split), clip.frames)
    take = scratch.new(RATE, clip.channels, exported.shape[1])
    render = RenderRequest(prefix, _part(recipe, slice(split, None)), (), take)
    numbers = RenderRequest(prefix, render.recipe, (), scratch.new(RATE, clip.channels, None)).run().numbers
    bridge = Bridge(Sound(prefix, answer.time_map), recipe.steps[split:], numbers)
    identity = TimeMap.identity(clip.duration_s)
    return Made(exported, Sound(original, identity), Sound(take, answer.time_map), bridge, render, scratch)


def _export(folder: Path, chain: Path) -> NDArray[np.float32]:
    """What the command line makes of it."""
    out = folder / f"out-{chain.stem}"
    words = [str(folder / "clip.wav"), "--preset", str(chain), "--out", str(out), "--seed", str(SEED)]
    words += ["--format", "wav", "--bits", "32f", "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "export", *words], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return prepare(next(out.glob("*.wav")), None, "keep").samples


def _write(scratch: Scratch, samples: NDArray[np.float32]) -> Track:
    track = scratch.new(RATE, samples.shape[0], samples.shape[1])
    with TrackWriter(track, samples.shape[1]) as writer:
        writer.write(samples)
    return track


def _part(recipe: Recipe, which: slice) -> Recipe:
    return Recipe(recipe.seed, recipe.source, recipe.variant, recipe.steps[which], recipe.fallback)


def _render(scratch: Scratch, source: Track, recipe: Recipe, which: slice, frames: int) -> tuple[Track, RenderAnswer]:
    track = scratch.new(RATE, source.channels, frames)
    return track, RenderRequest(source, _part(recipe, which), (), track).run()


class Listener:
    """A player in its own process on the card, with patience."""

    def __init__(self, card: SoundCard) -> None:
        self.player = Player()
        self.player.start()
        self.player.send(UseDevice(card.name))
        self.player.send(Volume(0.0))
        self._card = card

    def load(self, follow: Follow) -> None:
        """Load a clip and let the device run silent for a while."""
        self.player.send(follow)
        self.until(lambda shown: shown.device == self._card.name)
        time.sleep(0.5)

    def until(self, done: Callable[[Snapshot], bool], seconds: float = 60.0) -> Snapshot:
        """Wait until the snapshot says so."""
        end = time.monotonic() + seconds
        while not done(shown := self.player.snapshot()):
            assert time.monotonic() < end, f"it did not come to that: {shown}"
            assert not shown.error, shown.error
            time.sleep(0.01)
        return shown

    def wraps(self, count: int) -> None:
        """Wait until the loop has gone back to its start so many times."""
        for _ in range(count):
            last = self.player.snapshot().take_s
            while (now := self.until(lambda _: True).take_s) > last - 0.2:
                last = max(now, last)
                time.sleep(0.01)

    def rest(self) -> None:
        """Stop, and let the last of it leave the card."""
        self.player.send(Pause())
        self.until(lambda shown: not shown.playing)
        time.sleep(0.3)


Heard = tuple[NDArray[np.float32], int]
"""The part of the export that must be heard, and how many times."""


def _from_the_start(listener: Listener, first: Made, second: Made) -> Heard:
    listener.load(Follow(first.original, first.take))
    listener.player.send(Play())
    listener.until(lambda shown: shown.playing)
    listener.until(lambda shown: not shown.playing)
    return first.exported, 1


def _after_a_seek(listener: Listener, first: Made, second: Made) -> Heard:
    listener.load(Follow(first.original, first.take))
    listener.player.send(Play())
    listener.until(lambda shown: 0.3 < shown.take_s < 1.0)
    listener.player.send(Seek(2.5))
    listener.until(lambda shown: shown.take_s > 1.5)
    listener.until(lambda shown: not shown.playing)
    sought = round(first.take.time_map.to_out(2.5) * RATE)
    return first.exported[:, sought + round(FADE_S * RATE) :], 1


def _in_a_loop(listener: Listener, first: Made, second: Made) -> Heard:
    listener.load(Follow(first.original, first.take))
    for message in (Seek(2.0), Loop(1.0, 2.0), Play()):
        listener.player.send(message)
    listener.until(lambda shown: shown.playing)
    listener.wraps(3)
    listener.rest()
    start, end = sorted(round(first.take.time_map.to_out(second_s) * RATE) for second_s in (1.0, 2.0))
    return first.exported[:, start + round(FADE_S * RATE) : end], 3


def _after_an_edit(listener: Listener, first: Made, second: Made) -> Heard:
    """The new take is rendered only when the bridge has been heard."""
    listener.load(Follow(first.original, first.take))
    listener.player.send(Loop(0.0, 4.0))
    listener.player.send(Play())
    listener.until(lambda shown: shown.take_s > 0.5)
    take = second.scratch.new(RATE, second.take.track.channels, second.exported.shape[1])
    listener.player.send(Follow(first.original, Sound(take, second.take.time_map), second.bridge))
    listener.until(lambda shown: shown.heard == "bridge")
    render = RenderRequest(second.render.source, second.render.recipe, (), take)
    thread = threading.Thread(target=render.run)
    thread.start()
    listener.until(lambda shown: shown.heard == "take")
    thread.join()
    listener.wraps(2)
    listener.rest()
    return second.exported, 1


@pytest.mark.parametrize(
    "play", [_from_the_start, _after_a_seek, _in_a_loop, _after_an_edit], ids=lambda play: play.__name__.strip("_")
)
def test_heard_is_exported(
    play: Callable[[Listener, Made, Made], Heard], made: tuple[Made, Made], sound_card: SoundCard
) -> None:
    said = []
    for one in made:
        one.render.run()
    for _ in range(ATTEMPTS):
        baseline = _baseline(sound_card, seconds=6)
        count = _heard(play, made, sound_card)
        said.append(f"{count}, of a trivial stream {baseline}")
        print(f"{play.__name__.strip('_')}: {said[-1]}")
        assert count.exact > 0, said
        assert count.changed == baseline.changed == 0, said
        if count.missing <= 1.2 * baseline.missing + 3 * math.sqrt(baseline.missing):
            return
    pytest.fail(f"more is missing than from a trivial stream, {ATTEMPTS} times: {said}")


def _heard(play: Callable[[Listener, Made, Made], Heard], made: tuple[Made, Made], sound_card: SoundCard) -> Count:
    with sound_card.recording() as recording:
        listener = Listener(sound_card)
        try:
            sound, times = play(listener, *made)
        finally:
            listener.player.close()
    return _count(sound, recording.samples, times)


def _baseline(card: SoundCard, seconds: int) -> Count:
    """What a stream that does nothing but play loses on this machine at this moment."""
    frames = seconds * RATE
    with card.recording() as recording:
        code = BASELINE.format(frames=frames, rate=RATE, device=card.name)
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)
    sound = np.random.default_rng(7).uniform(-0.5, 0.5, (frames, 2)).astype(np.float32).T
    return _count(sound, recording.samples, 1)


def _count(sound: NDArray[np.float32], recording: NDArray[np.float32], times: int) -> Count:
    """Look for each probe in the recording, to the bit and wherever it is, so many times over."""
    there = np.ascontiguousarray(recording.T).tobytes()
    exact = changed = missing = 0
    for start in range(0, sound.shape[1] - PROBE_FRAMES + 1, PROBE_FRAMES):
        probe = sound[:, start : start + PROBE_FRAMES]
        found = min(there.count(_bytes(probe)), times)
        exact += found
        pieces = [probe[:, at : at + 64] for at in range(0, PROBE_FRAMES, 64)]
        if found == times:
            continue
        if found or any(_bytes(piece) in there for piece in pieces) or not _resembles(probe, recording):
            missing += times - found
        else:
            changed += times
    return Count(exact, changed, missing)


def _bytes(samples: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(samples.T).tobytes()


def _resembles(probe: NDArray[np.float32], recording: NDArray[np.float32]) -> bool:
    """Whether the probe is there in some other form: correlated by more than a half somewhere."""
    heard, sought = recording[0].astype(np.float64), probe[0].astype(np.float64)
    size = 1 << (heard.size + sought.size).bit_length()
    both = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sought, size)), size)
    power = np.cumsum(np.concatenate(([0.0], heard**2)))
    energy = np.maximum(power[sought.size :] - power[: -sought.size], 1e-9) * np.sum(sought**2)
    return bool(np.max(both[: energy.size] / np.sqrt(energy)) > 0.5)


def test_a_changed_probe_is_told_from_one_that_was_cut(sound_card: SoundCard) -> None:
    sound = np.random.default_rng(5).uniform(-0.5, 0.5, (2, 4 * PROBE_FRAMES)).astype(np.float32)
    heard = np.concatenate((np.zeros((2, 333), np.float32), sound), axis=1)
    assert _count(sound, np.tile(heard, 2), 2) == Count(8, 0, 0)
    cut = np.delete(heard, slice(5000, 5300), axis=1)
    assert _count(sound, cut, 1) == Count(3, 0, 1)
    assert _count(sound, heard * np.float32(0.999), 1) == Count(0, 4, 0)
