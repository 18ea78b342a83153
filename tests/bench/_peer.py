"""A stream that does nothing but play a known signal, on a card of its own: what a device loses whoever plays.

Called as `_peer.py DEVICE SOUND FIGURES`, with the sound as a file of float32 (frames, 2); runs until its input ends.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.playback.devices import BLOCK_FRAMES, LATENCY_S
from tests.support.sound import SoundCard

RATE = 48_000
SINK = "peer_out"
STEADY_CALLS = 100


@dataclass(frozen=True)
class Figures:
    """Seconds inside each callback, from when PortAudio called, and how often the device ran dry."""

    inside: NDArray[np.float64]
    underflows: int
    seconds: float


@contextlib.contextmanager
def peer_card(card: SoundCard) -> Iterator[SoundCard]:
    """A second card beside the first one, which stays the default."""
    server = card.server
    module = server.control(
        "load-module", "module-null-sink", f"sink_name={SINK}", "format=float32le", f"rate={RATE}", "channels=2"
    )
    server.control("set-default-sink", card.name)
    monitor = f"{SINK}.monitor"
    keeper = server.spawn("parec", "-d", monitor, "--raw", "--latency-msec=10")
    try:
        yield SoundCard(server, RATE, module, SINK, monitor)
    finally:
        keeper.terminate()
        keeper.wait()
        with contextlib.suppress(subprocess.CalledProcessError):
            server.control("unload-module", module)


@contextlib.contextmanager
def playing(card: SoundCard, sound: NDArray[np.float32], folder: Path) -> Iterator[list[Figures]]:
    """Play that, (2, n), round and round through a card, in a process of its own; gives the figures at the end."""
    source, out = folder / "peer.f32", folder / "peer.npz"
    source.write_bytes(np.ascontiguousarray(sound.T).tobytes())
    # The server's cards have no names of their own for ALSA beyond the first; the default one goes where this says.
    env = {**os.environ, **card.server.env, "PULSE_SINK": card.name}
    words = [sys.executable, str(Path(__file__)), "default", str(source), str(out)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
    figures: list[Figures] = []
    assert process.stdout is not None
    try:
        process.stdout.readline()  # it plays
        yield figures
    finally:
        process.communicate()
        kept = np.load(out)
        figures.append(Figures(kept["inside"], int(kept["underflows"]), float(kept["seconds"])))


def _play(device: str, source: str, out: str) -> None:
    import sounddevice

    sound = np.fromfile(source, np.float32).reshape(-1, 2)
    sound = np.concatenate((sound, sound[:BLOCK_FRAMES]))
    length = len(sound) - BLOCK_FRAMES
    inside: list[float] = []
    state = {"at": 0, "underflows": 0}

    def callback(block: NDArray[np.float32], frames: int, at: object, status: object) -> None:
        start = state["at"]
        block[:] = sound[start : start + frames]
        state["at"] = (start + frames) % length
        state["underflows"] += int(status.output_underflow)  # type: ignore[attr-defined]  # sounddevice has no types
        inside.append(time.time() - at.currentTime)  # type: ignore[attr-defined]

    stream = sounddevice.OutputStream(RATE, BLOCK_FRAMES, device, 2, "float32", latency=LATENCY_S, callback=callback)
    with stream:
        while len(inside) < STEADY_CALLS:
            time.sleep(0.05)
        inside.clear()
        state["underflows"], began = 0, time.monotonic()
        print(flush=True)
        sys.stdin.read()
    seconds = time.monotonic() - began
    np.savez(out, inside=np.array(inside), underflows=state["underflows"], seconds=seconds)


if __name__ == "__main__":
    _play(*sys.argv[1:])
