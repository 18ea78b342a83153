"""Sound through the MP3 codec and back, frame by frame, in memory: LAME in, FFmpeg's decoder out.

The bit reservoir is off, so that every frame comes back after the same number of samples whatever the sound is:
a reservoir holds back up to 1.3 s at low bitrates. The decoder cuts LAME's delay off, so nothing is shifted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples

MPEG1_RATES = (32000, 44100, 48000)
MPEG2_RATES = (8000, 11025, 12000, 16000, 22050, 24000)
MPEG1_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MPEG2_KBPS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MPEG25_HIGHEST_RATE = 12000
MPEG25_HIGHEST_KBPS = 64

LOW_BITRATES = ((12, 8000), (24, 16000), (32, 24000))
"""Below so many kbit/s encoders go down to so many hertz; from 32 on every rate is fit."""

NEAR_ENOUGH = 0.9
"""A rate that divides the clip's is preferred if it lies so near the highest that is fit: 22,050 for 44,100."""

CODEC_DELAY = 1105
"""What LAME (576) and the decoder (529) put in front; it is cut off, but has to be waited for."""

LAME_QUALITY = "7"
"""LAME's quick setting, the usual one for augmentation; the bitrate decides what is heard."""


def coded_rate(sample_rate: int, bitrate_kbps: float) -> int:
    """The MP3 rate to code at: the same if it is fit for the bitrate, else the next above, else the highest."""
    highest = next((rate for below, rate in LOW_BITRATES if bitrate_kbps < below), MPEG1_RATES[-1])
    rates = [rate for rate in MPEG2_RATES + MPEG1_RATES if rate <= highest]
    if sample_rate <= highest:
        return next(rate for rate in rates if rate >= sample_rate)
    near = (rate for rate in reversed(rates) if rate >= NEAR_ENOUGH * highest and sample_rate % rate == 0)
    return next(near, highest)


def coded_kbps(rate: int, bitrate_kbps: float) -> int:
    """The bitrate nearest to the one asked for that MP3 has at that rate."""
    steps: tuple[int, ...] = MPEG1_KBPS if rate in MPEG1_RATES else MPEG2_KBPS
    if rate <= MPEG25_HIGHEST_RATE:
        steps = tuple(step for step in steps if step <= MPEG25_HIGHEST_KBPS)
    return min(steps, key=lambda step: abs(step - bitrate_kbps))


class Mp3RoundTrip:
    """One or two channels through LAME and the decoder; `push` takes `frame` frames at a time.

    What has come out after n frames are in is n - `held` frames, and lies where it lay in the input.
    """

    def __init__(self, channels: int, rate: int, bitrate_kbps: float) -> None:
        import av
        from av.audio.codeccontext import AudioCodecContext

        self._layout = "mono" if channels == 1 else "stereo"
        self._rate = rate
        self._channels = channels
        self._encoder = av.CodecContext.create("libmp3lame", "w")
        self._encoder.sample_rate = rate
        self._encoder.layout = self._layout
        self._encoder.format = "fltp"
        self._encoder.bit_rate = coded_kbps(rate, bitrate_kbps) * 1000
        self._encoder.time_base = Fraction(1, rate)
        self._encoder.options = {"reservoir": "0", "compression_level": LAME_QUALITY}
        self._encoder.open()
        decoder = av.CodecContext.create("mp3float", "r")
        assert isinstance(decoder, AudioCodecContext)
        self._decoder = decoder
        self.frame = frame_length(rate)
        self.held = self.frame + CODEC_DELAY
        self._pushed = 0

    def push(self, samples: Samples) -> Samples:
        """Code and decode one codec frame, float32 (channels, frame); gives what has come out."""
        import av

        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=self._layout)
        frame.sample_rate = self._rate
        frame.pts = self._pushed
        self._pushed += self.frame
        out = [
            decoded.to_ndarray() for packet in self._encoder.encode(frame) for decoded in self._decoder.decode(packet)
        ]
        return np.concatenate(out, axis=1) if out else np.zeros((self._channels, 0), np.float32)


def frame_length(rate: int) -> int:
    """Samples in an MP3 frame at that rate."""
    return 1152 if rate in MPEG1_RATES else 576
