"""Codecs of FFmpeg, encoder and decoder, through PyAV: packets are handed over in memory, there is no container."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..encode import EncodeError
from ..quantise import quantised
from .roundtrip import Cut

if TYPE_CHECKING:
    from av import AudioFrame, Packet
    from av.audio.codeccontext import AudioCodecContext
    from av.stream import Stream

    from ...clip import Samples


@dataclass(frozen=True)
class Coding:
    """How FFmpeg is asked for a codec.

    `delay` frames lie in front of the sound when it comes out, and are cut off; `withheld` more frames have gone in
    than have come out. Encoders take their samples as `sample_format`: fltp, or s16, which clips at full scale.
    `rings_on` frames after its end the sound has died away; 0 stands for one codec frame.
    """

    encoder: str
    decoder: str
    rate: int
    frame: int
    sample_format: str
    delay: int = 0
    withheld: int = 0
    rings_on: int = 0
    bit_rate: int | None = None
    options: tuple[tuple[str, str], ...] = ()


class FfmpegRoundTrip:
    """One or two channels through a codec of FFmpeg."""

    def __init__(self, channels: int, coding: Coding) -> None:
        self.rate = coding.rate
        self.frame = coding.frame
        self.held = coding.delay + coding.withheld
        self.rings_on = coding.rings_on or coding.frame
        self._coding = coding
        self._channels = channels
        self._layout = "mono" if channels == 1 else "stereo"
        self._encoder = self._opened_encoder()
        self._decoder = opened_decoder(coding.decoder, coding.rate, channels, self._encoder.extradata)
        self._cut = Cut(coding.delay)
        self._pushed = 0

    def _opened_encoder(self) -> AudioCodecContext:
        coding = self._coding
        encoder = _context(coding.encoder, "w")
        encoder.sample_rate = coding.rate
        encoder.layout = self._layout
        encoder.format = coding.sample_format
        encoder.time_base = Fraction(1, coding.rate)
        if coding.bit_rate is not None:
            encoder.bit_rate = coding.bit_rate
        encoder.options = dict(coding.options)
        encoder.open()
        assert encoder.frame_size in (0, coding.frame)
        return encoder

    def push(self, samples: Samples) -> Samples:
        """Code and decode whole codec frames, float32 (channels, frames)."""
        frames = (samples[:, start : start + self.frame] for start in range(0, samples.shape[1], self.frame))
        packets = (packet for frame in frames for packet in self._encoder.encode(self._frame_of(frame)))
        return self._cut.off(decoded(self._decoder, packets, self._channels))

    def _frame_of(self, samples: Samples) -> AudioFrame:
        import av

        form = self._coding.sample_format
        plain: np.ndarray[Any, Any] = quantised(samples, 16).astype(np.int16) if form == "s16" else samples
        if not form.endswith("p"):
            plain = plain.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(plain), format=form, layout=self._layout)
        frame.sample_rate = self.rate
        frame.pts = self._pushed
        self._pushed += samples.shape[1]
        return frame


def opened_decoder(name: str, rate: int, channels: int, extradata: bytes | None = None) -> AudioCodecContext:
    """A decoder of FFmpeg for packets without a container."""
    decoder = _context(name, "r")
    if extradata:
        decoder.extradata = extradata
    decoder.sample_rate = rate
    decoder.layout = "mono" if channels == 1 else "stereo"
    decoder.open()
    return decoder


def _context(name: str, mode: Literal["r", "w"]) -> AudioCodecContext:
    import av
    from av.audio.codeccontext import AudioCodecContext

    try:
        context = av.CodecContext.create(name, mode)
    except ValueError:
        raise EncodeError(
            f"the FFmpeg of PyAV {av.__version__} has no codec {name}; install the version of PyAV that is pinned"
        ) from None
    assert isinstance(context, AudioCodecContext)
    return context


def decoded(decoder: AudioCodecContext, packets: Iterable[Packet[Stream]], channels: int) -> Samples:
    """The sound of packets, float32 (channels, frames), full scale at 1.0."""
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    out = np.empty((channels, sum(frame.samples for frame in frames)), np.float32)
    start = 0
    for frame in frames:
        _copy(frame, out[:, start : start + frame.samples])
        start += frame.samples
    return out


def _copy(frame: AudioFrame, out: Samples) -> None:
    """Put a frame's sound where it belongs; PyAV's to_ndarray takes as long as decoding does."""
    kind = np.dtype(np.int16 if frame.format.name.startswith("s16") else np.float32)
    count = frame.samples * out.shape[0]
    if frame.format.is_planar:
        for row, plane in zip(out, frame.planes, strict=True):
            row[:] = np.frombuffer(memoryview(plane), kind, frame.samples)
    else:
        out[:] = np.frombuffer(memoryview(frame.planes[0]), kind, count).reshape(-1, out.shape[0]).T
    if kind.kind == "i":
        out *= np.float32(2**-15)
