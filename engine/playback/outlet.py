"""Keeps one sink open: the wanted device, or the default while it is away; notices trouble and gets over it by itself.

What goes wrong is never waited for: devices are opened and closed by the opener's thread, and looked for by the
lookout's process while another one plays. The deck goes on playing without knowing of it; without a device it stands.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from .devices import BLOCK_FRAMES, HANGS
from .messages import Pause
from .opener import Job, Opener

if TYPE_CHECKING:
    from collections.abc import Callable

    from .devices import Outputs, Sink, Watch
    from .feeder import Feeder
    from .opener import Done
    from .ring import Ring

STALL_S = 0.5
FIRST_CALL_S = 3.0
"""A device that has just been opened may take so long to ask for its first frame."""
TRIAL_S = 1.5
"""So long one may take that is opened again at once after it stopped: meanwhile nobody hears anything."""
HICCUP_S = 0.3
"""One that takes sound again so soon after it was opened anew is no news."""
STEADY_S = 3.0
NEWS_S = 8.0
HANG_S = 1.0
RETRY_S = 1.0
LONGEST_RETRY_S = 4.0
_SLOWER = 1.3
_TRIES = 2
_LONGEST_TICK_S = 0.1
"""Time that this thread itself was held up does not count against the device."""

FOLLOWS_DEFAULT = sys.platform.startswith("linux")
"""The sound servers of Linux move what plays through the default by themselves; PortAudio does it nowhere else."""
_COMING_S = 0.05
"""What is asked for is in the ring by then."""
GONE = "is gone"
STALLED = "has stopped taking sound"
NO_DEFAULT = "is no longer the default"


class Outlet:
    """Owned by the server's thread."""

    def __init__(self, outputs: Outputs, ring: Ring, feeder: Feeder, *, threaded: bool = False) -> None:
        self.names: tuple[str, ...] = ()
        self.lent = False
        """Whether somebody else feeds the device, and watches it."""
        self.away = False
        """Whether there is no device that takes sound: what plays stands until one does."""
        self._outputs, self._ring, self._feeder = outputs, ring, feeder
        self._opener = Opener(outputs, ring, feeder, threaded=threaded)
        self._watch: Watch | None = None
        self._wanted: str | None = None
        self._rate = self._heard = 0
        self._next: Callable[[], None] | None = None
        self._lending = False
        self._tried: tuple[str | None, ...] | None = None
        self._left: tuple[str | None, ...] = ()
        self._trouble: tuple[str, str] | None = None
        self._error = self._news = ""
        self._news_s = 0.0
        self._asked = self._proven = False
        self._recoveries = self._calls = 0
        self._silent_s = self._steady_s = self._held_s = self._retry_in_s = 0.0
        self._patience_s = FIRST_CALL_S
        self._pause_s = RETRY_S
        self._checked_at = time.perf_counter()

    @property
    def sink(self) -> Sink | None:
        """What is open."""
        return self._opener.sink

    @property
    def error(self) -> str:
        """What is wrong, in one sentence, or empty."""
        return HANGS if self._held_s > HANG_S else self._error

    @property
    def news(self) -> str:
        """What went well by itself, for a few seconds."""
        return self._news if self._news_s > 0.0 and not self.error else ""

    @property
    def latency_s(self) -> float:
        """From rendering to the ear."""
        sink = self.sink
        return sink.latency_s + self._opener.ahead / sink.rate if sink else 0.0

    def use(self, name: str | None) -> None:
        """Play through that device, None for the default."""
        self._wanted = name
        self.rescan()

    def rescan(self) -> None:
        """Read the list of devices anew and open again, whatever was wrong before."""
        self._afresh(renew=True)

    def lend(self, opened: Callable[[str | None, int], Sink]) -> None:
        """Let the device go and have somebody else open it, on the opener's thread; until `rescan`, or it cannot be."""
        self._look_no_longer()
        self._trouble, self._error, self.away, self.lent = None, "", False, True
        if self._opener.busy:
            self._next = lambda: self.lend(opened)
            return
        self._lending = True
        wanted, rate = self._wanted, self._rate
        self._ask(Job(renew=True, lent=lambda: opened(wanted, rate)))

    def at_rate(self, rate: int) -> None:
        """Play sound of that rate; opens the device if it is not open at it."""
        known, self._rate = self._rate, rate
        if rate != known and not self.lent:
            self._afresh(renew=False)

    @property
    def ready(self) -> bool:
        """Whether there is a sound that could play."""
        return self._rate > 0

    def wish(self) -> None:
        """Something is to play: without a device, one is looked for at once, and if none is found it does not begin."""
        if self.sink is None or self.away:
            self._asked = True
            if not self._opener.busy:
                self._afresh(renew=True)

    def close(self) -> None:
        """Close the device and look for none."""
        self._look_no_longer()
        self._opener.close()

    def heard_frame(self) -> int | None:
        """The frame of the ring that is at the ear now, None without a device; never goes back."""
        sink = self.sink
        if sink is None:
            return None
        read, since = self._ring.read, time.perf_counter() - sink.called_at
        late = round(max(sink.latency_s - since, 0.0) * sink.rate)
        self._heard = min(max(read - late, self._heard), read)
        return self._heard

    def shown_frame(self, heard: int | None) -> int | None:
        """The frame whose place is to be shown: the one that is heard; while nobody hears any, what was asked last."""
        sink = self.sink
        if sink is None or heard is None or self._held_s <= HANG_S:
            return heard
        return min(self._ring.read + round(_COMING_S * sink.rate), self._ring.written)

    def watch(self) -> None:
        """Take what was opened, notice a device that is gone or has stopped asking for sound, and look for a better."""
        now = time.perf_counter()
        passed, self._checked_at = min(now - self._checked_at, _LONGEST_TICK_S), now
        self._news_s -= passed
        self._held_s = self._held_s + passed if self._opener.busy else 0.0
        done, sink = self._opener.take(), self.sink
        if done is not None:
            self._take(done)
        elif self._opener.busy or self.lent:
            return
        elif sink is not None:
            self._look_after(sink, passed)
        elif self.away:
            self._retry_in_s -= passed
            if self._retry_in_s <= 0.0:
                self._try((self._wanted, None), renew=True)
        self._look_out()

    def _afresh(self, *, renew: bool) -> None:
        self._recoveries, self._pause_s = 0, RETRY_S
        self._trouble, self._error, self._news_s, self.away, self.lent = None, "", 0.0, False, False
        self._try((self._wanted, None), renew=renew)

    def _try(self, names: tuple[str | None, ...], *, renew: bool, patience_s: float = FIRST_CALL_S) -> None:
        """Open the first of these that can be; at once, or behind what is being done."""
        if self._opener.busy:
            self._next = lambda: self._try(names, renew=renew)
            return
        self._patience_s, self._lending = patience_s, False
        self._tried = tuple(dict.fromkeys(names)) if self._rate else None
        self._ask(Job(self._tried or (), self._rate, renew, self._unheard()))

    def _ask(self, job: Job) -> None:
        self._opener.ask(job)
        done = self._opener.take()
        if done is not None:
            self._take(done)

    def _unheard(self) -> int:
        """What a device has taken that it cannot have played; all of it, where it never got beyond its buffer."""
        sink = self.sink
        if sink is None:
            return 0
        since = self._ring.read - self._opener.begun_at
        return min(since, round(sink.latency_s * sink.rate)) if self._proven else since

    def _take(self, done: Done) -> None:
        self._held_s = 0.0
        self.names = done.devices
        if self._next is not None:
            begin, self._next = self._next, None
            begin()
            return
        if self._lending:
            if done.errors:
                self._afresh(renew=True)
            return
        if done.errors and self._trouble is None and done.errors[0].what and self._wanted:
            self._trouble = (self._wanted, done.errors[0].what)
        if self._tried is not None and done.opened is not None:
            self._opened(self._tried[done.opened + 1 :])
        elif self._tried is not None:
            self._give_up(done)

    def _opened(self, left: tuple[str | None, ...]) -> None:
        self._left = left
        self._calls, self._silent_s, self._steady_s, self._proven = 0, 0.0, 0.0, False
        self._asked = False
        sink = self.sink
        again = self._trouble is not None and sink is not None and sink.name == self._trouble[0]
        if not (self.away or again):
            self._say()

    def _give_up(self, done: Done) -> None:
        """No device takes sound: what plays stands, and what was just to begin does not."""
        self.away = True
        self._retry_in_s, self._pause_s = self._pause_s, min(self._pause_s * _SLOWER, LONGEST_RETRY_S)
        if self._asked:
            self._asked = False
            self._feeder.post(Pause())
        if self._trouble is not None:
            name, what = self._trouble
            self._error = f"The sound device {name} {what}; playback waits until it can be used."
        elif done.errors:
            self._error = str(done.errors[0])

    def _say(self) -> None:
        """What is wrong while a device is open: that it is another one than was wanted, or that it made trouble."""
        sink = self.sink
        if self._trouble is None or sink is None:
            self._error = ""
            return
        name, what = self._trouble
        if sink.name != name:
            self._error = f"The sound device {name} {what}; playing through {sink.name} instead."
        else:
            self._error = self._error or f"The sound device {name} {what}; it is being opened again."

    def _look_after(self, sink: Sink, passed: float) -> None:
        moved, self._calls = sink.calls != self._calls, sink.calls
        self._silent_s = 0.0 if moved else self._silent_s + passed
        self._steady_s = self._steady_s + passed if self._proven and self._silent_s < STALL_S else 0.0
        if self._steady_s > STEADY_S:
            self._recoveries, self._pause_s = 0, RETRY_S
        if sink.lost or self._silent_s > (STALL_S if self._proven else self._patience_s):
            self._recover(sink)
        elif not self._proven and sink.calls * BLOCK_FRAMES > 2 * sink.latency_s * sink.rate:
            self._prove(sink)
        elif self._trouble and not self.away and self._silent_s > HICCUP_S:
            self._say()

    def _prove(self, sink: Sink) -> None:
        """It takes more than its buffer holds, so it plays; only now is trouble over."""
        self._proven = True
        was_away, self.away = self.away, False
        if self._trouble is None:
            if was_away:
                self._tell(f"There is a sound device now: {sink.name}.")
        elif self._wanted in (None, sink.name):
            name, what = self._trouble
            if sink.name == name and self._error:
                self._tell(f"The sound device {name} is back.")
            elif sink.name != name:
                self._tell(f"The sound device {name} {what}; playing through {sink.name} now.")
            self._trouble = None
        self._say()

    def _tell(self, news: str) -> None:
        self._error, self._news, self._news_s = "", news, NEWS_S

    def _recover(self, sink: Sink) -> None:
        """Open it again, or the default; one that does not come through its trial or fails too often is left."""
        if self._trouble is None or self._wanted in (None, sink.name):
            self._trouble = (sink.name, GONE if sink.lost else STALLED)
        self._recoveries += self._proven or sink.lost
        if self._recoveries > _TRIES:
            self._try((), renew=False)
        elif self._proven or sink.lost:
            self._try((self._wanted, None), renew=True, patience_s=FIRST_CALL_S if self.away else TRIAL_S)
        else:
            self._try(self._left, renew=False)

    def _look_out(self) -> None:
        """Have another process look, while this one plays through another device than is wanted."""
        sink, wanted = self.sink, self._wanted
        settled = FOLLOWS_DEFAULT if wanted is None else sink is not None and sink.name == wanted
        if sink is None or not self._proven or settled:
            self._look_no_longer()
        elif self._watch is None:
            self._watch = self._outputs.look_out(wanted or "")
        elif self._watch.back:
            self._try((wanted, None), renew=True)
        elif wanted is None and self._watch.default not in ("", sink.name):
            self._trouble = (sink.name, NO_DEFAULT)
            self._try((None,), renew=True)

    def _look_no_longer(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None
