"""What a step costs while it runs: its share of the time that its sound lasts.

Time of the processor, and not of the wall: where the machine is busy a cheap step waits long, and is as cheap as ever.
A step whose work is done elsewhere, in another process, only waits: so long as it waits in every block is its cost as
well. Windows counts a thread's time in ticks longer than a block, so the wall's is taken there.
"""

from __future__ import annotations

import sys
import time
from collections import deque

KEPT = 128
"""Blocks that are remembered: 1.4 s at 48 kHz."""
ENOUGH = 8
"""With fewer there is nothing to say yet."""
SHORTEST = 128
"""Frames in a block that counts: what a call costs by itself would be spread over too few."""

cpu_ns = time.perf_counter_ns if sys.platform == "win32" else time.thread_time_ns
wall_ns = time.perf_counter_ns


class Gauge:
    """Takes the times of one step's blocks on the thread that runs it; any thread may read."""

    def __init__(self) -> None:
        self._cpu: deque[float] = deque(maxlen=KEPT)
        self._waited: deque[float] = deque(maxlen=KEPT)

    def add(self, frames: int, cpu: int, wall: int) -> None:
        """Count a block that took so many nanoseconds."""
        if frames >= SHORTEST:
            self._cpu.append(cpu / frames)
            self._waited.append(max(wall - cpu, 0) / frames)

    def read(self, rate: int) -> tuple[float, float] | None:
        """The share of real time at that rate, and that of the dearest block; None before there is enough to say."""
        cpu, waited = list(self._cpu), list(self._waited)
        if min(len(cpu), len(waited)) < ENOUGH:
            return None
        second, always = rate / 1e9, min(waited)
        return (sum(cpu) / len(cpu) + always) * second, (max(cpu) + always) * second
