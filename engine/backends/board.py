"""pedalboard held to the `Processor` contract; the only caller of a plugin's `process`.

Two of its habits are undone here. Reverb is silently dry with more than two channels: for it the stream is cut into
pairs with a plugin each. And pedalboard guesses which axis holds the channels until it has seen a block with more
frames than channels: every plugin is shown one of zeros first, so that a stream may begin with a block of one frame.
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


class BoardProcessor:
    """A pedalboard plugin on one stream.

    `make` builds a fresh plugin; `channels_at_once` is the most channels that one plugin handles (all by default).
    """

    latency = 0

    def __init__(
        self,
        make: Callable[[], pedalboard.Plugin],
        spec: StreamSpec,
        *,
        tail: int = 0,
        channels_at_once: int | None = None,
    ) -> None:
        self.tail = tail
        self._rate = float(spec.sample_rate)
        width = channels_at_once or spec.channels
        self._rows = [slice(first, min(first + width, spec.channels)) for first in range(0, spec.channels, width)]
        self._plugins = [make() for _ in self._rows]
        self.reset()

    def process(self, block: Samples) -> Samples:
        """Give as many frames as came in."""
        parts = [self._one(plugin, block[rows]) for plugin, rows in zip(self._plugins, self._rows, strict=True)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=0)

    def _one(self, plugin: pedalboard.Plugin, block: Samples) -> Samples:
        given: Samples = plugin.process(block, self._rate, buffer_size=max(block.shape[1], 1), reset=False)
        return given

    def reset(self, frame: int = 0) -> None:
        """Empty the plugins' memory, and show them again which axis holds the channels."""
        for plugin, rows in zip(self._plugins, self._rows, strict=True):
            plugin.reset()
            channels = rows.stop - rows.start
            self._one(plugin, np.zeros((channels, channels + 1), np.float32))
