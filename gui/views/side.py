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
        self.error = ""
        self.time_map: TimeMap | None = None
        self.wave: Peaks | None = None
        self.overview: Peaks | None = None
        self.spectrogram: Spectrogram | None = None
        self.frequencies: Frequencies | None = None
        self._bands = 1
        self._pictured_on: TimeMap | None = None
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
    def is_drawn(self) -> bool:
        """Whether the whole sound is there and no picture of it is still to come; also where there is none."""
        if self._reader is None:
            return True
        waits = self.growing or self._waves.busy or self._spectra.busy
        return not waits and self.wave is not None and self.spectrogram is not None

    @property
    def share(self) -> float:
        """How much of the track is ready, from 0 to 1."""
        if self._reader is None or not self._reader.total:
            return 0.0
        return min(1.0, self._reader.ready / self._reader.total)

    @property
    def bands(self) -> int:
        """How many channels its spectrogram shows one above the other."""
        return self._bands

    @property
    def clipped_samples(self) -> int:
        """How many samples of the sound are clipped, as far as it was looked at."""
        return self.wave.clipped_samples if self.wave is not None else 0

    def show(self, track: Track | None, label: str, time_map: TimeMap | None = None, error: str = "") -> None:
        """Take another track into view; the old pictures stay until there are new ones, unless it is None."""
        self.label, self.time_map, self.error = label, time_map, error
        if track == self.track:
            return
        self._reader = TrackReader(track) if track is not None else None
        self._since = time.monotonic()
        self._seen = (-1, TrackState.GROWING)
        self._waves.forget()
        self._spectra.forget()
        if track is None:
            self._drop_pictures()

    def picture_on(self, time_map: TimeMap | None) -> None:
        """Picture it on the time of a take with this map, or on its own; pictures on another time go."""
        if time_map != self._pictured_on:
            self._pictured_on = time_map
            self._waves.forget()
            self._spectra.forget()
            self._drop_pictures()

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
        version, track, apart = (reader.ready, reader.state), reader.track, settings.apart and reader.track.channels > 1
        self._waves.want(PeaksRequest(track, (wave, overview), apart, self._pictured_on), version)
        request = SpectrogramRequest(
            track, spectrum, rows, settings.frequencies(track.sample_rate), settings.window, settings.hop, apart,
            self._pictured_on,
        )  # fmt: skip
        self._spectra.want(request, version)

    def to_source(self, at_s: float) -> float:
        """The original's time for a time of this sound."""
        return self.time_map.to_source(at_s) if self.time_map is not None else at_s

    def to_own(self, source_s: float) -> float:
        """This sound's time for a time of the original."""
        return self.time_map.to_out(source_s) if self.time_map is not None else source_s

    def places(self, start_s: float, end_s: float) -> list[tuple[float, float]]:
        """The stretches of this sound that a stretch of the original has become."""
        return [(start_s, end_s)] if self.time_map is None else self.time_map.places(start_s, end_s)

    def level_db(self, at_s: float, hz: float, band: int = 0) -> float | None:
        """The level that the spectrogram shows at a time and a frequency, in one of its bands from below."""
        if self.spectrogram is None or self.frequencies is None:
            return None
        columns, indices = self.spectrogram.columns, self.spectrogram.indices
        rows = indices.shape[0] // self._bands
        column = int((at_s - columns.start_s) // columns.step_s)
        row = int(np.floor(float(self.frequencies.height(hz)) * rows + 1e-9))
        if not (0 <= column < indices.shape[1] and 0 <= row < rows):
            return None
        return float(index_to_db(int(indices[band * rows + row, column])))

    def peak_db(self, at_s: float, band: int = 0) -> float | None:
        """The peak level that the waveform shows at a time, in one of its channels from below."""
        if self.wave is None:
            return None
        column = int((at_s - self.wave.columns.start_s) // self.wave.columns.step_s)
        channels = self.wave.low.shape[0]
        if not (0 <= column < self.wave.low.shape[1] and 0 <= band < channels):
            return None
        channel = channels - 1 - band
        peak = max(abs(float(self.wave.low[channel, column])), abs(float(self.wave.high[channel, column])))
        return float(20 * np.log10(max(peak, 1e-6)))

    @property
    def _has_pictures(self) -> bool:
        return self.wave is not None or self.spectrogram is not None

    def _drop_pictures(self) -> None:
        self.wave = self.overview = self.spectrogram = self.frequencies = None

    def _take_wave(self, request: PeaksRequest, value: tuple[Peaks, Peaks]) -> None:
        if request.track == self.track and request.time_map == self._pictured_on:
            self.wave, self.overview = value
            self._changed(self, "wave")

    def _take_spectrum(self, request: SpectrogramRequest, value: Spectrogram) -> None:
        if request.track == self.track and request.time_map == self._pictured_on:
            self.spectrogram, self.frequencies = value, request.frequencies
            self._bands = request.track.channels if request.apart else 1
            self._changed(self, "spectrum")
