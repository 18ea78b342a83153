"""Filters: Butterworth filters of any steepness, bells and shelves, notches, the ladder, and emphasis curves.

All but the ladder are second-order sections in float64. A band or cutoff at or above 0.49 of the sample rate does
nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..backends.board import BoardProcessor
from ..dsp.emphasis import Curve, emphasis
from ..dsp.levels import gain_of
from ..dsp.sos import (
    TOP,
    SectionProcessor,
    Sections,
    allpass,
    bandpass,
    bandstop,
    butterworth,
    inverse,
    passthrough,
    peaking,
    shelf,
)
from ..params import choice, number
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..draws import Draw

DB_PER_ORDER = 6
COOKBOOK = "R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients"
BUTTERWORTH = (
    "S. Butterworth, On the Theory of Filter Amplifiers, Experimental Wireless and the Wireless Engineer, 1930"
)


BEYOND = "; from 0.49 of the sample rate on, nothing is done."


def _slope() -> Any:
    return number(
        12, 6, 48, "dB/oct", typical=(12, 24), integer=True, step=DB_PER_ORDER,
        help="How steeply it falls beyond the cutoff; a Butterworth filter of one order for each 6 dB.",
    )  # fmt: skip


def _band_center() -> Any:
    return number(1000, 20, 20000, "Hz", typical=(500, 2500), scale="log", help="Middle of the band, in octaves.")


WIDTH_HELP = "Width between the edges, where it is 3 dB down."


def _edges(center_hz: float, octaves: float) -> tuple[float, float]:
    half = 2.0 ** (octaves / 2)
    return center_hz / half, center_hz * half


class HighPass(Streaming):
    """Removes what lies below a cutoff: rumble, wind, the body of a voice."""

    also_called = (
        "HighPassFilter",
        "HighpassFilter",
        "highpass",
        "highpass_biquad",
        "high_pass_filter",
        "low cut",
        "sinc",
    )
    reference = BUTTERWORTH

    cutoff_hz: float = number(
        100, 10, 20000, "Hz", typical=(50, 800), scale="log", help="Where the level has fallen by 3 dB" + BEYOND
    )
    slope_db_per_octave: int = _slope()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One Butterworth high-pass."""
        order = self.slope_db_per_octave // DB_PER_ORDER
        return SectionProcessor(butterworth("high", self.cutoff_hz, order, spec.sample_rate), spec)


class LowPass(Streaming):
    """Removes what lies above a cutoff: hiss, brilliance, as behind a door or far away."""

    also_called = ("LowPassFilter", "LowpassFilter", "lowpass", "lowpass_biquad", "low_pass_filter", "high cut", "sinc")
    reference = BUTTERWORTH

    cutoff_hz: float = number(
        4000, 20, 40000, "Hz", typical=(2000, 7500), scale="log", help="Where the level has fallen by 3 dB" + BEYOND
    )
    slope_db_per_octave: int = _slope()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One Butterworth low-pass."""
        order = self.slope_db_per_octave // DB_PER_ORDER
        return SectionProcessor(butterworth("low", self.cutoff_hz, order, spec.sample_rate), spec)


class BandPass(Streaming):
    """Keeps one band only, as a telephone or a small loudspeaker does."""

    also_called = ("BandPassFilter", "bandpass", "bandpass_biquad", "band", "band_biquad", "telephone")
    reference = BUTTERWORTH

    center_hz: float = _band_center()
    bandwidth_octaves: float = number(3, 0.1, 10, "oct", typical=(1.5, 4.5), scale="log", help=WIDTH_HELP)
    slope_db_per_octave: int = _slope()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One Butterworth band-pass."""
        order = self.slope_db_per_octave // DB_PER_ORDER
        sections = bandpass(*_edges(self.center_hz, self.bandwidth_octaves), order, spec.sample_rate)
        return SectionProcessor(sections, spec)


class BandStop(Streaming):
    """Removes one band and keeps what lies on both sides of it, as a mask in the spectrum does."""

    also_called = ("BandStopFilter", "bandreject", "bandreject_biquad", "band reject", "notch", "frequency mask")
    reference = BUTTERWORTH

    center_hz: float = _band_center()
    bandwidth_octaves: float = number(1, 0.05, 10, "oct", typical=(0.5, 3), scale="log", help=WIDTH_HELP)
    slope_db_per_octave: int = number(
        12, 6, 48, "dB/oct", typical=(12, 24), integer=True, step=DB_PER_ORDER,
        help="How steeply it falls into the band; a Butterworth filter of one order for each 6 dB.",
    )  # fmt: skip

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One Butterworth band-stop."""
        order = self.slope_db_per_octave // DB_PER_ORDER
        sections = bandstop(*_edges(self.center_hz, self.bandwidth_octaves), order, spec.sample_rate)
        return SectionProcessor(sections, spec)


class FrequencyDrop(Streaming):
    """Removes a few narrow bands at frequencies that are drawn, so that nothing can rely on one alone.

    The frequencies are drawn evenly in octaves between the two ends; each band is a Butterworth notch of second order.
    """

    also_called = ("DropFreq", "drop_freq", "freq_drop", "notch", "frequency dropout", "frequency_mask")
    reference = "M. Ravanelli et al., SpeechBrain: A General-Purpose Speech Toolkit, 2021"

    count: int = number(2, 1, 10, typical=(1, 3), integer=True, help="How many bands are removed.")
    width_octaves: float = number(
        0.3, 0.05, 2, "oct", typical=(0.1, 0.6), scale="log", help="Width of each band, where it is 3 dB down."
    )
    lowest_hz: float = number(
        100, 20, 20000, "Hz", typical=(50, 300), scale="log", help="The lowest frequency that is drawn."
    )
    highest_hz: float = number(
        8000, 20, 20000, "Hz", typical=(3000, 8000), scale="log", help="The highest frequency that is drawn."
    )

    ORDER: ClassVar[int] = 2

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One cascade of notches."""
        half = 2.0 ** (self.width_octaves / 2)
        bottom, highest = sorted((self.lowest_hz, self.highest_hz))
        top = min(highest, TOP * spec.sample_rate / half)
        if bottom > top:
            return SectionProcessor(passthrough(), spec)
        centers = [bottom * (top / bottom) ** draw.key.uniform("band", band) for band in range(self.count)]
        notches = [bandstop(center / half, center * half, self.ORDER, spec.sample_rate) for center in centers]
        return SectionProcessor(np.concatenate(notches), spec)


class AllPass(Streaming):
    """Turns the phase around a frequency and leaves every level as it is, so that the waveform takes another shape."""

    also_called = ("allpass", "allpass_biquad", "phase shift", "phase rotation")
    reference = COOKBOOK

    center_hz: float = number(
        1000, 20, 20000, "Hz", typical=(200, 3000), scale="log", help="Where the phase is turned by 180 degrees."
    )
    q: float = number(
        0.707, 0.1, 20, typical=(0.3, 2), scale="log", help="How narrow the range is in which the phase turns."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One all-pass of second order."""
        return SectionProcessor(allpass(self.center_hz, self.q, spec.sample_rate), spec)


def _shelf_gain(where: str) -> Any:
    return number(6, -30, 30, "dB", typical=(-12, 12), help=f"Gain {where} the corner.")


def _shelf_q() -> Any:
    return number(
        0.707, 0.1, 4, typical=(0.4, 1), scale="log", help="How steep the shelf is; above 0.707 it has a hump."
    )


class LowShelf(Streaming):
    """Raises or lowers what lies below a corner, as the bass control does."""

    also_called = ("LowShelfFilter", "LowshelfFilter", "bass", "bass_biquad", "lowshelf")
    reference = COOKBOOK

    corner_hz: float = number(
        200, 20, 20000, "Hz", typical=(60, 800), scale="log", help="Where half of the gain, in dB, is reached" + BEYOND
    )
    gain_db: float = _shelf_gain("below")
    q: float = _shelf_q()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One shelf of second order."""
        return SectionProcessor(shelf("low", self.corner_hz, self.gain_db, spec.sample_rate, self.q), spec)


class HighShelf(Streaming):
    """Raises or lowers what lies above a corner, as the treble control does."""

    also_called = ("HighShelfFilter", "HighshelfFilter", "treble", "treble_biquad", "highshelf")
    reference = COOKBOOK

    corner_hz: float = number(
        3000, 20, 20000, "Hz", typical=(1500, 8000), scale="log",
        help="Where half of the gain, in dB, is reached" + BEYOND,
    )  # fmt: skip
    gain_db: float = _shelf_gain("above")
    q: float = _shelf_q()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One shelf of second order."""
        return SectionProcessor(shelf("high", self.corner_hz, self.gain_db, spec.sample_rate, self.q), spec)


class Peaking(Streaming):
    """Raises or lowers one band around a frequency, as one knob of a parametric equaliser does."""

    also_called = (
        "PeakingFilter", "PeakFilter", "equalizer", "equalizer_biquad", "peaking_equalizer", "bell",
        "parametric equalizer",
    )  # fmt: skip
    reference = COOKBOOK

    center_hz: float = number(
        1000, 20, 20000, "Hz", typical=(50, 7500), scale="log", help="Where all of the gain is reached" + BEYOND
    )
    gain_db: float = number(6, -36, 36, "dB", typical=(-12, 12), help="Gain at the centre.")
    q: float = number(
        1, 0.1, 30, typical=(0.5, 5), scale="log", help="Centre divided by width, where half of the gain is reached."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One bell of second order."""
        return SectionProcessor(peaking(self.center_hz, self.gain_db, self.q, spec.sample_rate), spec)


class TiltEq(Streaming):
    """Tips the whole spectrum around a pivot: brighter and thinner, or darker and fuller."""

    also_called = ("tilt filter", "tiltshelf", "spectral tilt", "tone control")
    reference = COOKBOOK

    pivot_hz: float = number(
        1000, 100, 10000, "Hz", typical=(500, 2000), scale="log", help="Where the level stays as it is."
    )
    tilt_db: float = number(
        3, -24, 24, "dB", typical=(-6, 6), help="How much louder the top is than the bottom, in all."
    )

    Q: ClassVar[float] = 0.35
    """So gentle a shelf falls over about four octaves."""

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One gentle high shelf, and half of its gain taken off everything."""
        sections = shelf("high", self.pivot_hz, self.tilt_db, spec.sample_rate, self.Q)
        sections[:, :3] *= gain_of(-self.tilt_db / 2)
        return SectionProcessor(sections, spec)


def _band(where: str) -> Any:
    return number(0, -24, 24, "dB", typical=(-6, 6), help=f"Gain of {where}.")


class SevenBandEq(Streaming):
    """Raises and lowers seven bands, a little over an octave wide each, as another microphone or room would."""

    also_called = ("SevenBandParametricEQ", "parametric equalizer", "EQ")
    reference = COOKBOOK

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


LADDER_MODES = ("low_pass_12", "low_pass_24", "high_pass_12", "high_pass_24", "band_pass_12", "band_pass_24")


class LadderFilter(Streaming):
    """Filters like an analogue synthesizer: a cutoff that can sing, and stages that overload softly.

    The number in the mode is how many decibels an octave it falls by. It keeps no level: low-pass and band-pass give up
    part of it as the resonance rises, and drive takes the peaks off.
    """

    also_called = ("LadderFilter", "Moog filter", "resonant filter", "LPF12", "HPF24", "BPF12")
    reference = "JUCE's ladder filter, by way of pedalboard"

    mode: str = choice("low_pass_12", LADDER_MODES, help="What is kept, and how steeply the rest falls.")
    cutoff_hz: float = number(1000, 20, 20000, "Hz", typical=(300, 5000), scale="log", help="Where it begins to fall.")
    resonance: float = number(
        0.2, 0, 0.95, typical=(0, 0.7), help="How much the cutoff itself stands out; near 1 it rings for long."
    )
    drive: float = number(1, 1, 20, typical=(1, 4), scale="log", help="Factor before the stages that overload.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """JUCE's ladder on each channel."""
        import pedalboard

        kind, _, slope = self.mode.rpartition("_")
        mode = getattr(pedalboard.LadderFilter, f"{kind[0].upper()}PF{slope}")
        cutoff = min(self.cutoff_hz, TOP * spec.sample_rate)
        settings = (mode, cutoff, self.resonance, self.drive)
        tail = _ladder_tail(cutoff / spec.sample_rate, self.resonance, spec.sample_rate)
        return BoardProcessor(lambda _: pedalboard.LadderFilter(*settings), spec, tail=tail)


LONGEST_TAIL_S = 30.0


def _ladder_tail(cutoff: float, resonance: float, sample_rate: int) -> int:
    """Frames until four one-poles in a loop, JUCE's ladder without its bends, have fallen by 60 dB."""
    pole = math.exp(-2 * math.pi * cutoff)
    stage = np.array([10, 3]) / 13 * (1 - pole)
    loop = 4 * (0.1 + 0.9 * resonance) * np.poly1d(stage) ** 4
    radius = float(np.abs((np.poly1d([1, -pole]) ** 4 * np.poly1d([1, 0]) + loop).roots).max())
    longest = int(LONGEST_TAIL_S * sample_rate)
    return min(math.ceil(math.log(1e-3) / math.log(radius)), longest) if radius < 1 else longest


def _coefficient() -> Any:
    return number(0.97, 0, 0.99, typical=(0.9, 0.98), help="Share of the sample before; 0 does nothing.")


class Preemphasis(Streaming):
    """Takes a share of the sample before from each sample, which lifts the treble, as front ends of speech do."""

    also_called = ("preemphasis", "pre-emphasis", "librosa.effects.preemphasis")
    reference = "L. Rabiner, R. Schafer, Digital Processing of Speech Signals, 1978"

    coefficient: float = _coefficient()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One zero: x[n] - c x[n-1]."""
        return SectionProcessor(_one_zero(self.coefficient), spec)


class Deemphasis(Streaming):
    """Adds a share of the result before to each sample, which undoes a pre-emphasis of the same coefficient.

    Steady parts become louder by 1 / (1 - coefficient): 30 dB at 0.97.
    """

    also_called = ("deemphasis", "de-emphasis", "librosa.effects.deemphasis")
    reference = "L. Rabiner, R. Schafer, Digital Processing of Speech Signals, 1978"

    coefficient: float = _coefficient()

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """One pole: y[n] = x[n] + c y[n-1]."""
        return SectionProcessor(inverse(_one_zero(self.coefficient)), spec)


def _one_zero(coefficient: float) -> Sections:
    return np.array([[1, -coefficient, 0, 1, 0, 0]]) if coefficient else passthrough()


CURVES = {
    "riaa": Curve(75e-6, 0.0, (3180e-6, 318e-6), 1000.0),
    "cd": Curve(50e-6, 15e-6),
    "fm_50_us": Curve(50e-6),
    "fm_75_us": Curve(75e-6),
}


class EmphasisEq(Streaming):
    """Applies the curve of a record player, a compact disc with emphasis or a radio, or what the sender did before it.

    Playback turns the treble down: RIAA by 14 dB at 10 kHz with the bass up by as much, CD by 9.5 dB, FM by 50 or 75
    microseconds. Recording is the inverse. RIAA keeps the level at 1,000 Hz, the others that of the bass.
    """

    also_called = ("riaa", "riaa_biquad", "deemph", "deemph_biquad", "aemphasis", "vinyl equalisation", "RecordEq")
    reference = "IEC 60098 (RIAA), IEC 60908 (CD, 50/15 microseconds), ITU-R BS.450 (FM)"

    curve: str = choice("riaa", tuple(CURVES), help="Whose curve it is.")
    side: str = choice(
        "playback", ("playback", "recording"), help="Playback turns the treble down, recording turns it up."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """The analogue curve at the clip's rate."""
        return SectionProcessor(emphasis(CURVES[self.curve], self.side == "recording", spec.sample_rate), spec)
