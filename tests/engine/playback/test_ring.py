"""The ring while it is rewritten: the device is given what lay there before, and then what is new, without a step."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.playback import ring
from engine.playback.fade import Tail
from engine.playback.ring import ASIDE, LATE_FADE, Ring
from tests.support.playing import RATE

BLOCK = 512


@pytest.fixture
def full(tmp_path: Path) -> Ring:
    """A ring with 200 ms of a tone in it."""
    ring.create(tmp_path / "ring")
    made = Ring(tmp_path / "ring")
    for start in range(0, 20 * BLOCK, BLOCK):
        made.write(tone(440, start))
    return made


def tone(hz: float, start: int) -> NDArray[np.float32]:
    return np.tile(np.sin(2 * np.pi * hz * np.arange(start, start + BLOCK) / RATE).astype(np.float32), (2, 1))


def taken(from_ring: Ring, frames: int) -> NDArray[np.float32]:
    out = np.full((frames, 2), np.nan, np.float32)
    from_ring.read_into(out)
    return out.T


def test_what_is_rewritten_is_given_only_when_enough_of_it_is_there(full: Ring) -> None:
    expected = np.concatenate([tone(440, start) for start in range(0, 20 * BLOCK, BLOCK)], axis=1)
    full.rewrite(2 * BLOCK)
    full.write(tone(880, 0))
    assert np.array_equal(full.lying(2 * BLOCK, 3 * BLOCK), tone(880, 0))
    assert np.array_equal(full.between(2 * BLOCK, 3 * BLOCK), tone(440, 2 * BLOCK))
    assert np.array_equal(taken(full, BLOCK), expected[:, :BLOCK])
    full.rewrite(2 * BLOCK + 100)
    while full.written < 2 * BLOCK + 100 + ASIDE:
        full.write(tone(220, 0))
    assert np.array_equal(taken(full, BLOCK), expected[:, BLOCK : 2 * BLOCK])
    assert np.array_equal(taken(full, 100), tone(880, 0)[:, :100])
    assert np.array_equal(taken(full, BLOCK), tone(220, 0))
    assert full.empties == 0


@pytest.mark.parametrize("burst", [3 * BLOCK, 7 * BLOCK, 12 * BLOCK])
def test_a_device_that_takes_much_at_once_hears_no_step(full: Ring, burst: int) -> None:
    """It reads past where the rewriting began, and even past all that was rewritten so far."""
    full.rewrite(2 * BLOCK)
    full.write(0.2 * tone(440, 2 * BLOCK))
    heard = [taken(full, burst)]
    for start in range(3 * BLOCK, 30 * BLOCK, BLOCK):
        full.write(np.float32(0.2) * tone(440, max(full.next, start)))
    full.settle()
    heard.append(taken(full, 8 * BLOCK))
    steps = np.abs(np.diff(np.concatenate(heard, axis=1)))
    assert steps.max() < 1.3 * 2 * np.pi * 440 / RATE
    assert np.abs(heard[1][:, -BLOCK:]).max() < 0.21
    assert full.empties == 0


GUARD = 384
FADE = 720
EDITS = 300


class Device(threading.Thread):
    """Reads as PortAudio's callback does: by the block, or a few at once, while the ring is written."""

    def __init__(self, of: Ring) -> None:
        super().__init__()
        self.heard: list[NDArray[np.float32]] = []
        self.over = False
        self._of = of

    def run(self) -> None:
        bursts = itertools.cycle((1, 3, 1, 2, 4))
        while not self.over:
            for _ in range(next(bursts)):
                if self._of._ready - self._of.read >= 12 * BLOCK:  # it is no faster than the writer
                    self.heard.append(taken(self._of, BLOCK))
            time.sleep(0)


@pytest.fixture
def eager() -> Iterator[None]:
    """Threads that give way to each other as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager")
def test_nothing_torn_is_read_while_it_is_rewritten(tmp_path: Path) -> None:
    """One channel counts frames, the other is level but for the fades: old, faded and new are all that may be read."""
    ring.create(tmp_path / "ring")
    written, tail, level, index = Ring(tmp_path / "ring"), Tail(), np.float32(1.0), 0
    device = Device(written)

    def write() -> None:
        frames = np.arange(written.next, written.next + BLOCK, dtype=np.float32)
        written.write(tail.mix(np.stack((np.full(BLOCK, level), frames))))

    while written.fill < 24 * BLOCK:
        write()
    device.start()
    for _ in range(EDITS):
        while written.fill < 20 * BLOCK or written.read < index + FADE + LATE_FADE:
            if written.fill < 20 * BLOCK:
                write()
        written.settle()
        index, level = written.read + GUARD, -level
        tail.start(written.lying(index, index + FADE))
        written.rewrite(index)
        write()
    while written.fill < 20 * BLOCK:
        write()
    written.settle()
    device.over = True
    device.join()
    levels, frames = np.concatenate((*device.heard, taken(written, 8 * BLOCK)), axis=1)
    assert written.empties == 0
    assert np.array_equal(frames, np.arange(frames.size))
    assert np.abs(np.diff(levels)).max() < 2 / LATE_FADE + 2 / FADE
    assert levels[-1] == level
