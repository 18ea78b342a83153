"""MP3: LAME in, FFmpeg's decoder out.

The encoder is lameenc's, the same LAME 3.100 as in PyAV's wheel and compiled 3.5 times as fast. It takes 16 bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..encode import EncodeError
from ..quantise import quantised
from .ffmpeg import decoded, opened_decoder
from .roundtrip import Cut

if TYPE_CHECKING:
    from ...clip import Samples

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
"""What LAME (576) and the decoder (529) put in front."""

FRAMES_AT_ONCE = 4
"""So many MP3 frames go in together: what surrounds a call costs as much as coding a frame."""

LAME_QUALITY = 7
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


def frame_length(rate: int) -> int:
    """Samples in an MP3 frame at that rate."""
    return 1152 if rate in MPEG1_RATES else 576


def frames_held(rate: int, kbps: int, channels: int) -> int:
    """How many MP3 frames LAME keeps back at most: two, and those that its bit reservoir may reach over."""
    mpeg1 = rate in MPEG1_RATES
    side = (17 if mpeg1 else 9) if channels == 1 else (32 if mpeg1 else 17)
    room = frame_length(rate) // 8 * kbps * 1000 // rate - side - 4
    return (511 if mpeg1 else 255) // room + 2


def _lameenc() -> Any:
    try:
        import lameenc
    except ImportError:
        raise EncodeError("MP3 is coded by lameenc, which is not installed; install it with pip") from None
    return lameenc


class Mp3RoundTrip:
    """One or two channels through LAME and the decoder."""

    def __init__(self, channels: int, rate: int, bitrate_kbps: float) -> None:
        lameenc = _lameenc()
        kbps = coded_kbps(rate, bitrate_kbps)
        self.rate = rate
        length = frame_length(rate)
        self.frame = FRAMES_AT_ONCE * length
        self.held = length * frames_held(rate, kbps, channels) + CODEC_DELAY
        self.rings_on = length
        self._bytes = length // 8 * kbps * 1000 // rate
        self._channels = channels
        self._encoder = lameenc.Encoder()
        self._encoder.silence()
        self._encoder.set_bit_rate(kbps)
        self._encoder.set_in_sample_rate(rate)
        self._encoder.set_out_sample_rate(rate)
        self._encoder.set_channels(channels)
        self._encoder.set_quality(LAME_QUALITY)
        self._decoder = opened_decoder("mp3float", rate, channels)
        self._coded = b""
        self._cut = Cut(CODEC_DELAY)

    def push(self, samples: Samples) -> Samples:
        """Code and decode whole codec frames, float32 (channels, frames)."""
        import av

        self._coded += self._encoder.encode(quantised(samples, 16).astype(np.int16).T.tobytes())
        packets = []
        start = 0
        while (end := self._end_of(start)) <= len(self._coded):
            packets.append(av.Packet(self._coded[start:end]))
            start = end
        self._coded = self._coded[start:]
        return self._cut.off(decoded(self._decoder, packets, self._channels))

    def _end_of(self, start: int) -> int:
        """Where the MP3 frame that begins there ends: a bit of its third byte tells of one more byte."""
        padding = self._coded[start + 2] >> 1 & 1 if start + 2 < len(self._coded) else 1
        return start + self._bytes + padding
