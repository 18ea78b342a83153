"""What a file is, by its first bytes; its name is never asked."""

from __future__ import annotations

from dataclasses import dataclass

from . import mpeg
from .source import Source

HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Kind:
    """A kind of sound file: its name, and the demuxer that PyAV is forced to ("" where only libsndfile reads it).

    `second` says that libsndfile is not asked. `start` is where the sound begins behind leading tags.
    """

    format: str
    demuxer: str = ""
    second: bool = False
    start: int = 0


_SOUND: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb", Kind("W64")),
    (0, b".snd", Kind("AU")),
    (0, b"dns.", Kind("AU")),
    (0, b"caff", Kind("CAF")),
    (0, b"NIST_1A", Kind("NIST SPHERE")),
    (0, b"\x1aE\xdf\xa3", Kind("Matroska", "matroska", True)),
    (0, b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\x00\xaa\x00b\xcel", Kind("ASF", "asf", True)),
    (0, b"FLV\x01", Kind("FLV", "flv", True)),
    (0, b"#!AMR", Kind("AMR", "amr", True)),
    (0, b"wvpk", Kind("WavPack", "wv", True)),
    (0, b"TTA1", Kind("TTA", "tta", True)),
    (0, b"\x0bw", Kind("AC-3", "ac3", True)),
    (0, b"\x00\x00\x01\xba", Kind("MPEG-PS", "mpeg", True)),
    *((4, box, Kind("MP4", "mp4", True)) for box in (b"ftyp", b"moov", b"mdat", b"wide", b"pnot")),
)
_RIFF = {
    b"WAVE": Kind("WAV", "wav"),
    b"AVI ": Kind("AVI", "avi", True),
}
_FORM = {b"AIFF": Kind("AIFF"), b"AIFC": Kind("AIFF"), b"8SVX": Kind("8SVX"), b"16SV": Kind("8SVX")}
_OGG: tuple[tuple[bytes, Kind], ...] = (
    (b"\x01vorbis", Kind("Ogg Vorbis")),
    (b"OpusHead", Kind("Ogg Opus")),
    (b"\x7fFLAC", Kind("Ogg FLAC", "ogg", True)),
)
_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "is a ZIP archive; unpack it first"),
    (0, b"PK\x05\x06", "is an empty ZIP archive"),
    (0, b"\x1f\x8b", "is a gzip archive; unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive; unpack it first"),
    (0, b"Rar!", "is a RAR archive; unpack it first"),
    (0, b"BZh", "is a bzip2 archive; unpack it first"),
    (0, b"\xfd7zXZ\x00", "is an xz archive; unpack it first"),
    (257, b"ustar", "is a tar archive; unpack it first"),
    (0, b"\x7fELF", "is a program"),
    (0, b"MZ", "is a program"),
    (0, b"\xcf\xfa\xed\xfe", "is a program"),
    (0, b"%PDF", "is a PDF document"),
    (0, b"\x89PNG", "is a picture"),
    (0, b"\xff\xd8\xff", "is a picture"),
    (0, b"GIF8", "is a picture"),
    (8, b"WEBP", "is a picture"),
    (0, b"MThd", "is a MIDI file, which holds notes and no sound"),
    (8, b"RMID", "is a MIDI file, which holds notes and no sound"),
    (8, b"sfbk", "is a SoundFont"),
    (0, b"SQLite format 3", "is a database"),
    (0, b"\x93NUMPY", "is a numpy array"),
    (0, b"version https://git-lfs", "is a Git LFS pointer; fetch the real file with git lfs pull"),
    (0, b"#EXTM3U", "is a playlist, which only names other files"),
    (0, b"[playlist]", "is a playlist, which only names other files"),
    (0, b"ffconcat", "is a playlist, which only names other files"),
    (0, b"#!", "is a script"),
)


def kind_of(source: Source) -> Kind:
    """The kind of sound file that this is; raises `FileRefused` with what it is instead."""
    start = mpeg.skip_id3(source.rewind())
    source.file.seek(start)
    head = source.file.read(HEAD_BYTES)
    found = _by_magic(head) or _by_frames(head, at_end=start + len(head) == source.size)
    if found is None:
        raise source.refused(_foreign(head))
    return Kind(found.format, found.demuxer, found.second, start + found.start)


def _by_magic(head: bytes) -> Kind | None:
    if head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[:4] == b"FORM" and head[8:12] in _FORM:
        return _FORM[head[8:12]]
    if head[:4] == b"OggS":
        packet = head[27 + head[26] :] if len(head) > 27 else b""
        return next((kind for magic, kind in _OGG if packet.startswith(magic)), Kind("Ogg", "ogg", True))
    if head[:4] == b"fLaC":
        return Kind("FLAC", "flac", second=_flac_length_unknown(head))
    return next((kind for place, magic, kind in _SOUND if head[place : place + len(magic)] == magic), None)


def _flac_length_unknown(head: bytes) -> bool:
    """Whether STREAMINFO leaves the number of frames open, as streams do; libsndfile cannot read those."""
    return len(head) > 26 and not (head[21] & 0x0F) and head[22:26] == b"\0\0\0\0"


def _by_frames(head: bytes, at_end: bool) -> Kind | None:
    """MP3, ADTS and MPEG-TS have no magic bytes: several frames in a row must fit together."""
    for place in (0, 188, 376):
        if head[place : place + 1] != b"\x47":
            break
    else:
        return Kind("MPEG-TS", "mpegts", True)
    mp3 = mpeg.find_start(head, mpeg.mp3_frame, at_end)
    aac = mpeg.find_start(head, mpeg.adts_frame, at_end)
    if mp3 is not None and (aac is None or mp3 < aac):
        return Kind("MP3", "mp3", True, mp3)
    return None if aac is None else Kind("AAC", "aac", True, aac)


def _foreign(head: bytes) -> str:
    """What is wrong with a file that is no sound."""
    for place, magic, words in _FOREIGN:
        if head[place : place + len(magic)] == magic:
            return f"{words}, not sound" if "sound" not in words else words
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page, not sound; the download may have failed"
    if not head.strip(b"\0"):
        return "is nothing but zero bytes, not sound; a copy of it may have failed"
    return "is a text file, not sound" if _is_text(head) else "is of no kind that can be read, whatever its name says"


def _is_text(head: bytes) -> bool:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    try:
        text = head[:-4].decode() if len(head) == HEAD_BYTES else head.decode()
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\t\r\n\f" for sign in text[:1000])
