"""Filters: Butterworth high-pass, low-pass and band-pass of any steepness, and an equaliser of seven bands.

All of them are second-order sections in float64. A band or cutoff at or above 0.49 of the sample rate does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..dsp.sos import SectionProcessor, bandpass, butterworth, peaking, shelf
from ..params import number
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..draws import Draw

DB_PER_ORDER = 6
BUTTERWORTH = (
    "S. Butterworth, On the Theory of Filter Amplifiers, Experimental Wireless and the Wireless Engineer, 1930"
)


def _slope() -> Any:
    return number(
        12, 6, 48, "dB/oct", typical=(12, 24), integer=True, step=DB_PER_ORDER,
        help="How steeply it falls beyond the cutoff; a Butterworth filter of one order for each 6 dB.",
    )  # fmt: skip


class HighPass(Streaming):
    """Removes what lies below a cutoff: rumble, wind, the body of a voice."""

    also_called = ("HighPassFilter", "HighpassFilter", "highpass", "highpass_biquad", "low cut", "sinc")
    reference = BUTTERWORTH

    cutoff_hz: float = number(
        100, 10, 20000, "Hz", typical=(50, 800), scale="log", help="Where the level has fallen by 3 dB."
    )
    slope_db_per_octave: int = _slope()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One Butterworth high-pass."""
        order = self.slope_db_per_octave // DB_PER_ORDER
        return SectionProcessor(butterworth("high", self.cutoff_hz, order, spec.sample_rate), spec)


class LowPass(Streaming):
    """Removes what lies above a cutoff: hiss, brilliance, as behind a door or far away."""

    also_called = ("LowPassFilter", "LowpassFilter", "lowpass", "lowpass_biquad", "high cut", "sinc")
    reference = BUTTERWORTH

    cutoff_hz: float = number(
        4000, 20, 40000, "Hz", typical=(2000, 7500), scale="log", help="Where the level has fallen by 3 dB."
    )
    slope_db_per_octave: int = _slope()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One Butterworth low-pass."""
        order = self.slope_db_per_octave // DB_PER_ORDER
        return SectionProcessor(butterworth("low", self.cutoff_hz, order, spec.sample_rate), spec)


class BandPass(Streaming):
    """Keeps one band only, as a telephone or a small loudspeaker does."""

    also_called = ("BandPassFilter", "bandpass", "bandpass_biquad", "band", "telephone")
    reference = BUTTERWORTH

    center_hz: float = number(
        1000, 20, 20000, "Hz", typical=(500, 2500), scale="log", help="Middle of the band, in octaves."
    )
    bandwidth_octaves: float = number(
        3, 0.1, 10, "oct", typical=(1.5, 4.5), scale="log", help="Width between the edges, where it is 3 dB down."
    )
    slope_db_per_octave: int = _slope()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One Butterworth band-pass."""
        half = 2.0 ** (self.bandwidth_octaves / 2)
        order = self.slope_db_per_octave // DB_PER_ORDER
        sections = bandpass(self.center_hz / half, self.center_hz * half, order, spec.sample_rate)
        return SectionProcessor(sections, spec)


def _band(where: str) -> Any:
    return number(0, -24, 24, "dB", typical=(-6, 6), help=f"Gain of {where}.")


class SevenBandEq(Streaming):
    """Raises and lowers seven bands, a little over an octave wide each, as another microphone or room would."""

    also_called = (
        "SevenBandParametricEQ", "PeakFilter", "LowShelfFilter", "HighShelfFilter", "equalizer", "bass", "treble",
    )  # fmt: skip
    reference = "R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients"

    gain_63_hz_db: float = _band("the shelf below 63 Hz")
    gain_140_hz_db: float = _band("the bell at 140 Hz")
    gain_300_hz_db: float = _band("the bell at 300 Hz")
    gain_630_hz_db: float = _band("the bell at 630 Hz")
    gain_1400_hz_db: float = _band("the bell at 1,400 Hz")
    gain_3000_hz_db: float = _band("the bell at 3,000 Hz")
    gain_6300_hz_db: float = _band("the shelf above 6,300 Hz")

    Q: ClassVar[float] = 1.3
    """Bells of this width meet where they are down by half when they stand 1.1 octaves apart."""

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One cascade of two shelves and five bells."""
        rate = spec.sample_rate
        bells = (
            (140, self.gain_140_hz_db), (300, self.gain_300_hz_db), (630, self.gain_630_hz_db),
            (1400, self.gain_1400_hz_db), (3000, self.gain_3000_hz_db),
        )  # fmt: skip
        sections = [
            shelf("low", 63, self.gain_63_hz_db, rate),
            *(peaking(center, gain, self.Q, rate) for center, gain in bells),
            shelf("high", 6300, self.gain_6300_hz_db, rate),
        ]
        return SectionProcessor(np.concatenate(sections), spec)
