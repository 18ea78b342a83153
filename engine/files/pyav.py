"""PyAV's door, for what libsndfile cannot read: the demuxer is forced, nothing else is ever opened, errors are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..clip import Samples
from . import mpeg
from .containers import check_whole
from .info import FileInfo
from .kinds import Kind
from .source import Source, Window

if TYPE_CHECKING:
    from av import AudioFrame
    from av.audio.codeccontext import AudioCodecContext
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_OPTIONS = {"protocol_whitelist": "none"}
"""The file is handed over open; a container that names other files or addresses gets none of them."""
_CHECKED = ("FLAC", "Ogg FLAC", "TTA", "WavPack")
"""Kinds with checksums, which FFmpeg only looks at when told to."""
_CODEC_FRAMES = 4_096
"""The longest frame of the codecs read here: an announced length may count a delay that is skipped, or padding."""


class PyavReader:
    """Reads the first sound stream of a file with PyAV; raises `FileRefused`.

    Encoder delay is skipped where the file states it: the LAME tag of an MP3, the edit list of an MP4, the pre-skip
    of Opus. Padding at the end is cut where an MP3's tag or an MP4's duration states it. Nothing is guessed.
    """

    def __init__(self, source: Source, kind: Kind) -> None:
        self._source = source
        self._kind = kind
        self._end = source.size
        check_whole(source, kind)
        walked = self._walk()
        self._container = self._open()
        try:
            self._stream = self._first_stream()
            self.info = self._describe(walked)
        except BaseException:
            self._container.close()
            raise
        exact = walked is not None or kind.format == "MP4"
        self.slack = _CODEC_FRAMES + (0 if exact else self.info.sample_rate // 10)

    def _walk(self) -> int | None:
        """The frames of an MP3 or ADTS file, counted; None for other kinds."""
        parse = {"mp3": mpeg.mp3_frame, "aac": mpeg.adts_frame}.get(self._kind.demuxer)
        if parse is None:
            return None
        file = self._source.rewind()
        walk = mpeg.walk(file, self._kind.start, mpeg.sound_end(file, self._source.size), parse)
        if walk.cut:
            raise self._source.refused(f"is cut off in the middle of its frame {walk.frames + 1:,}")
        if walk.broken:
            raise self._source.refused(f"is damaged: its sound breaks off at byte {walk.end:,}")
        self._end = walk.end
        tag = mpeg.xing(walk.first) if self._kind.demuxer == "mp3" else None
        return walk.samples if tag is None else self._tagged(walk, tag)

    def _tagged(self, walk: mpeg.Walk, tag: mpeg.Xing) -> int:
        """The samples of an MP3 whose first frame is a tag."""
        there = walk.frames - 1
        if tag.frames is not None and abs(tag.frames - there) > 1:
            raise self._source.refused(f"is cut off or was cut: it announces {tag.frames:,} frames and has {there:,}")
        samples = walk.samples // walk.frames * there
        return max(samples - tag.delay - max(tag.padding, 529), 1) if tag.delay else samples

    def _open(self) -> InputContainer:
        import av

        try:
            file = Window(self._source.rewind(), self._kind.start, self._end)
            return av.open(file, "r", format=self._kind.demuxer, options=_OPTIONS, metadata_errors="replace")
        except (av.FFmpegError, ValueError) as error:
            words = f"is damaged or not {self._kind.format} after all: {_words(error)}"
            raise self._source.refused(words) from None

    def _first_stream(self) -> AudioStream:
        if not self._container.streams.audio:
            raise self._source.refused(f"holds no sound: it is {self._kind.format} without a sound track")
        stream = self._container.streams.audio[0]
        context: AudioCodecContext | None = stream.codec_context  # It is None for a coding that nobody knows.
        if self._kind.format in _CHECKED and context is not None:
            context.options = {"err_detect": "crccheck+explode"}
        if context is None or not stream.rate or not stream.channels:
            raise self._source.refused(f"cannot be read: the coding of its sound in {self._kind.format} is not known")
        return stream

    def _describe(self, walked: int | None) -> FileInfo:
        stream = self._stream
        codec = stream.codec_context.codec.name.removesuffix("float").upper()
        known = codec in self._kind.format.replace("-", "").upper()
        name = self._kind.format if known else f"{self._kind.format} ({codec})"
        frames = walked if walked is not None and self._kind.demuxer == "mp3" else self._announced()
        return FileInfo(name, stream.rate, stream.channels, frames)

    def _announced(self) -> int | None:
        """The stream's own length, or the container's."""
        stream = self._stream
        if stream.duration and stream.time_base:
            return round(stream.duration * stream.time_base * stream.rate)
        if self._container.duration:
            return round(self._container.duration * stream.rate / 1_000_000)
        return None

    def blocks(self, block_frames: int) -> Iterator[Samples]:
        """The sound from its beginning in blocks; raises `FileRefused` where it is damaged."""
        return regrouped(self._trimmed(self._decoded()), block_frames)

    def _decoded(self) -> Iterator[Samples]:
        import av

        done = 0
        try:
            for packet in self._container.demux(self._stream):
                if packet.is_corrupt:
                    raise self._damaged(done)
                for frame in packet.decode():
                    piece = self._samples(frame)
                    done += piece.shape[1]
                    yield piece
        except av.FFmpegError:
            raise self._damaged(done) from None

    def _damaged(self, done: int) -> Exception:
        return self._source.refused(f"is damaged or cut off at {done / self.info.sample_rate:.3f} s")

    def _samples(self, frame: AudioFrame) -> Samples:
        channels = frame.layout.nb_channels
        if (frame.sample_rate, channels) != (self.info.sample_rate, self.info.channels):
            raise self._source.refused("changes its sample rate or its channels in the middle; split it first")
        plain = np.asarray(frame.to_ndarray())
        return as_float(plain if frame.format.is_planar else plain.reshape(-1, channels).T)

    def _trimmed(self, pieces: Iterator[Samples]) -> Iterator[Samples]:
        """An MP4 or MP3 without the padding of its last frames, which FFmpeg leaves in part; other kinds as they are.

        What is more than padding means that the announced length is wrong, and no sound is cut for that.
        """
        left = self.info.frames if self._kind.format in ("MP4", "MP3") else None
        if left is None:
            yield from pieces
            return
        beyond: list[Samples] = []
        for piece in pieces:
            inside, outside = piece[:, :left], piece[:, left:]
            left -= inside.shape[1]
            if inside.shape[1]:
                yield inside
            if outside.shape[1]:
                beyond.append(outside)
            if sum(part.shape[1] for part in beyond) > 2 * _CODEC_FRAMES:
                yield from beyond
                yield from pieces

    def close(self) -> None:
        """Let go of the decoder."""
        self._container.close()


def as_float(samples: np.ndarray[Any, Any]) -> Samples:
    """Samples as decoders give them (u8, whole or floating numbers) as float32 with full scale at 1.0."""
    kind = samples.dtype
    if kind.kind == "u":
        samples = (samples.astype(np.float64) - 128) / 128
    elif kind.kind == "i":
        samples = samples * 2.0 ** (1 - 8 * kind.itemsize)
    floats: Samples = samples.astype(np.float32)
    return floats


def regrouped(pieces: Iterator[Samples], block_frames: int) -> Iterator[Samples]:
    """The same sound in blocks of so many frames, the last one shorter."""
    held: list[Samples] = []
    count = 0
    for piece in pieces:
        while count + piece.shape[1] >= block_frames:
            cut = block_frames - count
            yield np.concatenate([*held, piece[:, :cut]], axis=1)
            held, count, piece = [], 0, piece[:, cut:]
        held.append(piece)
        count += piece.shape[1]
    if count:
        yield np.concatenate(held, axis=1)


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def decoders(names: Iterable[str]) -> list[str]:
    """Which of these codecs (by FFmpeg's names) can be decoded here."""
    import av

    return [name for name in names if name in av.codecs_available]
