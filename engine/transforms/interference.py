"""Interference: what is no noise and does not belong to the sound either, such as tones, hum, clicks and wind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..dsp.crackle import Crackle as Clicks
from ..dsp.gusts import Gusts
from ..dsp.levels import gain_of
from ..dsp.noise import ColoredNoise, NoiseAdder
from ..dsp.waves import Wave, bursts, harmonics_below, period, shape
from ..params import choice, number
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..draws import Draw

TOP = 0.4
"""Share of the rate above which a click would ring too coarsely to be told from one sample."""

MULTIFRAME_S, FRAMES, IDLE, SLOTS = 0.12, 26, 1, 8
"""GSM: 26 frames of 8 time slots in 120 ms, of which the last frame is idle for a telephone that calls."""


class Tone(Streaming):
    """Adds a steady tone: a sine, or a square, triangle or sawtooth wave.

    The level is the RMS of the tone, the same on all channels. Harmonics above half the sample rate are left out, so
    that none of them folds back; a tone that lies there itself is silent.
    """

    also_called = ("Tone", "beep", "whistle", "sine", "test tone", "synth", "siren")
    reference = "auglib's Tone"

    waveform: str = choice("sine", ("sine", "square", "triangle", "sawtooth"), help="The shape of the wave.")
    frequency_hz: float = number(1000, 20, 20000, "Hz", scale="log", typical=(100, 3000), help="Pitch of the tone.")
    level_dbfs: float = number(-40, -120, 0, "dBFS", typical=(-60, -25), help="RMS of the tone below full scale.")
    swing_hz: float = number(0, 0, 2000, "Hz", typical=(0, 50), help="How far the frequency swings, either way.")
    swing_rate_hz: float = number(1, 0.01, 50, "Hz", scale="log", typical=(0.2, 8), help="How often it swings.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """The wave from a drawn place in its period on."""
        rate = spec.sample_rate
        table = shape(self.waveform, harmonics_below(self.frequency_hz + self.swing_hz, rate))
        wave = Wave(
            table, self.frequency_hz / rate, spec.channels,
            phase=draw.key.uniform("phase"), swing=self.swing_hz / rate, swings_per_frame=self.swing_rate_hz / rate,
        )  # fmt: skip
        return NoiseAdder(wave, gain_of(self.level_dbfs))


class MainsHum(Streaming):
    """Adds the hum of the mains: 50 or 60 Hz and its harmonics.

    The level is the RMS of it all. Each harmonic lies `decay_db_per_octave` lower for each octave above the mains
    frequency, at a drawn phase; harmonics above half the sample rate are left out.
    """

    also_called = ("hum", "ground loop", "50 Hz", "60 Hz", "electrical interference", "buzz", "power line")

    mains_hz: str = choice("50", ("50", "60"), help="The mains frequency: 60 Hz in most of America, else 50.")
    harmonics: int = number(10, 1, 60, integer=True, typical=(4, 24), help="How many partials there are.")
    decay_db_per_octave: float = number(
        9, 0, 24, "dB/oct", typical=(3, 15), help="How fast they grow weaker; small values buzz."
    )
    level_dbfs: float = number(-45, -120, 0, "dBFS", typical=(-65, -35), help="RMS of the hum below full scale.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """The partials as one wave."""
        mains = float(self.mains_hz)
        numbers = range(1, min(self.harmonics, harmonics_below(mains, spec.sample_rate)) + 1)
        octave_db = -self.decay_db_per_octave
        amplitudes = [gain_of(octave_db * math.log2(number)) for number in numbers]
        table = period(amplitudes, [draw.key.uniform("phase", number) for number in numbers])
        return NoiseAdder(Wave(table, mains / spec.sample_rate, spec.channels), gain_of(self.level_dbfs))


class Crackle(Streaming):
    """Adds clicks at random moments: the crackle of vinyl, bad contacts, rain on a microphone.

    They come as a Poisson process, on all channels at once, up to 2 dB apart. The level is the peak of the median
    click; the sizes are log-normal. Each click is a strongly damped ring.
    """

    also_called = ("Clicks", "vinyl", "pops", "impulse noise", "static", "crackling")

    rate_hz: float = number(20, 0.05, 1000, "Hz", scale="log", typical=(3, 60), help="Clicks a second, on average.")
    level_dbfs: float = number(-25, -100, 0, "dBFS", typical=(-45, -15), help="Peak of the median click.")
    spread_db: float = number(6, 0, 12, "dB", typical=(3, 9), help="Standard deviation of the clicks' sizes.")
    ring_hz: float = number(
        2500, 200, 10000, "Hz", scale="log", typical=(800, 5000), help="How bright they are: from thumps to ticks."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """The clicks of the step's key."""
        clicks = Clicks(
            draw.key, spec.channels, spec.sample_rate, rate_hz=self.rate_hz, spread_db=self.spread_db,
            ring_hz=min(self.ring_hz, TOP * spec.sample_rate),
        )  # fmt: skip
        return NoiseAdder(clicks, gain_of(self.level_dbfs))


class Wind(Streaming):
    """Adds wind on a microphone: deep noise that swells and fades in gusts.

    The level is the RMS that it has in the long run. Its strength is drawn anew every `gust_s`, evenly in decibels, and
    goes there smoothly, on all channels at once; the noise itself is each channel's own.
    """

    also_called = ("gusts", "outdoor noise", "rumble", "turbulence", "wind noise")

    level_dbfs: float = number(-35, -100, 0, "dBFS", typical=(-55, -20), help="RMS of the wind in the long run.")
    gust_s: float = number(1, 0.1, 30, "s", scale="log", typical=(0.4, 3), help="Time from one strength to the next.")
    depth_db: float = number(20, 0, 40, "dB", typical=(10, 30), help="From the weakest to the strongest.")
    slope_db_per_octave: float = number(
        -9, -12, -3, "dB/oct", typical=(-12, -6), help="How deep it is: its power falls from 20 Hz on."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Coloured noise in gusts."""
        noise = ColoredNoise(draw.key, spec.channels, spec.sample_rate, self.slope_db_per_octave)
        gusts = Gusts(noise, draw.key, self.gust_s * spec.sample_rate, self.depth_db)
        return NoiseAdder(gusts, gain_of(self.level_dbfs))


class GsmBuzz(Streaming):
    """Adds the buzz that a telephone nearby puts into a cable: the bursts of GSM, 217 in a second.

    The telephone sends in one of eight slots of each frame of 4.615 ms; of 26 frames the last is idle, so that the
    pattern comes again every 120 ms. What is heard is the envelope of those bursts. The level is the RMS of it all, the
    same on all channels.
    """

    also_called = ("mobile phone interference", "TDMA noise", "cell phone buzz", "GSM", "bumblebee")
    reference = "3GPP TS 45.002: frames, time slots and the multiframe of 26"

    level_dbfs: float = number(-45, -120, 0, "dBFS", typical=(-60, -30), help="RMS of the buzz below full scale.")
    bandwidth_hz: float = number(
        6000, 500, 16000, "Hz", scale="log", typical=(2000, 10000), help="The highest frequency that gets through."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """The pattern of 120 ms from a drawn place on."""
        pattern_hz = 1 / MULTIFRAME_S
        heard = min(int(self.bandwidth_hz / pattern_hz), harmonics_below(pattern_hz, spec.sample_rate))
        table = bursts(heard, FRAMES, IDLE, 1 / SLOTS)
        wave = Wave(table, pattern_hz / spec.sample_rate, spec.channels, phase=draw.key.uniform("phase"))
        return NoiseAdder(wave, gain_of(self.level_dbfs))
