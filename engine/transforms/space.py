"""Space: repeats and rooms, computed or recorded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..backends.board import BoardProcessor
from ..dsp.convolution import PartitionedConvolution
from ..dsp.echo import Echo
from ..dsp.rooms import prepared_response
from ..params import bank, number
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..draws import Draw

LONGEST_COMB_S = 1640 / 44100
"""The longest comb filter of Freeverb, which decays last."""


class Delay(Streaming):
    """Repeats the sound after a while, again and again if some of it is fed back."""

    also_called = ("echo", "echos", "repeat", "slapback")

    delay_ms: float = number(250, 1, 2000, "ms", typical=(60, 500), scale="log", help="Time between two repeats.")
    feedback: float = number(0.3, 0, 0.95, typical=(0, 0.5), help="Level of a repeat, as a share of the one before.")
    mix: float = number(0.3, 0, 1, typical=(0.1, 0.4), help="Share of the repeats in the result.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A feedback delay line for each channel."""
        return Echo(round(self.delay_ms * spec.sample_rate / 1000), self.feedback, self.mix, spec.channels)


class Reverb(Streaming):
    """Puts the sound in a room that is computed: Freeverb, one for each pair of channels."""

    also_called = ("AddReverb", "RoomSimulator", "freeverb", "room", "hall")
    reference = "Freeverb by Jezar at Dreampoint, as JUCE and pedalboard have it"

    room_size: float = number(0.3, 0, 1, typical=(0.1, 0.6), help="How long it rings: 0 about 0.7 s, 1 over 10 s.")
    damping: float = number(0.5, 0, 1, typical=(0.3, 0.9), help="How quickly high frequencies die away in it.")
    wet_level: float = number(0.2, 0, 1, typical=(0.05, 0.4), help="Level of the room; a third is full level.")
    dry_level: float = number(0.4, 0, 1, typical=(0.3, 0.7), help="Level of the sound itself; a half is full level.")
    width: float = number(1, 0, 1, typical=(0.5, 1), help="How different the room is on the two channels of a pair.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """JUCE's Freeverb, by way of pedalboard; with three channels or more one plugin would be dry.

        A pair is fed into the room as its sum: half as much of it makes the same room as for one channel.
        """
        import pedalboard

        def make(channels: int) -> pedalboard.Plugin:
            return pedalboard.Reverb(
                self.room_size, self.damping, self.wet_level / channels, self.dry_level, self.width
            )

        return BoardProcessor(make, spec, tail=self._tail(spec.sample_rate), channels_at_once=2)

    def _tail(self, sample_rate: int) -> int:
        """Frames until the slowest comb has fallen by 60 dB; its feedback is JUCE's."""
        feedback = 0.7 + 0.28 * self.room_size
        return math.ceil(sample_rate * LONGEST_COMB_S * math.log(1e-3) / math.log(feedback)) if self.wet_level else 0


class ImpulseResponse(Streaming):
    """Puts the sound where an impulse response was recorded: a room, a telephone, a loudspeaker."""

    also_called = (
        "ApplyImpulseResponse", "Convolution", "reverb_rir", "FFTConvolve", "IRConvolution", "AddReverb", "RIR",
    )  # fmt: skip
    reference = "F. Wefers, Partitioned convolution algorithms for real-time auralization, 2015, section 5.1"

    bank: str = bank("rooms", help="The folder of impulse responses that one is drawn from.")
    mix: float = number(1, 0, 1, typical=(0.3, 1), help="Share of the room in the result; 1 is the room alone.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Convolution with the drawn response, its direct sound kept where the sound was."""
        response, onset = prepared_response(draw.recording(), spec.sample_rate, spec.channels, self.mix)
        return PartitionedConvolution(response, onset)
