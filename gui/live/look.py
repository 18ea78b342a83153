"""How the live picture is looked at: its frequency axis and its colours, and the marks at its edges."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.analysis.scales import Frequencies, FrequencyScale
from engine.analysis.stft import index_to_db

from ..numbers import short_hz

FLOOR_DB = -80.0
Colours = NDArray[np.uint32]
"""One pixel, red in its lowest byte, for each index of a spectrogram."""

_MAGMA = (0x000004, 0x1C1044, 0x4F127B, 0x812581, 0xB5367A, 0xE55064, 0xFB8761, 0xFEC287, 0xFCFDBF)
_MARKS_HZ = (1000, 4000, 250, 8000, 2000, 16000, 500, 12000, 20000, 125, 32000, 64000)


def magma() -> Colours:
    """The colours until somebody chooses others: magma from -80 to 0 dB."""
    share = (1 - index_to_db(np.arange(256, dtype=np.uint8)) / FLOOR_DB).clip(0, 1)
    stops = np.array([[stop >> shift & 255 for shift in (16, 8, 0)] for stop in _MAGMA])
    rgb = [np.interp(share, np.linspace(0, 1, len(stops)), stops[:, part]) for part in range(3)]
    red, green, blue = (np.rint(part).astype(np.uint32) for part in rgb)
    pixels: Colours = red | green << 8 | blue << 16 | np.uint32(255 << 24)
    return pixels


@dataclass(frozen=True)
class Look:
    """A frequency scale and colours, as the views have them."""

    scale: FrequencyScale = "mel"
    colours: Colours = field(default_factory=magma, compare=False)


def frequency_marks(axis: Frequencies, height_px: float, apart_px: float = 15) -> list[tuple[float, str]]:
    """Round frequencies at their heights from 0 to 1, the most telling first, never closer than they can be read."""
    edge = apart_px / 2 / max(height_px, apart_px)
    marks: list[tuple[float, str]] = []
    for hz in _MARKS_HZ:
        height = float(axis.height(hz))
        free = all(abs(height - other) * height_px >= apart_px for other, _ in marks)
        if free and edge <= height <= 1 - edge and axis.low_hz <= hz <= axis.high_hz:
            marks.append((height, short_hz(hz)))
    return marks
