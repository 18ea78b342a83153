"""GSM full rate: libsndfile's libgsm in, FFmpeg's decoder out; the standard leaves no bit of it open."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from ..quantise import quantised
from .ffmpeg import decoded, opened_decoder

if TYPE_CHECKING:
    from ...clip import Samples

RATE = 8000
FRAME = 160
FRAME_BYTES = 33


class GsmRoundTrip:
    """One channel through GSM 06.10, which puts nothing in front."""

    rate = RATE
    frame = FRAME
    held = 0
    rings_on = 25 * FRAME  # the long-term predictor goes on into silence

    def __init__(self) -> None:
        import soundfile

        self._coded = BytesIO()
        self._encoder = soundfile.SoundFile(self._coded, "w", RATE, 1, format="RAW", subtype="GSM610")
        self._decoder = opened_decoder("gsm", RATE, 1)

    def push(self, samples: Samples) -> Samples:
        """Code and decode whole codec frames, float32 (1, frames)."""
        import av

        self._coded.seek(0)
        self._encoder.write(quantised(samples[0], 16).astype(np.int16))
        coded = self._coded.getvalue()[: self._coded.tell()]
        packets = (av.Packet(coded[start : start + FRAME_BYTES]) for start in range(0, len(coded), FRAME_BYTES))
        return decoded(self._decoder, packets, 1)
