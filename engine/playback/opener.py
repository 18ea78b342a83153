"""Opens and closes devices on a thread of its own.

PortAudio takes some tenths of a second for that, some devices take seconds, and with a sound server that hangs it
never comes back; whoever obeys, publishes and watches must not wait for it. Nobody but this thread opens, closes or
renews anything of PortAudio's, which takes no two threads at once: what was lent is closed here as well.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .devices import DeviceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .devices import Outputs, Sink
    from .feeder import Feeder
    from .ring import Ring

AHEAD_AT_LEAST_S = 0.1
AHEAD_OF_DEVICE = 2.0
"""So many times the device's own buffer is rendered ahead: after a stall it takes a whole one at once."""
CLOSE_S = 0.5


@dataclass(frozen=True)
class Job:
    """Close what is open and open the first of these devices that can be; None stands for the system's default.

    `lent` has somebody else open one instead; it raises `DeviceError`. `unheard` says how many frames the device has
    taken that nobody will hear: they are played again.
    """

    names: tuple[str | None, ...] = ()
    rate: int = 0
    renew: bool = False
    unheard: int = 0
    lent: Callable[[], Sink] | None = None


@dataclass(frozen=True)
class Done:
    """What became of a job: the devices there are, which of those asked for was opened, and what the others said."""

    devices: tuple[str, ...]
    opened: int | None = None
    errors: tuple[DeviceError, ...] = ()


class Opener:
    """Takes one job at a time. `threaded` or not, what is done is fetched by `take`."""

    def __init__(self, outputs: Outputs, ring: Ring, feeder: Feeder, *, threaded: bool) -> None:
        self.sink: Sink | None = None
        self.ahead = 0
        self.begun_at = 0
        """The frame of the ring at which the sink began to read."""
        self.busy = False
        self._outputs, self._ring, self._feeder = outputs, ring, feeder
        self._done: Done | None = None
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        if threaded:
            self._thread = threading.Thread(target=self._work, name="variophone-opener", daemon=True)
            self._thread.start()

    def ask(self, job: Job) -> None:
        """Begin; only while it is not busy."""
        self.busy, self._done = True, None
        if self._thread is None:
            self._done = self._do(job)
        else:
            self._jobs.put(job)

    def take(self) -> Done | None:
        """What has become of the job, once; None while it is at it."""
        done, self._done = self._done, None
        self.busy = self.busy and done is None
        return done

    def close(self) -> None:
        """Close the device; a thread that hangs is left to the end of the process."""
        if self._thread is None:
            self._let_go(0)
        else:
            self._jobs.put(Job())
            self._jobs.put(None)
            self._thread.join(CLOSE_S)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._done = self._do(job)

    def _do(self, job: Job) -> Done:
        self._let_go(job.unheard)
        if job.renew:
            self._outputs.renew()
        devices, errors = self._outputs.names(), []
        if job.lent is not None:
            return self._lend(job.lent, devices)
        for place, name in enumerate(job.names):
            try:
                self._connect(self._outputs.open(name, job.rate, self._ring))
            except DeviceError as error:
                errors.append(error)
            else:
                return Done(devices, place, tuple(errors))
        return Done(devices, None, tuple(errors))

    def _lend(self, opened: Callable[[], Sink], devices: tuple[str, ...]) -> Done:
        try:
            self.sink = opened()
        except DeviceError as error:
            return Done(devices, None, (error,))
        return Done(devices)

    def _let_go(self, unheard: int) -> None:
        """Close the device, with the deck back at the first frame that was not heard."""
        if self.sink is not None:
            self.sink.close()
        self._feeder.connect(0, 0, unheard)
        self.sink, self.ahead = None, 0

    def _connect(self, sink: Sink) -> None:
        self.ahead = round(max(AHEAD_OF_DEVICE * sink.latency_s, AHEAD_AT_LEAST_S) * sink.rate)
        self._feeder.connect(sink.rate, self.ahead)
        self.begun_at = self._ring.read
        try:
            sink.start()
        except DeviceError:
            self._feeder.connect(0, 0)
            self.ahead = 0
            raise
        self.sink = sink
