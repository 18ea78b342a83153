"""A voice: one sound being read from a frame on, either as it was rendered or through a live Program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..track import TrackReader
from .fade import to_stereo

if TYPE_CHECKING:
    from ..clip import Samples
    from .messages import Bridge, Heard, Sound
    from .program import Program


WARM_AT_LEAST_S = 0.5
WARM_AT_MOST_S = 4.0
"""So much of what came before is run unheard for a Program that is to sound as if it had always run."""
SHORT_OF_TIME_S = 0.1
"""So much where the device waits."""
CATCH_UP_S = 0.5
EDGE_S = 0.005
GAP_S = 0.03
RISE_S = 0.01
"""A sound with a turn is silent for so long after it was taken up, and then rises for so long."""
_PIECE = 4096


class Voice:
    """A track at a frame; the track may still be growing."""

    def __init__(self, sound: Sound, heard: Heard) -> None:
        self.sound = sound
        self.heard: Heard = heard
        self.frame = 0
        self.rate = sound.track.sample_rate
        self._reader = TrackReader(sound.track)
        self._view: Samples = np.empty((sound.track.channels, 0), np.float32)
        self._gone = False
        self._gain = np.float32(10.0 ** (sound.gain_db / 20.0))
        self._entered: int | None = None

    @property
    def length(self) -> int:
        """How many frames it has, or will have."""
        total = self._reader.total
        return round(self.sound.time_map.duration_s * self.rate) if total is None else total

    def covers(self, frame: int, frames: int) -> bool:
        """Whether so many frames from there on (or all to the end) can be read now."""
        return not self._gone and self._reader.ready >= min(frame + frames, self.length)

    def seek(self, frame: int) -> None:
        """Go on from that frame."""
        self.frame = frame

    def enter(self) -> None:
        """Be taken up where it stands; a sound with a turn out of a silence."""
        self._entered = self.frame if self.sound.turn else None

    def has_risen(self) -> None:
        """Be heard at that place from now on, when it is come by again."""
        self._entered = None

    def read(self, frames: int) -> Samples:
        """The next frames as (2, n), a private array; zeros where the track ends."""
        block = self._as_loud(to_stereo(self._span(self.frame, frames)))
        self.frame += frames
        return block

    def source_s(self, frame: float) -> float:
        """The source's time that is heard at a frame."""
        return self.sound.time_map.to_source(frame / self.rate)

    def frame_at(self, source_s: float) -> int:
        """The frame at which a source's time is heard."""
        return min(max(round(self.sound.time_map.to_out(source_s) * self.rate), 0), self.length)

    def _as_loud(self, block: Samples) -> Samples:
        """What stands at the frame as loud as it is to be heard; without gain and turn the very same samples."""
        if self._gain != 1.0:
            block = block * self._gain
        since = -1 if self._entered is None else self.frame - self._entered
        if 0 <= since < (GAP_S + RISE_S) * self.rate:
            risen = (np.arange(since, since + block.shape[1]) / self.rate - GAP_S) / RISE_S
            block = block * np.clip(risen, 0.0, 1.0).astype(np.float32)
        return block

    def _span(self, start: int, frames: int) -> Samples:
        if self._view.shape[1] < start + frames and self._view.shape[1] < self._reader.ready:
            self._map_more()
        block = np.zeros((self._view.shape[0], frames), np.float32)
        there = self._view[:, start : start + frames]
        block[:, : there.shape[1]] = there
        return block

    def _map_more(self) -> None:
        """Map what has grown; a track that nobody wants any more may have been removed meanwhile."""
        try:
            self._view = self._reader.samples()
        except (OSError, ValueError):
            self._gone = True


class LiveVoice(Voice):
    """A bridge's sound through a Program; what comes out is aligned with the take that it stands in for."""

    def __init__(self, bridge: Bridge, program: Program) -> None:
        super().__init__(bridge.sound, "bridge")
        self.bridge = bridge
        self.program = program
        self._cold = True

    def covers(self, frame: int, frames: int) -> bool:
        """Whether the Program can be fed so far; never once it has failed."""
        return not self.program.failed and super().covers(frame, frames + self.program.latency)

    def warm_up(self, frame: int) -> None:
        """Get ready to go on from a frame, with all that rings there; takes a while, so not on the feeder's thread."""
        ringing_s = self.program.tail / self.rate
        self.frame = frame
        self._start(min(max(ringing_s, WARM_AT_LEAST_S), WARM_AT_MOST_S))

    def seek(self, frame: int) -> None:
        """Go on from that frame: a little further on by running there, else the Program is started anew when read."""
        ahead = frame - self.frame
        if not self._cold and 0 < ahead <= CATCH_UP_S * self.rate:
            self._feed(ahead, timed=False)
        self._cold = self._cold or frame != self.frame
        self.frame = frame

    def read(self, frames: int) -> Samples:
        """The next frames as (2, n), read ahead by the Program's latency."""
        if self._cold:
            self._start(SHORT_OF_TIME_S)
        return self._as_loud(to_stereo(self._feed(frames)))

    def _feed(self, frames: int, *, timed: bool = True) -> Samples:
        block = self.program.process(self._span(self.frame + self.program.latency, frames), timed=timed)
        self.frame += frames
        return block

    def _start(self, before_s: float) -> None:
        """Run what came before the playhead unheard; it is faded in, or a delay would give back its edge as a click."""
        start = max(self.frame - int(before_s * self.rate), 0)
        sound = self._span(start, self.frame + self.program.latency - start)
        if start:
            edge = min(int(EDGE_S * self.rate), sound.shape[1])
            sound[:, :edge] *= np.linspace(0.0, 1.0, edge, dtype=np.float32)
        self.program.start_at(start)
        for at in range(0, sound.shape[1], _PIECE):
            self.program.process(sound[:, at : at + _PIECE], timed=False)
        self._cold = False
