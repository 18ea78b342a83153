"""Stretching time by a phase vocoder: short frames taken at one distance and laid down at another.

`docs/decisions/0032-a-phase-vocoder-of-our-own.md` says what was tried and measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .pieces import frames_between

if TYPE_CHECKING:
    from ..clip import Samples

WINDOW_S = 0.072
"""Long enough to tell the partials of a low voice apart (60 Hz alone leaves -64 dB beside it); longer blurs attacks."""

OVERLAP = 4
"""How many frames cover each moment; 3 left 2 dB more of other sounds' blur, 6 gave nothing that was measured."""

CHUNK = 24
"""Frames worked on at once: what they need stays in a core's cache."""

Spectra: TypeAlias = NDArray[np.complex64]
Colour: TypeAlias = Callable[[Spectra], NDArray[np.float32]]
"""Gains for spectra of (channels, frames, bins): what changes the sound's timbre on the way."""


@dataclass(frozen=True)
class Plan:
    """Where frames are taken from and laid down, by their middles, and their length."""

    size: int
    hop: int
    taken: NDArray[np.int64]
    laid: NDArray[np.int64]

    @classmethod
    def of(cls, clip_frames: int, frames: int, size: int) -> Plan:
        """For a clip that becomes `frames` long; no two frames are further apart than a quarter, before or after."""
        half = size // 2
        stretch = frames / clip_frames
        hop = max(int(size / OVERLAP * min(stretch, 1)), 1)
        laid = np.arange(-(half // hop) * hop, frames + half, hop)
        return cls(size, hop, np.rint(laid / stretch).astype(np.int64), laid)

    @property
    def hops_in(self) -> NDArray[np.int64]:
        """How far each frame lies behind the one before, in the clip; the first has none before it."""
        return np.maximum(np.diff(self.taken, prepend=self.taken[0] - 1), 1)


def windows(size: int, hop: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What a frame is multiplied by when it is taken, and when it is laid down: together they add up to 1."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    together = np.zeros(-(-size // hop) * hop)
    together[:size] = window**2
    level = np.resize(together.reshape(-1, hop).sum(0), size)
    return window.astype(np.float32), (window / level).astype(np.float32)


def frame_size(seconds: float, sample_rate: int) -> int:
    """An even number of samples that lasts about so long and whose Fourier transform is quick."""
    from scipy.fft import next_fast_len

    return 2 * max(next_fast_len(round(seconds * sample_rate / 2), real=True), 4)


def vocoded(samples: Samples, frames: int, size: int, colour: Colour | None = None) -> Samples:
    """The clip at its own pitch in exactly `frames` frames, by spectra of `size` samples; `colour` gives their gains.

    All channels are turned alike, so the stereo image stays.
    """
    from scipy import fft

    from .phase_kernels import overlap_add, turn_frames

    plan, stretch = Plan.of(samples.shape[1], frames, size), frames / samples.shape[1]
    hops_in, (taking, laying) = plan.hops_in, windows(size, plan.hop)
    channels, bins, half = samples.shape[0], size // 2 + 1, size // 2
    out = np.zeros((channels, frames), np.float32)
    past = np.zeros((channels, 2 * bins), np.float32), np.zeros(bins, np.float32), np.zeros(bins)
    for first in range(0, plan.taken.size, CHUNK):
        chunk = slice(first, first + CHUNK)
        starts = plan.taken[chunk] - half
        heard = frames_between(samples, int(starts[0]), int(starts[-1]) + size)
        views = np.lib.stride_tricks.sliding_window_view(heard, size, axis=1)
        spectra = fft.rfft(views[:, starts - starts[0]] * taking)
        if colour is not None:
            spectra *= colour(spectra)
        if stretch != 1:
            turn_frames(spectra.view(np.float32), *past, hops_in[chunk], plan.hop, size, stretch)
        overlap_add(out, fft.irfft(spectra, size, overwrite_x=True), plan.laid[chunk] - half, laying)
    return out
