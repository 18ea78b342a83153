"""A Program: a row of processors running live, in step with the render that it stands in for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .gauge import Gauge, cpu_ns, wall_ns
from .messages import StepCost

if TYPE_CHECKING:
    from ..clip import Samples
    from ..transform import Processor


@dataclass(frozen=True)
class Slot:
    """A processor in its row, and the step that it is; a measured one begins a stage of the render."""

    processor: Processor
    measured: bool = False
    step_id: str = ""


class _Placed:
    """A slot in its row, whose frames are those of its stage in the render.

    A stage begins at the sound's first frame there, while here that frame comes as late as all stages before make it;
    what comes earlier is no part of the sound, and is kept from the processor. It comes early, `late` being negative,
    where steps of the same stage are done already.
    """

    def __init__(self, slot: Slot, late: int) -> None:
        self.processor = slot.processor
        self.latency = slot.processor.latency
        self.step_id = slot.step_id
        self.gauge = Gauge()
        self._late = late
        self._ahead = max(late, 0)

    def reset(self, frame: int) -> None:
        """Forget the past; the row's next block starts at that frame."""
        self._ahead = max(self._late - frame, 0)
        self.processor.reset(max(frame - self._late, 0))

    def timed(self, block: Samples) -> Samples:
        """Work on the row's next block, and count what it costs."""
        cpu, wall = cpu_ns(), wall_ns()
        out = self.process(block)
        self.gauge.add(block.shape[1], cpu_ns() - cpu, wall_ns() - wall)
        return out

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


def _placed(slots: Sequence[Slot], held_back: int) -> tuple[_Placed, ...]:
    row: list[_Placed] = []
    late = -held_back
    for slot in slots:
        late = _latency(row) if slot.measured else late
        row.append(_Placed(slot, late))
    return tuple(row)


class Program:
    """Slots in a row; `latency` is how many frames the output lies behind the input, `tail` how long it rings on.

    `held_back` is by how many frames steps that are done already make the first ones late in the render.
    """

    def __init__(self, slots: Sequence[Slot], held_back: int = 0) -> None:
        self.failed = False
        self._slots = _placed(slots, held_back)
        self.latency = _latency(self._slots)
        self.tail = sum(slot.processor.tail for slot in slots)

    def start_at(self, frame: int) -> None:
        """Forget the past; the next block starts at that frame of the clip."""
        for slot in self._slots:
            slot.reset(frame)

    def process(self, block: Samples, *, timed: bool = True) -> Samples:
        """Run the next block (channels, n); a processor that raises ends the Program: silence, and `failed`.

        What is run unheard, to get ready or to catch up, is no measure of what it costs to play: it is not `timed`.
        """
        if self.failed or block.shape[1] == 0:
            return np.zeros_like(block)
        out = block
        try:
            for slot in self._slots:
                out = slot.timed(out) if timed else slot.process(out)
        except Exception:  # a step's own fault must not take the sound of everything else along
            self.failed = True
            return np.zeros_like(block)
        return out

    def costs(self, rate: int) -> tuple[StepCost, ...]:
        """What each step costs at that rate, as far as it is known; from any thread."""
        read = ((slot, slot.gauge.read(rate)) for slot in self._slots)
        return tuple(
            StepCost(slot.step_id, *found, 1000 * slot.latency / rate) for slot, found in read if found is not None
        )


def _latency(slots: Sequence[_Placed]) -> int:
    return sum(slot.latency for slot in slots)
