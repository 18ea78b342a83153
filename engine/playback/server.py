"""The audio process: it owns the device, the deck and the bridging Program, and writes how it stands.

Three threads besides PortAudio's: this one obeys, watches the device and publishes; the feeder renders ahead; the
builder makes processors. `serve` is the process's entry; tests run a `Server` in a thread of their own.
"""

from __future__ import annotations

import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..lifetime import come_first, end_with_parent
from .builder import Builder
from .collector import Collector
from .costs import Costs
from .devices import PortAudio
from .feeder import Feeder
from .messages import (
    Follow,
    Pause,
    Play,
    PlayOnce,
    Rescan,
    Snapshot,
    TapClock,
    TryPluginsAgain,
    UseDevice,
    Volume,
)  # fmt: skip
from .meters import Levels, Meters
from .microphone.messages import (
    CloseMicrophone,
    EndRecording,
    LiveChain,
    Mute,
    OpenMicrophone,
    Record,
)  # fmt: skip
from .microphone.service import Microphone
from .outlet import Outlet
from .ring import Ring
from .status import Status, StatusBlock

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from .devices import Outputs
    from .messages import Message
    from .microphone.streams import Links

RING_FILE = "ring"
STATUS_FILE = "status"
SWITCH_INTERVAL_S = 0.0005
TICK_S = 0.012


@dataclass(frozen=True)
class Close:
    """End the process."""


def serve(inbox: Connection, folder: str) -> None:
    """Be the audio process until the other side closes; Ctrl-C is the window's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    come_first()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    Server(inbox, Path(folder), PortAudio(), alone=True).run()


class Server:
    """Obeys messages; `turn` is one turn of its loop. `alone` in a process it has a thread for what is slow."""

    def __init__(
        self, inbox: Connection, folder: Path, outputs: Outputs, links: Links | None = None, *, alone: bool = False
    ) -> None:
        self._inbox = inbox
        self._ring = Ring(folder / RING_FILE)
        self._status = StatusBlock(folder / STATUS_FILE)
        self.feeder = Feeder(self._ring)
        self._outlet = Outlet(outputs, self._ring, self.feeder, threaded=alone)
        self._builder = Builder(self.feeder.post, self.feeder.place, warm=alone)
        self._microphone = Microphone(self._ring, links)
        self._collector = Collector()
        self._meters: Meters | None = None
        self._costs = Costs()
        self._underruns = self._empties = 0
        self._seen = (0, 0)
        self._closing = False

    def run(self) -> None:
        """Serve until `Close` or until the other side is gone."""
        self.feeder.start()
        self._outlet.rescan()
        try:
            while not self._closing:
                self.turn(TICK_S)
        finally:
            self.close()

    def close(self) -> None:
        """End the threads and let the device go."""
        self._microphone.end()
        self._outlet.close()
        self.feeder.close()
        self._builder.close()
        self._inbox.close()

    def turn(self, wait_s: float = 0.0) -> None:
        """Obey what has come, look after the device and publish."""
        try:
            while self._inbox.poll(wait_s) and not self._closing:
                self._obey(self._inbox.recv())
                wait_s = 0.0
        except (EOFError, OSError):
            self._closing = True
        if self.feeder.fault is not None:
            raise self.feeder.fault
        self._outlet.watch()
        if self._microphone.watch():
            self._after_a_loss()
        self.feeder.deck.discarded.clear()
        busy = self.feeder.deck.playing or self._microphone.asked is not None
        self._collector.turn(warmed=self._builder.warmed, playing=busy)
        self._publish()

    def _obey(self, message: Message | Close) -> None:
        if isinstance(message, Close):
            self._closing = True
        elif isinstance(message, UseDevice | Rescan):
            self._choose(message)
        elif isinstance(message, OpenMicrophone):
            self._open_microphone(message)
        elif isinstance(message, CloseMicrophone):
            self._close_microphone()
        elif isinstance(message, LiveChain | Mute | Record | EndRecording):
            self._microphone.obey(message)
        elif isinstance(message, Follow):
            self.feeder.post(message)
            self._builder.ask(message)
            self._outlet.at_rate(message.original.track.sample_rate)
        elif isinstance(message, TryPluginsAgain):
            self._builder.try_plugins_again()
        elif isinstance(message, Play | PlayOnce):
            self._play(message)
        else:
            if isinstance(message, Volume):
                self._microphone.set_volume(message.db)
            self.feeder.post(message)

    def _choose(self, message: UseDevice | Rescan) -> None:
        """Another device, or the list anew; an open microphone is opened again, muted."""
        asked = self._microphone.asked
        self._microphone.close()
        if isinstance(message, UseDevice):
            self._outlet.use(message.name)
        else:
            self._outlet.rescan()
        if asked is not None:
            self._open_microphone(asked)

    def _open_microphone(self, message: OpenMicrophone) -> None:
        """Let it have the device; what plays is paused."""
        self.feeder.post(Pause())
        self._microphone.close()
        self._outlet.lend(self._microphone.opening(message))

    def _after_a_loss(self) -> None:
        """The microphone's device is gone: what plays gets its own back, unless the microphone tries once more."""
        if self._microphone.asked is not None:
            self._outlet.lend(self._microphone.opening(self._microphone.asked))
        else:
            self._outlet.rescan()

    def _close_microphone(self) -> None:
        if self._microphone.asked is not None:
            self._microphone.close()
            self._outlet.rescan()

    def _play(self, message: Play | PlayOnce) -> None:
        """A device that was not there may have come since; without one the playhead stays.

        To play ends the microphone, unless it is being recorded.
        """
        if self._microphone.is_recording:
            return
        self._close_microphone()
        if self._outlet.ready:
            self.feeder.post(message)
            self._outlet.wish()

    def _publish(self) -> None:
        now_s, heard, sink = time.perf_counter(), self._outlet.heard_frame(), self._outlet.sink
        mark, later = self.feeder.shown(self._outlet.shown_frame(heard))
        position_s, take_s, side = mark.shown(later)
        self._count(mark.playing)
        levels = self._levels(heard, sink.rate) if sink and heard is not None else Levels()
        costs = self._costs.of(*(mark.program if self._microphone.asked is None else self._microphone.program))
        snapshot = Snapshot(
            position_s=position_s,
            take_s=take_s,
            playing=mark.playing and not self._outlet.away,
            device=sink.name if sink and not self._outlet.away else "",
            devices=self._outlet.names,
            sample_rate=sink.rate if sink else 0,
            latency_ms=self._outlet.latency_s * 1000,
            load=self.feeder.load if self._microphone.asked is None else sum(cost.share for cost in costs),
            underruns=self._underruns,
            peak_db=levels.peak_db,
            rms_db=levels.rms_db,
            heard=side,
            error=self._outlet.error,
            device_ms=sink.latency_s * 1000 if sink else 0.0,
            overs=self.feeder.overs(heard) + self._microphone.overs,
            true_peak_db=levels.true_peak_db,
            momentary_lufs=levels.momentary_lufs,
            short_term_lufs=levels.short_term_lufs,
            ahead_ms=1000 * self._ring.fill / sink.rate if sink else 0.0,
            costs=costs,
            bypassed=self._builder.bypassed,
            microphone=self._microphone.state(),
            ring_empties=self._empties,
            sound_rate=self.feeder.deck.rate,
            waits=mark.playing and self._outlet.away,
            news=self._outlet.news,
        )
        self._status.write(Status(snapshot, TapClock(heard or 0, now_s, sink.rate if sink else 0)))

    def _count(self, playing: bool) -> None:
        """Add the gaps since the last time, if they were in something that plays."""
        sink = self._outlet.sink
        now = (self._ring.empties, sink.underflows if sink else 0)
        empties, underflows = (max(one - before, 0) for one, before in zip(now, self._seen, strict=True))
        self._empties += empties if playing else 0
        self._underruns += empties + underflows if playing else 0
        self._seen = now

    def _levels(self, heard: int, rate: int) -> Levels:
        if self._meters is None or self._meters.rate != rate:
            self._meters = Meters(rate, heard)
        return self._meters.measure(self._ring, heard)
