"""The feeder: a thread that keeps the ring filled about twice the device's buffer ahead.

What must be heard at once, a command or an edit, does not wait for what lies rendered ahead: the deck goes back to
the earliest frame that the device has not come near yet, what was there fades out, and the ring is written anew from
there. The volume needs no deck for that: what the deck gave is kept until the device has played it.
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
from .fade import Rise, Tail
from .messages import VOLUME_AT_START_DB, Follow, Listen, Loop, Pause, Play, PlayOnce, Seek, Stop, Volume
from .safety import SafetyLimiter, VolumeRamp
from .voice import LiveVoice

if TYPE_CHECKING:
    from ..clip import Samples
    from .messages import Message, Sound
    from .ring import Ring

GUARD_S = 0.008
"""So long it takes to have ready what the ring is rewritten with."""
FADE_S = 0.005
RENEW_S = 0.015
"""An edit is faded in over this time: it may be any change of sound, where a command is most often a jump in it."""
SLEEP_S = 0.005
KEPT_S = 1.0
"""So long a place is remembered after the device has read it: more than lies between that and the ear."""
_LOAD_SHARE = 0.02
_TRIES = 3
_OVERS = 1024


@dataclass(frozen=True)
class _Place:
    """A frame of the ring, where the deck stood there, and what it gave from there on, before the volume."""

    index: int
    mark: Mark
    block: Samples


class Feeder:
    """Renders ahead; `fill` is one turn of the thread's loop."""

    def __init__(self, ring: Ring) -> None:
        self.deck = Deck()
        self.load = 0.0
        self.fault: Exception | None = None
        self._ring = ring
        self._inbox: deque[Message | LiveVoice] = deque()
        self._places: deque[_Place] = deque()
        self._overs: deque[int] = deque(maxlen=_OVERS)
        self._overs_heard = self._counted_to = 0
        self._shown = self.deck.mark()
        self._volume = VolumeRamp(VOLUME_AT_START_DB)
        self._limiter = SafetyLimiter()
        self._tail = Tail()
        self._rise = Rise()
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

    def post(self, message: Message | LiveVoice) -> None:
        """Have something done before the next block."""
        self._inbox.append(message)
        self._wake.set()

    def connect(self, device_rate: int, ahead_frames: int, unheard: int = 0) -> None:
        """Feed a device of that rate from now on; 0 frames ahead for none. Only while no callback runs.

        The deck goes back to what the last device did not take, or took but will not be heard. Where it goes on in the
        middle of a sound it comes from silence: the new device may be the louder one.
        """
        with self._lock:
            self._take_back(max(self._ring.read - unheard, self._branched_at))
            self._ring.take_back(self._ring.read)
            self._places.clear()
            self._shown = self.deck.mark()
            self._device_rate, self._ahead = device_rate, ahead_frames
            self._convert()
            self._obey_all()
            self._rise.start(self._ring.read, 0 if self.deck.at_start or not self.deck.playing else device_rate)
            self._fill()

    def shown(self, index: int | None) -> tuple[Mark, float]:
        """Where the deck stood when a frame of the ring was rendered (or stands, for None), and how long before it."""
        if index is not None:
            for place in reversed(list(self._places)):
                if place.index <= index:
                    return place.mark, (index - place.index) / self._converter.ratio
        return self._shown, 0.0

    def overs(self, index: int | None) -> int:
        """How many blocks up to a frame of the ring reached full scale before the limiter; for one thread to ask."""
        if index is not None:
            self._overs_heard += sum(self._counted_to < start <= index for start in list(self._overs))
            self._counted_to = index
        return self._overs_heard

    def place(self, sound: Sound) -> int | None:
        """The frame of a sound that the device is about to reach, None while nothing plays; from any thread."""
        return self.deck.frame_of(sound, *self.shown(self._ring.read + self._guard))

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

    def _obey_all(self) -> None:
        while self._inbox:
            self._obey(self._inbox.popleft())

    def _fill(self) -> None:
        self._obey_all()
        self._renew()
        while self._ring.fill < self._ahead and self.deck.rate and not self._inbox:
            began = time.perf_counter()
            mark = self.deck.mark()
            self._write(mark, self.deck.pull(QUANTUM))
            share = (time.perf_counter() - began) * self.deck.rate / QUANTUM
            self.load += (share - self.load) * _LOAD_SHARE
        if not self._inbox:
            self._ring.settle()
        self._forget()
        if not self._ahead:
            self._shown = self.deck.mark()

    def _write(self, mark: Mark, block: Samples) -> None:
        """Send on what the deck gave where it stood so."""
        index = self._ring.next + self._converter.held
        overs = self._limiter.overs
        self._places.append(_Place(index, mark, block))
        sent = self._sent_on(block)
        self._ring.write(self._rise.process(sent, self._ring.next))
        if self._limiter.overs > overs:
            self._overs.append(index)

    def _sent_on(self, block: Samples) -> Samples:
        rate = self.deck.rate
        scaled = self._volume.process(block.copy(), rate)
        return self._tail.mix(self._converter.process(self._limiter.process(scaled, rate)))

    def _forget(self) -> None:
        """Let places go that the ear has passed."""
        oldest = self._ring.read - round(KEPT_S * self._device_rate)
        while len(self._places) > 1 and self._places[1].index < oldest:
            self.deck.let_go(self._places.popleft().mark)

    def _convert(self) -> None:
        if self.deck.rate and self._device_rate:
            self._converter = RateConverter(self.deck.rate, self._device_rate)

    @property
    def _guard(self) -> int:
        return round(GUARD_S * self._device_rate)

    def _earliest(self, fade: int) -> _Place | None:
        """The first place that the device has not come near, with so much behind it to fade out."""
        near, end = self._ring.read + self._guard, self._ring.written - fade
        return next((place for place in self._places if near <= place.index <= end), None)

    def _branch(self) -> None:
        """Go back as far as can still be heard in time; nothing before this place is ever gone back to."""
        if self._ahead:
            self._fade_out()
        self._branched_at = self._ring.written

    def _fade_out(self) -> None:
        """Unwrite what the device has not come near, and fade out what would have come."""
        fade = self._device_frames(FADE_S)
        place = self._earliest(fade)
        if place is not None:
            self._take_back_to(place, fade)
            return
        mark = self.deck.mark()
        if self.deck.rate:
            self._tail.start(self._sent_on(self.deck.pull(fade)))
        self.deck.restore(mark)

    def _renew(self) -> None:
        """Let an edit be heard from the earliest frame that can be, and not only behind what is rendered ahead.

        While the ring has not recovered from the last one its end is near enough, and the deck takes over there.
        """
        if not self.deck.stale or self._ring.fill < self._ahead // 2:
            return
        fade = self._device_frames(RENEW_S)
        for _ in range(_TRIES):
            place = self._earliest(fade)
            if place is None:
                return
            ahead = round((self._ring.written - place.index) / self._converter.ratio)
            renewal = self.deck.renewal(place.mark, ahead)
            if renewal is None:
                return
            voice, frame = renewal
            voice.seek(frame)  # a bridge runs on to there, which takes time: meanwhile the device plays what there is
            if place.index >= self._ring.read + self._guard // 2:
                self._take_back_to(place, fade)
                self.deck.take_up(voice)
                self._branched_at = self._ring.written
                return

    def _again(self) -> None:
        """Send on anew what the deck gave and the device has not come near."""
        fade = self._device_frames(FADE_S)
        place = self._earliest(fade)
        if place is None:
            return
        self._tail.start(self._ring.lying(place.index, place.index + fade))
        kept = [one for one in self._places if one.index >= place.index]
        self._unwrite(place.index)
        for one in kept:
            self._write(one.mark, one.block)

    def _device_frames(self, seconds: float) -> int:
        return max(round(seconds * self._device_rate), 1)

    def _take_back_to(self, place: _Place, fade: int) -> None:
        self._tail.start(self._ring.lying(place.index, place.index + fade))
        self._take_back(place.index)

    def _take_back(self, index: int) -> None:
        """Unwrite the ring from a frame on, with the deck as it was there."""
        found = self._unwrite(index)
        if found is not None:
            self.deck.restore(found.mark)

    def _unwrite(self, index: int) -> _Place | None:
        """Unwrite the ring from a frame on; gives the first place that is gone with it."""
        found = None
        while self._places and self._places[-1].index >= index:
            found = self._places.pop()
        while self._overs and self._overs[-1] >= index:
            self._overs.pop()
        self._ring.rewrite(index)
        self._converter.clear()
        return found

    def _obey(self, message: Message | LiveVoice) -> None:
        deck = self.deck
        if isinstance(message, LiveVoice):
            deck.bridge(message)
        elif isinstance(message, Follow):
            self._follow(message)
        elif isinstance(message, Volume):
            self._volume.set_db(message.db, at_once=not deck.playing)
            self._again()
        elif isinstance(message, Play | PlayOnce | Pause | Stop | Seek | Loop | Listen):
            self._branch()
            self._move(message)

    def _follow(self, message: Follow) -> None:
        """Another file is heard at once; a new take of the same one as soon as it is ready (`_renew`)."""
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
