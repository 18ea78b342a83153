"""Distortion: what overloaded stages, hard clipping, too few bits and a careless converter do to a waveform."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..dsp.aliasing import LowRate
from ..dsp.bending import Beside, exceeded_by
from ..dsp.dither import Dithered, DitherNoise
from ..dsp.levels import chunks, energy_of, gain_of, peak_of
from ..dsp.pointwise import Pointwise, amplifier
from ..dsp.sos import SectionProcessor
from ..params import choice, number
from ..transform import Measured, Numbers, Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw

SILENT = gain_of(-180)
"""Below this there is nothing to distort."""


class Distortion(Streaming):
    """Drives the sound into a soft limit, louder with more drive, as an overdriven amplifier does."""

    also_called = ("saturation", "drive", "tanh", "waveshaper")

    drive_db: float = number(
        6, 0, 60, "dB", typical=(1, 12), help="Gain before tanh; about what soft sounds become louder by."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """tanh(gain * x), as in pedalboard's Distortion."""
        drive = np.float32(gain_of(self.drive_db))
        return Pointwise(lambda block: np.tanh(block * drive))


class TanhDistortion(Measured):
    """Drives the sound into a soft limit, whatever its level, and brings it back to the level it had."""

    also_called = ("soft clipping", "saturation", "tanh")

    drive_db: float = number(
        12, 0, 60, "dB", typical=(3, 24), help="Level of the clip's peak above the point where tanh bends, 0 dB = 1."
    )

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """The factors before and after tanh; nothing for silence."""
        peak = peak_of(samples)
        if peak < SILENT:
            return {}
        before = gain_of(self.drive_db) / peak
        bent = sum(
            float(np.square(np.tanh(part * np.float32(before)), dtype=np.float64).sum()) for part in chunks(samples)
        )
        return {"before": before, "after": math.sqrt(energy_of(samples) / bent)}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """The tanh between its two factors, so that the clip's RMS stays."""
        if not numbers:
            return amplifier(1.0)
        before, after = np.float32(numbers["before"]), np.float32(numbers["after"])
        return Pointwise(lambda block: np.tanh(block * before) * after)


class Clipping(Streaming):
    """Cuts off whatever exceeds a level, as an overloaded input does."""

    also_called = ("Clip", "clip_amplitude", "DoClip", "rand_amp_clip", "hard clipping")

    threshold_db: float = number(-12, -60, 0, "dBFS", typical=(-30, -6), help="Level at which it is cut off.")
    asymmetry_db: float = number(
        0, -24, 24, "dB", typical=(-6, 6), help="How much higher the limit of the lower half of the waveform lies."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Clip to a limit on either side."""
        upper = np.float32(gain_of(self.threshold_db))
        lower = -np.float32(gain_of(self.threshold_db + self.asymmetry_db))
        return Pointwise(lambda block: np.clip(block, lower, upper))


class PercentileClipping(Measured):
    """Cuts off a given share of the samples, whatever the level of the clip.

    The share is counted over all channels among the samples that lie within 60 dB of the clip's peak, so that pauses
    do not count. The limit is the same on both sides.
    """

    also_called = ("ClippingDistortion", "ClipByRatio", "percentile clipping", "Clipping")

    clipped_percent: float = number(
        20, 0, 80, "%", typical=(0, 40), help="Share of the samples that are cut off; 0 does nothing."
    )

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """The level that the share exceeds; nothing for silence."""
        limit = exceeded_by(samples, self.clipped_percent / 100)
        return {"limit": limit} if limit else {}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Clip to that level on both sides."""
        if not numbers:
            return amplifier(1.0)
        limit = np.float32(numbers["limit"])
        return Pointwise(lambda block: np.clip(block, -limit, limit))


class Overdrive(Streaming):
    """Overloads the sound like a valve stage and mixes it with what came in.

    The sound is raised by the gain, moved aside by the colour, bent by a cubic curve up to full scale, freed of its
    constant part below 35 Hz and added: half of the input and three quarters of that. What is soft becomes louder by
    almost the gain.
    """

    also_called = ("overdrive", "valve distortion", "tube distortion")
    reference = "SoX, overdrive"

    gain_db: float = number(20, 0, 60, "dB", typical=(5, 30), help="How far it is raised before it is bent.")
    color_percent: float = number(
        20, 0, 100, "%", typical=(0, 50), help="How unlike the two halves of the waveform are bent: even harmonics."
    )

    BLOCKED: ClassVar[float] = 0.995
    """The pole that takes the constant part away, at 44.1 kHz."""

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """The bent sound through a one-pole high-pass, beside the input."""
        gain, aside = gain_of(self.gain_db), self.color_percent / 200
        pole = self.BLOCKED ** (44100 / spec.sample_rate)
        blocker = SectionProcessor(np.array([[1, -1, 0, 1, -pole, 0]]), spec)
        return Beside(lambda block: _cubic(block * gain + aside) - _cubic(np.float64(aside)), blocker, 0.5, 0.75)


def _cubic(driven: Any) -> Any:
    bent = np.clip(driven, -1, 1)
    return bent - bent * bent * bent / 3


class Contrast(Streaming):
    """Makes the sound louder and denser without compressing it, by bending the waveform itself."""

    also_called = ("contrast", "acontrast", "enhancer", "loudness")
    reference = "SoX, contrast"

    amount_percent: float = number(
        75, 0, 100, "%", typical=(20, 100), help="How much detail is brought out; 0 still rounds the peaks."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A sine of the waveform, with a little of its fourth multiple in it."""
        more = np.float32(self.amount_percent / 750)

        def bend(block: Samples) -> Samples:
            angle = np.clip(block, -1, 1) * np.float32(math.pi / 2)
            bent: Samples = np.sin(angle + more * np.sin(4 * angle))
            return bent

        return Pointwise(bend)


class Aliasing(Streaming):
    """Folds the treble down, as sampling at a low rate without a filter does.

    The sound is read at a lower rate and back at its own, on straight lines between samples. A rate at or above the
    clip's does nothing.
    """

    also_called = ("Aliasing", "downsampling", "downsample", "sample rate reduction", "decimator", "lo-fi")

    rate_hz: float = number(
        8000, 500, 48000, "Hz", typical=(3000, 16000), scale="log", help="The lower rate; half of it folds downwards."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Down and up again, by linear interpolation."""
        if self.rate_hz >= spec.sample_rate:
            return amplifier(1.0)
        return LowRate(spec.sample_rate / self.rate_hz, spec.channels, spec.frames)


class DcOffset(Streaming):
    """Moves the whole waveform up or down, as a badly set input does."""

    also_called = ("dcshift", "DC offset", "DC shift", "bias")

    offset_percent: float = number(
        5, -100, 100, "%", typical=(-5, 5), help="How far it is moved, as a share of full scale."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Add a constant."""
        offset = np.float32(self.offset_percent / 100)
        return Pointwise(lambda block: block + offset)


class BitCrush(Streaming):
    """Rounds every sample to few bits, as early digital devices did."""

    also_called = ("Bitcrush", "DropBitResolution", "quantization", "lo-fi")

    bit_depth: int = number(8, 2, 24, "bit", typical=(5, 10), integer=True, help="Bits a sample is rounded to.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Round to the nearest of the steps that the bits give between -1 and 1; without dither."""
        steps = np.float32(2 ** (self.bit_depth - 1))

        def crush(block: Samples) -> Samples:
            crushed = block * steps
            np.rint(crushed, out=crushed)
            crushed *= 1 / steps
            return crushed

        return Pointwise(crush)


class Dither(Streaming):
    """Rounds every sample to fewer bits as mastering does: a little noise first, so that fades do not crackle.

    The noise is 2 steps wide from end to end if triangular, 1 if rectangular, and half a step RMS if gaussian.
    """

    also_called = ("dither", "TPDF", "requantisation", "quantization")
    reference = "S. Lipshitz et al., Quantization and Dither: A Theoretical Survey, JAES, 1992"

    bit_depth: int = number(16, 2, 24, "bit", typical=(8, 16), integer=True, help="Bits a sample is rounded to.")
    density: str = choice(
        "triangular", ("triangular", "rectangular", "gaussian"), help="How the noise before the rounding is spread."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Add noise, round, and cut off what is beyond full scale."""
        return Dithered(DitherNoise(draw.key, spec.channels, self.density), self.bit_depth)
