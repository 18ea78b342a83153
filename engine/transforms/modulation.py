"""Modulation: a delay, a pitch or a level that sways, and copies of the sound that drift against it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..backends.board import BoardProcessor
from ..dsp.envelope import Envelope
from ..dsp.swept_delay import NEAREST, SincDelay, SweptDelay, reach_of
from ..params import choice, number
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..draws import Draw

Floats: TypeAlias = NDArray[np.float64]

CHORUS_SWING_MS = 10.0
"""How far JUCE's chorus moves its delay at full depth."""

ALL_PASS_S, LOOP_S = 0.04, 0.016
"""How long six all-passes ring at the lowest frequency that the phaser sweeps to, and how long a round of it takes."""


def _repeats(feedback: float) -> float:
    """After how many rounds what is fed back has fallen by 60 dB."""
    return math.log(1e-3) / math.log(abs(feedback)) if feedback else 0.0


SHAPES = ("sine", "triangle")


def _swing(shape: str, turns: Floats) -> Floats:
    """From 0 at whole turns to 1 half-way between them."""
    if shape == "sine":
        return 0.5 - 0.5 * np.cos(2 * np.pi * turns)
    return 1 - np.abs(1 - 2 * (turns - np.floor(turns)))


class Chorus(Streaming):
    """Adds a copy whose delay sways, as if several played the same."""

    also_called = ("ensemble", "doubling")
    reference = "JUCE's chorus, by way of pedalboard"
    remembers_start = True  # JUCE gives no way to put the sweep at a place

    rate_hz: float = number(1, 0.05, 20, "Hz", typical=(0.3, 2), scale="log", help="How often the delay sways.")
    depth: float = number(0.25, 0, 1, typical=(0.05, 0.3), help="How far the delay sways; 1 is 10 ms either way.")
    center_delay_ms: float = number(
        7, 1, 50, "ms", typical=(4, 15), scale="log", help="The delay around which it sways."
    )
    feedback: float = number(0, 0, 0.95, typical=(0, 0.3), help="Share of the copy that is fed back into the delay.")
    mix: float = number(0.5, 0, 1, typical=(0.2, 0.5), help="Share of the copy in the result; 1 is the copy alone.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """JUCE's chorus, by way of pedalboard; the same sway on all channels."""
        import pedalboard

        settings = (self.rate_hz, self.depth, self.center_delay_ms, self.feedback, self.mix)
        longest_s = (self.center_delay_ms + CHORUS_SWING_MS * self.depth) / 1000
        tail = math.ceil(longest_s * (1 + _repeats(self.feedback)) * spec.sample_rate) if self.mix else 0
        return BoardProcessor(lambda _: pedalboard.Chorus(*settings), spec, tail=tail)


class Phaser(Streaming):
    """Lets notches sweep through the spectrum, by mixing in a copy that went through six all-passes."""

    also_called = ("phaser", "phasing", "sweeping notches")
    reference = "JUCE's phaser, by way of pedalboard"
    remembers_start = True  # JUCE gives no way to put the sweep at a place

    rate_hz: float = number(1, 0.05, 20, "Hz", typical=(0.2, 2), scale="log", help="How often the notches sweep.")
    depth: float = number(0.5, 0, 1, typical=(0.2, 0.8), help="How far the notches sweep.")
    center_hz: float = number(
        1300, 100, 10000, "Hz", typical=(400, 3000), scale="log", help="The frequency around which they sweep."
    )
    feedback: float = number(0, 0, 0.95, typical=(0, 0.5), help="Share of the copy that is fed back; it sharpens.")
    mix: float = number(0.5, 0, 1, typical=(0.3, 0.5), help="Share of the copy in the result; 0.5 gives full notches.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """JUCE's phaser, by way of pedalboard; the same sweep on all channels."""
        import pedalboard

        settings = (self.rate_hz, self.depth, _asked_center(self.center_hz, spec.sample_rate), self.feedback, self.mix)
        tail = math.ceil((ALL_PASS_S + LOOP_S * _repeats(self.feedback)) * spec.sample_rate) if self.mix else 0
        return BoardProcessor(lambda _: pedalboard.Phaser(*settings), spec, tail=tail)


def _asked_center(center_hz: float, sample_rate: int) -> float:
    """What the plugin must be asked for to get this centre.

    It stores the centre as a place on a log axis from 20 Hz to 20 kHz before it knows the rate, and reads it back on
    one that ends at 0.49 of the rate: at 8 kHz, 1300 Hz would become 486 Hz. [measured, pedalboard 0.9.26]
    """
    top = min(20000.0, 0.49 * sample_rate)
    place = math.log(min(center_hz, 0.9 * top) / 20) / math.log(top / 20)
    return float(20 * 1000**place)


class Flanger(Streaming):
    """Adds a copy whose short delay sways, so that a comb of notches sweeps through the spectrum like a jet passing."""

    also_called = ("flanger", "jet", "comb")
    reference = "SoX, flanger, with a cubic between the samples"
    across_channels = True  # the sweep of each channel may lag behind that of the one before it

    rate_hz: float = number(0.5, 0.05, 10, "Hz", typical=(0.1, 2), scale="log", help="How often the delay sways.")
    delay_ms: float = number(
        1, 0.5, 30, "ms", typical=(0.5, 5), scale="log", help="The shortest delay that it comes to."
    )
    depth_ms: float = number(2, 0, 10, "ms", typical=(1, 4), help="How far the delay grows beyond that.")
    feedback: float = number(
        0, -0.95, 0.95, typical=(-0.6, 0.6), help="Share of the copy that is fed back; it sharpens, below 0 hollowly."
    )
    mix: float = number(0.42, 0, 1, typical=(0.3, 0.5), help="Share of the copy in the result; 0.5 is strongest.")
    shape: str = choice("sine", SHAPES, help="How the delay moves.")
    channel_phase_percent: float = number(
        0, 0, 100, "%", typical=(0, 25), help="How far the sweep of each channel is ahead of the one before it."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A delay line that is read between its samples; the copy gets softer as more of it is fed back."""
        shortest = max(self.delay_ms * spec.sample_rate / 1000, NEAREST)
        depth = self.depth_ms * spec.sample_rate / 1000
        rows = spec.channels if self.channel_phase_percent else 1
        ahead = np.arange(rows)[:, np.newaxis] * self.channel_phase_percent / 100
        longest = shortest + depth
        return SweptDelay(
            lambda frames: shortest + depth * _swing(self.shape, frames * (self.rate_hz / spec.sample_rate) + ahead),
            longest, spec.channels, dry=1 - self.mix, wet=self.mix * (1 - abs(self.feedback)), feedback=self.feedback,
            tail=math.ceil(longest * (1 + _repeats(self.feedback))) + 2 if self.mix else 0,
        )  # fmt: skip


class Vibrato(Streaming):
    """Lets the pitch sway up and down, as a singer or a worn tape does."""

    also_called = ("vibrato", "pitch modulation", "frequency modulation")
    reference = "U. Zölzer (ed.), DAFX: Digital Audio Effects, 2nd edition, 2011, section 3.2"

    rate_hz: float = number(5, 0.5, 20, "Hz", typical=(3, 8), scale="log", help="How often the pitch sways.")
    depth_cents: float = number(
        30, 1, 200, "cents", typical=(10, 80), scale="log", help="How far the pitch goes; 100 are a semitone."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A delay that sways about its mean, which the latency takes out."""
        turns, speed = self.rate_hz / spec.sample_rate, 2 ** (self.depth_cents / 1200)
        swing, reach = (speed - 1) / (2 * math.pi * turns), reach_of(speed)
        mean = math.ceil(swing) + reach

        def delay(frames: Floats) -> Floats:
            return mean + swing * np.sin(2 * np.pi * turns * frames)

        return SincDelay(delay, mean + swing, speed, spec.channels, latency=mean, tail=mean)


class Tremolo(Streaming):
    """Lets the level swing down and up again, as an organ's loudspeaker or a guitar amplifier does."""

    also_called = ("tremolo", "amplitude modulation")
    reference = "SoX, tremolo"

    rate_hz: float = number(5, 0.1, 40, "Hz", typical=(2, 10), scale="log", help="How often the level swings.")
    depth: float = number(0.5, 0, 1, typical=(0.2, 0.8), help="How far down the level goes; 1 is to silence.")
    shape: str = choice("sine", SHAPES, help="How the level moves.")
    start_percent: float = number(
        0, 0, 100, "%", typical=(0, 100), help="Where in its swing it starts; 0 is at the top, 50 at the bottom."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Multiply by a gain between 1 and 1 - depth."""
        turns, start = self.rate_hz / spec.sample_rate, self.start_percent / 100
        return Envelope((math.inf, lambda frames: 1 - self.depth * _swing(self.shape, frames * turns + start)))
