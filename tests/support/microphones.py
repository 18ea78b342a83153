"""An input and an output in place of PortAudio's, called when the test says so."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.playback.devices import DeviceError
from engine.playback.microphone.frames import FrameRing
from engine.playback.microphone.messages import Input
from engine.playback.microphone.streams import Wanted
from engine.playback.ring import Ring

BLOCK = 256


@dataclass
class FakeLink:
    """Devices that give and take frames when they are told to."""

    ring: Ring
    input: FrameRing
    rate: int = 48000
    input_rate: int = 48000
    one_clock: bool = True
    name: str = "speakers"
    input_name: str = "desk microphone"
    latency_s: float = 0.02
    input_latency_s: float = 0.01
    calls: int = 0
    called_at: float = field(default_factory=time.perf_counter)
    input_calls: int = 0
    underflows: int = 0
    overflows: int = 0
    lost: bool = False
    ahead: int = 960
    cushion: int = 704
    closed: bool = False

    def start(self) -> None:
        """Nothing runs by itself."""

    def close(self) -> None:
        self.closed = True

    def give(self, sound: NDArray[np.float32]) -> None:
        """The input device's callback, with (channels, n)."""
        self.input.write(sound.T)
        self.input_calls += 1

    def take(self, frames: int) -> NDArray[np.float32]:
        """The output device's callback: what it gets, (2, frames)."""
        out = np.full((frames, 2), np.nan, np.float32)
        self.ring.read_into(out)
        self.calls += 1
        self.called_at = time.perf_counter()
        return out.T


@dataclass
class FakeLinks:
    """A computer with these microphones."""

    microphones: list[Input] = field(default_factory=lambda: [Input("desk microphone", 2)])
    made: list[FakeLink] = field(default_factory=list)

    def inputs(self) -> tuple[Input, ...]:
        return tuple(self.microphones)

    def open(self, wanted: Wanted, ring: Ring) -> FakeLink:
        if wanted.microphone not in (None, *(known.name for known in self.microphones)):
            raise DeviceError(f"The sound device {wanted.microphone} is not there.")
        link = FakeLink(ring, FrameRing(wanted.channels), wanted.rate, wanted.rate, not wanted.apart)
        self.made.append(link)
        return link
