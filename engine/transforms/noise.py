"""Noise that is added at a signal-to-noise ratio: white, coloured, or recorded."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from ..dsp.active_level import SILENT_DB, active_level
from ..dsp.levels import decibels_of, gain_of
from ..dsp.noise import ColoredNoise, NoiseSource, Recording, rms_of
from ..dsp.noise import WhiteNoise as WhiteSource
from ..params import bank, number
from ..transform import Measured

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw
    from ..transform import Numbers, Processor, StreamSpec

SNR_HELP = (
    "How far the noise lies below the sound. The sound's level is its RMS where it is active: the frames of "
    "50 ms within 30 dB of the loudest. The noise's level is its RMS over the whole clip."
)


class NoiseAdder:
    """Adds a noise at a fixed gain; what is added depends on the frame of the clip alone."""

    latency = 0
    tail = 0

    def __init__(self, source: NoiseSource, gain: float) -> None:
        self._source = source
        self._gain = gain
        self._frame = 0

    def process(self, block: Samples) -> Samples:
        """Add the noise that belongs to these frames."""
        noise = self._source.read(self._frame, block.shape[1])
        self._frame += block.shape[1]
        return block + noise * self._gain

    def reset(self, frame: int = 0) -> None:
        """Go on at an absolute frame of the clip."""
        self._frame = frame


class AddedNoise(Measured, abstract=True):
    """Noise at a ratio to the active level of the clip; one gain for all channels, and silence is left alone."""

    snr_db: float = number(20, -30, 100, "dB", typical=(5, 40), help=SNR_HELP)

    @abstractmethod
    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> NoiseSource:
        """The noise itself, at any level, for a clip of so many frames."""

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """The gain that brings this very noise to the level of this very clip."""
        signal = active_level(samples, spec.sample_rate)
        noise = rms_of(self.source(spec, draw, samples.shape[1]), samples.shape[1])
        heard = signal > 0 and noise > gain_of(SILENT_DB)
        gain = signal / noise if heard else 0.0
        return {"gain": gain, "frames": float(samples.shape[1]), "active_db": max(decibels_of(signal), SILENT_DB)}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Add the noise, so far below the level that was measured as is asked for."""
        gain = numbers["gain"] * gain_of(-self.snr_db)
        return NoiseAdder(self.source(spec, draw, int(numbers["frames"])), gain)


class WhiteNoise(AddedNoise):
    """Adds white noise: hiss with the same power at every frequency.

    It is Gaussian, independent on each channel.
    """

    also_called = ("AddGaussianSNR", "AddGaussianNoise", "hiss", "AddNoise", "whitenoise", "synth noise")

    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> NoiseSource:
        """White noise of the step's key."""
        return WhiteSource(draw.key, spec.channels)


class ColorNoise(AddedNoise):
    """Adds noise whose power rises or falls evenly with the octave: pink, brown, blue, violet.

    The slope holds from 20 Hz to half the sample rate; below 20 Hz the noise is flat.
    """

    also_called = (
        "AddColorNoise", "pink noise", "brown noise", "blue noise", "violet noise", "red noise", "AddColoredNoise",
        "PinkNoise",
    )  # fmt: skip

    slope_db_per_octave: float = number(
        -3, -12, 12, "dB/oct", typical=(-6, 6), help="White is 0, pink -3, brown -6, blue 3, violet 6."
    )

    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> NoiseSource:
        """Coloured noise of the step's key."""
        return ColoredNoise(draw.key, spec.channels, spec.sample_rate, self.slope_db_per_octave)


class BackgroundNoise(AddedNoise):
    """Mixes a recording from a folder under the sound.

    A recording that is longer than the clip is taken from a drawn place on; a shorter one is looped with a
    crossfade of 50 ms. Mono goes to every channel. Where the recording is silent nothing is added.
    """

    also_called = ("AddBackgroundNoise", "ambience", "babble", "AddNoise", "add_noise", "CutMix", "mix")

    bank: str = bank("background", help="The folder of recordings to draw from, by the name it is bound to.")
    snr_db: float = number(15, -30, 100, "dB", typical=(3, 30), help=SNR_HELP)

    def source(self, spec: StreamSpec, draw: Draw, frames: int) -> Recording:
        """The step's recording from the drawn place on."""
        return Recording(draw.recording(), spec.sample_rate, spec.channels, frames, draw.key.uniform("offset"))

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """Find also where in the recording the noise begins."""
        offset = self.source(spec, draw, samples.shape[1]).offset
        return {**super().measure(samples, spec, draw), "offset_s": offset / spec.sample_rate}
