"""The guard: the last step of every chain, which keeps its sound within full scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..dsp.levels import decibels_of, gain_of, peak_of
from ..dsp.pointwise import Unchanged, amplifier
from ..dsp.true_peak_limiter import CLOSE_ENOUGH, TruePeakLimiter, threshold_for, true_peak
from ..params import choice, number
from ..transform import Measured, Numbers, Processor, StreamSpec

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw

FULL_SCALE = 1 - 2**-15
"""What is turned down reaches the largest sample of 16 bits, so that no format has to clip it."""
SILENT_DB = -200.0


class LevelGuard(Measured):
    """Keeps the sound within full scale: turned down as a whole, or limited to a true peak, and only if it must be.

    `scale` turns the whole clip down where a sample exceeds full scale, until the largest reaches it, and so keeps
    every proportion. `limit` turns it down around each peak alone, on all channels alike, so that the wave between
    the samples stays under the ceiling too; it looks 5 ms ahead and recovers within 100 ms. What needs neither comes
    out bit for bit as it went in. Every chain ends in one; as a step it can stand anywhere.
    """

    also_called = (
        "true peak limiter",
        "headroom",
        "clip prevention",
        "gain -n",
        "gain -l",
        "gain -h",
        "norm",
        "guard",
        "--guard",
    )
    reference = "ITU-R BS.1770-4, annex 2"

    mode: str = choice("scale", ("scale", "limit"), help="Whether the whole is turned down, or its peaks alone.")
    ceiling_db: float = number(
        -1, -30, 0, "dBTP", typical=(-3, -1), help="The highest true peak that limiting lets through."
    )

    def measure(self, samples: Samples, spec: StreamSpec, draw: Draw) -> Numbers:
        """The clip's peak (for `limit`: its true peak) in dB, and by how many dB it is turned down, 0 if not at all."""
        if self.mode == "limit":
            return self._measured_between(samples, spec.sample_rate)
        peak = peak_of(samples)
        gain = FULL_SCALE / peak if 1 < peak < math.inf else 1.0  # what is not finite is refused behind it
        return {"gain": gain, "gain_db": decibels_of(gain), "peak_db": _decibels(peak)}

    def _measured_between(self, samples: Samples, sample_rate: int) -> Numbers:
        peak, ceiling = true_peak(samples), gain_of(self.ceiling_db)
        found = {"true_peak_db": _decibels(peak)}
        if not ceiling * CLOSE_ENOUGH < peak < math.inf:
            return found | {"gain_db": 0.0}
        threshold = threshold_for(samples, sample_rate, ceiling)
        return found | {"gain_db": decibels_of(ceiling / peak), "threshold": threshold}

    def processor(self, spec: StreamSpec, draw: Draw, numbers: Numbers) -> Processor:
        """Nothing, one gain, or the limiter."""
        if numbers["gain_db"] == 0:
            return Unchanged()
        if self.mode == "limit":
            return TruePeakLimiter(numbers["threshold"], spec.sample_rate, spec.channels)
        return amplifier(numbers["gain"])


def _decibels(peak: float) -> float:
    return min(max(decibels_of(peak), SILENT_DB), -SILENT_DB)
