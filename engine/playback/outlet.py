"""Keeps one sink open: the chosen device, or the default where it is gone; and watches that it goes on reading."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .devices import DeviceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .devices import Outputs, Sink
    from .feeder import Feeder
    from .ring import Ring

STALL_S = 0.5
FIRST_CALL_S = 3.0
"""A device that has just been opened may take so long to ask for its first frame."""
STEADY_S = 3.0
_TRIES = 2
_LONGEST_TICK_S = 0.1
"""Time that this thread itself was held up does not count against the device."""
AHEAD_AT_LEAST_S = 0.1
AHEAD_OF_DEVICE = 2.0
"""So many times the device's own buffer is rendered ahead: after a stall it takes a whole one at once."""


class Outlet:
    """Owned by the server's thread."""

    def __init__(self, outputs: Outputs, ring: Ring, feeder: Feeder) -> None:
        self.error = ""
        self.sink: Sink | None = None
        self.names: tuple[str, ...] = ()
        self.gave_up = False
        self.lent = False
        """Whether somebody else feeds the device, and watches it."""
        self._outputs, self._ring, self._feeder = outputs, ring, feeder
        self._wanted: str | None = None
        self._rate = 0
        self._ahead = 0
        self._heard = 0
        self._recoveries = 0
        self._calls = 0
        self._silent_s = self._steady_s = 0.0
        self._checked_at = time.perf_counter()

    @property
    def latency_s(self) -> float:
        """From rendering to the ear."""
        return self.sink.latency_s + self._ahead / self.sink.rate if self.sink else 0.0

    def use(self, name: str | None) -> None:
        """Play through that device, None for the default."""
        self._wanted = name
        self.rescan()

    def rescan(self) -> None:
        """Read the list of devices anew and open again."""
        self.close()
        self._recoveries = 0
        self._outputs.renew()
        self.names = self._outputs.names()
        self.open()

    def lend(self, opened: Callable[[str | None, int], Sink]) -> None:
        """Let the device go and have somebody else open it, until `rescan`; raises what that raises."""
        self.close()
        self._outputs.renew()
        self.names = self._outputs.names()
        self.sink = opened(self._wanted, self._rate)
        self.lent = True

    def at_rate(self, rate: int) -> None:
        """Play sound of that rate; opens the device if it is not open at it."""
        if not self.names:
            self.names = self._outputs.names()
        known, self._rate = self._rate, rate
        if not self.lent and (rate != known or self.sink is None):
            self.open()

    def open(self) -> None:
        """Open the chosen device or the default; says in `error` what did not go as wished."""
        self.close()
        self.error = ""
        if not self._rate:
            return
        for name in dict.fromkeys((self._wanted, None)):
            try:
                self._connect(self._outputs.open(name, self._rate, self._ring))
            except DeviceError as error:
                self.error = self.error or str(error)
                continue
            if name != self._wanted and self.sink is not None:
                self.error = f"{self.error} Playing through {self.sink.name} instead."
            return

    def close(self) -> None:
        """Close the device, with the deck back at the last frame that it took."""
        if self.sink is not None:
            self.sink.close()
            self.sink = None
        self.lent = False
        self._ahead = 0
        self._feeder.connect(0, 0)

    def heard_frame(self) -> int | None:
        """The frame of the ring that is at the ear now, None without a device; never goes back."""
        sink = self.sink
        if sink is None:
            return None
        read, since = self._ring.read, time.perf_counter() - sink.called_at
        late = round(max(sink.latency_s - since, 0.0) * sink.rate)
        self._heard = min(max(read - late, self._heard), read)
        return self._heard

    def watch(self) -> None:
        """Notice a device that is gone or has stopped asking for sound, and open again; give up after a few times."""
        now = time.perf_counter()
        passed, self._checked_at = min(now - self._checked_at, _LONGEST_TICK_S), now
        self.gave_up = False
        if self.sink is None or self.lent:
            return
        moved, self._calls = self.sink.calls != self._calls, self.sink.calls
        self._silent_s = 0.0 if moved else self._silent_s + passed
        self._steady_s = self._steady_s + passed if moved or self._steady_s else 0.0
        if self._steady_s > STEADY_S:
            self._recoveries = 0
        if self.sink.lost or self._silent_s > (STALL_S if self._calls else FIRST_CALL_S):
            self._recover(self.sink)

    def _connect(self, sink: Sink) -> None:
        self._ahead = round(max(AHEAD_OF_DEVICE * sink.latency_s, AHEAD_AT_LEAST_S) * sink.rate)
        self._feeder.connect(sink.rate, self._ahead)
        try:
            sink.start()
        except DeviceError:
            self._feeder.connect(0, 0)
            self._ahead = 0
            raise
        self.sink = sink
        self._calls, self._silent_s, self._steady_s = 0, 0.0, 0.0

    def _recover(self, sink: Sink) -> None:
        what = "is gone" if sink.lost else "has stopped taking sound"
        self._recoveries += 1
        recoveries = self._recoveries
        if recoveries <= _TRIES:
            self.rescan()
            self._recoveries = recoveries
        else:
            self.close()
        if self.sink is None:
            self.gave_up = True
            self.error = f"The sound device {sink.name} {what}; playback is paused until you choose Rescan."
        elif self.sink.name != sink.name:
            self.error = f"The sound device {sink.name} {what}; playing through {self.sink.name} instead."
