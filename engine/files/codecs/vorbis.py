"""Ogg Vorbis by libsndfile's libvorbis, in pieces of a second.

libvorbis is handed on by Ogg pages, and a page of silence holds six seconds; FFmpeg's own encoder, which has no
pages, knows neither mono nor low bitrates. So each piece is a file of its own, in memory, that begins early and ends
late, and where two meet they are crossfaded. Vorbis keeps no bits back, so a piece sounds as it does in a whole file.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...clip import Samples

HIGHEST_RATE = 48000
CONTEXT = 4096
"""Frames before and after a piece that are coded with it: two of Vorbis's long blocks."""
SEAM = 512
"""Frames over which two pieces are crossfaded."""


class VorbisRoundTrip:
    """One or two channels through libvorbis at a quality from 0 to 1."""

    def __init__(self, channels: int, rate: int, quality: float) -> None:
        self.rate = rate
        self.frame = rate
        self.held = CONTEXT
        self.rings_on = CONTEXT
        self._quality = quality
        self._before = np.zeros((channels, 2 * CONTEXT), np.float32)
        self._over = np.zeros((channels, SEAM), np.float32)
        self._fade_in = (np.arange(SEAM, dtype=np.float32) + np.float32(0.5)) / np.float32(SEAM)
        self._first = True

    def push(self, samples: Samples) -> Samples:
        """Code and decode whole pieces, float32 (channels, frames)."""
        pieces = [
            self._piece(samples[:, start : start + self.frame]) for start in range(0, samples.shape[1], self.frame)
        ]
        return np.concatenate(pieces, axis=1)

    def _piece(self, samples: Samples) -> Samples:
        whole = np.concatenate((self._before, samples), axis=1)
        self._before = whole[:, -2 * CONTEXT :]
        coded = self._coded(whole)
        out = coded[:, CONTEXT : CONTEXT + self.frame].copy()
        out[:, :SEAM] = out[:, :SEAM] * self._fade_in + self._over * (1 - self._fade_in)
        self._over = coded[:, CONTEXT + self.frame :][:, :SEAM]
        if self._first:
            self._first = False
            return out[:, CONTEXT:]
        return out

    def _coded(self, samples: Samples) -> Samples:
        """The samples out of an Ogg file in memory; Vorbis leaves silence as it is."""
        import soundfile

        if not samples.any():
            return np.zeros_like(samples)
        file = BytesIO()
        soundfile.write(file, samples.T, self.rate, format="OGG", subtype="VORBIS", compression_level=1 - self._quality)
        file.seek(0)
        given: Samples = soundfile.read(file, dtype="float32", always_2d=True)[0].T
        return given
