"""Sound out of a file, block by block or whole; what is damaged is refused, never passed on shorter or as noise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..clip import Clip, Samples
from .info import FileInfo, Reader, check_length
from .probe import reader
from .refused import AnyPath
from .source import Source, opened

BLOCK_FRAMES = 65_536


def open_blocks(path: AnyPath, block_frames: int = BLOCK_FRAMES) -> tuple[FileInfo, Iterator[Samples]]:
    """A file's facts and its sound in blocks of float32 (channels, n); both raise `FileRefused`.

    The file is opened again for the blocks, and closed when they end, so that nothing stays open unused.
    """
    with opened(path) as source, reader(source) as found:
        return found.info, _blocks(path, block_frames, source.stamp)


def read(path: AnyPath) -> Clip:
    """The whole file as a clip, float32 (channels, frames); raises `FileRefused`."""
    info, blocks = open_blocks(path)
    return Clip(joined(blocks, info.channels, info.frames), info.sample_rate)


def joined(blocks: Iterator[Samples], channels: int, frames: int | None) -> Samples:
    """All blocks as one array; `frames` is how many there will be, as far as that is known."""
    whole = np.empty((channels, frames or BLOCK_FRAMES), np.float32)
    done = 0
    for block in blocks:
        end = done + block.shape[1]
        if end > whole.shape[1]:
            grown = np.empty((channels, max(end, whole.shape[1] * 2)), np.float32)
            grown[:, :done] = whole[:, :done]
            whole = grown
        whole[:, done:end] = block
        done = end
    return whole if done == whole.shape[1] else np.ascontiguousarray(whole[:, :done])


def _blocks(path: AnyPath, block_frames: int, stamp: tuple[int, int, int]) -> Iterator[Samples]:
    with opened(path) as source:
        source.check_unchanged(stamp)
        with reader(source) as found:
            yield from _checked(source, found, block_frames)
        source.check_unchanged(stamp)


def _checked(source: Source, found: Reader, block_frames: int) -> Iterator[Samples]:
    """The reader's blocks, held against what the file announced."""
    info, done = found.info, 0
    for block in found.blocks(block_frames):
        if not np.isfinite(block).all():
            raise _not_finite(source, info, block, done)
        done += block.shape[1]
        check_length(source, info, done)
        yield block
    if not done:
        raise source.refused("holds no sound: not a single frame can be decoded")
    if info.frames is not None and done < info.frames - found.slack:
        raise source.refused(f"is cut off: it announces {info.frames:,} frames and holds {done:,}")


def _not_finite(source: Source, info: FileInfo, block: Samples, done: int) -> Exception:
    where = done + int(np.argmin(np.isfinite(block).all(axis=0)))
    return source.refused(
        f"holds samples that are not finite numbers, the first at {where / info.sample_rate:.3f} s; repair it first"
    )
