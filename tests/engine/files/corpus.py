"""Recordings in odd formats, written at test time, each with the samples that it really holds."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FRAMES = 44_100


def sound(channels: int = 2, frames: int = FRAMES, rate: int = 44_100) -> NDArray[np.float32]:
    """A chirping tone under a moving level, different on each channel, peak 0.8; whole numbers of 16 bits."""
    time = np.arange(frames) / rate
    rows = []
    for channel in range(channels):
        tone = np.sin(2 * np.pi * (220 + 37 * channel + 150 * time) * time)
        rows.append(0.8 * (0.6 + 0.4 * np.sin(2 * np.pi * (2 + channel) * time)) * tone)
    return (np.rint(np.array(rows) * 32768) / 32768).astype(np.float32)


def plain_wav(samples: NDArray[np.float32], rate: int, coding: str) -> bytes:
    """A WAV or RIFX file made with `struct` alone: u8, s16, s24, s32, f32, f64, s16be, or s24in32."""
    width = {"u8": 1, "s16": 2, "s24": 3, "s32": 4, "f32": 4, "f64": 8, "s16be": 2, "s24in32": 4}[coding]
    mark = ">" if coding == "s16be" else "<"
    data = b"".join(_coded(value, coding) for value in samples.T.ravel().tolist())
    tag = 3 if coding[0] == "f" else 0xFFFE if coding == "s24in32" else 1
    channels = samples.shape[0]
    form = struct.pack(f"{mark}HHIIHH", tag, channels, rate, rate * channels * width, channels * width, width * 8)
    if coding == "s24in32":
        form += struct.pack("<HHIH", 22, 24, 0, 1) + bytes.fromhex("000000001000800000aa00389b71")
    body = b"WAVEfmt " + struct.pack(f"{mark}I", len(form)) + form + b"data" + struct.pack(f"{mark}I", len(data)) + data
    return (b"RIFX" if mark == ">" else b"RIFF") + struct.pack(f"{mark}I", len(body)) + body


def _coded(value: float, coding: str) -> bytes:
    if coding == "u8":
        return struct.pack("B", round(value * 128) + 128)
    if coding in ("s16", "s16be"):
        return struct.pack(">h" if coding == "s16be" else "<h", round(value * 32768))
    if coding == "s24":
        return struct.pack("<i", round(value * 2**23))[:3]
    if coding == "s32":
        return struct.pack("<i", round(value * 2**31))
    if coding == "s24in32":
        return struct.pack("<i", round(value * 2**23) << 8)
    return struct.pack("<f" if coding == "f32" else "<d", value)


def by_soundfile(path: Path, samples: NDArray[np.float32], rate: int, kind: str, coding: str) -> Path:
    """Write with libsndfile, in blocks that its Vorbis encoder survives."""
    import soundfile

    with soundfile.SoundFile(path, "w", rate, samples.shape[0], format=kind, subtype=coding) as file:
        for start in range(0, samples.shape[1], 4096):
            file.write(samples[:, start : start + 4096].T)
    return path


def by_pyav(path: Path, samples: NDArray[np.float32], rate: int, muxer: str, codec: str) -> Path:
    """Write two channels with PyAV."""
    import av

    with av.open(str(path), "w", format=muxer) as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        stream.bit_rate = 128_000
        known = [form.name for form in stream.codec_context.codec.audio_formats or ()]
        wanted = next((name for name in ("s16", "s16p", "s32", "s32p") if name in known), (known or ["s16"])[0])
        stream.codec_context.format = wanted
        stream.codec_context.open()
        whole = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(format=wanted, layout="stereo", rate=rate, frame_size=whole)
        for start in range(0, samples.shape[1], whole):
            piece = np.ascontiguousarray(samples[:, start : start + whole])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = rate, start
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        for ready in resampler.resample(None):
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return path


def error_db(found: NDArray[np.float32], truth: NDArray[np.float32]) -> float:
    """How far below the truth the difference lies."""
    difference = found[:, : truth.shape[1]] - truth
    return float(10 * np.log10(np.mean(difference**2) / np.mean(truth**2) + 1e-12))
