"""Walking the frames of MP3 and ADTS streams: where sound starts, how much there is, and whether it is whole.

Neither format has a length that can be trusted, and decoders pass over what they cannot parse; only a walk from
frame to frame tells a cut or damaged file from a whole one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

_BITRATES = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = (44_100, 48_000, 32_000)
HEADER_BYTES = 8
IN_A_ROW = 3
"""So many frames must follow one another before bytes are taken for MP3 or AAC."""


@dataclass(frozen=True)
class Frame:
    """One frame's facts: its bytes, its samples a channel, and what must stay the same from frame to frame."""

    length: int
    samples: int
    stream: tuple[int, ...]
    mono: bool = False


Parse: TypeAlias = Callable[[bytes], Frame | None]


def mp3_frame(header: bytes) -> Frame | None:
    """The MPEG audio frame (layers 1 to 3) that these bytes begin; None if they begin none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version = {3: 1.0, 2: 2.0, 0: 2.5}.get(header[1] >> 3 & 3)
    layer = 4 - (header[1] >> 1 & 3)
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version is None or layer == 4 or bitrate in (0, 15) or rate == 3:
        return None
    rate_hz = int(_RATES_HZ[rate] / {1.0: 1, 2.0: 2, 2.5: 4}[version])
    bits = _BITRATES[(1 if version == 1 else 2, layer)][bitrate - 1] * 1000
    samples = 384 if layer == 1 else 576 if layer == 3 and version != 1 else 1152
    slot = 4 if layer == 1 else 1
    length = (samples // 8 * bits // rate_hz // slot + (header[2] >> 1 & 1)) * slot
    return Frame(length, samples, (int(version * 2), layer, rate_hz), header[3] >> 6 == 3)


def adts_frame(header: bytes) -> Frame | None:
    """The ADTS frame of AAC that these bytes begin; None if they begin none."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return None
    rate = header[2] >> 2 & 15
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    if rate > 12 or length < 7:
        return None
    return Frame(length, 1024 * ((header[6] & 3) + 1), (header[2] >> 6, rate))


def skip_id3(file: BinaryIO) -> int:
    """Where the file goes on behind the ID3v2 tags that it begins with."""
    place = 0
    while True:
        file.seek(place)
        length = _id3_bytes(file.read(10))
        if not length:
            return place
        place += length


def _id3_bytes(header: bytes) -> int:
    if header[:3] != b"ID3" or len(header) < 10 or max(header[6:10]) > 127:
        return 0
    size = header[6] << 21 | header[7] << 14 | header[8] << 7 | header[9]
    return 10 + size + (10 if header[5] & 0x10 else 0)


def find_start(head: bytes, parse: Parse, at_end: bool) -> int | None:
    """Where in the head several frames in a row begin; None if nowhere. `at_end`: the head is the whole file."""
    place = head.find(b"\xff")
    while place >= 0:
        if _in_a_row(head, place, parse, at_end):
            return place
        place = head.find(b"\xff", place + 1)
    return None


def _in_a_row(head: bytes, place: int, parse: Parse, at_end: bool) -> bool:
    stream = None
    for count in range(IN_A_ROW):
        frame = parse(head[place : place + HEADER_BYTES])
        if frame is None:
            return at_end and count > 0 and (place == len(head) or head[place : place + 3] == b"TAG")
        if stream not in (None, frame.stream):
            return False
        stream = frame.stream
        place += frame.length
    return True


@dataclass(frozen=True)
class Walk:
    """What a walk found: the frames, the samples a channel in them, where they end, and whether that is right."""

    frames: int
    samples: int
    end: int
    broken: bool
    cut: bool
    first: bytes


def walk(file: BinaryIO, start: int, end: int, parse: Parse) -> Walk:
    """Go from frame to frame; tags between frames and zeros behind the last one are passed over."""
    place, frames, samples = start, 0, 0
    file.seek(start)
    header = file.read(HEADER_BYTES)
    head = parse(header)
    first = header + (file.read(head.length - HEADER_BYTES) if head else b"")
    file.seek(start)
    while place < end:
        header = file.read(min(HEADER_BYTES, end - place))
        frame = parse(header)
        if frame is None or (head and frame.stream != head.stream):
            tag = _id3_bytes(header + file.read(2))
            if not tag:
                return Walk(frames, samples, place, not _zeros(file, place, end), False, first)
            place += tag
            file.seek(place)
            continue
        place += frame.length
        if place > end:
            return Walk(frames, samples, end, False, True, first)
        file.seek(place)
        frames, samples = frames + 1, samples + frame.samples
    return Walk(frames, samples, end, False, False, first)


def _zeros(file: BinaryIO, place: int, end: int) -> bool:
    file.seek(place)
    while place < end:
        piece = file.read(min(65_536, end - place))
        if piece.strip(b"\0"):
            return False
        place += max(len(piece), 1)
    return True


def sound_end(file: BinaryIO, size: int) -> int:
    """Where the sound ends in front of the ID3v1, APE and Lyrics3 tags that files end with."""
    end = size
    while True:
        before = end - _tag_bytes(file, end)
        if before in (end, 0) or before < 0:
            return end
        end = before


def _tag_bytes(file: BinaryIO, end: int) -> int:
    file.seek(max(end - 160, 0))
    tail = file.read(end - max(end - 160, 0))
    if tail[-128:-125] == b"TAG":
        return 128
    if tail[-32:-24] == b"APETAGEX":
        has_header = tail[-9] & 0x80
        return int.from_bytes(tail[-20:-16], "little") + (32 if has_header else 0)
    if tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        return int(tail[-15:-9]) + 15
    return 0


@dataclass(frozen=True)
class Xing:
    """What an encoder wrote into the first frame of an MP3: the frames that follow, and its delay and padding."""

    frames: int | None
    delay: int = 0
    padding: int = 0


def xing(first: bytes) -> Xing | None:
    """Read the Xing or Info tag of the first frame, if it has one."""
    frame = mp3_frame(first)
    if frame is None:
        return None
    side = (17 if frame.mono else 32) if frame.stream[0] == 2 else (9 if frame.mono else 17)
    tag = first[4 + side :]
    if tag[:4] not in (b"Xing", b"Info") or len(tag) < 8:
        return None
    flags = tag[7]
    frames = int.from_bytes(tag[8:12], "big") if flags & 1 else None
    lame = tag[8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1) :]
    if len(lame) < 24:
        return Xing(frames)
    return Xing(frames, lame[21] << 4 | lame[22] >> 4, (lame[22] & 15) << 8 | lame[23])
