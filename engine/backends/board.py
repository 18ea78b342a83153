"""pedalboard held to the `Processor` contract; the only caller of a plugin's `process`.

Three of its habits are undone here. Reverb is silently dry with more than two channels: for it the stream is cut
into pairs with a plugin each. A block longer than any before makes a plugin forget the sound so far, and pedalboard
guesses which axis holds the channels until it has seen a block with more frames than channels: every plugin is shown
a buffer of zeros first, so that a stream may begin with a block of one frame.
Plugins that withhold samples (MP3Compressor, Resample, PitchShift) are not for this adapter.
pedalboard is imported when first needed, never at start-up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pedalboard

    from ..clip import Samples
    from ..transform import StreamSpec


BUFFER = 4096
"""Frames that a plugin works on at once; longer blocks are cut inside pedalboard."""


class BoardProcessor:
    """A pedalboard plugin on one stream.

    `make` builds a fresh plugin for so many channels; `channels_at_once` is the most that one handles (all by default).
    """

    latency = 0

    def __init__(
        self,
        make: Callable[[int], pedalboard.Plugin],
        spec: StreamSpec,
        *,
        tail: int = 0,
        channels_at_once: int | None = None,
    ) -> None:
        self.tail = tail
        self._rate = float(spec.sample_rate)
        width = channels_at_once or spec.channels
        self._rows = [slice(first, min(first + width, spec.channels)) for first in range(0, spec.channels, width)]
        self._plugins = [make(rows.stop - rows.start) for rows in self._rows]
        self.reset()

    def process(self, block: Samples) -> Samples:
        """Give as many frames as came in."""
        parts = [self._one(plugin, block[rows]) for plugin, rows in zip(self._plugins, self._rows, strict=True)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=0)

    def _one(self, plugin: pedalboard.Plugin, block: Samples) -> Samples:
        given: Samples = plugin.process(block, self._rate, buffer_size=BUFFER, reset=False)
        return given

    def reset(self, frame: int = 0) -> None:
        """Empty the plugins' memory, and show them again how blocks will look."""
        for plugin, rows in zip(self._plugins, self._rows, strict=True):
            plugin.reset()
            self._one(plugin, np.zeros((rows.stop - rows.start, BUFFER), np.float32))
