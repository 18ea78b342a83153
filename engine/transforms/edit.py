"""Cutting, moving and turning round: what rearranges time without touching the sound itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..clip import Segment, TimeMap
from ..dsp.active_level import frame_powers
from ..dsp.levels import gain_of
from ..params import choice, number
from ..transform import Measured, WholeClip

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw
    from ..transform import Numbers, Processor, StreamSpec

TRIM_FRAME_S = 0.01


def fade_in(frames: int) -> Samples:
    """A raised-cosine rise over so many frames, from just above 0 to just below 1."""
    turn = (np.arange(frames, dtype=np.float32) + 0.5) / np.float32(max(frames, 1))
    rise: Samples = np.float32(0.5) - np.float32(0.5) * np.cos(np.float32(np.pi) * turn)
    return rise


class Shift(WholeClip):
    """Moves the sound later or earlier within the clip, which keeps its length.

    What leaves at one end comes back at the other (roll) or is replaced by silence (pad).
    """

    also_called = ("roll", "time shift", "rotate", "TimeShift")

    shift_percent: float = number(
        25, -100, 100, "%", typical=(-50, 50), help="How far, as a share of the clip; below 0 is earlier."
    )
    mode: str = choice("roll", ("roll", "pad"), help="Whether what leaves the clip comes back at its other end.")
    fade_ms: float = number(5, 0, 100, "ms", typical=(0, 10), help="Fade where the sound was cut, against a click.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip moved, with its two pieces of time."""
        frames = samples.shape[1]
        moved = round(self.shift_percent / 100 * frames)
        fade = round(self.fade_ms / 1000 * spec.sample_rate)
        out = np.roll(samples, moved, axis=1)
        seam = moved % frames
        if seam:
            _fade_around(out, seam, fade)
        if self.mode == "pad":
            out[:, _padded(moved)] = 0
        return out, _shift_map(moved, frames, spec.sample_rate, self.mode == "pad")


def _padded(moved: int) -> slice:
    """Which frames of a clip that was moved are silent."""
    if moved == 0:
        return slice(0, 0)
    return slice(0, moved) if moved > 0 else slice(moved, None)


def _fade_around(samples: Samples, seam: int, fade: int) -> None:
    """Fade out before a frame and in after it, in place; each fade has at most half of its piece."""
    before, after = min(fade, seam // 2), min(fade, (samples.shape[1] - seam) // 2)
    samples[:, seam - before : seam] *= fade_in(before)[::-1]
    samples[:, seam : seam + after] *= fade_in(after)


def _shift_map(moved: int, frames: int, sample_rate: int, gaps: bool) -> TimeMap:
    """The map of a shift: a piece that moved as asked, and one that came round or is a gap."""
    if abs(moved) == frames and gaps:
        return TimeMap((Segment((0.0, frames / sample_rate), None),))
    seam = moved % frames
    if seam == 0:
        return TimeMap.identity(frames / sample_rate)
    at, end, cut = seam / sample_rate, frames / sample_rate, (frames - seam) / sample_rate
    first = Segment((0.0, at), None if gaps and moved > 0 else (cut, end))
    last = Segment((at, end), None if gaps and moved < 0 else (0.0, cut))
    return TimeMap((first, last))


class Reverse(WholeClip):
    """Plays the clip backwards."""

    also_called = ("TimeInversion", "backwards")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip turned round, and its time with it."""
        duration_s = samples.shape[1] / spec.sample_rate
        return samples[:, ::-1].copy(), TimeMap((Segment((0.0, duration_s), (duration_s, 0.0)),))


class Trim(WholeClip):
    """Cuts silence off both ends.

    Frames of 10 ms count as silence where their level, over all channels, lies more than `top_db` below the
    loudest frame's. At least one frame is always kept; a clip without any sound is left as it is.
    """

    also_called = ("strip silence", "Vad", "silence")

    top_db: float = number(30, 3, 120, "dB", typical=(20, 60), help="What lies so far below the loudest is silence.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The part from the first to the last frame with sound."""
        frame = max(round(TRIM_FRAME_S * spec.sample_rate), 1)
        powers = frame_powers(samples, frame)
        loud = np.flatnonzero(powers >= powers.max() * gain_of(-self.top_db) ** 2)
        start = int(loud[0]) * frame
        end = samples.shape[1] if loud[-1] == powers.size - 1 else (int(loud[-1]) + 1) * frame
        kept = (end - start) / spec.sample_rate
        source = (start / spec.sample_rate, end / spec.sample_rate)
        return samples[:, start:end].copy(), TimeMap((Segment((0.0, kept), source),))


class TimeMask(Measured):
    """Silences a stretch of the clip at a drawn place; nothing moves.

    The fades lie inside the stretch, so that outside of it no sample is changed.
    """

    also_called = ("dropout", "cutout", "TimeMasking", "Mask", "DropChunk")

    width_percent: float = number(
        10, 0, 100, "%", typical=(1, 20), help="Length of the stretch as a share of the clip."
    )
    fade_ms: float = number(5, 0, 100, "ms", typical=(0, 10), help="Fade at both ends of the stretch.")

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """Where the stretch lies in this clip."""
        frames = samples.shape[1]
        width = round(self.width_percent / 100 * frames)
        start = int(draw.key.uniform("place") * (frames - width + 1))
        return {"start_frame": float(start), "end_frame": float(start + width)}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Silence that stretch."""
        fade = round(self.fade_ms / 1000 * spec.sample_rate)
        return Masker(int(numbers["start_frame"]), int(numbers["end_frame"]), fade)


class Masker:
    """Silences one stretch of absolute frames."""

    latency = 0
    tail = 0

    def __init__(self, start: int, end: int, fade: int) -> None:
        rise = fade_in(min(fade, (end - start) // 2))
        self._start = start
        self._gain = np.concatenate((rise[::-1], np.zeros(end - start - 2 * rise.size, np.float32), rise))
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Multiply by the stretch's gain where the block meets it."""
        out = block.copy()
        first = max(self._start - self._frame, 0)
        last = min(self._start + self._gain.size - self._frame, block.shape[1])
        if first < last:
            offset = self._frame - self._start
            out[:, first:last] *= self._gain[first + offset : last + offset]
        self._frame += block.shape[1]
        return out

    def reset(self, frame: int = 0) -> None:
        """Go on at an absolute frame of the clip."""
        self._frame = frame
