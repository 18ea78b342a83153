"""A device in place of PortAudio, and tracks to play: what reaches the device is under the test's own hand."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import Pipe
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.clip import TimeMap
from engine.playback import ring, status
from engine.playback.devices import BUSY, NOT_THERE, DeviceError, refused
from engine.playback.feeder import Feeder
from engine.playback.messages import Message, Snapshot, Sound
from engine.playback.microphone.streams import Links
from engine.playback.ring import Ring
from engine.playback.server import RING_FILE, STATUS_FILE, Server
from engine.track import Track, TrackWriter

RATE = 48000


def noise(frames: int, channels: int = 2, seed: int = 1) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (channels, frames)).astype(np.float32)


def write_track(folder: Path, name: str, samples: NDArray[np.float32], rate: int = RATE) -> Track:
    track = Track(str(folder / name), rate, samples.shape[0])
    with TrackWriter(track, samples.shape[1]) as writer:
        writer.write(samples)
    return track


def sound_of(folder: Path, name: str, samples: NDArray[np.float32], rate: int = RATE) -> Sound:
    return Sound(write_track(folder, name, samples, rate), TimeMap.identity(samples.shape[1] / rate))


@dataclass
class FakeSink:
    """A device that takes frames when it is told to."""

    name: str
    rate: int
    ring: Ring
    latency_s: float = 0.02
    calls: int = 0
    called_at: float = field(default_factory=time.perf_counter)
    underflows: int = 0
    lost: bool = False
    started: bool = False
    closed: bool = False

    def start(self) -> None:
        self.started = True

    def close(self) -> None:
        self.closed = True

    def take(self, frames: int) -> NDArray[np.float32]:
        """What the device would have got, (2, frames)."""
        out = np.full((frames, 2), np.nan, np.float32)
        self.ring.read_into(out)
        self.calls += 1
        self.called_at = time.perf_counter()
        return out.T


@dataclass
class FakeWatch:
    """What a lookout says, when the test says it."""

    wanted: str
    back: bool = False
    default: str = ""
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeOutputs:
    """A computer with these devices, the first of which is the default; `rates` are what they open at."""

    devices: list[str] = field(default_factory=lambda: ["speakers"])
    rates: tuple[int, ...] = (44100, 48000)
    sinks: list[FakeSink] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    watches: list[FakeWatch] = field(default_factory=list)

    def names(self) -> tuple[str, ...]:
        return tuple(self.devices)

    def renew(self) -> None:
        """The list is always new."""

    def open(self, name: str | None, rate: int, ring: Ring) -> FakeSink:
        if not self.devices:
            raise DeviceError("No sound device.")
        if name is not None and name not in self.devices:
            raise refused(name, NOT_THERE)
        if (name or self.devices[0]) in self.busy:
            raise refused(name or self.devices[0], BUSY)
        sink = FakeSink(name or self.devices[0], rate if rate in self.rates else self.rates[0], ring)
        self.sinks.append(sink)
        return sink

    def look_out(self, wanted: str) -> FakeWatch:
        self.watches.append(FakeWatch(wanted))
        return self.watches[-1]


class Bench:
    """A feeder whose ring is emptied by hand: what it gives is what a device would get, and no thread is in it."""

    def __init__(self, folder: Path, device_rate: int = RATE, ahead: int = 9600) -> None:
        ring.create(folder / RING_FILE)
        self.ring = Ring(folder / RING_FILE)
        self.feeder = Feeder(self.ring)
        self.feeder.connect(device_rate, ahead)

    def send(self, *messages: Message) -> None:
        for message in messages:
            self.feeder.post(message)
        self.feeder.fill()

    def take(self, frames: int) -> NDArray[np.float32]:
        """What the device gets next, (2, frames), asked for in its blocks."""
        blocks = []
        for start in range(0, frames, 480):
            out = np.zeros((min(480, frames - start), 2), np.float32)
            self.feeder.fill()
            self.ring.read_into(out)
            blocks.append(out.T)
        return np.concatenate(blocks, axis=1)


Send = Callable[[object], None]


class Story:
    """A server that is turned by hand, with the device's blocks taken in between."""

    def __init__(self, served: tuple[Server, status.StatusBlock, Send], outputs: FakeOutputs) -> None:
        self.server, self.block, self.send = served
        self.outputs = outputs

    def tell(self, *messages: object) -> Snapshot:
        for message in messages:
            self.send(message)
            self.turn()
        return self.turn()

    def turn(self) -> Snapshot:
        self.server.turn()
        self.server.feeder.fill()
        return self.block.read().snapshot

    def hear(self, frames: int) -> NDArray[np.float32]:
        blocks = []
        for _ in range(0, frames, 480):
            blocks.append(self.outputs.sinks[-1].take(480))
            self.turn()
        return np.concatenate(blocks, axis=1)


@contextlib.contextmanager
def serving(
    folder: Path, outputs: FakeOutputs, links: Links | None = None
) -> Iterator[tuple[Server, status.StatusBlock, Send]]:
    """A server that turns only when the test turns it; gives it, its status and a way to tell it something."""
    ring.create(folder / RING_FILE)
    status.create(folder / STATUS_FILE)
    theirs, ours = Pipe(duplex=False)
    server = Server(theirs, folder, outputs, links)
    try:
        yield server, status.StatusBlock(folder / STATUS_FILE), ours.send
    finally:
        server.close()
        ours.close()
