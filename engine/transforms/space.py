"""Space: repeats and rooms, computed or recorded, the way through the air, and taking a room away again."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..backends.board import BoardProcessor
from ..clip import TimeMap
from ..dsp.air import air_response
from ..dsp.convolution import PartitionedConvolution, Response, Responses
from ..dsp.dereverb import dereverberated
from ..dsp.distance import distance_response
from ..dsp.echo import Echo
from ..dsp.rooms import Prepared, device_response, room_response
from ..dsp.shoebox import Room, absorption_for, box_response, places
from ..params import bank, choice, number, switch
from ..transform import Processor, Streaming, StreamSpec, WholeClip

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw

LONGEST_COMB_S = 1640 / 44100
"""The longest comb filter of Freeverb, which decays last."""

_responses = Responses()


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

    also_called = ("AddReverb", "freeverb", "hall", "reverberate")
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
    """Puts the sound where an impulse response was recorded: a room, a stairwell, a church.

    A mono response serves all channels; one of several channels serves the clip's channels in turn, and a mono clip
    gets its first. The strongest of those that are heard is brought to unit energy, so that the level of a broadband
    sound stays, and its direct sound is laid where the sound was.
    """

    version = 2
    also_called = (
        "ApplyImpulseResponse", "Convolution", "reverb_rir", "FFTConvolve", "IRConvolution", "AddReverb", "RIR",
    )  # fmt: skip
    reference = "F. Wefers, Partitioned convolution algorithms for real-time auralization, 2015, section 5.1"

    bank: str = bank("rooms", help="The folder of impulse responses that one is drawn from.")
    mix: float = number(1, 0, 1, typical=(0.3, 1), help="Share of the room in the result; 1 is the room alone.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Convolution with the drawn response, its direct sound kept where the sound was."""
        recording, rate, channels = draw.recording(), spec.sample_rate, spec.channels
        key = (_hash_of(recording), rate, channels, "room", self.mix)
        return _convolved(spec, key, lambda: room_response(recording, rate, channels, self.mix))


class MicrophoneResponse(Streaming):
    """Records the sound with another device: the impulse response of a microphone, a telephone or a loudspeaker.

    The recording's level is made good, either by its energy, so that the level of a broadband sound stays, or by its
    gain at 1 kHz, as data sheets do; 1 kHz is raised by at most 20 dB for that.
    """

    also_called = (
        "device impulse response", "DIR", "device simulation", "loudspeaker", "ApplyImpulseResponse", "FFTConvolve",
    )  # fmt: skip
    reference = (
        "T. Morocutti et al., Device-robust acoustic scene classification via impulse response augmentation, 2023"
    )

    bank: str = bank("microphones", help="The folder of devices' impulse responses that one is drawn from.")
    level_kept: str = choice("broadband", ("broadband", "1 kHz"), help="Which level stays what it was.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Convolution with the drawn response, its peak kept where the sound was."""
        recording, rate, channels = draw.recording(), spec.sample_rate, spec.channels
        key = (_hash_of(recording), rate, channels, "device", self.level_kept)
        return _convolved(
            spec, key, lambda: device_response(recording, rate, channels, at_1_khz=self.level_kept == "1 kHz")
        )


class RoomSimulator(Streaming):
    """Puts the sound into a box-shaped room that is computed, at places that are drawn.

    Early reflections are image sources, up to the order that is asked for; what comes later is a diffuse tail of the
    energy and the decay that the room gives it. There is no ray tracing: the same draw gives the same room. Several
    channels are a row of microphones in the room, the first at the place that is drawn. The reverberation time is that
    of the walls alone, at most 5 s; the air shortens it at high frequencies. The level of a broadband sound stays.
    """

    also_called = ("room", "shoebox", "image source method", "pyroomacoustics", "RIR", "reverb_rir", "AddReverb", "ISM")
    reference = (
        "J. Allen and D. Berkley, Image method for efficiently simulating small-room acoustics, JASA 65(4), 1979"
    )

    length_m: float = number(4.5, 1, 50, "m", typical=(3.6, 5.6), scale="log", help="One side of the floor.")
    width_m: float = number(3.75, 1, 50, "m", typical=(3.6, 3.9), scale="log", help="The other side of the floor.")
    height_m: float = number(2.7, 1, 20, "m", typical=(2.4, 3), scale="log", help="From the floor to the ceiling.")
    distance_m: float = number(
        1, 0.1, 30, "m", typical=(0.5, 2.5), scale="log",
        help="From the source to the microphone, as far as the room allows.",
    )  # fmt: skip
    walls_by: str = choice("rt60", ("rt60", "absorption"), help="Which of the next two says what the walls are.")
    rt60_s: float = number(
        0.4, 0.05, 5, "s", typical=(0.15, 0.8), scale="log", help="Time in which the sound in the room falls by 60 dB."
    )
    absorption: float = number(
        0.2, 0.02, 1, typical=(0.075, 0.4), scale="log", help="Share of the energy that a wall takes; 1 is open air."
    )
    max_order: int = number(
        6, 0, 10, typical=(3, 8), integer=True, help="Reflections on the walls up to which each echo is computed."
    )
    spacing_m: float = number(
        0.05, 0, 1, "m", typical=(0.02, 0.1), help="From one channel's microphone to the next one's."
    )
    air_absorption: bool = switch(True, help="Whether the air takes high frequencies on the way, at 20 °C and 50 %.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Convolution with the response of the room that was drawn."""
        size = (self.length_m, self.width_m, self.height_m)
        source, microphones = places(draw.key, size, self.distance_m, self.spacing_m, spec.channels)
        absorption = absorption_for(size, self.rt60_s) if self.walls_by == "rt60" else self.absorption
        room = Room(size, absorption, source, microphones, self.max_order, self.air_absorption)
        return _convolved(
            spec, (room, draw.key, spec.sample_rate), lambda: box_response(room, draw.key, spec.sample_rate)
        )


class AirAbsorption(Streaming):
    """Takes what the air takes from a sound that comes from far, mostly high frequencies; the level stays.

    A filter of linear phase after ISO 9613-1, for pure tones at the pressure of the sea's level.
    """

    also_called = ("air", "atmospheric absorption", "distance", "far")
    reference = "ISO 9613-1:1993"

    distance_m: float = number(50, 0, 2500, "m", typical=(10, 100), help="How far the sound has come.")
    temperature_c: float = number(20, -20, 50, "°C", typical=(10, 20), help="How warm the air is.")
    humidity_percent: float = number(50, 5, 100, "%", typical=(30, 90), help="How humid the air is.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Convolution with the air's filter."""
        facts = (spec.sample_rate, self.distance_m, self.temperature_c, self.humidity_percent)
        return _convolved(spec, ("air", *facts), lambda: air_response(*facts))


class Distance(Streaming):
    """Moves the source away: softer, duller, and with more of the room in what is left of it.

    The sound is taken for one that was recorded at 1 m. Its level falls with the distance (6 dB for twice as far), the
    air takes high frequencies (ISO 9613-1), and the room, which is equally loud everywhere, comes out: at the critical
    distance both are equally loud, and their ratio falls by 6 dB for twice as far. So it grows no softer than its room,
    which is louder than the recording where the critical distance is below 1 m. A room of 0 s is the open air.
    """

    also_called = ("far field", "direct-to-reverberant ratio", "DRR", "attenuation", "Vol")
    reference = "H. Kuttruff, Room Acoustics, section 5.6; ISO 9613-1:1993"

    distance_m: float = number(5, 0.1, 1000, "m", typical=(1, 30), scale="log", help="How far away the source is.")
    rt60_s: float = number(0.5, 0, 5, "s", typical=(0.2, 1), help="Time in which the room falls by 60 dB; 0 is none.")
    critical_distance_m: float = number(
        1, 0.1, 20, "m", typical=(0.5, 2), scale="log", help="Where the room is as loud as the source itself."
    )
    temperature_c: float = number(20, -20, 50, "°C", typical=(10, 25), help="How warm the air is.")
    humidity_percent: float = number(50, 5, 100, "%", typical=(30, 90), help="How humid the air is.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Convolution with the direct sound and the room's."""
        rate, channels = spec.sample_rate, spec.channels
        facts = (
            self.distance_m, self.rt60_s, self.critical_distance_m, self.temperature_c, self.humidity_percent,
        )  # fmt: skip
        return _convolved(
            spec, ("distance", draw.key, rate, channels, *facts),
            lambda: distance_response(draw.key, rate, channels, *facts),
        )  # fmt: skip


class Dereverb(WholeClip):
    """Takes the late reverberation out of a recording, as far as it can be told from the sound.

    Weighted prediction error: in each frequency the sound is predicted from its own past, which ends some hops ago,
    and what can be predicted so is taken away. All channels are used together; the more there are, the better it
    works. A hop is 8 ms.
    """

    also_called = ("dereverb_wpe", "WPE", "NARA-WPE", "dereverberation")
    reference = (
        "T. Nakatani et al., Speech dereverberation based on variance-normalized delayed linear prediction, 2010"
    )
    across_channels = True

    taps: int = number(10, 1, 40, typical=(8, 16), integer=True, help="Hops of the past that it predicts from.")
    delay: int = number(3, 1, 10, typical=(2, 4), integer=True, help="Hops between the sound and that past.")
    iterations: int = number(3, 1, 10, typical=(2, 5), integer=True, help="Rounds in which it finds the sound's power.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip without its room, as long as it was."""
        clean = dereverberated(samples, spec.sample_rate, self.taps, self.delay, self.iterations)
        return clean, TimeMap.identity(samples.shape[1] / spec.sample_rate)


def _convolved(spec: StreamSpec, key: tuple[object, ...], prepare: Callable[[], Prepared]) -> Processor:
    """Convolution with a response that is kept for the next stream which asks for the same."""
    return PartitionedConvolution(_responses.get(key, lambda: Response(*prepare())), spec.channels)


def _hash_of(recording: Samples) -> bytes:
    """What tells one recording from another."""
    return hashlib.blake2b(
        np.ascontiguousarray(recording).data, digest_size=16, person=repr(recording.shape).encode()[:16]
    ).digest()
