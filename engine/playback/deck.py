"""The deck: which voice is heard, where it is, and how one takes over from another.

The rendered take is the truth: it is played wherever it is ready. Until then the live bridge is, if there is one,
and else whatever was playing goes on. The playhead is kept in the source's time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .fade import WIDTH, Tail
from .voice import LiveVoice, Voice

if TYPE_CHECKING:
    from ..clip import Samples, TimeMap
    from .messages import Bridge, Follow, Heard, PlayOnce, Side, Sound
    from .program import Program

SWAP_S = 0.015
WRAP_S = 0.003
MARGIN_S = 0.25
"""A take that is still growing must be so far ahead of the playhead before it is taken up."""
SHORTEST_LOOP_S = 0.02


@dataclass(frozen=True)
class Mark:
    """Where the deck stands, enough to go back to or to show."""

    voice: Voice | None
    frame: int
    parked_s: float
    playing: bool
    take_map: TimeMap | None
    once: PlayOnce | None = None

    def shown(self, frames_later: float) -> tuple[float, float, Heard]:
        """Position in the source, position in the take, and which side is heard, so many frames later."""
        if self.voice is None:
            return self.parked_s, self._take_s(self.parked_s), ""
        frame = self.frame + (frames_later if self.playing else 0.0)
        source_s = self.voice.source_s(frame)
        take_s = self._take_s(source_s) if self.voice.heard == "original" else frame / self.voice.rate
        return source_s, take_s, self.voice.heard

    @property
    def program(self) -> tuple[Program | None, int]:
        """What runs live where it stands so, if anything does, and its rate."""
        live = self.voice if self.playing and isinstance(self.voice, LiveVoice) else None
        return (live.program, live.rate) if live is not None else (None, 0)

    def _take_s(self, source_s: float) -> float:
        return self.take_map.to_out(source_s) if self.take_map and source_s > 0.0 else source_s


class Deck:
    """Plays (2, n) blocks at the sound's rate; used by the feeder alone."""

    def __init__(self) -> None:
        self.rate = 0
        self.playing = False
        self.discarded: list[object] = []
        self._side: Side = "take"
        self._loop: tuple[float, float] | None = None
        self._once: PlayOnce | None = None
        self._follow: Follow | None = None
        self._original: Voice | None = None
        self._take: Voice | None = None
        self._live: LiveVoice | None = None
        self._current: Voice | None = None
        self._bridge: Bridge | None = None
        self._parked_s = 0.0
        self._tail = Tail()

    @property
    def position_s(self) -> float:
        """The playhead in seconds of the source."""
        current = self._current
        return self._parked_s if current is None else current.source_s(current.frame)

    @property
    def at_start(self) -> bool:
        """Whether the playhead is at the very first frame."""
        return self._parked_s == 0.0 if self._current is None else self._current.frame == 0

    @property
    def stale(self) -> bool:
        """Whether what is played is as it was before an edit, or as loud as it was before."""
        current = self._current
        if not self.playing or current is None or current is self._take:
            return False
        if self._side == "original":
            return current.heard == "original" and current is not self._original
        return not (isinstance(current, LiveVoice) and current.bridge == self._bridge)

    def plays_another(self, follow: Follow) -> bool:
        """Whether this is another file than the one that is followed now."""
        return self._follow is None or follow.original.track != self._follow.original.track

    def mark(self) -> Mark:
        """Where the deck stands now."""
        frame = self._current.frame if self._current else 0
        take = self._follow.take if self._follow else None
        take_map = take.time_map if take else None
        return Mark(self._current, frame, self._parked_s, self.playing, take_map, self._once)

    def restore(self, mark: Mark) -> None:
        """Go back to where the deck stood."""
        self._current, self._parked_s, self.playing = mark.voice, mark.parked_s, mark.playing
        self._once = mark.once
        if self._current is not None:
            self._current.seek(mark.frame)
        self._tail.clear()

    def frame_of(self, sound: Sound, mark: Mark, frames_later: float = 0.0) -> int | None:
        """The frame of a sound that is heard where the deck stood so, or so many frames later; None if none is."""
        voice = mark.voice
        if voice is None or not mark.playing:
            return None
        frame = mark.frame + frames_later
        if not frame:
            return 0
        if voice.rate == sound.track.sample_rate and voice.sound.time_map == sound.time_map:
            return int(frame)
        return round(sound.time_map.to_out(voice.source_s(frame)) * sound.track.sample_rate)

    def renewal(self, mark: Mark, ahead: int) -> tuple[Voice, int] | None:
        """What is to be heard instead of what was heard at a place, and from which frame on.

        Only if it is ready as far as what was rendered ahead from there, and a margin more.
        """
        for voice in (self._original,) if self._side == "original" else (self._take, self._live):
            if voice is None or voice is mark.voice or voice is self._current:
                continue
            frame = self.frame_of(voice.sound, mark)
            if frame is not None and voice.covers(frame, ahead + self._frames(MARGIN_S)):
                return voice, frame
        return None

    def let_go(self, mark: Mark) -> None:
        """A place that is not gone back to any more; a bridge that was heard there is freed by who clears these."""
        if isinstance(mark.voice, LiveVoice) and mark.voice is not self._current:
            self.discarded.append(mark)

    def take_up(self, voice: Voice) -> None:
        """Play on with a voice that stands where it is to go on; what was heard is faded out by who calls."""
        self._current = voice
        voice.enter()
        self._drop_stale()

    def follow(self, follow: Follow) -> None:
        """Play this from now on."""
        if self.plays_another(follow):
            self.rate = follow.original.track.sample_rate
            self._current = self._take = self._loop = self._once = None
            self._parked_s = 0.0
        if self._original is None or self._original.sound != follow.original:
            self._original = Voice(follow.original, "original")
        if follow.bridge is not None or self._follow is None or follow.take != self._follow.take:
            self._bridge = follow.bridge
        if follow.take is None:
            self._take = None
        elif self._take is None or self._take.sound != follow.take:
            self._take = Voice(follow.take, "take")
        self._follow = follow
        self._drop_stale()

    def bridge(self, voice: LiveVoice) -> None:
        """Take up a bridge that has been built, unless no such sound is asked for any more.

        While a knob is dragged each one comes when the next is asked for already: it is nearer than what is heard.
        """
        if not self._asks_for(voice):
            self.discarded.append(voice)
            return
        if self._live is not None and self._live is not self._current:
            self.discarded.append(self._live)
        self._live = voice

    def _asks_for(self, live: LiveVoice) -> bool:
        bridge = self._follow.bridge if self._follow else None
        return bridge is not None and bridge.sound == live.sound

    def seek_start(self) -> None:
        """Put the playhead at the first frame of what is heard."""
        self._parked_s = 0.0
        if self._current is not None:
            self._current.seek(0)

    def seek(self, source_s: float) -> None:
        """Put the playhead at a time of the source; at 0 at the start of what is heard, wherever that comes from."""
        self._once = None
        if source_s <= 0.0:
            self.seek_start()
        elif self._current is None:
            self._parked_s = source_s
        else:
            self._current.seek(self._current.frame_at(source_s))

    def listen(self, side: Side) -> None:
        """Switch to original or take."""
        self._side = side

    def play(self, once: PlayOnce | None = None) -> None:
        """Play on, or just once; from where that begins, in whatever order the take has it."""
        if once is not None and once.start_s is not None and once.end_s is not None:
            if self._current is None:
                self.seek(once.start_s)
            else:
                self._current.seek(min(self._current.frame_at(once.start_s), self._current.frame_at(once.end_s)))
        self._once, self.playing = once, True

    def pause(self) -> None:
        """Stay at the place."""
        self._once, self.playing = None, False

    def loop(self, start_s: float | None, end_s: float | None) -> None:
        """Repeat between two times of the source; a playhead outside goes to the start."""
        if start_s is None or end_s is None or end_s - start_s < SHORTEST_LOOP_S:
            self._loop = None
            return
        self._loop = (start_s, end_s)
        if self.playing and not start_s <= self.position_s < end_s:
            self.seek(start_s)

    def pull(self, frames: int) -> Samples:
        """The next (2, frames); zeros where nothing plays."""
        block = np.zeros((WIDTH, frames), np.float32)
        done = 0
        while done < frames:
            part = block[:, done : done + self._play(block[:, done:])]
            self._tail.mix(part)
            done += part.shape[1]
        return block

    def _play(self, block: Samples) -> int:
        """Write as much of the block as one voice plays without an edge; gives how much."""
        frames: int = block.shape[1]
        if not self.playing:
            return frames
        self._choose(frames)
        current = self._current
        if current is None:
            return frames
        edge = self._edge(current)
        if current.frame >= edge:
            self._turn(current)
            return 0 if self.playing else frames
        frames = min(frames, edge - current.frame)
        block[:, :frames] = current.read(frames)
        return frames

    def _drop_stale(self) -> None:
        """Let a bridge go that is neither heard nor asked for."""
        live = self._live
        if live is not None and live is not self._current and not self._asks_for(live):
            self.discarded.append(live)
            self._live = None

    def _choose(self, frames: int) -> None:
        wanted = self._wanted(frames)
        if wanted is self._current:
            return
        if self._current is None and wanted is not None:
            wanted.seek(self._place_in(wanted))
            if wanted.frame:
                self._tail.start(np.zeros((WIDTH, self._frames(SWAP_S)), np.float32))
            self._current = wanted
            return
        self._swap(wanted)

    def _wanted(self, frames: int) -> Voice | None:
        if self._side == "original" or (self._take is None and self._live is None and self._current is None):
            return self._original if self._ready(self._original, frames) else None
        for voice in (self._take, self._live, self._current):
            if self._ready(voice, frames):
                return voice
        return None

    def _ready(self, voice: Voice | None, frames: int) -> bool:
        """Whether a voice can play on here, and still be faded out afterwards."""
        if voice is None:
            return False
        ahead = SWAP_S if voice is self._current else MARGIN_S
        return voice.covers(self._place_in(voice), frames + self._frames(ahead))

    def _place_in(self, voice: Voice) -> int:
        """The playhead's frame in a voice: the same where time is the same; the start is every voice's start."""
        current = self._current
        if self.at_start:
            return 0
        if current is not None and current.rate == voice.rate and current.sound.time_map == voice.sound.time_map:
            return current.frame
        return voice.frame_at(self.position_s)

    def _swap(self, wanted: Voice | None) -> None:
        old = self._current
        assert old is not None
        if wanted is None:
            self._parked_s = self.position_s
        else:
            wanted.seek(self._place_in(wanted))
            wanted.enter()
        self._tail.start(self._tail.mix(old.read(self._frames(SWAP_S))))
        self._current = wanted
        self._drop_stale()

    def _edge(self, voice: Voice) -> int:
        """The frame at which the voice must turn: the end of what is played once, the loop's, or its own."""
        if self._once is not None and self._once.start_s is not None and self._once.end_s is not None:
            return max(voice.frame_at(self._once.start_s), voice.frame_at(self._once.end_s))
        ends = self._loop_frames(voice)
        return ends[1] if ends and voice.frame <= ends[1] else voice.length

    def _loop_frames(self, voice: Voice) -> tuple[int, int] | None:
        if self._loop is None or self._once is not None:
            return None
        if self._loops_all():
            return 0, voice.length
        start, end = sorted(voice.frame_at(second) for second in self._loop)
        return (start, end) if end - start >= self._frames(SHORTEST_LOOP_S) else None

    def _loops_all(self) -> bool:
        """Whether the loop is the whole source, and so the whole take, wherever its ends have gone in it."""
        if self._loop is None or self._original is None:
            return False
        return self._loop[0] <= 0.0 and self._loop[1] >= (self._original.length - 1) / self._original.rate

    def _turn(self, voice: Voice) -> None:
        """At the loop's end go to its start; else stop, back where what was played once began or at the start."""
        ends = self._loop_frames(voice)
        if ends is None:
            once = self._once
            self.pause()
            self.seek(once.start_s if once is not None and once.start_s is not None else 0.0)
            return
        before = voice.read(self._frames(WRAP_S))
        voice.seek(ends[0])
        voice.has_risen()
        if ends != (0, voice.length):
            self._tail.start(self._tail.mix(before))

    def _frames(self, seconds: float) -> int:
        return max(round(seconds * self.rate), 1)
