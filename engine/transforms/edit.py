"""Cutting, joining, moving and turning round: what rearranges time without touching the sound itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..clip import Segment, TimeMap
from ..dsp.active_level import frame_powers
from ..dsp.levels import energy_of, gain_of
from ..dsp.masks import Masker
from ..dsp.noise import WhiteNoise
from ..dsp.pieces import Piece, assembled, fade_around, frames_of, map_of, padded
from ..dsp.recorded import with_channels
from ..params import bank, choice, number, switch
from ..transform import Measured, WholeClip

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw, Key
    from ..transform import Numbers, Processor, StreamSpec

TRIM_FRAME_S = 0.01
LEFT_WHEN_PADDED = 0.1
"""So much of a clip is left at least where padding takes the place of its sound."""

PLACES = ("drawn", "start", "middle", "end")
FILLS = ("silence", "wrap", "reflect")
FILL_HELP = "What is put there: silence, the clip again from its other end, or the clip mirrored."
PADDED_FADE_HELP = "Fade where silence or the clip again meets the clip, against a click; mirrored it has none."


def place_of(place: str, spare: int, key: Key) -> int:
    """Where something lies that could begin at any of the frames 0 to `spare`; only what is open is drawn."""
    if place == "drawn" and spare:
        return int(key.uniform("place") * (spare + 1))
    return {"middle": spare // 2, "end": spare}.get(place, 0)


class Shift(WholeClip):
    """Moves the sound later or earlier within the clip, which keeps its length.

    What leaves at one end comes back at the other (roll) or is replaced by silence (pad).
    """

    also_called = (
        "roll", "time shift", "rotate", "TimeShift", "RandomShift", "random_wrap_audio", "delay", "ShiftAug",
    )  # fmt: skip

    shift_percent: float = number(
        25, -100, 100, "%", typical=(-50, 50), help="How far, as a share of the clip; below 0 is earlier."
    )
    offset_s: float = number(
        0, -60, 60, "s", typical=(-0.1, 0.1), help="How far, in seconds; it is added to the share of the clip."
    )
    mode: str = choice("roll", ("roll", "pad"), help="Whether what leaves the clip comes back at its other end.")
    fade_ms: float = number(5, 0, 100, "ms", typical=(0, 10), help="Fade where the sound was cut, against a click.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip moved, with its two pieces of time."""
        frames = samples.shape[1]
        moved = round(self.shift_percent / 100 * frames) + round(self.offset_s * spec.sample_rate)
        if self.mode == "pad":
            moved = min(max(moved, -frames), frames)
        seam = moved % frames
        out = np.concatenate((samples[:, frames - seam :], samples[:, : frames - seam]), axis=1)
        if seam:
            fade_around(out, seam, frames_of(self.fade_ms, spec.sample_rate))
        if self.mode == "pad":
            out[:, _padded(moved)] = 0
        return out, _shift_map(moved, frames, spec.sample_rate, self.mode == "pad")


def _padded(moved: int) -> slice:
    """Which frames of a clip that was moved are silent."""
    if moved == 0:
        return slice(0, 0)
    return slice(0, moved) if moved > 0 else slice(moved, None)


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


class Crop(WholeClip):
    """Keeps one stretch of the clip and cuts off the rest.

    The stretch is as long as asked for in seconds and as a share of the clip, whichever is shorter. A clip that is
    no longer than that stays as it is.
    """

    also_called = ("RandomCrop", "trim", "cut", "excerpt", "truncate", "slice", "random_trim")

    longest_s: float = number(
        2, 0.001, 3600, "s", typical=(0.5, 10), scale="log", help="The longest that the stretch may be."
    )
    share_percent: float = number(
        100, 0.1, 100, "%", typical=(70, 100), help="The longest that it may be as a share of the clip."
    )
    keep: str = choice("drawn", PLACES, help="Which part is kept: at a drawn place, the start, the middle or the end.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The stretch that is kept."""
        frames = samples.shape[1]
        wanted = min(round(self.longest_s * spec.sample_rate), round(self.share_percent / 100 * frames), frames)
        wanted = max(wanted, 1)
        start = place_of(self.keep, frames - wanted, draw.key)
        return assembled(samples, [Piece(wanted, start)], spec.sample_rate)


class FixedDuration(WholeClip):
    """Makes every clip equally long: longer ones are cropped, shorter ones padded."""

    also_called = ("AdjustDuration", "pad or trim", "fix_length", "PadTrim", "pad", "truncate")

    duration_s: float = number(
        2, 0.001, 120, "s", typical=(1, 10), scale="log", help="How long the clip becomes, to the frame."
    )
    fill: str = choice("silence", FILLS, help=FILL_HELP)
    sound_at: str = choice(
        "start", ("start", "middle", "end", "drawn"), help="Where a clip that is too short lies in what it becomes."
    )
    keep: str = choice("drawn", PLACES, help="Which part is kept of a clip that is too long.")
    fade_ms: float = number(5, 0, 100, "ms", typical=(0, 10), help=PADDED_FADE_HELP)

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """Exactly that many frames."""
        frames, rate = samples.shape[1], spec.sample_rate
        wanted = max(round(self.duration_s * rate), 1)
        if frames >= wanted:
            start = place_of(self.keep, frames - wanted, draw.key)
            return assembled(samples, [Piece(wanted, start)], rate)
        before = place_of(self.sound_at, wanted - frames, draw.key)
        return padded(samples, rate, before, wanted - frames - before, self.fill, frames_of(self.fade_ms, rate))


class Padding(WholeClip):
    """Puts silence, or more of the clip, before or behind it.

    The share and the seconds are added. Where the length is kept, the padding takes the place of the sound at that
    end, and a tenth of the clip is always left.
    """

    also_called = ("pad", "AppendValue", "PrependValue", "silence", "adelay", "extend")

    share_percent: float = number(
        10, 0, 100, "%", typical=(1, 70), help="How much is put there, as a share of the clip."
    )
    pad_s: float = number(0, 0, 60, "s", typical=(0, 1), help="How much more is put there, in seconds.")
    fill: str = choice("silence", FILLS, help=FILL_HELP)
    at: str = choice("end", ("start", "both", "end"), help="Where it is put; both shares it evenly between the ends.")
    keep_length: bool = switch(False, help="Replace the sound at that end, so that the clip keeps its own length.")
    fade_ms: float = number(5, 0, 100, "ms", typical=(0, 10), help=PADDED_FADE_HELP)

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip with its padding."""
        frames, rate = samples.shape[1], spec.sample_rate
        pad = round(self.share_percent / 100 * frames) + round(self.pad_s * rate)
        if self.keep_length:
            pad = min(pad, int((1 - LEFT_WHEN_PADDED) * frames))
        before = {"start": pad, "both": pad // 2, "end": 0}[self.at]
        start, end = (before, frames - pad + before) if self.keep_length else (0, frames)
        fade = frames_of(self.fade_ms, rate)
        return padded(samples, rate, before, pad - before, self.fill, fade, range(start, end))


class Repeat(WholeClip):
    """Plays the clip several times in a row."""

    also_called = ("Loop", "tile", "aloop")

    times: int = number(
        2, 1, 20, typical=(2, 4), integer=True, help="How often it is played in all; 1 changes nothing."
    )
    fade_ms: float = number(5, 0, 100, "ms", typical=(0, 10), help="Fade where the clip begins again, against a click.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip over and over, its end faded out and its beginning in at each seam."""
        frames, rate = samples.shape[1], spec.sample_rate
        fade = min(frames_of(self.fade_ms, rate), frames // 2)
        out, time_map = assembled(samples, [Piece(frames, 0)] * self.times, rate)
        for turn in range(1, self.times):
            fade_around(out, turn * frames, fade)
        return out, time_map


class Concatenate(WholeClip):
    """Puts a recording from a folder before or behind the clip.

    It keeps its own level. Of one that is longer than allowed, a stretch at a drawn place is taken. Mono goes to
    every channel.
    """

    also_called = ("Append", "Prepend", "splice", "append", "concat", "mix sequence")

    bank: str = bank("recordings", help="The folder of recordings that one is drawn from.")
    place: str = choice(
        "behind", ("before", "behind"), help="Whether the recording comes before the clip or behind it."
    )
    longest_s: float = number(
        5, 0.01, 120, "s", typical=(1, 10), scale="log", help="The longest that is taken of the recording."
    )
    gap_ms: float = number(0, 0, 10000, "ms", typical=(0, 500), help="Silence between the two.")
    fade_ms: float = number(5, 0, 1000, "ms", typical=(0, 50), help="Fade where the two meet, against a click.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The two in a row; the recording counts as a gap in the clip's own time."""
        rate, frames = spec.sample_rate, samples.shape[1]
        other = self._stretch(draw, rate, spec.channels)
        gap = np.zeros((spec.channels, frames_of(self.gap_ms, rate)), np.float32)
        first, last = (other, samples) if self.place == "before" else (samples, other)
        joined = np.concatenate((first, last), axis=1)
        fade_around(joined, first.shape[1], frames_of(self.fade_ms, rate))
        out = np.concatenate((joined[:, : first.shape[1]], gap, joined[:, first.shape[1] :]), axis=1)
        added = Piece(other.shape[1] + gap.shape[1], None)
        pieces = [added, Piece(frames, 0)] if self.place == "before" else [Piece(frames, 0), added]
        return out, map_of(pieces, rate)

    def _stretch(self, draw: Draw, sample_rate: int, channels: int) -> Samples:
        """What is taken of the recording, float32 (channels, frames)."""
        recording = draw.recording()
        wanted = min(max(round(self.longest_s * sample_rate), 1), recording.shape[1])
        start = place_of("drawn", recording.shape[1] - wanted, draw.key)
        return with_channels(recording[:, start : start + wanted], channels)


class TimeMask(Measured):
    """Silences a stretch of the clip, or several, at a drawn place, or fills it with noise; nothing moves.

    Each stretch has its own place, and they may overlap. The fades lie inside the stretch, so that outside of it no
    sample is changed.
    """

    also_called = (
        "dropout", "cutout", "TimeMasking", "Mask", "DropChunk", "FastDropChunk", "time_mask", "audio_time_mask",
        "time_dropout", "MaskAug",
    )  # fmt: skip

    width_percent: float = number(
        10, 0, 100, "%", typical=(1, 20), help="Length of the stretch as a share of the clip."
    )
    fade_ms: float = number(5, 0, 100, "ms", typical=(0, 10), help="Fade at both ends of the stretch.")
    count: int = number(1, 1, 20, typical=(1, 4), integer=True, help="How many stretches of that length there are.")
    place: str = choice("drawn", PLACES, help="Where the stretch lies; several only differ if their place is drawn.")

    fill: str = choice("silence", ("silence", "noise"), help="Whether it is silent there, or white noise is heard.")
    noise_db: float = number(
        0, -80, 20, "dB", typical=(-20, 0), help="Level of that noise, above or below the RMS of the clip."
    )

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """Where each stretch lies in this clip; the first without a number, as when there was but one."""
        frames = samples.shape[1]
        width = round(self.width_percent / 100 * frames)
        numbers: dict[str, float] = {}
        for index in range(self.count):
            start = self._start(frames - width, draw.key, index)
            ending = f"_{index + 1}" if index else ""
            numbers |= {f"start_frame{ending}": float(start), f"end_frame{ending}": float(start + width)}
        if self.fill == "noise":
            numbers["rms"] = math.sqrt(energy_of(samples) / samples.size)
        return numbers

    def _start(self, spare: int, key: Key, index: int) -> int:
        if self.place == "drawn" and index:
            return int(key.uniform("place", index) * (spare + 1))
        return place_of(self.place, spare, key)

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Silence those stretches, or fill them."""
        endings = [f"_{index + 1}" if index else "" for index in range(self.count)]
        measured = [one for one in endings if f"start_frame{one}" in numbers]  # fewer while the knob is turned up
        stretches = [(int(numbers[f"start_frame{one}"]), int(numbers[f"end_frame{one}"])) for one in measured]
        filling = WhiteNoise(draw.key, spec.channels) if self.fill == "noise" else None
        gain = numbers.get("rms", 0.0) * gain_of(self.noise_db)
        return Masker(stretches, frames_of(self.fade_ms, spec.sample_rate), filling, gain)
