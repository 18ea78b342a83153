"""How loud a recording is: fixed gain, normalising by peak and by loudness, its sign, transitions and fades."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..dsp.envelope import FADES, edges, ramp
from ..dsp.levels import gain_of, peak_of
from ..dsp.pointwise import Pointwise, amplifier
from ..params import choice, number
from ..transform import Measured, Numbers, Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw

MAX_GAIN_HELP = "The most it turns up, so that near silence is not blown up to noise; silence is left as it is."


class Gain(Streaming):
    """Turns the level up or down by a fixed amount."""

    also_called = (
        "volume", "amplify", "Vol", "RandAmp", "random_gain", "perturb_volume", "change_volume", "GainStage",
        "LoudnessAug", "rand_amp_scale",
    )  # fmt: skip

    gain_db: float = number(0, -80, 40, "dB", typical=(-12, 12), help="How much louder, or quieter if negative.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Multiply by the gain."""
        return amplifier(gain_of(self.gain_db))


class PeakNormalize(Measured):
    """Sets the level so that the largest sample of the clip reaches a given peak."""

    also_called = ("Normalize", "PeakNormalization", "NormalizeByPeak", "NormalizeAug", "norm", "gain -n")

    peak_db: float = number(-1, -60, 0, "dBFS", typical=(-12, 0), help="Peak of the result below full scale.")
    when: str = choice(
        "always", ("always", "too_loud"), help="Whether every clip is set to the peak, or only one that exceeds it."
    )
    max_gain_db: float = number(60, 0, 120, "dB", typical=(20, 60), help=MAX_GAIN_HELP)

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """The clip's peak over all channels, full scale at 1."""
        return {"peak": peak_of(samples)}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Multiply all channels by one gain."""
        peak, target = numbers["peak"], gain_of(self.peak_db)
        if peak == 0 or (self.when == "too_loud" and peak <= target):
            return amplifier(1.0)
        return amplifier(min(target / peak, gain_of(self.max_gain_db)))


class LoudnessNormalize(Measured):
    """Sets the level so that the clip has a given integrated loudness (ITU-R BS.1770-4)."""

    also_called = (
        "LoudnessNormalization", "normalize_loudness", "loudnorm", "LUFS", "Loudness", "EBU R128",
    )  # fmt: skip
    reference = "ITU-R BS.1770-4"

    loudness_lufs: float = number(-23, -60, -5, "LUFS", typical=(-31, -13), help="Integrated loudness of the result.")
    max_gain_db: float = number(60, 0, 120, "dB", typical=(20, 60), help=MAX_GAIN_HELP)

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """The clip's integrated loudness; nothing for silence."""
        from ..dsp.loudness import integrated_loudness

        loudness = integrated_loudness(samples, spec.sample_rate)
        return {"loudness_lufs": loudness} if math.isfinite(loudness) else {}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Multiply all channels by one gain."""
        measured = numbers.get("loudness_lufs")
        if measured is None:
            return amplifier(1.0)
        return amplifier(gain_of(min(self.loudness_lufs - measured, self.max_gain_db)))


class PolarityInversion(Streaming):
    """Turns the waveform upside down; it sounds the same alone and cancels when mixed with the original."""

    also_called = (
        "Invert", "SignFlip", "invert_polarity", "invert polarity", "PolarityInverseAug", "phase inversion", "vol -1",
    )  # fmt: skip

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Change every sample's sign."""
        return Pointwise(np.negative)


class GainTransition(Measured):
    """Lets the level move from one gain to another, as when somebody walks away or turns a knob.

    The gain stands at the first value before the transition and at the second one after it, and moves evenly in
    decibels. A transition may begin before the clip or end after it; then the clip hears a part of it.
    """

    also_called = ("GainTransition", "volume ramp", "automation", "swell")

    start_gain_db: float = number(0, -80, 40, "dB", typical=(-24, 6), help="The gain before the transition.")
    end_gain_db: float = number(-12, -80, 40, "dB", typical=(-24, 6), help="The gain after the transition.")
    duration_s: float = number(1, 0.001, 60, "s", typical=(0.2, 6), scale="log", help="How long the gain moves.")
    center_percent: float = number(
        50, 0, 100, "%", typical=(0, 100), help="Where the middle of the transition lies, as a share of the clip."
    )

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """How long the clip is."""
        return {"frames": samples.shape[1]}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Multiply all channels by the moving gain."""
        middle, half = self.center_percent / 100 * numbers["frames"], self.duration_s * spec.sample_rate / 2
        return ramp((gain_of(self.start_gain_db), gain_of(self.end_gain_db)), middle - half, middle + half)


class Fade(Measured):
    """Lets the clip rise out of silence and sink back into it.

    A fade that is longer than the clip is as long as the clip.
    """

    also_called = ("Fade", "fade", "afade", "fade in", "fade out", "FadeIn", "FadeOut")

    fade_in_ms: float = number(100, 0, 60000, "ms", typical=(5, 1000), help="Length of the rise; 0 is none.")
    fade_out_ms: float = number(100, 0, 60000, "ms", typical=(5, 1000), help="Length of the fall; 0 is none.")
    shape: str = choice("half_sine", tuple(FADES), help="How the level moves between silence and the sound.")

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """How long the clip is."""
        return {"frames": samples.shape[1]}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Multiply all channels by the two fades."""
        frames = int(numbers["frames"])
        fade_in, fade_out = (
            min(round(length * spec.sample_rate / 1000), frames) for length in (self.fade_in_ms, self.fade_out_ms)
        )
        return edges(self.shape, fade_in, fade_out, frames)
