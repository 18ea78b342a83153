"""What the cards say of each step's cost: taken from the player's snapshots, and shown so that nothing flickers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.chain import Step
from engine.playback.messages import Snapshot, StepCost
from engine.transform import Measured, WholeClip

from ..words import tr
from .shown import Shown

EVERY_S = 0.25
LINGER_S = 1.0
"""So long a step is still called live when it is no more: while a knob is dragged takes and live steps alternate."""
AMBER, RED = 25, 60
"""Percent of the time from which on a step's cost is to be seen."""
_STEADY = 0.1
"""A share that has changed by less than this part of it, and by less than a percent, is shown as it was."""


@dataclass(frozen=True)
class Reading:
    """What was last measured of a step while it ran live, in whole percents and milliseconds; `live` if it runs now."""

    live: bool
    percent: int
    worst: int
    latency_ms: int


@dataclass(frozen=True)
class Badge:
    """What a card says beside the name: the fullest words first, then shorter ones; `offers` says what a click does."""

    words: tuple[str, ...]
    hint: str = ""
    colour: str = "faint"
    offers: bool = False


class Costs:
    """Readings by step; `feed` takes every snapshot and says whether there is anything new to be shown."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.rendered = False
        """Whether what would be heard now is the rendered take."""
        self.microphone = False
        """Whether the microphone is heard, of which nothing can be rendered."""
        self._clock = clock
        self._fed_at = 0.0
        self._complete = False
        self._heard_at: dict[str, float] = {}
        self._shares: dict[str, float] = {}
        self._last: dict[str, StepCost] = {}
        self._readings: dict[str, Reading] = {}

    def of(self, step_id: str) -> Reading | None:
        """What is known of a step, None if it never ran."""
        return self._readings.get(step_id)

    def set_complete(self, complete: bool) -> None:
        """Know whether the wanted take is rendered."""
        self._complete = complete

    def feed(self, now: Snapshot) -> bool:
        """Take what is measured at the moment; a few times a second it comes to a new reading."""
        moment = self._clock()
        for cost in now.costs:
            self._last[cost.step_id] = cost
            self._heard_at[cost.step_id] = moment
        if moment - self._fed_at < EVERY_S:
            return False
        self._fed_at = moment
        before = self.rendered, self.microphone, self._readings
        self.microphone = bool(now.microphone.device)
        self.rendered = self._complete or (self.rendered and not now.costs)
        self._readings = {step: self._reading(cost, moment) for step, cost in self._last.items()}
        return before != (self.rendered, self.microphone, self._readings)

    def _reading(self, cost: StepCost, moment: float) -> Reading:
        shown = self._shares.get(cost.step_id)
        if shown is None or abs(cost.share - shown) > max(_STEADY * shown, 0.01):
            self._shares[cost.step_id] = shown = cost.share
        live = moment - self._heard_at[cost.step_id] < LINGER_S
        worst = max(round(100 * cost.worst_share), round(100 * shown))
        old = self._readings.get(cost.step_id)
        if old is not None and abs(worst - old.worst) <= max(2, old.worst // 4):
            worst = old.worst
        return Reading(live, round(100 * shown), worst, round(cost.latency_ms))


def badge(step: Step, shown: Shown, costs: Costs) -> Badge:
    """What the card of a step says that this draw takes."""
    reading = costs.of(step.id)
    if step.id in shown.frozen:
        return Badge((tr("frozen · heard when rendered"), tr("frozen")), _frozen_hint(reading), offers=True)
    if step.id in shown.rendered:
        return Badge((tr("rendered"),), _rendered_hint(step, shown))
    if reading is not None and reading.live:
        return _live(reading, on_microphone=costs.microphone)
    if costs.rendered and not costs.microphone:
        hint = tr("Heard from the rendered take, so it costs nothing now.")
        return Badge((tr("rendered"),), _sentences(hint, _cost_hint(reading), _offer()), offers=True)
    hint = tr("Runs live until the take is rendered: an edit is heard at once.")
    if issubclass(step.kind, Measured):
        hint = tr("Measures the whole clip, and then runs live until the take is rendered.")
    return Badge((tr("live"),), _sentences(hint, _cost_hint(reading), _offer()), offers=True)


def _live(reading: Reading, *, on_microphone: bool) -> Badge:
    share = share_words(reading.percent)
    words: tuple[str, ...] = (tr("live {share}", share=share), share)
    if reading.latency_ms:
        words = (tr("live {share} · {latency} ms", share=share, latency=reading.latency_ms), *words)
    colour = "clip" if reading.percent > RED else "warm" if reading.percent > AMBER else "faint"
    if on_microphone:
        hint = tr("Runs on the microphone, of which nothing can be rendered ahead: it cannot be frozen there.")
        return Badge(words, _sentences(hint, _cost_hint(reading)), colour)
    return Badge(words, _sentences(tr("Runs live."), _cost_hint(reading), _offer()), colour, offers=True)


def share_words(percent: int) -> str:
    """A share in whole percents."""
    return tr("{share} %", share=percent or "<1")


def _sentences(*sentences: str) -> str:
    return "\n".join(filter(None, sentences))


def _cost_hint(reading: Reading | None) -> str:
    if reading is None:
        return tr("What it costs live is measured while it is heard.")
    return tr(
        "Live it takes {share} of the time on this machine, {worst} at worst, and delays the sound by {latency} ms.",
        share=share_words(reading.percent), worst=share_words(reading.worst), latency=reading.latency_ms,
    )  # fmt: skip


def _offer() -> str:
    return tr("Click to freeze it (Shift+F): it and all above it are rendered, and cost nothing while it plays.")


def _frozen_hint(reading: Reading | None) -> str:
    frozen = tr("Frozen with all above it: an edit here is heard when it is rendered.")
    return _sentences(
        frozen, _cost_hint(reading) if reading is not None else "", tr("Click to let it run live (Shift+F).")
    )


def _rendered_hint(step: Step, shown: Shown) -> str:
    if issubclass(step.kind, WholeClip):
        return tr("Changes time, so it needs the whole clip and never runs live: an edit is heard when it is rendered.")
    if step.id in shown.in_prefix:
        return tr("A step below changes time, so this is rendered first: an edit is heard when it is rendered.")
    return tr("A step below is frozen, and this with it: an edit is heard when it is rendered.")
