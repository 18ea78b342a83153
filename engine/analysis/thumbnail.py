"""Thumbnails: the whole of a take as a small spectrogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..takes import RenderRequest
from ..track import Track, TrackReader
from .columns import Columns
from .scales import Frequencies
from .stft import SpectrogramRequest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW = 1024
HOP = 256


@dataclass(frozen=True)
class ThumbnailRequest:
    """The picture of a track that is there: so many columns from its beginning to its end, mel scale."""

    track: Track
    columns: int
    rows: int

    def run(self) -> NDArray[np.uint8]:
        """Levels as the indices of a spectrogram, (rows, columns), lowest frequency first."""
        duration_s = max(TrackReader(self.track).ready, 1) / self.track.sample_rate
        columns = Columns(0.0, duration_s / self.columns, self.columns)
        frequencies = Frequencies.of("mel", self.track.sample_rate)
        return SpectrogramRequest(self.track, columns, self.rows, frequencies, WINDOW, HOP).run().indices


@dataclass(frozen=True)
class TakeThumbnailRequest:
    """The picture of a take that is rendered for it alone; who asks for the render's track removes it."""

    render: RenderRequest
    columns: int
    rows: int

    def run(self) -> NDArray[np.uint8]:
        """As `ThumbnailRequest` gives it; the render ends early when a reader of its track asks for that."""
        self.render.run()
        return ThumbnailRequest(self.render.out, self.columns, self.rows).run()
