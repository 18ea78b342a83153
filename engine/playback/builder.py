"""Builds bridges on a thread of its own, away from the feeder, and runs them warm; the newest request wins.

A bridge is built with new processors for every edit. Before it is handed over it has run, unheard, over what came
before the place that the device is about to reach: so it sounds there as the render will, tails and all.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ..plugins.conduct import Conduct, Notes, conducted
from ..plugins.processor import forgive
from ..track import TrackReader, TrackState
from .program import Program, Slot
from .voice import LiveVoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..banks import Banks
    from ..recipe import Drawn
    from ..transform import Numbers, Processor, StreamSpec
    from .messages import Bridge, Follow, Sound


def slots_of(bridge: Bridge) -> tuple[Slot, ...]:
    """The bridge's steps at work; left out are those without the numbers, recording or events that their render finds.

    Raises what a step raises that cannot be built: its render says so to the user.
    """
    from ..banks import Banks
    from ..transform import StreamSpec

    rate, channels = bridge.sound.track.sample_rate, bridge.sound.track.channels
    total = TrackReader(bridge.sound.track).total
    frames = round(bridge.sound.time_map.duration_s * rate) if total is None else total
    spec = StreamSpec(rate, channels, frames)
    return tuple(_slots(bridge, spec, Banks(dict(bridge.banks))))


def _slots(bridge: Bridge, spec: StreamSpec, banks: Banks) -> list[Slot]:
    from ..chain import bank_of
    from ..transform import Measured

    numbers = {step: dict(found) for step, found in bridge.numbers}
    slots: list[Slot] = []
    late = bridge.held_back
    for step in bridge.steps:
        if bank_of(step) is not None and not step.materials:
            continue
        processor = _processor(step, bridge, spec, banks, numbers.get(step.id, {}), late)
        if processor is not None:
            measured = isinstance(step.build(), Measured)
            late = processor.latency + (0 if measured else late)
            slots.append(Slot(processor, measured, step.id))
    return slots


def _processor(
    step: Drawn, bridge: Bridge, spec: StreamSpec, banks: Banks, numbers: Numbers, late: int
) -> Processor | None:
    """A step at work, as late in its stage as that; None where it is not known what it works with or where."""
    from .. import inside
    from ..render import draw_of
    from ..transform import Measured, Streaming

    transform = step.build()
    draw = draw_of(step, banks, spec.sample_rate)
    if step.where is not None and step.where.spans is None:
        return None
    where = inside.places(step.where, bridge.sound.time_map, spec.sample_rate, spec.frames or 0)
    if isinstance(transform, Streaming):
        return inside.stream(transform, spec, draw, where, late)
    if isinstance(transform, Measured) and inside.are_for(numbers, where):
        return inside.measured(transform, spec, draw, numbers, where)
    return None


class Builder:
    """A thread that keeps one request at a time.

    `place` says which frame of a sound the device is about to reach, None while it reaches none.
    """

    def __init__(
        self, built: Callable[[LiveVoice], None], place: Callable[[Sound], int | None], *, warm: bool = False
    ) -> None:
        self._built = built
        self._place = place
        self._warm = warm
        self.warmed = False
        """Whether all is imported that processors need."""
        self._asked: Follow | None = None
        self._last: Follow | None = None
        self._notes = Notes()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="variophone-builder", daemon=True)
        self._thread.start()

    def ask(self, follow: Follow) -> None:
        """Build what this needs, instead of anything asked before."""
        self._asked = self._last = follow
        self._wake.set()

    def try_plugins_again(self) -> None:
        """Build what was asked for last once more, with the plugins that have failed."""
        forgive()
        if self._last is not None:
            self.ask(self._last)

    @property
    def bypassed(self) -> tuple[str, ...]:
        """A sentence for each step of the newest bridge whose plugin has failed."""
        return self._notes.sentences

    def close(self) -> None:
        """End the thread."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        if self._warm:
            _import_all()
            self.warmed = True
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._closing:
                return
            follow, self._asked = self._asked, None
            self._notes = Notes()
            if follow is not None and follow.bridge is not None and not _rendered(follow):
                self._build(follow.bridge)

    def _build(self, bridge: Bridge) -> None:
        try:
            with conducted(Conduct(forgiving=True, live=True, notes=self._notes)):
                voice = LiveVoice(bridge, Program(slots_of(bridge), bridge.held_back))
        except Exception:  # the same step fails in the take's render, which tells the user; here it is only not bridged
            return
        frame = self._place(bridge.sound)
        if frame is not None:
            voice.warm_up(frame)
        self._built(voice)


def _import_all() -> None:
    """Import at the start what processors need: an import holds up the whole process, at the first edit even more."""
    import pedalboard  # noqa: F401
    import scipy.fft  # noqa: F401

    from ..dsp import kernels, line_kernels, phase_kernels  # noqa: F401
    from ..transform import registered

    registered()


def _rendered(follow: Follow) -> bool:
    return follow.take is not None and TrackReader(follow.take.track).state is TrackState.COMPLETE
