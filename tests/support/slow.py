"""A step that takes its time, registered for as long as a test needs it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.draws import Draw
from engine.transform import Streaming, StreamSpec, _registry

NAME = "SlowInTest"
LIVE_FRAMES = 4096
"""Longer blocks are those of a render."""
PATIENCE_S = 60.0


class Slow:
    """Live it takes a share of the time that a block lasts; a render waits until it is let go."""

    latency = tail = 0

    def __init__(self, rate: int, share: float, let_go: threading.Event) -> None:
        self._rate, self._share, self._let_go = rate, share, let_go

    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        if block.shape[1] > LIVE_FRAMES:
            self._let_go.wait(PATIENCE_S)
        else:
            time.sleep(self._share * block.shape[1] / self._rate)
        return block * np.float32(0.5)

    def reset(self, frame: int = 0) -> None:
        """It remembers nothing."""


@contextlib.contextmanager
def slow_step(share: float) -> Iterator[threading.Event]:
    """Have such a transform, and what lets its renders go."""
    let_go = threading.Event()

    def processor(_: Streaming, spec: StreamSpec, draw: Draw) -> Slow:
        return Slow(spec.sample_rate, share, let_go)

    type(NAME, (Streaming,), {"__doc__": "Takes its time.", "__module__": __name__, "processor": processor})
    try:
        yield let_go
    finally:
        let_go.set()
        del _registry[NAME]
