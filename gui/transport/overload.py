"""When the engine can hardly keep up it is said in one sentence what to do about it, with a button that does it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject

from engine.chain import GUARD
from engine.playback.messages import Snapshot, StepCost

from ..audition import Audition
from ..notice import Notice
from ..store import Store
from ..words import tr

TOO_HIGH, FINE = 0.8, 0.6
LEAST_SHARE = 0.1
"""A step that takes less is not what keeps the engine from its time: the machine is busy with something else."""
MOMENT_S, WHILE_S = 0.8, 2.0
"""So long the load must be too high before anything is said, and fine before it is taken back."""
TOPIC = "overload"
Change = Callable[[str, bool], None]


class Held:
    """Whether something has been so for a time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None

    def feed(self, so: bool, moment: float) -> bool:
        """Take whether it is so now; says whether it has been for long enough."""
        self._since = (moment if self._since is None else self._since) if so else None
        return self._since is not None and moment - self._since >= self._seconds


class Overload(QObject):
    """Names the dearest step that runs live. What was put away unheeded is said again when the load rises anew.

    `set_frozen` and `set_power` change a step of that id.
    """

    def __init__(
        self, audition: Audition, store: Store, notice: Notice, set_frozen: Change, set_power: Change,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        super().__init__(notice)
        self._store, self._notice, self._clock = store, notice, clock
        self._set_frozen, self._set_power = set_frozen, set_power
        self._named = ""
        self._high, self._fine = Held(MOMENT_S), Held(WHILE_S)
        audition.ticked.connect(self.show_snapshot)

    def show_snapshot(self, now: Snapshot) -> None:
        """Say something, or take it back."""
        moment = self._clock()
        on_microphone = bool(now.microphone.device)
        high = self._high.feed((now.playing or on_microphone) and now.load > TOO_HIGH, moment)
        if self._fine.feed(now.load < FINE, moment) and self._named:
            self._named = ""
            self._notice.take_back(TOPIC)
        live = [cost for cost in now.costs if cost.share >= LEAST_SHARE and self._title(cost) is not None]
        if high and live and self._named not in (cost.step_id for cost in live):
            self._say(max(live, key=lambda cost: cost.share), now.load, on_microphone=on_microphone)

    def _say(self, dearest: StepCost, load: float, *, on_microphone: bool) -> None:
        self._named = dearest.step_id
        step, load, share = self._title(dearest), round(100 * load), round(100 * dearest.share)
        if on_microphone:
            words = tr(
                "Load {load} %, of which {step} takes {share} %. Nothing of a microphone can be rendered ahead, so "
                "mute the step.",
                load=load, step=step, share=share,
            )  # fmt: skip
            mute = tr("Mute {step}", step=step)
            self._notice.say(words, TOPIC, (mute, lambda: self._set_power(dearest.step_id, False)))
            return
        words = tr(
            "Load {load} %, of which {step} takes {share} %. Frozen, it is rendered before it is heard and costs "
            "nothing while it plays.",
            load=load, step=step, share=share,
        )  # fmt: skip
        freeze = tr("Freeze {step}", step=step)
        self._notice.say(words, TOPIC, (freeze, lambda: self._set_frozen(dearest.step_id, True)))

    def _title(self, cost: StepCost) -> str | None:
        """The step's name, if it is one that can be frozen: the guard is none."""
        chain = self._store.project.chain
        if cost.step_id == GUARD or cost.step_id not in {node.id for node in chain.walk()}:
            return None
        return getattr(chain.find(cost.step_id), "transform", None)
