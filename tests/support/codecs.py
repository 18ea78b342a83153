"""Sounds for codecs, ways through a transform, and whole files in memory to hold a codec's stream beside."""

from __future__ import annotations

from io import BytesIO

import av
import numpy as np
import soundfile

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.render import run
from engine.transform import Streaming, StreamSpec

DRAW = Draw(Key.of("codec test"))


def speechlike(rate: int, channels: int, duration_s: float = 1.0) -> Samples:
    """Noise below 3 kHz that swells, different on each channel."""
    frames = round(rate * duration_s)
    noise = Key.of("codec").generator(rate).standard_normal((channels, frames))
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(frames, 1 / rate)
    spectrum[:, (hertz > min(3_000, 0.2 * rate)) | (hertz < 150)] = 0
    swell = np.sin(2 * np.pi * 3 * np.arange(frames) / rate) ** 2
    low = np.fft.irfft(spectrum, frames) * swell
    return (0.5 * low / np.abs(low).max()).astype(np.float32)


def voice(rate: int, duration_s: float = 1.0) -> Samples:
    """A vowel at 120 Hz whose pitch wavers, which codecs for speech are made for: (1, frames)."""
    time = np.arange(round(rate * duration_s)) / rate
    phase = 2 * np.pi * 120 * time + 1.5 * np.sin(2 * np.pi * 4 * time)
    formants = ((600, 80), (1_200, 100), (2_500, 150))
    wave = np.zeros(time.size)
    for harmonic in range(1, int(min(3_300, 0.45 * rate) / 120)):
        hertz = 120 * harmonic
        wave += sum(1 / (1 + ((hertz - f) / w) ** 2) for f, w in formants) * np.sin(harmonic * phase + harmonic**2)
    wave *= 0.55 - 0.45 * np.cos(2 * np.pi * 3 * time)
    return (0.4 * wave / np.abs(wave).max()).astype(np.float32)[None]


def through(transform: Streaming, samples: Samples, rate: int, draw: Draw = DRAW) -> Samples:
    """What the transform makes of samples, by the one loop."""
    processor = transform.processor(StreamSpec(rate, *samples.shape), draw)
    return np.concatenate(list(run([processor], samples)), axis=1)


def snr_db(heard: Samples, wanted: Samples, edge: int = 0) -> float:
    """How far the difference lies below what is wanted, without so many frames at either end."""
    inside = slice(edge, wanted.shape[-1] - edge)
    error = np.square((heard - wanted)[..., inside], dtype=np.float64).mean()
    return float(10 * np.log10(np.square(wanted[..., inside], dtype=np.float64).mean() / (error + 1e-30)))


def encoded(
    muxer: str, codec: str, samples: Samples, rate: int, options: dict[str, str] | None = None, bit_rate: int = 0
) -> bytes:
    """A whole file by PyAV's container, which cuts the sound into frames and packets itself."""
    file = BytesIO()
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    with av.open(file, "w", format=muxer) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout, options=options or {})
        if bit_rate:
            stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:  # type: ignore[attr-defined]
            container.mux(packet)
    return file.getvalue()


def decoded(file: bytes, muxer: str | None = None, decoder: str | None = None) -> Samples:
    """A whole file by PyAV's container and a decoder of FFmpeg's choice or of this name, float32 (channels, frames)."""
    resampler = av.AudioResampler("fltp")
    with av.open(BytesIO(file), format=muxer) as container:
        context = container.streams.audio[0].codec_context
        if decoder is not None:
            context = av.CodecContext.create(decoder, "r")
            context.sample_rate, context.layout = 8_000, "mono"
        frames = [frame for packet in container.demux(audio=0) for frame in context.decode(packet)]
    return np.concatenate([part.to_ndarray() for frame in frames for part in resampler.resample(frame)], axis=1)


def by_libsndfile(file: bytes) -> Samples:
    """A whole file by libsndfile, float32 (channels, frames)."""
    samples: Samples = soundfile.read(BytesIO(file), dtype="float32", always_2d=True)[0].T
    return samples
