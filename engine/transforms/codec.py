"""Codec: what coders for music, streams and files leave of the sound."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..dsp.companding import mu_law
from ..dsp.pointwise import Pointwise
from ..files.codecs.ffmpeg import Coding, FfmpegRoundTrip
from ..files.codecs.mp3 import Mp3RoundTrip, coded_rate
from ..files.codecs.roundtrip import Straight
from ..files.codecs.stream import CodedProcessor
from ..files.codecs.vorbis import HIGHEST_RATE, VorbisRoundTrip
from ..params import choice, number
from ..transform import Streaming

if TYPE_CHECKING:
    from ..draws import Draw
    from ..transform import Processor, StreamSpec

AAC_DELAY = 1024
"""Frames that FFmpeg's AAC encoder puts in front; as many more it withholds."""

AAC_BITS = 6144
"""Bits that a channel's frame of AAC may have at most."""

OPUS_RATE = 48000
OPUS_LOOK_AHEAD, OPUS_LOW_DELAY = 312, 120
"""Frames that libopus withholds; the decoder cuts them off by the stream's own header."""
OPUS_RINGS_ON = 2880
"""Frames, beyond a packet, that predictions go on for: 60 ms."""

SBC_DELAY, SBC_FRAME, MSBC_FRAME = 73, 128, 120
SBC_RATES = (16000, 32000, 44100, 48000)
SBC_HIGHEST_KBPS = 328
"""Of joint stereo at 44.1 kHz: what A2DP calls high quality."""


class Mp3(Streaming):
    """Codes the sound as MP3 at a constant bitrate and decodes it again.

    It stays where it was, to the sample. The bitrate is the nearest that the format has. Other rates than MP3's
    are resampled to one and back; bitrates under 32 kbit/s are coded at 24, 16 or 8 kHz, as encoders do it.
    More than two channels are coded in pairs. What is beyond full scale is clipped, as in a file of 16 bit.
    """

    version = 2
    also_called = (
        "Mp3Compression", "MP3Compressor", "lame", "lossy compression", "CodecAugment", "apply_codec", "AudioEffector",
    )  # fmt: skip
    reference = "ISO/IEC 11172-3, coded by LAME"
    remembers_start = True  # LAME spends what it has saved since it began

    bitrate_kbps: int = number(
        64, 8, 320, "kbit/s", scale="log", typical=(16, 128), integer=True,
        help="Of each channel pair; lower is rougher and duller.",
    )  # fmt: skip

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each pair of channels."""
        rate = coded_rate(spec.sample_rate, self.bitrate_kbps)
        return CodedProcessor(spec, lambda channels: Mp3RoundTrip(channels, rate, self.bitrate_kbps))


class Vorbis(Streaming):
    """Codes the sound as Ogg Vorbis at a constant quality and decodes it again.

    It stays where it was, to the sample. It is coded at the clip's own rate, above 48 kHz at 48 kHz. More than two
    channels are coded in pairs. The encoder begins anew every second, behind a crossfade of 11 ms.
    """

    also_called = ("ogg", "oggenc", "lossy compression", "apply_codec", "AudioEffector")
    reference = "Vorbis I, coded by libvorbis"

    quality: float = number(
        3, 0, 10, typical=(0, 6), help="Vorbis's own scale: 0 is some 64 kbit/s for stereo at 44.1 kHz, 6 is 192."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each pair of channels."""
        rate = min(spec.sample_rate, HIGHEST_RATE)
        make = partial(VorbisRoundTrip, rate=rate, quality=self.quality / 10)
        return CodedProcessor(spec, make)


class Opus(Streaming):
    """Codes the sound as Opus, the codec of calls and streams, and decodes it again.

    It stays where it was; at low bitrates the codec itself bends phases by up to 0.1 ms. It is coded at 48 kHz, where
    libopus chooses the bandwidth that the bitrate allows. More than two channels are coded in pairs. What is beyond
    full scale is clipped.
    """

    also_called = ("webrtc", "voip", "lossy compression", "apply_codec", "AudioEffector")
    reference = "RFC 6716, coded by libopus"
    remembers_start = True  # the encoder adapts to all that it has heard

    bitrate_kbps: float = number(
        24, 6, 256, "kbit/s", scale="log", typical=(8, 64), help="Of each channel pair; the mean, as it varies."
    )
    application: str = choice(
        "audio", ("voip", "audio", "lowdelay"), help="What the encoder is tuned for; voip favours speech."
    )
    frame_ms: str = choice("20", ("2.5", "5", "10", "20", "40", "60"), help="Sound in a packet; shorter is rougher.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each pair of channels."""
        frame = round(float(self.frame_ms) * OPUS_RATE / 1000)
        # Samples go in as 16 bit: given more, libopus spends bits on what lies under the last of 16.
        # Below 10 ms there is no SILK to be waited for, and no time to look ahead.
        quick = self.application == "lowdelay" or float(self.frame_ms) < 10
        coding = Coding(
            "libopus", "libopus", OPUS_RATE, frame, "s16",
            withheld=OPUS_LOW_DELAY if quick else OPUS_LOOK_AHEAD, rings_on=frame + OPUS_RINGS_ON,
            bit_rate=round(self.bitrate_kbps * 1000),
            options=(("application", self.application), ("frame_duration", self.frame_ms)),
        )  # fmt: skip
        return CodedProcessor(spec, partial(FfmpegRoundTrip, coding=coding))


class Aac(Streaming):
    """Codes the sound as AAC-LC, the codec of MP4 and of most streams, and decodes it again.

    It stays where it was, to the sample. The bitrate is that of each channel pair, at most what the format holds at
    that rate. Rates that are not AAC's are resampled to one and back, and low bitrates are coded at lower rates, as
    with MP3. More than two channels are coded in pairs.
    """

    also_called = ("m4a", "mp4", "adts", "lossy compression", "apply_codec", "AudioEffector")
    reference = "ISO/IEC 14496-3, coded by FFmpeg"
    remembers_start = True  # the encoder spends what it has saved since it began

    bitrate_kbps: int = number(
        64, 8, 320, "kbit/s", scale="log", typical=(16, 128), integer=True,
        help="Of each channel pair; lower is rougher and duller.",
    )  # fmt: skip

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each pair of channels."""
        return CodedProcessor(
            spec, lambda channels: FfmpegRoundTrip(channels, self._coding(spec.sample_rate, channels))
        )

    def _coding(self, sample_rate: int, channels: int) -> Coding:
        rate = coded_rate(sample_rate, self.bitrate_kbps)
        highest = AAC_BITS * channels * rate // AAC_DELAY
        return Coding(
            "aac", "aac", rate, AAC_DELAY, "fltp", delay=AAC_DELAY, withheld=AAC_DELAY,
            bit_rate=min(self.bitrate_kbps * 1000, highest),
        )  # fmt: skip


class Bluetooth(Streaming):
    """Codes the sound as Bluetooth does for loudspeakers (SBC) or for headsets (mSBC), and decodes it again.

    It stays where it was, to the sample. SBC codes channel pairs, at the lowest of its rates that holds the sound;
    mSBC codes each channel alone, at 16 kHz and 60 kbit/s. What is beyond full scale is clipped.
    """

    also_called = ("SBC", "mSBC", "A2DP", "HFP", "headset")
    reference = "Bluetooth A2DP 1.3, appendix B, coded by FFmpeg"

    profile: str = choice("loudspeaker", ("loudspeaker", "headset"), help="Stereo SBC, or mSBC as in calls.")
    bitrate_kbps: int = number(
        229, 64, SBC_HIGHEST_KBPS, "kbit/s", typical=(96, 328), integer=True,
        help="Of a loudspeaker's channel pair, a lone channel has half; a headset's is fixed.",
    )  # fmt: skip

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """An encoder and a decoder for each pair of channels, or for each channel."""
        if self.profile == "headset":
            coding = Coding(
                "sbc", "sbc", SBC_RATES[0], MSBC_FRAME, "s16", delay=SBC_DELAY, options=(("msbc", "1"),)
            )  # fmt: skip
            return CodedProcessor(spec, partial(FfmpegRoundTrip, coding=coding), channels_at_once=1)
        rate = next((rate for rate in SBC_RATES if rate >= spec.sample_rate), SBC_RATES[-1])
        return CodedProcessor(spec, lambda channels: FfmpegRoundTrip(channels, self._sbc(rate, channels)))

    def _sbc(self, rate: int, channels: int) -> Coding:
        bit_rate = self.bitrate_kbps * 500 * channels
        return Coding("sbc", "sbc", rate, SBC_FRAME, "s16", delay=SBC_DELAY, bit_rate=bit_rate)


class MuLaw(Streaming):
    """Rounds each sample to one of a few levels, which lie closer together the quieter the sound is.

    The formula is y = sign(x) ln(1 + u|x|) / ln(1 + u) with u = levels - 1, rounded to whole levels and undone.
    Nothing is resampled; for a telephone line see Telephone. What is beyond full scale is clipped.
    """

    also_called = (
        "MuLawEncoding", "MuLawDecoding", "mu-law quantization", "companding", "CodecAugment", "apply_codec",
        "AudioEffector",
    )  # fmt: skip
    reference = "torchaudio's mu_law_encoding; WaveNet, van den Oord et al. 2016"

    levels: int = number(256, 4, 4096, scale="log", typical=(32, 256), integer=True, help="256 is 8 bit.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Round every sample alone."""
        return Pointwise(partial(mu_law, levels=self.levels))


class Resample(Streaming):
    """Takes the sound down to a lower sample rate and back up, which cuts off what that rate cannot hold.

    It stays where it was, at the clip's own rate; for sound that plays faster see Speed. The filters are soxr's HQ:
    flat up to 0.91 of half the rate. A rate at or above the clip's changes nothing.
    """

    also_called = ("resampling", "rate", "narrowband", "bandwidth limit", "downsample")
    reference = "soxr, quality HQ"

    sample_rate_hz: int = number(
        8000, 2000, 96000, "Hz", scale="log", typical=(4000, 16000), integer=True, help="The lower rate."
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A way there and a way back."""
        rate = min(self.sample_rate_hz, spec.sample_rate)
        return CodedProcessor(spec, lambda channels: Straight(rate), channels_at_once=spec.channels)
