"""Pages of an Ogg stream: checked when a file is read, renumbered when one is written (RFC 3533)."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_HEADER_BYTES = 27
_LAST = 4

TO_WAV_ORDER: dict[int, tuple[int, ...]] = {
    3: (0, 2, 1),
    5: (0, 2, 1, 3, 4),
    6: (0, 2, 1, 5, 3, 4),
    7: (0, 2, 1, 6, 5, 3, 4),
    8: (0, 2, 1, 7, 5, 6, 3, 4),
}
"""For each channel in WAV order, where it lies in Vorbis and Opus order (Vorbis I, section 4.3.9)."""


class OggDamaged(Exception):
    """The pages do not fit together; the message is a predicate about the file."""


@dataclass(frozen=True)
class Page:
    """One page as it lies in the file."""

    header: bytes
    body: bytes

    @property
    def flags(self) -> int:
        """Whether it goes on with a packet, is the first or is the last."""
        return self.header[5]

    @property
    def serial(self) -> int:
        """The number of the stream that it belongs to."""
        return int.from_bytes(self.header[14:18], "little")

    @property
    def sequence(self) -> int:
        """Its number in its stream."""
        return int.from_bytes(self.header[18:22], "little")

    def checksum(self) -> int:
        """The checksum that the page should have."""
        return _crc(self.header[:22] + bytes(4) + self.header[26:], self.body)

    def is_sound(self) -> bool:
        """Whether the page has the checksum that it should have."""
        return self.checksum() == int.from_bytes(self.header[22:26], "little")

    def renumbered(self, serial: int) -> bytes:
        """The page as bytes, with another stream number and the checksum for it."""
        numbered = Page(self.header[:14] + struct.pack("<I", serial) + self.header[18:], self.body)
        sealed = numbered.header[:22] + struct.pack("<I", numbered.checksum()) + numbered.header[26:]
        return sealed + self.body


def _crc(*parts: bytes) -> int:
    """Ogg's CRC-32: zlib's polynomial with the bits the other way round, and nothing inverted."""
    crc = 0xFFFFFFFF
    for part in parts:
        crc = zlib.crc32(part.translate(_MIRRORED), crc)
    return int(f"{crc ^ 0xFFFFFFFF:032b}"[::-1], 2)


def pages(file: BinaryIO) -> Iterator[Page]:
    """The pages from where the file stands to its end; raises `OggDamaged`."""
    while header := file.read(_HEADER_BYTES):
        if header[:4] != b"OggS":
            raise OggDamaged("is damaged: between its pages of sound lie bytes that are none")
        table = file.read(header[26]) if len(header) == _HEADER_BYTES else b""
        body = file.read(sum(table))
        if len(header) < _HEADER_BYTES or len(table) < header[26] or len(body) < sum(table):
            raise OggDamaged("is cut off in the middle of a page")
        yield Page(header + table, body)


def check(file: BinaryIO) -> None:
    """Walk all pages: checksums, their order, the mark on the last one, one stream; raises `OggDamaged`."""
    serial, expected, page = None, 0, None
    for number, page in enumerate(pages(file)):
        if number == 0:
            serial, expected = page.serial, page.sequence
        if page.serial != serial:
            raise OggDamaged("holds several recordings in one stream; split it into one file for each")
        if not page.is_sound() or page.sequence != expected:
            raise OggDamaged("is damaged: a page of sound is broken or missing")
        expected += 1
    if page is None or not page.flags & _LAST:
        raise OggDamaged("is cut off: its last page is missing")


def channel_order(file: BinaryIO, channels: int) -> tuple[int, ...] | None:
    """How to bring the first stream's channels into WAV order; None if they are in it or have no order."""
    packet = next(pages(file)).body
    if packet[:8] == b"OpusHead" and packet[18:19] != b"\x01":
        return None
    return TO_WAV_ORDER.get(channels)


def with_content_serial(data: bytes) -> bytes:
    """An Ogg file with its stream number, which encoders draw from the clock, made from its content instead."""
    found = list(pages(BytesIO(data)))
    digest = hashlib.blake2b(digest_size=4)
    for page in found:
        digest.update(page.body)
    serial = int.from_bytes(digest.digest(), "little")
    return b"".join(page.renumbered(serial) for page in found)
