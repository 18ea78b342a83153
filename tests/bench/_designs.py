"""Designs of the audio process, each run in a real one with a stopwatch in what PortAudio calls.

`serve` is the entry of such a process: the program's own server, feeder and outlet with one thing done otherwise.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.lifetime import REAL_TIME, end_with_parent
from engine.playback import collector, devices, opener, server
from engine.playback.fade import WIDTH
from engine.playback.ring import Ring
from tests.bench._load import litter

LITTER_S, LITTERED = 0.01, 100
SETTLED_S = 2.0


@dataclass(frozen=True)
class Design:
    """One way to do it; as it stands it is the program's own, but for what is named."""

    name: str
    blocking: bool = False
    block: int = devices.BLOCK_FRAMES
    ahead: float = opener.AHEAD_OF_DEVICE
    collecting: str = "frozen, by hand"
    interval_s: float = server.SWITCH_INTERVAL_S
    priority: str = "rr"


DESIGNS = (
    Design("as the program does it"),
    Design("blocking write", blocking=True),
    Design("render-ahead 1x", ahead=1.0),
    Design("render-ahead 3x", ahead=3.0),
    Design("collector left alone", collecting="left alone"),
    Design("collector frozen, automatic", collecting="frozen"),
    Design("switch interval 5 ms", interval_s=0.005),
    Design("switch interval 0.1 ms", interval_s=0.0001),
    Design("ordinary priority", priority=""),
    Design("SCHED_FIFO", priority="fifo"),
    Design("niceness -10", priority="nice"),
    Design("block 256", block=256),
    Design("block 1024", block=1024),
)


@dataclass
class Watch:
    """What is measured; one for each process."""

    inside: list[float]
    between: list[float]
    """Blocking only: from the end of one write to the beginning of the next."""
    fills: list[float]
    collections: list[float]
    empties: int = 0
    underflows: int = 0
    began: float = 0.0

    def begin(self) -> None:
        """Forget what was before."""
        for times in (self.inside, self.between, self.fills, self.collections):
            times.clear()
        self.empties = self.underflows = 0
        self.began = time.monotonic()


_watch = Watch([], [], [], [])


class Called(devices._Stream):
    """The program's stream; counts what happens while something lies ready, from when PortAudio called."""

    def __init__(self, sounddevice: ModuleType, device: devices.Device, rate: int, ring: Ring) -> None:
        self._ring = ring
        super().__init__(sounddevice, device, rate, ring)

    def _callback(self, out: Any, frames: int, at: Any, status: Any) -> None:
        empties = self._ring.empties
        _watch.fills.append(self._ring.fill / self.rate)
        super()._callback(out, frames, at, status)
        _watch.empties += self._ring.empties - empties
        _watch.underflows += int(status.output_underflow)
        _watch.inside.append(time.time() - at.currentTime)


class Written:
    """A stream that a thread writes into, block by block, each as soon as the device has taken the last."""

    def __init__(self, sounddevice: ModuleType, device: devices.Device, rate: int, ring: Ring) -> None:
        self.name, self.rate = device.name, rate
        self.calls = self.underflows = 0
        self.called_at = time.perf_counter()
        self.lost = self._closing = False
        self._ring = ring
        self._stream = sounddevice.OutputStream(
            samplerate=rate, blocksize=devices.BLOCK_FRAMES, device=device.index, channels=WIDTH, dtype="float32",
            latency=devices.LATENCY_S,
        )  # fmt: skip
        self.latency_s = float(self._stream.latency)
        self._thread = threading.Thread(target=self._write, daemon=True)

    def start(self) -> None:
        self._stream.start()
        self._thread.start()

    def close(self) -> None:
        """Let the write that runs come to its end: to abort beside it does not return."""
        self._closing = True
        self._thread.join(0.5)
        self._stream.abort()
        self._stream.close()

    def _write(self) -> None:
        block: NDArray[np.float32] = np.zeros((devices.BLOCK_FRAMES, WIDTH), np.float32)
        ended = time.perf_counter()
        while not self._closing:
            empties = self._ring.empties
            _watch.fills.append(self._ring.fill / self.rate)
            self._ring.read_into(block)
            _watch.empties += self._ring.empties - empties
            began = time.perf_counter()
            _watch.between.append(began - ended)
            dry = self._stream.write(block)
            ended = time.perf_counter()
            _watch.inside.append(ended - began)
            self.underflows += int(dry)
            _watch.underflows += int(dry)
            self.calls += 1
            self.called_at = ended


def serve(design: Design, figures: str, inbox: Connection, folder: str) -> None:
    """Be an audio process of that design; what was measured lies in a file when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    sys.setswitchinterval(design.interval_s)
    devices.BLOCK_FRAMES, opener.AHEAD_OF_DEVICE = design.block, design.ahead
    devices._Stream = Written if design.blocking else Called  # type: ignore[assignment, misc]  # another one on purpose
    _collect(design.collecting)
    taken = _prefer(design.priority)
    gc.callbacks.append(_Stopwatch())
    closing = threading.Event()
    served = server.Server(inbox, Path(folder), devices.PortAudio(), alone=True)
    for work in (partial(_litter, closing), partial(_begin, served)):
        threading.Thread(target=work, daemon=True).start()
    try:
        served.run()
    finally:
        closing.set()
        np.savez(
            figures, inside=_watch.inside, between=_watch.between, fills=_watch.fills, collections=_watch.collections,
            empties=_watch.empties, underflows=_watch.underflows, taken=taken,
            seconds=time.monotonic() - _watch.began,
        )  # fmt: skip


def _collect(how: str) -> None:
    """Set the garbage collector up in another way than the program does."""
    if how == "left alone":
        collector.Collector.turn = lambda _self, **_: None  # type: ignore[method-assign]
    elif how == "frozen":
        collector.Collector.settle = lambda _self: gc.freeze()  # type: ignore[method-assign]


def _prefer(priority: str) -> bool:
    """Ask for the processor before others; whether it was granted."""
    try:
        if priority == "nice":
            os.nice(-10)
        elif priority:
            policy = os.SCHED_FIFO if priority == "fifo" else os.SCHED_RR
            os.sched_setscheduler(0, policy, os.sched_param(REAL_TIME))
    except OSError:
        return False
    return True


class _Stopwatch:
    """Called by the garbage collector at the start and the end of each collection."""

    def __init__(self) -> None:
        self._began = 0.0

    def __call__(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
        else:
            _watch.collections.append(time.perf_counter() - self._began)


def _begin(served: server.Server) -> None:
    """Measure from when it plays and has settled."""
    while not (served._builder.warmed and served.feeder.deck.playing):
        time.sleep(0.1)
    time.sleep(SETTLED_S)
    _watch.begin()


def _litter(closing: threading.Event) -> None:
    while not closing.wait(LITTER_S):
        litter(LITTERED)
