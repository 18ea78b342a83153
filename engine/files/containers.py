"""Whether a container is all there, from the lengths that it announces itself; decoders read on without a word."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

from .kinds import Kind
from .source import Source

_LIVE_BYTES = 0x7FFF_0000
"""Lengths from here on are written by programs that do not know yet how long it will be."""
_SEGMENT = b"\x18\x53\x80\x67"
_ASF_FILE_FACTS = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")


def check_whole(source: Source, kind: Kind) -> None:
    """Raise `FileRefused` if the container announces more bytes than the file has."""
    announced = _ANNOUNCED.get(kind.format)
    wanted = announced(source.rewind()) if announced else 0
    if wanted > source.size:
        raise source.refused(f"is cut off: it announces {wanted:,} bytes and has {source.size:,}")


def _riff_bytes(file: BinaryIO) -> int:
    size = int.from_bytes(file.read(8)[4:], "little")
    return size + 8 if size < _LIVE_BYTES else 0


def _caf_bytes(file: BinaryIO) -> int:
    """The end of the last chunk, unless the length of the sound was left open; libsndfile miscounts ALAC's."""
    if file.read(32)[28:] != b"lpcm":
        return 0
    place, size = 8, file.seek(0, os.SEEK_END)
    while place < size:
        file.seek(place)
        header = file.read(12)
        length = int.from_bytes(header[4:], "big", signed=True)
        if length < 0:
            return 0
        place += 12 + length
    return place


def _mp4_bytes(file: BinaryIO) -> int:
    """The end of the last box; a box of length 0 goes on to the end of the file."""
    place, size = 0, file.seek(0, os.SEEK_END)
    while place < size:
        file.seek(place)
        header = file.read(16)
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length == 0 or not header[4:8].isalnum():
            return 0
        place += max(length, 8)
    return place


def _asf_bytes(file: BinaryIO) -> int:
    head = file.read(65_536)
    place = head.find(_ASF_FILE_FACTS)
    live = place >= 0 and head[place + 88 : place + 89] not in (b"", b"\0") and head[place + 88] & 1
    return 0 if place < 0 or live else int.from_bytes(head[place + 40 : place + 48], "little")


def _matroska_bytes(file: BinaryIO) -> int:
    """The end of the segment, unless its length was left open."""
    head = file.read(4_096)
    place = head.find(_SEGMENT) + len(_SEGMENT)
    if place < len(_SEGMENT) or place >= len(head) or not head[place]:
        return 0
    width = 9 - head[place].bit_length()
    number = int.from_bytes(head[place : place + width], "big") & ((1 << 7 * width) - 1)
    return 0 if number == (1 << 7 * width) - 1 else place + width + number


_ANNOUNCED: dict[str, Callable[[BinaryIO], int]] = {
    "WAV": _riff_bytes,
    "AVI": _riff_bytes,
    "CAF": _caf_bytes,
    "MP4": _mp4_bytes,
    "ASF": _asf_bytes,
    "Matroska": _matroska_bytes,
}
