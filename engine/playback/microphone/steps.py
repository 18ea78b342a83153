"""Which drawn steps can run on a microphone, and the thread that makes a Program of them and runs it warm."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...plugins.conduct import Conduct, Notes, conducted
from ..program import Program, Slot
from ..voice import WARM_AT_LEAST_S, WARM_AT_MOST_S
from .messages import LiveChain, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...banks import Banks
    from ...recipe import Drawn
    from ...transform import Processor, StreamSpec
    from .frames import FrameRing

NEEDS_ALL = "needs the whole recording"
MEASURES_ALL = "measures the whole recording first"
IN_A_REGION = "works in a region of a recording"
NO_FOLDER = "its bank has no folder"
GUARDED = "measures the whole recording first; the monitor's limiter stands in for it"
_PIECE = 4096
_NEAR_S = 0.02
"""The monitor catches up with so much by itself, between two blocks."""
_TURNS = 20


class CannotRun(Exception):
    """A step that does not run on a microphone; the message is half a sentence that says why."""


@dataclass(frozen=True)
class LiveProgram:
    """A Program that has heard everything up to a frame of the microphone, and what is not in it."""

    program: Program
    frame: int
    left_out: tuple[Skipped, ...]
    notes: Notes
    """Why a plugin is bypassed that was at work."""

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Each step that is not heard now."""
        return (*self.left_out, *(Skipped(*noted) for noted in self.notes.reasons))


def slots_of(chain: LiveChain, spec: StreamSpec) -> tuple[list[Slot], tuple[Skipped, ...]]:
    """The chain's steps at work, and those that are not."""
    from ...banks import Banks

    banks = Banks(dict(chain.banks))
    slots, skipped = [], []
    for step in chain.steps:
        try:
            slots.append(Slot(_processor(step, spec, banks, {name for name, _ in chain.banks}), step_id=step.id))
        except CannotRun as reason:
            skipped.append(Skipped(step.id, str(reason)))
    return slots, tuple(skipped)


def _processor(step: Drawn, spec: StreamSpec, banks: Banks, bound: set[str]) -> Processor:
    from ...banks import BankError
    from ...chain import GUARD, bank_of
    from ...recipe import Recipe
    from ...render import draw_of
    from ...transform import Measured, Streaming

    transform = step.build()
    if isinstance(transform, Measured):
        raise CannotRun(GUARDED if step.id == GUARD else MEASURES_ALL)
    if not isinstance(transform, Streaming):
        raise CannotRun(NEEDS_ALL)
    if step.where is not None:
        raise CannotRun(IN_A_REGION)
    bank = bank_of(step)
    if bank is not None and bank not in bound:
        raise CannotRun(NO_FOLDER)
    try:
        (resolved,) = banks.resolve(Recipe(0, "", 0, (step,))).steps
        return transform.processor(spec, draw_of(resolved, banks, spec.sample_rate))
    except BankError as error:
        raise CannotRun(str(error)) from None
    except Exception as error:  # a step's own fault must not take the sound of everything else along
        raise CannotRun(f"cannot be set up: {error}") from None


class LiveBuilder:
    """A thread that keeps one request at a time; `heard` is what the microphone has given so far."""

    def __init__(self, spec: StreamSpec, heard: FrameRing, built: Callable[[LiveProgram], None]) -> None:
        self._spec, self._heard, self._built = spec, heard, built
        self._asked: LiveChain | None = None
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="variophone-microphone-builder", daemon=True)
        self._thread.start()

    def ask(self, chain: LiveChain) -> None:
        """Build this, instead of anything asked before."""
        self._asked = chain
        self._wake.set()

    def close(self) -> None:
        """End the thread, once it has built what it is at."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._closing:
                return
            chain, self._asked = self._asked, None
            if chain is not None:
                notes = Notes()
                with conducted(Conduct(forgiving=True, live=True, notes=notes)):
                    slots, skipped = slots_of(chain, self._spec)
                program = Program(slots)
                self._built(LiveProgram(program, self._warmed(program), skipped, notes))

    def _warmed(self, program: Program) -> int:
        """Run it unheard over what came last, until it is close behind the monitor; gives the frame that it is at."""
        rate = self._spec.sample_rate
        before = round(min(max(program.tail / rate, WARM_AT_LEAST_S), WARM_AT_MOST_S) * rate)
        at = max(self._heard.written - min(before, self._heard.kept), 0)
        program.start_at(at)
        for _ in range(_TURNS):
            end = self._heard.written
            while at < end:
                piece = self._heard.between(at, min(at + _PIECE, end))
                program.process(piece, timed=False)
                at += piece.shape[1]
            if self._heard.written - at < _NEAR_S * rate:
                break
        return at
