"""Parts of a sound: told apart, and each made louder or softer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..clip import TimeMap
from ..dsp.separation import rebalanced
from ..params import number
from ..transform import WholeClip

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw
    from ..transform import StreamSpec


class HarmonicPercussive(WholeClip):
    """Makes what rings (tones, voices) and what strikes (drums, clicks) louder or softer against each other.

    Each point of the spectrogram is shared out by whether its neighbours in time or in frequency are alike, and both
    shares get their gain. -80 dB takes a share away.
    """

    also_called = ("HPSS", "Harmonic", "Percussive", "source separation", "transients")
    reference = "D. Fitzgerald, Harmonic/percussive separation using median filtering, DAFx 2010"

    harmonic_db: float = number(0, -80, 12, "dB", typical=(-12, 0), help="How much louder what rings becomes.")
    percussive_db: float = number(-12, -80, 12, "dB", typical=(-12, 0), help="How much louder what strikes becomes.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip with its two parts in another balance; no time is changed."""
        same = TimeMap.identity(samples.shape[1] / spec.sample_rate)
        if self.harmonic_db == 0 and self.percussive_db == 0:
            return samples.copy(), same
        gains = 10 ** (self.harmonic_db / 20), 10 ** (self.percussive_db / 20)
        return rebalanced(samples, spec.sample_rate, *gains), same
