"""Telephone: the codecs of lines, of mobile phones, and what gets lost on the way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..dsp.band import BandLimit, band_taps
from ..dsp.companding import Law, g711
from ..dsp.packets import FADED_MS, Concealment, Losses, PacketLine
from ..files.codecs.ffmpeg import Coding, FfmpegRoundTrip
from ..files.codecs.gsm import GsmRoundTrip
from ..files.codecs.stream import CodedProcessor
from ..params import choice, number, switch
from ..transform import Streaming

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw
    from ..transform import Processor, StreamSpec

LINE_RATE = 8000
LINE_BAND_HZ = (300.0, 3400.0)
BAND_DELAY = 80
"""Frames that the line's band-pass delays by: it falls by 60 dB within 120 Hz."""

AMR_DELAY, AMR_FRAME = 40, 160
AMR_KBPS = ("4.75", "5.15", "5.9", "6.7", "7.4", "7.95", "10.2", "12.2")
G722_DELAY, G722_FRAME, G722_RATE = 22, 320, 16000


class Telephone(Streaming):
    """Sounds as over a telephone line: 8 kHz, 300 to 3,400 Hz, and eight bits a sample.

    The samples go through G.711's mu-law (America, Japan) or A-law (elsewhere) to the bit. The band-pass is of linear
    phase, so that nothing is shifted. What is beyond full scale is clipped.
    """

    also_called = (
        "G.711", "mulaw", "ulaw", "alaw", "landline", "narrowband", "phone", "apply_codec", "AudioEffector",
    )  # fmt: skip
    reference = "ITU-T G.711; the band of G.712"

    law: str = choice("mu-law", ("mu-law", "A-law"), help="How samples become eight bits.")
    band: bool = switch(True, help="Cut off what is below 300 and above 3,400 Hz, as lines do.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A line for each channel."""
        law: Law = "A-law" if self.law == "A-law" else "mu-law"
        return CodedProcessor(spec, lambda channels: Line(channels, law, band=self.band))


class Line:
    """A line of G.711 at 8 kHz, with or without the filter in front of it."""

    rate = LINE_RATE
    frame = 2 * BAND_DELAY

    def __init__(self, channels: int, law: Law, *, band: bool) -> None:
        self._law: Law = law
        self._band = BandLimit(channels, band_taps(*LINE_BAND_HZ, LINE_RATE, BAND_DELAY)) if band else None
        self.held = self._cut = BAND_DELAY if band else 0
        self.rings_on = self.held

    def push(self, samples: Samples) -> Samples:
        """Filter and code whole frames of 20 ms, float32 (channels, frames)."""
        if self._band is not None:
            frames = range(0, samples.shape[1], self.frame)
            limited = [self._band.frame(samples[:, start : start + self.frame]) for start in frames]
            samples = np.concatenate(limited, axis=1)[:, self._cut :]
            self._cut = 0
        return g711(samples, self._law)


class G722(Streaming):
    """Sounds as over a wideband telephone: G.722, 7 kHz wide at 64 kbit/s.

    It is coded at 16 kHz, each channel alone, and stays where it was, to the sample of 16 kHz. What is beyond full
    scale is clipped.
    """

    also_called = ("HD voice", "DECT", "wideband telephone", "ISDN", "CodecAugment", "apply_codec", "AudioEffector")
    reference = "ITU-T G.722, coded by FFmpeg"
    remembers_start = True  # the codec adapts to all that it has heard

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each channel."""
        coding = Coding("g722", "g722", G722_RATE, G722_FRAME, "s16", delay=G722_DELAY)
        return CodedProcessor(spec, partial(FfmpegRoundTrip, coding=coding), channels_at_once=1)


class Gsm(Streaming):
    """Sounds as over a mobile phone of the nineties: GSM full rate at 13 kbit/s.

    It is coded at 8 kHz, each channel alone, and stays where it was, to the sample of 8 kHz. What is beyond full scale
    is clipped.
    """

    also_called = (
        "GSMFullRateCompressor", "GSM 06.10", "mobile phone", "cellular", "2G", "apply_codec", "AudioEffector",
    )  # fmt: skip
    reference = "ETSI GSM 06.10"
    remembers_start = True  # the codec adapts to all that it has heard

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each channel."""
        return CodedProcessor(spec, lambda channels: GsmRoundTrip(), channels_at_once=1)


class AmrNb(Streaming):
    """Sounds as over a mobile phone: AMR narrowband, from 4.75 to 12.2 kbit/s.

    It is coded at 8 kHz, each channel alone, and stays where it was, to the sample of 8 kHz. What is beyond full scale
    is clipped.
    """

    also_called = ("AMRNB", "AMR-NB", "mobile phone", "cellular", "3G", "3gp")
    reference = "3GPP TS 26.071, coded by OpenCORE"
    remembers_start = True  # the codec adapts to all that it has heard

    bitrate_kbps: str = choice("12.2", AMR_KBPS, help="AMR's modes, in kbit/s.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each channel."""
        bit_rate = round(float(self.bitrate_kbps) * 1000)
        coding = Coding(
            "libopencore_amrnb", "libopencore_amrnb", LINE_RATE, AMR_FRAME, "s16", delay=AMR_DELAY, bit_rate=bit_rate
        )
        return CodedProcessor(spec, partial(FfmpegRoundTrip, coding=coding), channels_at_once=1)


class PacketLoss(Streaming):
    """Loses packets of the sound, one by one or in bursts, and plays something else instead.

    Packets lie side by side from the clip's beginning, the same on all channels. Whether one is lost follows Gilbert's
    chain of two states: `loss_percent` of all are, `burst_packets` in a row on average. The receiver conceals them with
    silence, with the last packet again, or with the last pitch period again and again; both keep their level for
    10 ms, are gone after 60 ms, and are faded over within 5 ms to the packet that comes next.
    """

    also_called = ("packet loss concealment", "PLC", "dropouts", "network", "Gilbert-Elliott", "VoIP")
    reference = "Gilbert 1960; concealment after ITU-T G.711, appendix I"

    loss_percent: float = number(10, 0, 60, "%", typical=(2, 30), help="How many of the packets are lost.")
    burst_packets: float = number(
        2, 1, 20, typical=(1, 5), help="How many are lost in a row on average; 1 is one by one, by chance."
    )
    packet_ms: float = number(20, 5, 120, "ms", typical=(10, 40), help="Sound in a packet.")
    concealment: str = choice("pitch", ("silence", "packet", "pitch"), help="What is played instead.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A line whose losses come from the key."""
        losses = Losses(draw.key, self.loss_percent / 100, self.burst_packets)
        concealment: Concealment = next(c for c in CONCEALMENTS if c == self.concealment)
        packet = max(round(self.packet_ms * spec.sample_rate / 1000), 1)
        line = PacketLine(losses, concealment, packet, spec.sample_rate, spec.channels)
        line.tail = round(FADED_MS * spec.sample_rate / 1000)
        if spec.frames is not None:
            line.tail = line.rings_until(spec.frames) - spec.frames
        return line


CONCEALMENTS: tuple[Concealment, ...] = ("silence", "packet", "pitch")
