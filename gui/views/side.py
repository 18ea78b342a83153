"""One of the two sounds in view, original or take: its track, its pictures, and asking for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis.columns import Columns
from engine.analysis.peaks import Peaks, PeaksRequest
from engine.analysis.scales import Frequencies
from engine.analysis.stft import Spectrogram, SpectrogramRequest, index_to_db
from engine.track import Track, TrackReader, TrackState

from .feed import Feed, Submit

if TYPE_CHECKING:
    from engine.clip import TimeMap

    from .settings import ViewSettings

PATIENCE_S = 0.3
"""A sound that is complete so soon replaces the old picture at once; one that takes longer is shown growing."""


class Side:
    """Holds a track and the newest pictures of it; `changed(side, kind)` says that one is new."""

    def __init__(self, name: str, submit: Submit, changed: Callable[[Side, str], None]) -> None:
        self.name = name
        self.label = ""
        self.time_map: TimeMap | None = None
        self.wave: Peaks | None = None
        self.overview: Peaks | None = None
        self.spectrogram: Spectrogram | None = None
        self.frequencies: Frequencies | None = None
        self._reader: TrackReader | None = None
        self._since = 0.0
        self._seen: tuple[int, TrackState] = (-1, TrackState.GROWING)
        self._changed = changed
        self._waves = Feed(f"view-{name}-waveform", submit, self._take_wave)
        self._spectra = Feed(f"view-{name}-spectrogram", submit, self._take_spectrum)

    @property
    def track(self) -> Track | None:
        """The track in view."""
        return self._reader.track if self._reader else None

    @property
    def duration_s(self) -> float:
        """How long the sound is, or will be as far as it is known."""
        if self._reader is None:
            return 0.0
        return (self._reader.total or self._reader.ready) / self._reader.track.sample_rate

    @property
    def growing(self) -> bool:
        """Whether more of the track is to come."""
        return self._reader is not None and self._reader.state == TrackState.GROWING

    @property
    def slow(self) -> bool:
        """Whether it grows for long enough to say so."""
        return self.growing and time.monotonic() - self._since > PATIENCE_S

    @property
    def share(self) -> float:
        """How much of the track is ready, from 0 to 1."""
        if self._reader is None or not self._reader.total:
            return 0.0
        return min(1.0, self._reader.ready / self._reader.total)

    def show(self, track: Track | None, label: str, time_map: TimeMap | None = None) -> None:
        """Take another track into view; the old pictures stay until there are new ones, unless it is None."""
        self.label, self.time_map = label, time_map
        if track == self.track:
            return
        self._reader = TrackReader(track) if track is not None else None
        self._since = time.monotonic()
        self._seen = (-1, TrackState.GROWING)
        self._waves.forget()
        self._spectra.forget()
        if track is None:
            self.wave = self.overview = self.spectrogram = self.frequencies = None

    def grown(self) -> bool:
        """Whether the track has changed since the last call."""
        if self._reader is None:
            return False
        seen = (self._reader.ready, self._reader.state)
        changed, self._seen = seen != self._seen, seen
        return changed

    def want(self, wave: Columns, overview: Columns, spectrum: Columns, rows: int, settings: ViewSettings) -> None:
        """Ask for pictures of these stretches."""
        reader = self._reader
        if reader is None or reader.ready == 0 or (self._has_pictures and self.growing and not self.slow):
            return
        version = (reader.ready, reader.state)
        self._waves.want(PeaksRequest(reader.track, (wave, overview)), version)
        frequencies = Frequencies.of(settings.scale, reader.track.sample_rate)
        request = SpectrogramRequest(reader.track, spectrum, rows, frequencies, settings.window, settings.hop)
        self._spectra.want(request, version)

    def to_source(self, at_s: float) -> float:
        """The original's time for a time of this sound."""
        return self.time_map.to_source(at_s) if self.time_map is not None else at_s

    def to_own(self, source_s: float) -> float:
        """This sound's time for a time of the original."""
        return self.time_map.to_out(source_s) if self.time_map is not None else source_s

    def level_db(self, at_s: float, height: float) -> float | None:
        """The level that the spectrogram shows at a time and a height from 0 to 1."""
        if self.spectrogram is None:
            return None
        columns, indices = self.spectrogram.columns, self.spectrogram.indices
        column, row = int((at_s - columns.start_s) / columns.step_s), int(height * indices.shape[0])
        if not (0 <= column < indices.shape[1] and 0 <= row < indices.shape[0]):
            return None
        return float(index_to_db(int(indices[row, column])))

    def peak_db(self, at_s: float) -> float | None:
        """The peak level that the waveform shows at a time."""
        if self.wave is None:
            return None
        column = int((at_s - self.wave.columns.start_s) / self.wave.columns.step_s)
        if not 0 <= column < self.wave.low.size:
            return None
        peak = max(abs(float(self.wave.low[column])), abs(float(self.wave.high[column])))
        return float(20 * np.log10(max(peak, 1e-6)))

    @property
    def _has_pictures(self) -> bool:
        return self.wave is not None or self.spectrogram is not None

    def _take_wave(self, request: PeaksRequest, value: tuple[Peaks, Peaks]) -> None:
        if request.track == self.track:
            self.wave, self.overview = value
            self._changed(self, "wave")

    def _take_spectrum(self, request: SpectrogramRequest, value: Spectrogram) -> None:
        if request.track == self.track:
            self.spectrogram, self.frequencies = value, request.frequencies
            self._changed(self, "spectrum")
