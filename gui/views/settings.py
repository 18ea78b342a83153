"""How spectrograms are shown: what the toolbar changes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.stft import LOWEST_DB, Spectrogram, index_to_db

if TYPE_CHECKING:
    from engine.analysis.scales import FrequencyScale

SCALES: tuple[FrequencyScale, ...] = ("linear", "log", "mel")
WINDOWS = (256, 512, 1024, 2048, 4096, 8192)
OVERLAPS = (2, 4, 8, 16)
FLOORS_DB = (-40, -60, -80, -100, -115)
CEILINGS_DB = (0, -10, -20, -30)
WAVE_SCALES = ("fit", "full")


@dataclass(frozen=True)
class ViewSettings:
    """Frequency scale, window in frames, how many hops a window has, dB range, colour map, waveform height."""

    scale: FrequencyScale = "mel"
    window: int = 2048
    overlap: int = 8
    floor_db: int = -80
    ceiling_db: int = 0
    colours: str = "magma"
    wave: str = "fit"

    @property
    def hop(self) -> int:
        """Frames from one window to the next."""
        return self.window // self.overlap

    def fitted_to(self, picture: Spectrogram) -> ViewSettings:
        """The dB range in which a picture has its levels, in steps of 5 dB, at least 20 dB wide."""
        quiet, loud = (float(index_to_db(int(np.percentile(picture.indices, share)))) for share in (10, 99.95))
        ceiling = 5 * math.ceil(loud / 5)
        floor = max(int(LOWEST_DB), min(5 * math.floor(quiet / 5), ceiling - 20))
        return replace(self, floor_db=floor, ceiling_db=max(ceiling, floor + 20))
