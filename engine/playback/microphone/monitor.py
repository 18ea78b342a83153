"""The thread between input and output: runs the chain on what comes in, and writes it just ahead of the device."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...transform import QUANTUM, StreamSpec
from ..fade import ramp, to_stereo
from ..safety import SafetyLimiter, VolumeRamp
from .balance import Balance
from .frames import FrameRing
from .guard import HowlGuard
from .levels import InputLevels
from .steps import LiveProgram

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...clip import Samples
    from ..ring import Ring
    from .messages import Picked
    from .recorder import Recorder
    from .streams import Link

FADE_S = 0.015
"""A new Program is faded in over this time, as an edit is."""
RISE_S, FALL_S = 0.3, 0.01
"""A microphone that is let be heard again comes up slowly, and goes at once."""
SLEEP_S = 0.002
_SMOOTH = 0.05


@dataclass(frozen=True)
class SetMuted:
    """Mute, or let be heard."""

    muted: bool


@dataclass(frozen=True)
class SetVolume:
    """The monitor's volume."""

    db: float


class Gate:
    """Lets sound through or not, and never jumps; open it leaves every sample as it is."""

    def __init__(self, rate: int) -> None:
        self.open = False
        self._gain = 0.0
        self._rise, self._fall = 1 / (RISE_S * rate), 1 / (FALL_S * rate)

    def process(self, block: Samples) -> Samples:
        """Apply it to (channels, n)."""
        goal = 1.0 if self.open else 0.0
        if self._gain == goal:
            return block if self.open else np.zeros_like(block)
        steps = np.arange(1, block.shape[1] + 1) * (self._rise if self.open else -self._fall)
        ramp = np.clip(self._gain + steps, 0.0, 1.0).astype(np.float32)
        self._gain = float(ramp[-1])
        let_through: Samples = block * ramp
        return let_through


class Monitor:
    """`turn` is one turn of the thread's loop; what it is told is posted and done before the next block."""

    def __init__(self, link: Link, ring: Ring, picked: Picked, volume_db: float) -> None:
        self.muted, self.howled = True, False
        self.fault: Exception | None = None
        self.overs = 0
        self.waiting = 0.0
        """How many frames lie between the devices, as a running mean."""
        self.channels = 2 if picked == "stereo" and link.input.channels > 1 else 1
        self.heard = FrameRing(self.channels)
        self.levels = InputLevels(link.input_rate, self.channels)
        self.recorder: Recorder | None = None
        keep = link.cushion
        bounds = (-1, 4 * keep) if link.one_clock else (keep // 4, 2 * keep)
        self.balance = Balance(link.rate, keep, *bounds)
        self._link, self._ring, self._picked = link, ring, picked
        self._inbox: deque[LiveProgram | SetMuted | SetVolume] = deque()
        self._live: LiveProgram | None = None
        self._old: LiveProgram | None = None
        self._faded = 0
        self._gate, self._volume = Gate(link.rate), VolumeRamp(volume_db)
        self._guard = HowlGuard(link.rate, link.input_latency_s + link.latency_s + link.ahead / link.rate)
        self._limiter = SafetyLimiter()
        self._convert = _converter(link, self.channels)
        self._closing = False
        self._thread: threading.Thread | None = None

    @property
    def spec(self) -> StreamSpec:
        """What the chain is fed."""
        return StreamSpec(self._link.rate, self.channels)

    @property
    def latency(self) -> int:
        """By how many frames the chain's own steps hold the sound back."""
        return self._live.program.latency if self._live else 0

    @property
    def live(self) -> LiveProgram | None:
        """What runs now."""
        return self._live

    def post(self, what: LiveProgram | SetMuted | SetVolume) -> None:
        """Have something done before the next block."""
        self._inbox.append(what)

    def prime(self) -> None:
        """Put the silence into the ring by which the chain may be late; before the device starts."""
        self._ring.write(np.zeros((2, self._link.ahead), np.float32))

    def start(self) -> None:
        """Begin, on a thread."""
        self._thread = threading.Thread(target=self._run, name="variophone-microphone", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._closing = True
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._closing:
                self.turn()
                time.sleep(SLEEP_S)
        except Exception as error:  # the microphone ends with it, and says so
            self.fault = error

    def turn(self) -> None:
        """Do what was posted, and send on all that has come in."""
        while self._inbox:
            self._obey(self._inbox.popleft())
        incoming = self._link.input
        if not self._link.one_clock and not self._link.calls:
            incoming.forget()  # what came before the speakers were there is late already
        while incoming.fill:
            self._send_on(incoming.take(min(incoming.fill, QUANTUM)))

    def _obey(self, what: LiveProgram | SetMuted | SetVolume) -> None:
        if isinstance(what, SetVolume):
            self._volume.set_db(what.db)
        elif isinstance(what, SetMuted):
            self.muted, self.howled = what.muted, False
            self._gate.open = not what.muted
            self._guard.forget()
        else:
            self._take_up(what)

    def _take_up(self, new: LiveProgram) -> None:
        """Let a new Program hear what it has not heard yet, and fade it in."""
        if new.frame < self.heard.written:
            new.program.process(self.heard.between(new.frame, self.heard.written), timed=False)
        self._old, self._faded = self._live, 0
        self._live = new

    def _send_on(self, taken: Samples) -> None:
        block = self._pick(taken)
        self.levels.add(block)
        recorder = self.recorder
        if recorder is not None and recorder.what == "in":
            recorder.put(block)
        block = self._convert(block)
        self.balance.watch(self._ring.fill, block.shape[1])
        block = self.balance.process(block)
        if not block.shape[1]:
            return
        self.heard.forget()
        self.heard.write(block.T)
        wet = self._run_chain(np.ascontiguousarray(block))
        if recorder is not None and recorder.what == "out":
            recorder.put(wet)
        self._leave(block, to_stereo(wet))

    def _pick(self, taken: Samples) -> Samples:
        if taken.shape[0] == 1 or self._picked == "1":
            return taken[:1]
        if self._picked == "2":
            return taken[1:2]
        return taken[:2].mean(axis=0, keepdims=True) if self._picked == "mono" else taken[:2]

    def _run_chain(self, block: Samples) -> Samples:
        wet = block if self._live is None else self._live.program.process(block)
        if self._live is None or self._faded < 0:
            return wet
        whole = round(FADE_S * self._link.rate)
        dry = block if self._old is None else self._old.program.process(block)
        share = np.minimum(ramp(self._faded, block.shape[1], whole), 1)
        self._faded += block.shape[1]
        if self._faded >= whole:
            self._old, self._faded = None, -1
        faded: Samples = dry + (wet - dry) * share
        return faded

    def _leave(self, came: Samples, wet: Samples) -> None:
        block = self._volume.process(self._gate.process(wet.copy()), self._link.rate)
        verdict = self._guard.feed(came, block, heard=not self.muted)
        if verdict:
            self.muted = self.howled = verdict == "mute"
            self._gate.open = not self.muted
        limited = self._limiter.process(block, self._link.rate)
        self.overs = self._limiter.overs
        self._ring.write(limited)
        self.waiting += (self._ring.fill - self.waiting) * _SMOOTH


def _converter(link: Link, channels: int) -> Callable[[Samples], Samples]:
    """From the input's rate to the output's."""
    if link.input_rate == link.rate:
        return lambda block: block
    import soxr

    stream = soxr.ResampleStream(link.input_rate, link.rate, channels, dtype="float32", quality="HQ")
    return lambda block: np.ascontiguousarray(stream.resample_chunk(np.ascontiguousarray(block.T)).T)
