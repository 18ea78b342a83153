"""A Program: a row of processors running live, in step with the render that it stands in for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..clip import Samples
    from ..transform import Processor


@dataclass(frozen=True)
class Slot:
    """A processor in its row; a measured one begins a stage of the render."""

    processor: Processor
    measured: bool = False


class _Placed:
    """A slot in its row, whose frames are those of its stage in the render.

    A stage begins at the sound's first frame there, while here that frame comes as late as all stages before make it;
    what comes earlier is no part of the sound, and is kept from the processor.
    """

    def __init__(self, slot: Slot, late: int) -> None:
        self.processor = slot.processor
        self.latency = slot.processor.latency
        self._late = self._ahead = late

    def reset(self, frame: int) -> None:
        """Forget the past; the row's next block starts at that frame."""
        self._ahead = max(self._late - frame, 0)
        self.processor.reset(max(frame - self._late, 0))

    def process(self, block: Samples) -> Samples:
        """Work on the row's next block."""
        silent = min(self._ahead, block.shape[1])
        if not silent:
            return self.processor.process(block)
        self._ahead -= silent
        out = np.zeros_like(block)
        if silent < block.shape[1]:
            out[:, silent:] = self.processor.process(np.ascontiguousarray(block[:, silent:]))
        return out


def _placed(slots: Sequence[Slot]) -> tuple[_Placed, ...]:
    row: list[_Placed] = []
    late = 0
    for slot in slots:
        late = _latency(row) if slot.measured else late
        row.append(_Placed(slot, late))
    return tuple(row)


class Program:
    """Slots in a row; `latency` is how many frames the output lies behind the input, `tail` how long it rings on."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self.failed = False
        self._slots = _placed(slots)
        self.latency = _latency(self._slots)
        self.tail = sum(slot.processor.tail for slot in slots)

    def start_at(self, frame: int) -> None:
        """Forget the past; the next block starts at that frame of the clip."""
        for slot in self._slots:
            slot.reset(frame)

    def process(self, block: Samples) -> Samples:
        """Run the next block (channels, n); a processor that raises ends the Program: silence, and `failed`."""
        if self.failed or block.shape[1] == 0:
            return np.zeros_like(block)
        out = block
        try:
            for slot in self._slots:
                out = slot.process(out)
        except Exception:  # a step's own fault must not take the sound of everything else along
            self.failed = True
            return np.zeros_like(block)
        return out


def _latency(slots: Sequence[_Placed]) -> int:
    return sum(slot.latency for slot in slots)
