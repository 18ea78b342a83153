"""What is known of a sound file, and the limits that every file is held to before memory is spent on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ..clip import Samples
from .source import Source

RATES_HZ = (1_000, 768_000)
CHANNELS_MAX = 64
HOURS_MAX = 24
DECODED_BYTES_MAX = 16 * 2**30
EXPANSION_MAX = 10_000
"""A file that claims to unpack to more than this many times its size is a bomb, once it is past `EXPANSION_FROM`."""
EXPANSION_FROM = 256 * 2**20


@dataclass(frozen=True)
class FileInfo:
    """A sound file's facts. `frames` is what it announces, None where it does not say.

    `frames` is exact for what libsndfile reads, for MP3 and for MP4; in other containers, which keep time in
    milliseconds, it is within a tenth of a second.
    """

    format: str
    sample_rate: int
    channels: int
    frames: int | None

    @property
    def duration_s(self) -> float | None:
        """The announced length in seconds."""
        return None if self.frames is None else self.frames / self.sample_rate


class Reader(Protocol):
    """A decoder at work on one file. `slack` is by how many frames `info.frames` may be off."""

    info: FileInfo
    slack: int

    def blocks(self, block_frames: int) -> Iterator[Samples]:
        """The sound from its beginning, float32 (channels, up to block_frames)."""
        ...

    def close(self) -> None:
        """Let go of the decoder; the file stays open."""
        ...


def check_limits(source: Source, info: FileInfo) -> None:
    """Raise `FileRefused` for a rate, channel count or length that no recording has."""
    low, high = RATES_HZ
    if not low <= info.sample_rate <= high:
        raise source.refused(f"has a sample rate of {info.sample_rate:,} Hz; {low:,} to {high:,} Hz can be read")
    if not 1 <= info.channels <= CHANNELS_MAX:
        raise source.refused(f"has {info.channels:,} channels; 1 to {CHANNELS_MAX} can be read")
    if info.frames == 0:
        raise source.refused(f"holds no sound: its header announces 0 frames in a file of {source.size:,} bytes")
    if info.frames is not None:
        check_length(source, info, info.frames)


def check_length(source: Source, info: FileInfo, frames: int) -> None:
    """Raise `FileRefused` for more frames than are read, announced or decoded."""
    size = frames * info.channels * 4
    if frames > HOURS_MAX * 3600 * info.sample_rate:
        raise source.refused(f"is longer than {HOURS_MAX} hours, which is the most that is read")
    if size > DECODED_BYTES_MAX:
        raise source.refused("would need more than 16 GiB when decoded, which is the most that is read")
    if size > EXPANSION_FROM and size > EXPANSION_MAX * source.size:
        raise source.refused(f"claims {size:,} bytes of sound in a file of {source.size:,}: it is damaged or a trap")
