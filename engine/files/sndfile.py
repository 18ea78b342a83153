"""libsndfile's door: by file descriptor, so that any name works, and with its log read for what it passes over."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from ..clip import Samples
from . import ogg
from .containers import check_whole
from .info import FileInfo
from .kinds import Kind
from .source import Source

_SHOULD_BE = re.compile(r"^\s*(.+?)\s*:\s*(\d+) \(should be (\d+)\)", re.MULTILINE)
_FRAMES = re.compile(r"(?:does not match value from 'ds64' chunk of|Valid frames\s*:) (\d+)")
_LIVE_BYTES = 0x7FFF_0000
_PLAIN_WAV = (1, 3, 0xFFFE)
"""PCM, float and extensible: libsndfile's word on these is final, since FFmpeg reads some of them as noise."""
_FRAME_PARTS = {"WAV": ("data",), "AIFF": ("SSND",), "8SVX": ("BODY",)}
"""Which announced length is the sound's, where a wrong length of something else does no harm."""


class CodingUnknown(Exception):
    """libsndfile knows the container and not the coding in it."""


class SndfileReader:
    """Reads one file with libsndfile; raises `FileRefused` for what it cannot, `CodingUnknown` for a foreign coding."""

    slack = 0

    def __init__(self, source: Source, kind: Kind) -> None:
        self._source = source
        self._kind = kind
        if kind.format == "CAF":
            check_whole(source, kind)
        if kind.format.startswith("Ogg"):
            self._check_ogg()
        self._file = self._open()
        try:
            self.info = FileInfo(kind.format, self._file.samplerate, self._file.channels, self._file.frames)
            self._check_log()
            self._order = self._channel_order()
        except BaseException:
            self._file.close()
            raise

    def _open(self) -> Any:
        import soundfile

        source = self._source
        try:
            return soundfile.SoundFile(_handle(source.rewind()), closefd=False)
        except soundfile.LibsndfileError as error:
            if self._kind.format == "WAV" and not _is_plain(source.rewind().read(4096)):
                raise CodingUnknown from None
            words = f"is damaged or not {self._kind.format} after all: {_words(error)}"
            raise source.refused(words) from None

    def _check_ogg(self) -> None:
        try:
            ogg.check(self._source.rewind())
        except ogg.OggDamaged as error:
            raise self._source.refused(str(error)) from None

    def _check_log(self) -> None:
        """Refuse what libsndfile only notes in its log: a file that ends before its header says."""
        parts = _FRAME_PARTS.get(self._kind.format)
        for part, announced, there in _SHOULD_BE.findall(self._file.extra_info):
            live = int(announced) >= _LIVE_BYTES and self._kind.format in ("WAV", "AU")
            if int(announced) > int(there) and not live and (parts is None or part in parts):
                raise self._cut(f"{int(announced):,} bytes of sound", f"{int(there):,}")
        frames = self._announced()
        if frames > self._file.frames:
            raise self._cut(f"{frames:,} frames", f"{self._file.frames:,}")

    def _announced(self) -> int:
        """The frames that a header announces which libsndfile does not hold against the file; 0 where none does."""
        logged = _FRAMES.search(self._file.extra_info)
        nist = re.search(rb"sample_count -i (\d+)", self._head(1024)) if self._kind.format.startswith("NIST") else None
        return int(logged[1]) if logged else int(nist[1]) if nist else 0

    def _cut(self, announced: str, there: str) -> Exception:
        return self._source.refused(f"is cut off: it announces {announced} and has {there}")

    def _head(self, size: int) -> bytes:
        """The file's first bytes; libsndfile, which shares the descriptor, finds it where it left it."""
        descriptor = self._source.file.fileno()
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            return self._source.rewind().read(size)
        finally:
            os.lseek(descriptor, place, os.SEEK_SET)

    def _channel_order(self) -> tuple[int, ...] | None:
        if not self._kind.format.startswith("Ogg"):
            return None
        return ogg.channel_order(io.BytesIO(self._head(1024)), self.info.channels)

    def blocks(self, block_frames: int) -> Iterator[Samples]:
        """The sound from its beginning in blocks; raises `FileRefused` where it is damaged."""
        import soundfile

        try:
            yield from self._flac(block_frames) if self._kind.format == "FLAC" else self._plain(block_frames)
        except soundfile.LibsndfileError as error:
            raise self._source.refused(f"is damaged or cut off: {_words(error)}") from None

    def _plain(self, block_frames: int) -> Iterator[Samples]:
        while True:
            block: Samples = self._file.read(block_frames, dtype="float32", always_2d=True).T
            if not block.shape[1]:
                return
            yield np.ascontiguousarray(block if self._order is None else block[list(self._order)])

    def _flac(self, block_frames: int) -> Iterator[Samples]:
        """FLAC carries the MD5 of its samples, which libsndfile does not look at."""
        start = self._kind.start
        facts = self._head(start + 42)[start + 8 :]
        bits = ((facts[12] & 1) << 4 | facts[13] >> 4) + 1
        digest = hashlib.md5(usedforsecurity=False)
        while True:
            block = self._file.read(block_frames, dtype="int32", always_2d=True)
            if not block.shape[0]:
                break
            digest.update(_packed(block >> (32 - bits), (bits + 7) // 8))
            yield np.ascontiguousarray((block.T * 2.0**-31).astype(np.float32))
        if any(facts[18:34]) and digest.digest() != facts[18:34]:
            raise self._source.refused("is damaged: its sound does not match its own checksum")

    def close(self) -> None:
        """Let go of libsndfile's handle."""
        self._file.close()


def _handle(file: BinaryIO) -> Any:
    """What libsndfile opens: the descriptor, or the file itself on Windows, where descriptors are not shared."""
    return file if os.name == "nt" else file.fileno()


def _is_plain(head: bytes) -> bool:
    """Whether a WAV holds plain numbers, by the format chunk in its head."""
    place = head.find(b"fmt ")
    return place < 0 or int.from_bytes(head[place + 8 : place + 10], "little") in _PLAIN_WAV


def _packed(samples: np.ndarray[Any, np.dtype[np.int32]], width: int) -> bytes:
    """Whole numbers as little-endian bytes of a width, interleaved."""
    split = np.ascontiguousarray(samples, dtype="<i4").view(np.uint8).reshape(*samples.shape, 4)
    return np.ascontiguousarray(split[..., :width]).tobytes()


def _words(error: Any) -> str:
    words = str(error.error_string).lower().removeprefix("error :").strip(" .")
    return words or f"libsndfile's error {error.code}"
