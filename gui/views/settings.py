"""How the sounds are shown: what toolbar and View menu change, and what is remembered between two starts."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.analysis.scales import Frequencies
from engine.analysis.stft import LOWEST_DB, Spectrogram, index_to_db

from ..numbers import signed
from ..words import mark, tr
from .colours import COLOUR_MAPS

if TYPE_CHECKING:
    from engine.analysis.scales import FrequencyScale

    from ..memory import Memory

Layout = Literal["stacked", "beside", "difference"]
WaveScale = Literal["fit", "full"]

HIGHEST_DB = 12
NARROWEST_DB = 5
SHORTEST_AXIS_HZ = 20.0
_REMEMBERED = "views/{name}"

LAYOUTS: tuple[tuple[Layout, str], ...] = (
    ("stacked", mark("Stacked")), ("beside", mark("Side by side")), ("difference", mark("Difference")),
)  # fmt: skip
SCALES: tuple[tuple[FrequencyScale, str], ...] = (
    ("linear", mark("Linear")),
    ("log", mark("Log")),
    ("mel", mark("Mel")),
)
WINDOWS = (256, 512, 1024, 2048, 4096, 8192)
OVERLAPS = (2, 4, 8, 16)
FLOORS_DB = (-40, -60, -80, -100, -115)
CEILINGS_DB = (0, -10, -20, -30)
COLOURS = tuple(zip(COLOUR_MAPS, (mark("Magma"), mark("Viridis"), mark("Cividis"), mark("Inferno"), mark("Grey")),
                    strict=True))  # fmt: skip
WAVE_SCALES: tuple[tuple[WaveScale, str], ...] = (
    ("fit", mark("Fit to the sounds")), ("full", mark("Full scale, −1 to 1")),
)  # fmt: skip


@dataclass(frozen=True)
class ViewSettings:
    """Layout, frequency axis (0: its own end), window and hop, dB range, colours, waveforms, channels."""

    layout: Layout = "stacked"
    scale: FrequencyScale = "mel"
    low_hz: float = 0.0
    high_hz: float = 0.0
    window: int = 2048
    overlap: int = 8
    floor_db: int = -80
    ceiling_db: int = 0
    colours: str = "magma"
    wave: WaveScale = "fit"
    apart: bool = False
    clipping: bool = True

    @property
    def hop(self) -> int:
        """Frames from one window to the next."""
        return self.window // self.overlap

    def frequencies(self, sample_rate: int) -> Frequencies:
        """The frequency axis for a sound of that rate; what is not within it is the whole."""
        whole = Frequencies.of(self.scale, sample_rate)
        low = max(whole.low_hz, self.low_hz)
        high = min(whole.high_hz, self.high_hz or whole.high_hz)
        return Frequencies(self.scale, low, high) if high - low >= SHORTEST_AXIS_HZ else whole

    def with_frequencies(self, low_hz: float, high_hz: float, sample_rate: int) -> ViewSettings:
        """The axis from one frequency to another; what reaches an end of the whole stays at it for every rate."""
        whole = Frequencies.of(self.scale, sample_rate)
        low = 0.0 if low_hz <= whole.low_hz + 1e-6 else low_hz
        high = 0.0 if high_hz >= whole.high_hz - 1e-6 else high_hz
        return replace(self, low_hz=low, high_hz=high)

    def with_levels(self, floor_db: int, ceiling_db: int) -> ViewSettings:
        """A range of levels, kept at least 5 dB wide."""
        ceiling = min(max(ceiling_db, int(LOWEST_DB) + NARROWEST_DB), HIGHEST_DB)
        return replace(self, floor_db=max(int(LOWEST_DB), min(floor_db, ceiling - NARROWEST_DB)), ceiling_db=ceiling)

    def fitted_to(self, picture: Spectrogram) -> ViewSettings:
        """The dB range in which a picture has its levels, in steps of 5 dB, at least 20 dB wide."""
        quiet, loud = (float(index_to_db(int(np.percentile(picture.indices, share)))) for share in (10, 99.95))
        ceiling = 5 * math.ceil(loud / 5)
        floor = max(int(LOWEST_DB), min(5 * math.floor(quiet / 5), ceiling - 20))
        return replace(self, floor_db=floor, ceiling_db=max(ceiling, floor + 20))


_ALLOWED: dict[str, tuple[object, ...]] = {
    "layout": tuple(value for value, _ in LAYOUTS), "scale": tuple(value for value, _ in SCALES), "window": WINDOWS,
    "overlap": OVERLAPS, "colours": COLOUR_MAPS, "wave": tuple(value for value, _ in WAVE_SCALES),
}  # fmt: skip


def recall(memory: Memory) -> ViewSettings:
    """The settings that are remembered; what cannot be is as it was at first."""
    settings = ViewSettings()
    for field in fields(ViewSettings):
        found = memory.get(_REMEMBERED.format(name=field.name), field.default)
        if found in _ALLOWED.get(field.name, (found,)):
            settings = replace(settings, **{field.name: found})
    return settings.with_levels(settings.floor_db, settings.ceiling_db)


def remember(memory: Memory, settings: ViewSettings) -> None:
    """Keep the settings for the next start."""
    for name, value in asdict(settings).items():
        memory.put(_REMEMBERED.format(name=name), value)


def remembered(name: str) -> bool:
    """Whether the memory's value of that name belongs to the views."""
    return any(name == _REMEMBERED.format(name=field.name) for field in fields(ViewSettings))


def db_choice(level: int) -> str:
    """A level in a menu, with the typographic minus."""
    return tr("{level} dB", level=signed(level, 0))
