"""Short equal-gain crossfades, and the fold of any number of channels into the device's two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..clip import Samples

WIDTH = 2
"""Channels between deck and device; a device with one is given their mean."""

_HALF = 0.5**0.5
_SURROUND = np.array([[1, 0, _HALF, 0, _HALF, 0, _HALF, 0], [0, 1, _HALF, 0, 0, _HALF, 0, _HALF]], np.float32)
"""Left and right shares of FL FR FC LFE BL BR SL SR, the order of WAV files (ITU-R BS.775, LFE left out)."""


class Tail:
    """What would have been heard without a change; it fades out under what is heard instead."""

    def __init__(self) -> None:
        self._old: Samples | None = None
        self._done = 0

    @property
    def active(self) -> bool:
        """Whether there is still something to fade out."""
        return self._old is not None

    def start(self, old: Samples) -> None:
        """Fade out `old` (2, n) under the next n frames; whatever was still fading must be in it."""
        self._old, self._done = (old if old.shape[1] else None), 0

    def clear(self) -> None:
        """Cut what was still fading."""
        self._old = None

    def mix(self, block: Samples) -> Samples:
        """Fade into the block, in place, as far as there is a tail; beyond it the block is left exactly as it is."""
        if self._old is None:
            return block
        whole = self._old.shape[1]
        frames = min(block.shape[1], whole - self._done)
        old = self._old[:, self._done : self._done + frames]
        share = ramp(self._done, frames, whole)
        block[:, :frames] = old + (block[:, :frames] - old) * share
        self._done += frames
        if self._done == whole:
            self._old = None
        return block


RISE_S = 0.05


class Rise:
    """Comes up from silence where a sound goes on through another device; bound to frames, so it may be written anew.

    Once it is over, no sample is touched.
    """

    def __init__(self) -> None:
        self._start = self._frames = 0

    def start(self, index: int, rate: int) -> None:
        """Come up from that frame on; not at all for rate 0."""
        self._start, self._frames = index, round(RISE_S * rate)

    def process(self, block: Samples, index: int) -> Samples:
        """What is to be heard of a block (2, n) that begins at that frame."""
        done = index - self._start
        if done >= self._frames:
            return block
        share = np.arange(done + 1, done + block.shape[1] + 1, dtype=np.float32) / np.float32(self._frames)
        risen: Samples = block * np.clip(share, 0.0, 1.0)
        return risen


def ramp(done: int, frames: int, whole: int) -> NDArray[np.float32]:
    """The share of what is faded in, behind so many frames of a whole fade: neither 0 nor 1 is in it."""
    return (np.arange(done + 1, done + frames + 1, dtype=np.float32) / np.float32(whole + 1)).astype(np.float32)


def to_stereo(samples: Samples) -> Samples:
    """Fold (channels, n) into (2, n): one channel on both sides, surround by ITU shares, others as their mean."""
    channels = samples.shape[0]
    if channels == WIDTH:
        return samples
    if channels == 1:
        return np.repeat(samples, WIDTH, axis=0)
    if channels == 4:
        shares = _SURROUND[:, [0, 1, 4, 5]]
    elif channels <= _SURROUND.shape[1]:
        shares = _SURROUND[:, :channels]
    else:
        shares = np.ones((WIDTH, channels), np.float32)
    folded: Samples = (shares / shares.sum(axis=1, keepdims=True)) @ samples
    return folded
