"""Noise that is added to the sound: white or coloured, recorded, short, or of many voices."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, cast

from ..dsp.active_level import SILENT_DB, active_level
from ..dsp.levels import decibels_of, gain_of
from ..dsp.noise import ColoredNoise, NoiseAdder, NoiseSource, Weighting, rms_of
from ..dsp.noise import WhiteNoise as WhiteSource
from ..dsp.recorded import Event, EventAdder, Events, Recording, Together
from ..params import bank, choice, number
from ..transform import Measured, Streaming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..clip import Samples
    from ..draws import Draw
    from ..transform import Numbers, Processor, StreamSpec

NOTHING_DBFS = -90.0
"""A clip that is nowhere louder than the last bit of 16 has no sound that a ratio could be taken to."""

SNR_HELP = (
    "How far the noise lies below the sound. The sound's level is its RMS where it is active: the frames of "
    "50 ms within 30 dB of the loudest. The noise's level is its RMS over the whole clip."
)
SILENCE_HELP = "The level that a clip without sound (nothing above -90 dBFS) counts as, so that it gets noise too."
RELATIVE_HELP = "What snr_db counts down from: the level of the sound, or full scale whatever the sound is."
SLOPE_HELP = "White is 0, pink -3, brown -6, blue 3, violet 6."

PLACES_TOLD = 100
"""Of so many short noises in a clip it is written down where they were taken from."""


class AtRatio(Measured, abstract=True):
    """What is added at a ratio to the active level of the clip, over all channels."""

    snr_db: float = number(20, -30, 100, "dB", typical=(5, 40), help=SNR_HELP)
    silence_dbfs: float = number(-60, -140, 0, "dBFS", typical=(-70, -40), help=SILENCE_HELP)

    def level(self, samples: Samples, spec: StreamSpec) -> float:
        """What the ratio is taken to: the clip's active level, or what stands for it, as a factor."""
        active = active_level(samples, spec.sample_rate)
        return active if active > gain_of(NOTHING_DBFS) else gain_of(self.silence_dbfs)


class AddedNoise(AtRatio, abstract=True):
    """Noise whose RMS over the whole clip is measured; one gain for all channels."""

    @abstractmethod
    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> NoiseSource:
        """The noise itself, at any level, for a clip of so many frames."""

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """The gain that brings this very noise to the level of this very clip."""
        level = self.level(samples, spec)
        noise = rms_of(self.source(spec, draw, samples.shape[1]), samples.shape[1])
        gain = level / noise if noise > gain_of(SILENT_DB) else 0.0
        return {"gain": gain, "frames": float(samples.shape[1]), "active_db": decibels_of(level)}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Add the noise, so far below the level that was measured as is asked for."""
        gain = numbers["gain"] * gain_of(-self.snr_db)
        return NoiseAdder(self.source(spec, draw, int(numbers["frames"])), gain)


class WhiteNoise(AddedNoise):
    """Adds white noise: hiss with the same power at every frequency.

    It is Gaussian, independent on each channel.
    """

    version = 2
    also_called = (
        "AddGaussianSNR", "WhiteNoiseGaussian", "WhiteNoiseUniform", "hiss", "AddNoise", "whitenoise", "synth noise",
    )  # fmt: skip

    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> NoiseSource:
        """White noise of the step's key."""
        return WhiteSource(draw.key, spec.channels)


class ColorNoise(AddedNoise):
    """Adds noise whose power rises or falls evenly with the octave: pink, brown, blue, violet.

    The slope holds from 20 Hz to half the sample rate; below 20 Hz the noise is flat. It is Gaussian, independent on
    each channel.
    """

    version = 2
    also_called = (
        "AddColorNoise", "pink noise", "brown noise", "blue noise", "violet noise", "red noise", "AddColoredNoise",
        "PinkNoise", "grey noise", "NoiseAug", "add_noise",
    )  # fmt: skip
    reference = "Timmer and König (1995); A-weighting of IEC 61672-1"

    slope_db_per_octave: float = number(-3, -12, 12, "dB/oct", typical=(-6, 6), help=SLOPE_HELP)
    weighting: str = choice(
        "none", ("none", "A", "inverse A"), help="A curve laid over the slope; inverse A on white gives grey noise."
    )

    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> NoiseSource:
        """Coloured noise of the step's key."""
        weighting = cast("Weighting", self.weighting)
        return ColoredNoise(draw.key, spec.channels, spec.sample_rate, self.slope_db_per_octave, weighting)


class NoiseFloor(Streaming):
    """Adds steady noise at a fixed level, whatever the sound is: a microphone's or a preamplifier's own noise.

    The level is the RMS that the noise has in the long run. It is Gaussian, independent on each channel, and of any
    colour: its slope holds from 20 Hz to half the sample rate.
    """

    also_called = (
        "AddGaussianNoise",
        "self-noise",
        "synth noise",
        "room tone",
        "hiss",
        "dither",
        "comfort noise",
        "WhiteNoiseGaussian",
    )
    reference = "Timmer and König (1995)"

    level_dbfs: float = number(-60, -120, 0, "dBFS", typical=(-75, -45), help="RMS of the noise below full scale.")
    slope_db_per_octave: float = number(0, -12, 12, "dB/oct", typical=(-6, 3), help=SLOPE_HELP)

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Noise of power 1 at its level."""
        slope = self.slope_db_per_octave
        colored = ColoredNoise(draw.key, spec.channels, spec.sample_rate, slope) if slope else None
        return NoiseAdder(colored or WhiteSource(draw.key, spec.channels), gain_of(self.level_dbfs))


class FromBank(AtRatio, abstract=True):
    """Recordings of a bank, at a ratio to the sound or to full scale."""

    snr_db: float = number(15, -30, 100, "dB", typical=(3, 30), help=SNR_HELP)
    relative_to: str = choice("sound", ("sound", "full scale"), help=RELATIVE_HELP)

    def level(self, samples: Samples, spec: StreamSpec) -> float:
        """What the ratio is taken to, as a factor."""
        return super().level(samples, spec) if self.relative_to == "sound" else 1.0


class BackgroundNoise(FromBank, AddedNoise):
    """Mixes a recording from a folder under the sound.

    A recording that is longer than the clip is taken from a drawn place on; a shorter one is looped with a
    crossfade of 50 ms. Mono goes to every channel. Where the recording is silent nothing is added. Another clip of the
    dataset that is mixed in so brings its labels along: the result has those of both.
    """

    version = 2
    also_called = (
        "AddBackgroundNoise", "ambience", "AddNoise", "add_noise", "Mix", "Overlay", "CutMix", "mixup",
        "InsertInBackground", "add_background_noise", "insert_in_background",
    )  # fmt: skip

    bank: str = bank("background", help="The folder of recordings to draw from, by the name it is bound to.")

    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> Recording:
        """The step's recording from the drawn place on."""
        return Recording(draw.recording(), spec.sample_rate, spec.channels, frames, draw.key.uniform("offset"))

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """Find also where in the recording the noise begins."""
        offset = self.source(spec, draw, samples.shape[1]).offset
        return {**super().measure(samples, spec, draw), "offset_s": offset / spec.sample_rate}


class BabbleNoise(FromBank, AddedNoise):
    """Mixes several recordings of voices under the sound, all talking at once.

    Each voice is another recording of the folder (they come again where it has too few), from a drawn place on, looped
    if it is too short. All are brought to the same active level before they are added up.
    """

    also_called = ("BabbleNoise", "AddBabble", "add_babble_noise", "cocktail party", "crowd", "chatter")
    reference = "auglib's BabbleNoise"

    bank: str = bank("speech", help="The folder of recordings of one voice each, by the name it is bound to.")
    speakers: int = number(5, 1, 16, integer=True, typical=(3, 7), help="How many voices talk at once.")

    def recordings_wanted(self) -> int:
        """A recording for each voice."""
        return self.speakers

    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> Together:
        """The voices, alike in level."""
        voices: list[tuple[NoiseSource, float]] = []
        for voice in range(self.speakers):
            level = active_level(draw.recording(voice), spec.sample_rate)
            voices.append((self._voice(spec, draw, frames, voice), 1 / level if level else 0.0))
        return Together(voices)

    def _voice(self, spec: StreamSpec, draw: Draw, frames: int, voice: int) -> Recording:
        offset = draw.key.uniform("offset", voice)
        return Recording(draw.recording(voice), spec.sample_rate, spec.channels, frames, offset)

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """Find also where in its recording each voice begins."""
        offsets = (self._voice(spec, draw, samples.shape[1], voice).offset for voice in range(self.speakers))
        told = {f"offset_s_{voice}": offset / spec.sample_rate for voice, offset in enumerate(offsets, start=1)}
        return {**super().measure(samples, spec, draw), **told}


class ShortNoises(FromBank):
    """Puts short recordings of a folder under the sound here and there: clicks, coughs, slamming doors.

    The first begins at a drawn place before `every_s` is over, so that the shortest clip has one. From the end of one
    to the beginning of the next, 0.4 to 1.6 times `every_s` pass; in a burst, 0.1 to 1.1 times its length from
    beginning to beginning. Each noise's own active level, after its fades, lies below the sound's by its ratio.
    """

    also_called = ("AddShortNoises", "transients", "impulsive noise", "Overlay", "sound events")
    reference = "audiomentations' AddShortNoises"

    snr_db: float = number(
        6, -30, 100, "dB", typical=(0, 20), help="How far the noises lie below the sound, on average."
    )
    bank: str = bank("short", help="The folder of recordings to draw from, by the name it is bound to.")
    spread_db: float = number(6, 0, 40, "dB", typical=(0, 12), help="How far one noise's ratio may be off, either way.")
    every_s: float = number(
        5, 0.05, 600, "s", scale="log", typical=(1, 8), help="Pause between two noises, on average."
    )
    burst_percent: float = number(
        20, 0, 90, "%", typical=(0, 40), help="How often the next noise comes at once, over the one before."
    )
    longest_s: float = number(
        2, 0.02, 60, "s", scale="log", typical=(0.5, 3), help="The most that is played of a recording."
    )
    fade_in_ms: float = number(10, 0, 500, "ms", typical=(5, 80), help="Fade at the beginning of a noise.")
    fade_out_ms: float = number(50, 0, 500, "ms", typical=(10, 100), help="Fade at the end of a noise.")
    duck_db: float = number(0, 0, 100, "dB", typical=(0, 12), help="How far the sound is turned down under a noise.")
    recordings: int = number(4, 1, 16, integer=True, typical=(2, 8), help="How many recordings take turns in a clip.")

    def recordings_wanted(self) -> int:
        """As many as take turns."""
        return self.recordings

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """The level of the sound, how many noises there will be, and where in its recording each of the first is."""
        level = self.level(samples, spec)
        events = list(self._events(spec, draw, samples.shape[1], level))
        told = {
            f"offset_s_{event.recording + 1}_{turn}": event.offset / spec.sample_rate
            for turn, event in enumerate(events[:PLACES_TOLD], start=1)
        }
        return {"level": level, "frames": float(samples.shape[1]), "noises": float(len(events)), **told}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Add the noises at their places."""
        events = list(self._events(spec, draw, int(numbers["frames"]), numbers["level"]))
        rise, fall = (round(ms / 1000 * spec.sample_rate) for ms in (self.fade_in_ms, self.fade_out_ms))
        noises = Events(events, draw.recording, spec.channels, spec.sample_rate, (rise, fall))
        return EventAdder(noises, gain_of(-self.duck_db))

    def _events(self, spec: StreamSpec, draw: Draw, frames: int, level: float) -> Iterator[Event]:
        pause, longest = self.every_s * spec.sample_rate, round(self.longest_s * spec.sample_rate)
        start, turn = int(draw.key.uniform("first") * min(pause, frames)), 0
        while start < frames:
            which = int(draw.key.uniform("recording", turn) * self.recordings)
            there = draw.recording(which).shape[1]
            length = min(there, max(longest, 1))
            offset = int(draw.key.uniform("offset", turn) * (there - length + 1))
            snr_db = self.snr_db + self.spread_db * (2 * draw.key.uniform("ratio", turn) - 1)
            yield Event(start, which, offset, length, level * gain_of(-snr_db))
            wait = draw.key.uniform("wait", turn)
            burst = draw.key.uniform("burst", turn) < self.burst_percent / 100
            start += max(round((0.1 + wait) * length if burst else length + (0.4 + 1.2 * wait) * pause), 1)
            turn += 1
