"""A Program: a row of processors running live, in which single slots can be changed while it sounds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..clip import Samples
    from ..transform import Processor

WARM_S = 0.005
"""A new slot's input is faded in over this time before it is heard: a cold delay would give it back as a step."""
FADE_S = 0.015
PREROLL_S = 0.1
"""So much of what came before is run unheard when a Program starts in the middle."""


@dataclass(frozen=True)
class Slot:
    """A processor, and what it was made of: equal keys sound the same; `measured` ones begin a stage of the render."""

    key: Hashable
    processor: Processor
    measured: bool = False


class _Placed:
    """A slot in its row, whose frames are those of its stage in the render.

    A stage begins at the sound's first frame there, while here that frame comes as late as all stages before make it;
    what comes earlier is no part of the sound, and is kept from the processor.
    """

    def __init__(self, slot: Slot, late: int) -> None:
        self.key = slot.key
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
    """Slots in a row, at an absolute frame of the clip."""

    def __init__(self, slots: Sequence[Slot], rate: int) -> None:
        self.failed = False
        self.frame = 0
        self.rate = rate
        self._slots = _placed(slots)
        self._row: list[_Keep | _Change] = [_Keep(self._slots)]

    @property
    def latency(self) -> int:
        """How many frames the output lies behind the input."""
        return _latency(self._slots)

    @property
    def changing(self) -> bool:
        """Whether a slot is still being crossfaded."""
        return not self.failed and any(isinstance(part, _Change) for part in self._row)

    def start_at(self, frame: int, rate: int) -> int:
        """Forget the past and get ready for `frame`; gives the frame from which on input must be fed unheard."""
        start = max(frame - int(PREROLL_S * rate), 0)
        self._row = [_Keep(self._slots)]
        for slot in self._slots:
            slot.reset(start)
        self.frame = start
        return start

    def process(self, block: Samples) -> Samples:
        """Run the next block (channels, n); a processor that raises ends the Program: silence, and `failed`."""
        frames = block.shape[1]
        if self.failed or frames == 0:
            return np.zeros_like(block)
        try:
            for part in self._row:
                block = part.process(block)
        except Exception:  # a step's own fault must not take the sound of everything else along
            self.failed = True
            return np.zeros((block.shape[0], frames), np.float32)
        self.frame += frames
        if any(isinstance(part, _Change) and part.done for part in self._row):
            self._row = [part.settled() for part in self._row]
        return block

    def change(self, slots: Sequence[Slot]) -> bool:
        """Go over to these slots; equal ones keep their processor and its state. False if latencies differ.

        Must not be called while `changing`.
        """
        row: list[_Keep | _Change] = []
        kept: list[_Placed] = []
        coming = _placed(slots)
        matcher = SequenceMatcher(None, [slot.key for slot in self._slots], [slot.key for slot in slots], False)
        for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
            old, new = self._slots[old_start:old_end], coming[new_start:new_end]
            if _latency(old) != _latency(new) and kind != "equal":
                return False
            row.append(_Keep(old) if kind == "equal" else _Change(old, new, self.rate))
            kept.extend(old if kind == "equal" else new)
        for part in row:
            part.begin(self.frame)
        self._row, self._slots = row, tuple(kept)
        return True


class _Keep:
    """Slots that go on as they were."""

    def __init__(self, slots: Sequence[_Placed]) -> None:
        self._slots = slots

    def begin(self, frame: int) -> None:
        """They have begun long ago."""

    def process(self, block: Samples) -> Samples:
        return _run(self._slots, block)

    def settled(self) -> _Keep:
        return self


class _Change:
    """Old slots that leave, run beside the new ones that come."""

    def __init__(self, old: Sequence[_Placed], new: Sequence[_Placed], rate: int) -> None:
        self._old, self._new = old, new
        self._warm = max(int(WARM_S * rate), 1)
        self._fade = max(int(FADE_S * rate), 1)
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= self._warm + self._fade

    def begin(self, frame: int) -> None:
        for slot in self._new:
            slot.reset(frame)

    def process(self, block: Samples) -> Samples:
        at = np.arange(self._at, self._at + block.shape[1], dtype=np.float32)
        old = _run(self._old, block)
        new = _run(self._new, block * _share(at, 0, self._warm))
        self._at += block.shape[1]
        mixed: Samples = old + (new - old) * _share(at, self._warm, self._fade)
        return mixed

    def settled(self) -> _Keep | _Change:
        return _Keep(self._new) if self.done else self


def _share(at: NDArray[np.float32], start: int, length: int) -> NDArray[np.float32]:
    share: NDArray[np.float32] = np.clip((at - np.float32(start)) / np.float32(length), 0.0, 1.0)
    return share


def _run(slots: Sequence[_Placed], block: Samples) -> Samples:
    for slot in slots:
        block = slot.process(block)
    return block


def _latency(slots: Sequence[_Placed]) -> int:
    return sum(slot.latency for slot in slots)
