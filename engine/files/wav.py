"""A WAV writer of our own: libsndfile's puts the time of day into float files (PEAK), so no two would be alike."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from ..clip import Samples
from .quantise import quantised

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_SPEAKERS = {1: 0x4, 2: 0x3, 3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 7: 0x70F, 8: 0x63F}
"""Where the channels stand, in WAV order; more than eight stand nowhere in particular."""
_SIZE_MAX = 0xFFFF_FFFF


def wav_bytes(samples: Samples, sample_rate: int, bits: str, block_frames: int) -> Iterator[bytes]:
    """A WAV file of float32 (channels, frames), piece by piece; `bits` is 16, 24 or 32f. RF64 beyond 4 GiB."""
    channels, frames = samples.shape
    yield header(channels, frames, sample_rate, bits)
    for start in range(0, frames, block_frames):
        yield _block(samples[:, start : start + block_frames], bits)
    if frames * channels * _width(bits) % 2:
        yield b"\0"


def header(channels: int, frames: int, sample_rate: int, bits: str, *, growing: bool = False) -> bytes:
    """Everything in front of the samples.

    That of a file that is growing is always of one length: what RF64 needs for its sizes is kept free for them by a
    chunk that readers pass over (EBU Tech 3306).
    """
    width = _width(bits)
    code = _FLOAT if bits == "32f" else _PCM
    data = frames * channels * width
    extensible = channels > 2 or bits == "24"
    shape = (channels, sample_rate, sample_rate * channels * width, channels * width, 8 * width)
    form = struct.pack("<HHIIHH", _EXTENSIBLE if extensible else code, *shape)
    if extensible:
        form += struct.pack("<HHIH", 22, 8 * width, _SPEAKERS.get(channels, 0), code) + _GUID_TAIL
    elif code == _FLOAT:
        form += struct.pack("<H", 0)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    if code == _FLOAT:
        chunks += b"fact" + struct.pack("<II", 4, min(frames, _SIZE_MAX))
    kept = b"JUNK" + struct.pack("<I", 28) + bytes(28) if growing else b""
    riff = 4 + len(kept) + len(chunks) + 8 + data + data % 2
    if riff <= _SIZE_MAX:
        return b"RIFF" + struct.pack("<I", riff) + b"WAVE" + kept + chunks + b"data" + struct.pack("<I", data)
    sizes = b"ds64" + struct.pack("<IQQQI", 28, riff + 36 - len(kept), data, frames, 0)
    return b"RF64" + struct.pack("<I", _SIZE_MAX) + b"WAVE" + sizes + chunks + b"data" + struct.pack("<I", _SIZE_MAX)


def _width(bits: str) -> int:
    return {"16": 2, "24": 3, "32f": 4}[bits]


def _block(samples: Samples, bits: str) -> bytes:
    if bits == "32f":
        return np.ascontiguousarray(samples.T, dtype="<f4").tobytes()
    if bits == "16":
        return np.ascontiguousarray(quantised(samples, 16).T, dtype="<i2").tobytes()
    whole = np.ascontiguousarray(quantised(samples, 24).T, dtype="<i4")
    return np.ascontiguousarray(whole.view(np.uint8).reshape(-1, 4)[:, :3]).tobytes()
