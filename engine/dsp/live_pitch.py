"""Pitch while it streams: the phase vocoder of `vocoder.py`, one frame at a time, with a latency that never changes.

The sound is first played at the new pitch, faster or slower, and laid back over its own time by the vocoder. Frames lie
on a grid of the clip's own time, so a frame is the same frame wherever a block ends.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .formants import kept_while_live
from .pieces import frames_between
from .varispeed import kernel_for
from .vocoder import OVERLAP, WINDOW_S, windows

if TYPE_CHECKING:
    from ..clip import Samples

LEAST_HALF = 4


class Repitcher:
    """Multiplies every frequency by `ratio`, exactly `latency` frames late, whatever the ratio is."""

    def __init__(self, sample_rate: int, channels: int, ratio: float, latency: int, *, keep_formants: bool) -> None:
        from scipy.fft import prev_fast_len

        self.latency = latency
        self._channels, self._ratio = channels, ratio
        self._kernel, self._gain = kernel_for(ratio)
        self._reach = self._kernel.shape[1] // 2
        room = (latency - self._reach - ratio / 2 - 2) / (1 + ratio)
        longest = WINDOW_S * sample_rate / 2 / ratio
        half = prev_fast_len(max(int(min(room, longest)), LEAST_HALF), real=True)
        self._half, self._size = half, 2 * half
        self._hop = max(int(self._size / OVERLAP * min(ratio, 1)), 1)
        self._taking, self._laying = windows(self._size, self._hop)
        self._colour = kept_while_live(ratio, sample_rate, self._size) if keep_formants else None
        self.tail = math.ceil(half * (1 + ratio)) + self._reach
        self.reset()

    def reset(self, frame: int = 0) -> None:
        """Forget the past; the next block starts at this frame of the clip."""
        channels, bins = self._channels, self._half + 1
        self._frame = self._heard_from = frame
        self._heard = np.zeros((channels, 0), np.float32)
        self._next = -((self._reach + math.ceil(self._ratio * self._half) + 1 - frame) // self._hop)
        self._middle = self._middle_of(self._next)
        self._played_to = self._middle - self._half
        self._played = np.zeros((channels, self._size), np.float32)
        self._unfinished = np.zeros((channels, self._size), np.float32)
        self._past = np.zeros((channels, 2 * bins), np.float32), np.zeros(bins, np.float32), np.zeros(bins)

    def process(self, block: Samples) -> Samples:
        """The next block at the new pitch."""
        from .phase_kernels import overlap_add

        frames, begin = block.shape[1], self._frame - self.latency
        self._heard = np.concatenate((self._heard, block), axis=1)
        self._frame += frames
        out = np.zeros((self._channels, frames + self._size), np.float32)
        out[:, : self._size] = self._unfinished
        while self._next * self._hop - self._half < begin + frames:
            start = np.array([self._next * self._hop - self._half - begin])
            overlap_add(out, self._turned(), start, self._laying)
            self._next += 1
        self._forget()
        self._unfinished = out[:, frames:].copy()
        return out[:, :frames].copy()

    def _middle_of(self, number: int) -> int:
        """Where the middle of a frame lies in the sound at the new pitch."""
        return round(number * self._hop / self._ratio)

    def _turned(self) -> Samples:
        """The next frame, in step with those before it: (channels, 1, size)."""
        from scipy import fft

        from .phase_kernels import turn_frames

        middle = self._middle_of(self._next)
        hop_in = np.array([max(middle - self._middle, 1)])
        self._middle = middle
        self._play_to(middle + self._half)
        spectra = fft.rfft((self._played * self._taking)[:, np.newaxis])
        if self._colour is not None:
            spectra *= self._colour(spectra)
        if self._ratio != 1:
            turn_frames(spectra.view(np.float32), *self._past, hop_in, self._hop, self._size, self._ratio)
        return fft.irfft(spectra, self._size, overwrite_x=True).astype(np.float32, copy=False)

    def _play_to(self, end: int) -> None:
        """Bring what was played at the new pitch forward, to before one of its frames."""
        from .line_kernels import interpolated

        if end <= self._played_to:
            return
        at = self._ratio * np.arange(self._played_to, end)
        first, last = math.floor(at[0]) - self._reach, math.floor(at[-1]) + self._reach + 2
        heard = frames_between(self._heard, first - self._heard_from, last - self._heard_from)
        new = interpolated(heard, at - first, self._kernel, self._gain)
        self._played = np.concatenate((self._played, new), axis=1)[:, -self._size :]
        self._played_to = end

    def _forget(self) -> None:
        """Let go of what no later frame reads."""
        done = math.floor(self._ratio * self._played_to) - self._reach - self._heard_from
        if done > 0:
            self._heard, self._heard_from = self._heard[:, done:].copy(), self._heard_from + done
