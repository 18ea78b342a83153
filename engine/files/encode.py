"""Sound into a file: the same bytes for the same samples, written beside and then renamed, never half there."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np

from ..clip import Samples
from . import ogg
from .quantise import quantised
from .refused import AnyPath, shown_name
from .source import opened
from .wav import wav_bytes

BLOCK_FRAMES = 65_536
"""What an encoder is given at once; libsndfile's Vorbis encoder overruns its stack with much more."""
MP3_RATES_HZ = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_BITS = {"wav": ("16", "24", "32f"), "flac": ("16", "24"), "ogg": None, "mp3": None}
_CHANNELS_MAX = {"wav": 64, "flac": 8, "ogg": 8, "mp3": 2}
_RATE_MAX_HZ = {"wav": 768_000, "flac": 655_350, "ogg": 200_000, "mp3": 48_000}
_RATE_MIN_HZ = 1_000
_WAYS: dict[str, dict[str, Any]] = {
    "flac": {"format": "FLAC"},
    "ogg": {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.4},
    "mp3": {
        "format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": "VARIABLE", "compression_level": 0.2,
    },
}  # fmt: skip


class EncodeError(Exception):
    """A file cannot be written so; the message is one sentence."""


@dataclass(frozen=True)
class Encoding:
    """A file format and its sample format: wav 16, 24 or 32f; flac 16 or 24; ogg (Vorbis) and mp3 have none."""

    format: str
    bits: str = "16"

    @property
    def suffix(self) -> str:
        """The file name's ending."""
        return f".{self.format}"

    def check(self, sample_rate: int, channels: int) -> None:
        """Raise `EncodeError` for what the format cannot hold; `bits` is not looked at where there are none."""
        if self.format not in _BITS:
            raise EncodeError(f"the format must be one of {', '.join(_BITS)}, not {self.format}")
        bits = _BITS[self.format]
        if bits is not None and self.bits not in bits:
            raise EncodeError(f"{self.format} is written with {' or '.join(bits)} bits, not {self.bits}")
        most = _CHANNELS_MAX[self.format]
        if not 1 <= channels <= most:
            raise EncodeError(f"{self.format} holds at most {most} channels, not {channels}; choose stereo or wav")
        self._check_rate(sample_rate)

    def _check_rate(self, sample_rate: int) -> None:
        if self.format == "mp3" and sample_rate not in MP3_RATES_HZ:
            rates = ", ".join(f"{rate:,}" for rate in MP3_RATES_HZ)
            raise EncodeError(f"mp3 cannot hold {sample_rate:,} Hz; choose one of {rates} Hz, or another format")
        most = _RATE_MAX_HZ[self.format]
        if not _RATE_MIN_HZ <= sample_rate <= most:
            rates = f"{_RATE_MIN_HZ:,} to {most:,} Hz"
            raise EncodeError(f"{self.format} holds {rates}, not {sample_rate:,}; choose a rate, or another format")


def encode(path: AnyPath, samples: Samples, sample_rate: int, encoding: Encoding) -> None:
    """Write float32 (channels, frames) as a file, in place of one of that name; raises `EncodeError`.

    Full scale is 1.0; beyond it everything but 32f is clipped. The bytes depend on the samples alone.
    """
    _check(path, samples, sample_rate, encoding)
    try:
        _write_beside(os.fspath(path), encoded(samples, sample_rate, encoding))
    except OSError as error:
        raise EncodeError(f"{shown_name(path)} cannot be written: {error.strerror or error}") from error


def encoded(samples: Samples, sample_rate: int, encoding: Encoding) -> Iterable[bytes]:
    """The file's bytes, piece by piece."""
    if encoding.format == "wav":
        return wav_bytes(samples, sample_rate, encoding.bits, BLOCK_FRAMES)
    data = _by_libsndfile(samples, sample_rate, encoding)
    return [ogg.with_content_serial(data) if encoding.format == "ogg" else data]


def sha256_of(path: AnyPath) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal digits; its access time stays. Raises `FileRefused`."""
    with opened(path) as source:
        digest = hashlib.sha256()
        while block := source.file.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def _check(path: AnyPath, samples: Samples, sample_rate: int, encoding: Encoding) -> None:
    try:
        if samples.ndim != 2 or samples.dtype != np.float32:
            raise EncodeError(f"samples must be float32 (channels, frames), not {samples.dtype} {samples.shape}")
        encoding.check(sample_rate, samples.shape[0])
        if not samples.shape[1]:
            raise EncodeError("there is no frame of sound to write")
        if not np.isfinite(samples).all():
            raise EncodeError("the sound holds samples that are not finite numbers")
    except EncodeError as error:
        raise EncodeError(f"{shown_name(path)} cannot be written: {error}") from None


def _by_libsndfile(samples: Samples, sample_rate: int, encoding: Encoding) -> bytes:
    """FLAC, Ogg or MP3, made in memory, so that a full disk is noticed where the bytes are written."""
    import soundfile

    way = dict(_WAYS[encoding.format])
    if encoding.format == "flac":
        way["subtype"] = f"PCM_{encoding.bits}"
    made = BytesIO()
    with soundfile.SoundFile(made, "w", sample_rate, samples.shape[0], **way) as file:
        for block in _blocks(samples, encoding):
            file.write(block)
    return made.getvalue()


def _blocks(samples: Samples, encoding: Encoding) -> Iterator[np.ndarray[Any, Any]]:
    """What libsndfile is given: whole numbers in the upper bits for FLAC, floats for the others."""
    order = np.argsort(ogg.TO_WAV_ORDER.get(samples.shape[0], range(samples.shape[0])))
    for start in range(0, samples.shape[1], BLOCK_FRAMES):
        block = samples[:, start : start + BLOCK_FRAMES]
        if encoding.format == "flac":
            bits = int(encoding.bits)
            yield np.ascontiguousarray(quantised(block, bits).T << (32 - bits))
        elif encoding.format == "ogg":
            yield np.ascontiguousarray(np.clip(block[order], -1, 1).T)
        else:
            yield np.ascontiguousarray(np.clip(block, -1, 1).T)


def _write_beside(path: str, pieces: Iterable[bytes]) -> None:
    """Write `<path>.part`, make sure of it, and give it its name."""
    part = path + ".part"
    descriptor = _create(part)
    try:
        with open(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(descriptor)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
    _sync_folder(os.path.dirname(path) or ".")


def _create(part: str) -> int:
    """A new file, never one that is there; a `.part` that an export left when it was killed makes way."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        return os.open(part, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
    except FileExistsError:
        os.unlink(part)
        return os.open(part, flags | getattr(os, "O_CLOEXEC", 0), 0o666)


def _sync_folder(folder: str) -> None:
    """Make the new name durable, where folders can be synced."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
