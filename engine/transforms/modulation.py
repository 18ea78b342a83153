"""Modulation: copies of the sound that drift against it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..backends.board import BoardProcessor
from ..params import number
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..draws import Draw

CHORUS_SWING_MS = 10.0
"""How far JUCE's chorus moves its delay at full depth."""

ALL_PASS_S, LOOP_S = 0.04, 0.016
"""How long six all-passes ring at the lowest frequency that the phaser sweeps to, and how long a round of it takes."""


def _repeats(feedback: float) -> float:
    """After how many rounds what is fed back has fallen by 60 dB."""
    return math.log(1e-3) / math.log(feedback) if feedback > 0 else 0.0


class Chorus(Streaming):
    """Adds a copy whose delay sways, as if several played the same."""

    also_called = ("flanger", "vibrato", "ensemble", "doubling")
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
