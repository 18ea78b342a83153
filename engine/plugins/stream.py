"""Plugins on one stream, in the child: blocks of any length in, as many frames out, a fixed number of frames late.

A plugin's sound may depend on how long its blocks are, so that it always gets blocks of `QUANTUM` frames here; what
that costs is said as latency, together with what the plugin withholds itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..clip import Samples
from .loading import Loaded
from .requests import Refused

QUANTUM = 128
"""Frames in a block that a plugin is given: 2.7 ms at 48 kHz, which a microphone's user waits for."""
WITHHELD_MAX_S = 10.0


@dataclass(frozen=True)
class Rows:
    """The channels that one plugin works on; a lone one is doubled for a plugin that only takes two."""

    first: int
    count: int
    doubled: bool

    def taken(self, block: Samples) -> Samples:
        """What the plugin gets of a block."""
        rows = block[self.first : self.first + self.count]
        return np.ascontiguousarray(np.repeat(rows, 2, axis=0) if self.doubled else rows)


def rows_of(channels: int, widths: tuple[int, ...]) -> list[Rows]:
    """How channels are dealt out to plugins that take so many at once: by pairs if they can, a lone one alone."""
    if 2 not in widths:
        return [Rows(channel, 1, False) for channel in range(channels)]
    pairs = [Rows(first, 2, False) for first in range(0, channels - 1, 2)]
    return pairs + [Rows(channels - 1, 1, 1 not in widths)] * (channels % 2)


class Stream:
    """Runs plugins that are set up and loaded, one for each group of channels."""

    def __init__(self, plugins: list[Loaded], rows: list[Rows], sample_rate: int) -> None:
        self._plugins = list(zip(plugins, rows, strict=True))
        self._channels = sum(group.count for group in rows)
        self._rate = float(sample_rate)
        self._forget()
        self.latency = QUANTUM - 1 + max(self._withheld(plugin, group) for plugin, group in self._plugins)
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self._forget()
        for plugin, _ in self._plugins:
            plugin.reset()
        self._given = np.zeros((self._channels, self.latency), np.float32)

    def _forget(self) -> None:
        self._waiting = np.zeros((self._channels, 0), np.float32)

    def process(self, block: Samples) -> Samples:
        """The next frames; raises `Refused` where a plugin gives too few or what is no sound."""
        waiting = np.concatenate((self._waiting, block), axis=1)
        whole = waiting.shape[1] // QUANTUM * QUANTUM
        self._waiting = waiting[:, whole:]
        pieces = [self._piece(waiting[:, first : first + QUANTUM]) for first in range(0, whole, QUANTUM)]
        given = np.concatenate((self._given, *pieces), axis=1)
        frames = block.shape[1]
        if given.shape[1] < frames:
            raise Refused("gave too few samples")
        self._given = given[:, frames:]
        return given[:, :frames]

    def _piece(self, piece: Samples) -> Samples:
        parts = [self._one(plugin, rows, piece) for plugin, rows in self._plugins]
        if len({part.shape[1] for part in parts}) > 1:
            raise Refused("gave more samples on some channels than on others")
        out = np.concatenate(parts, axis=0)
        if not np.isfinite(out).all():
            raise Refused("gave samples that are not finite numbers")
        return out

    def _one(self, plugin: Loaded, rows: Rows, piece: Samples) -> Samples:
        out = plugin.process(rows.taken(piece), self._rate, buffer_size=QUANTUM, reset=False)
        if out.ndim != 2 or out.shape[0] < rows.count or out.shape[1] > QUANTUM:
            raise Refused("gave samples of another shape than it was given")
        return out[: rows.count]

    def _withheld(self, plugin: Loaded, rows: Rows) -> int:
        """How many frames the plugin keeps before it gives as many as it gets: pedalboard cuts its latency off so."""
        plugin.reset()
        silence = np.zeros((self._channels, QUANTUM), np.float32)
        held = 0
        while held < WITHHELD_MAX_S * self._rate:
            short = QUANTUM - self._one(plugin, rows, silence).shape[1]
            if not short:
                return held
            held += short
        raise Refused(f"holds the sound back for more than {WITHHELD_MAX_S:g} s")
