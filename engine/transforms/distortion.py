"""Distortion: what overloaded stages, hard clipping and too few bits do to a waveform. None of it has a memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..dsp.levels import chunks, energy_of, gain_of, peak_of
from ..dsp.pointwise import Pointwise, amplifier
from ..params import number
from ..transform import Measured, Numbers, Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw

SILENT = gain_of(-180)
"""Below this there is nothing to distort."""


class Distortion(Streaming):
    """Drives the sound into a soft limit, louder with more drive, as an overdriven amplifier does."""

    also_called = ("overdrive", "saturation", "drive", "tanh", "waveshaper")

    drive_db: float = number(
        6, 0, 60, "dB", typical=(1, 12), help="Gain before tanh; about what soft sounds become louder by."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """tanh(gain * x), as in pedalboard's Distortion."""
        drive = np.float32(gain_of(self.drive_db))
        return Pointwise(lambda block: np.tanh(block * drive))


class TanhDistortion(Measured):
    """Drives the sound into a soft limit, whatever its level, and brings it back to the level it had."""

    also_called = ("soft clipping", "Harmonic", "overdrive", "saturation")

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

    also_called = ("ClippingDistortion", "Clip", "clip_amplitude", "DoClip", "hard clipping")

    threshold_db: float = number(-12, -60, 0, "dBFS", typical=(-30, -6), help="Level at which it is cut off.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Clip to the threshold on both sides."""
        limit = np.float32(gain_of(self.threshold_db))
        return Pointwise(lambda block: np.clip(block, -limit, limit))


class BitCrush(Streaming):
    """Rounds every sample to few bits, as early digital devices did."""

    also_called = ("Bitcrush", "DropBitResolution", "quantization", "dither", "lo-fi")

    bit_depth: int = number(8, 2, 24, "bit", typical=(5, 10), integer=True, help="Bits a sample is rounded to.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Round to the nearest of the steps that the bits give between -1 and 1; without dither."""
        steps = np.float32(2 ** (self.bit_depth - 1))
        return Pointwise(lambda block: np.rint(block * steps) / steps)
