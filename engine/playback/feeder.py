"""The feeder: a thread that keeps the ring filled about twice the device's buffer ahead.

A command that must be heard at once does not wait for what lies rendered ahead: the deck goes back to the earliest
frame that the device has not come near yet, what was there fades out, and the ring is written anew from there.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..transform import QUANTUM
from .convert import RateConverter
from .deck import Deck, Mark
from .fade import Tail
from .messages import VOLUME_AT_START_DB, Follow, Listen, Loop, Pause, Play, PlayOnce, Seek, Stop, Volume
from .safety import SafetyLimiter, VolumeRamp

if TYPE_CHECKING:
    from ..clip import Samples
    from .messages import Bridge, Message
    from .program import Program, Slot
    from .ring import Ring

GUARD_S = 0.03
"""The device may ask for so much while the feeder rewrites the ring."""
FADE_S = 0.005
SLEEP_S = 0.005
_LOAD_SHARE = 0.02
_MARKS = 1024


@dataclass(frozen=True)
class Built:
    """What the builder has made of a bridge."""

    bridge: Bridge
    program: Program
    slots: tuple[Slot, ...]


class Feeder:
    """Renders ahead; `fill` is one turn of the thread's loop."""

    def __init__(self, ring: Ring) -> None:
        self.deck = Deck()
        self.load = 0.0
        self.fault: Exception | None = None
        self._ring = ring
        self._inbox: deque[Message | Built] = deque()
        self._marks: deque[tuple[int, Mark]] = deque(maxlen=_MARKS)
        self._overs: deque[int] = deque(maxlen=_MARKS)
        self._overs_heard = self._counted_to = 0
        self._shown = self.deck.mark()
        self._volume = VolumeRamp(VOLUME_AT_START_DB)
        self._limiter = SafetyLimiter()
        self._tail = Tail()
        self._device_rate = self._ahead = self._branched_at = 0
        self._converter = RateConverter(1, 1)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to fill on a thread."""
        self._thread = threading.Thread(target=self._run, name="variophone-feeder", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def post(self, message: Message | Built) -> None:
        """Have something done before the next block."""
        self._inbox.append(message)
        self._wake.set()

    def connect(self, device_rate: int, ahead_frames: int) -> None:
        """Feed a device of that rate from now on; 0 frames ahead for none. Only while no callback runs."""
        with self._lock:
            self._take_back(max(self._ring.read, self._branched_at))
            self._ring.take_back(self._ring.read)
            self._marks.clear()
            self._shown = self.deck.mark()
            self._device_rate, self._ahead = device_rate, ahead_frames
            self._convert()
            self._fill()

    def shown(self, index: int | None) -> tuple[Mark, float]:
        """Where the deck stood when a frame of the ring was rendered (or stands, for None), and how long before it."""
        if index is not None:
            for start, mark in reversed(list(self._marks)):
                if start <= index:
                    return mark, (index - start) / self._converter.ratio
        return self._shown, 0.0

    def overs(self, index: int | None) -> int:
        """How many blocks up to a frame of the ring reached full scale before the limiter; for one thread to ask."""
        if index is not None:
            self._overs_heard += sum(self._counted_to < start <= index for start in list(self._overs))
            self._counted_to = index
        return self._overs_heard

    def fill(self) -> None:
        """Do what was posted and render until the ring is far enough ahead."""
        with self._lock:
            self._fill()

    def _run(self) -> None:
        try:
            while not self._closing:
                self.fill()
                self._wake.wait(SLEEP_S)
                self._wake.clear()
        except Exception as error:  # the server ends with it, and the face starts another process
            self.fault = error

    def _fill(self) -> None:
        while self._inbox:
            self._obey(self._inbox.popleft())
        while self._ring.fill < self._ahead and self.deck.rate and not self._inbox:
            began = time.perf_counter()
            start, overs = max(self._ring.written, self._ring.read), self._limiter.overs
            self._marks.append((start, self.deck.mark()))
            self._ring.write(self._produce(QUANTUM))
            if self._limiter.overs > overs:
                self._overs.append(start)
            share = (time.perf_counter() - began) * self.deck.rate / QUANTUM
            self.load += (share - self.load) * _LOAD_SHARE
        if not self._ahead:
            self._shown = self.deck.mark()

    def _produce(self, frames: int) -> Samples:
        rate = self.deck.rate
        block = self._volume.process(self.deck.pull(frames), rate)
        return self._tail.mix(self._converter.process(self._limiter.process(block, rate)))

    def _convert(self) -> None:
        if self.deck.rate and self._device_rate:
            self._converter = RateConverter(self.deck.rate, self._device_rate)

    def _branch(self) -> None:
        """Go back as far as can still be heard in time; nothing before this place is ever gone back to."""
        if self._ahead:
            self._fade_out()
        self._branched_at = self._ring.written

    def _fade_out(self) -> None:
        """Unwrite what the device has not come near, and fade out what would have come."""
        fade = max(round(FADE_S * self._device_rate), 1)
        earliest = self._ring.read + round(GUARD_S * self._device_rate)
        for index, mark in list(self._marks):
            if earliest <= index <= self._ring.written - fade:
                self._tail.start(self._ring.before(index + fade, fade))
                self._take_back(index, mark)
                return
        mark = self.deck.mark()
        if self.deck.rate:
            self._tail.start(self._produce(fade))
        self.deck.restore(mark)

    def _take_back(self, index: int, mark: Mark | None = None) -> None:
        """Unwrite the ring from a frame on, with the deck as it was there."""
        found = mark
        while self._marks and self._marks[-1][0] >= index:
            found = self._marks.pop()[1]
        while self._overs and self._overs[-1] >= index:
            self._overs.pop()
        self._ring.take_back(index)
        self._converter.clear()
        if found is not None:
            self.deck.restore(found)

    def _obey(self, message: Message | Built) -> None:
        deck = self.deck
        if isinstance(message, Built):
            deck.bridge(message.bridge, message.program, message.slots)
        elif isinstance(message, Follow):
            self._follow(message)
        elif isinstance(message, Volume):
            if not deck.bridging:
                self._branch()
            self._volume.set_db(message.db, at_once=not deck.playing)
        elif isinstance(message, Play | PlayOnce | Pause | Stop | Seek | Loop | Listen):
            self._branch()
            self._move(message)

    def _follow(self, message: Follow) -> None:
        """Another file is heard at once; a new take of the same one from where rendering ahead has come to."""
        rate = self.deck.rate
        if self.deck.plays_another(message):
            self._branch()
        self.deck.follow(message)
        if self.deck.rate != rate:
            self._convert()

    def _move(self, message: Play | PlayOnce | Pause | Stop | Seek | Loop | Listen) -> None:
        deck = self.deck
        if isinstance(message, Play):
            if deck.at_start and not deck.playing:
                self._tail.clear()
            deck.play()
        elif isinstance(message, PlayOnce):
            deck.play(message)
        elif isinstance(message, Pause | Stop):
            deck.pause()
            if isinstance(message, Stop):
                deck.seek_start()
        elif isinstance(message, Seek):
            deck.seek(message.source_s)
        elif isinstance(message, Loop):
            deck.loop(message.start_s, message.end_s)
        else:
            deck.listen(message.to)
