"""The processors of plugin steps: one that stops at a fault, and one that goes on without its plugin."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .conduct import Conduct
from .fault import PluginFault
from .hosting import CHUNK_FRAMES, Broken, Hosted, Setup
from .seam import Held, Seam
from .stream import QUANTUM

if TYPE_CHECKING:
    from ..clip import Samples
    from ..transform import Processor

RUN_S = 10.0
"""So long the next 8192 frames may take where nobody waits for them."""
LIVE_S = 0.08
"""So long the next frames may take that are played, of the 200 ms that are rendered ahead."""
TAIL_S = 2.0
"""No plugin tells how long it rings on; a kept tail is as long as this."""
FAILURES_MAX = 2
"""After so many failures a plugin stays bypassed where it plays, until the step is changed."""
FADE_S = 0.01
SETTLE_S = 0.1
"""So much a plugin that has come back runs unheard."""

_failures: Counter[Setup] = Counter()
"""How often a plugin has failed live with these settings; a knob that is turned is another try."""


def forgive() -> None:
    """Let plugins that have failed be tried again."""
    _failures.clear()


def processor_for(setup: Setup, step: str, conduct: Conduct) -> Processor:
    """The processor of a step; raises `PluginFault` unless it may go on without its plugin."""
    if conduct.forgiving:
        return Forgiving(replace(setup, live=conduct.live), step, conduct)
    return Strict(setup, step)


def _said(setup: Setup, words: str) -> str:
    return f"the plugin {setup.described.title} {words}"


class Strict:
    """A fault of the plugin is an error."""

    def __init__(self, setup: Setup, step: str) -> None:
        self._setup = setup
        self._step = step
        with self._named():
            self._hosted = Hosted(setup)
        self.latency = self._hosted.latency
        self.tail = round(TAIL_S * setup.sample_rate)

    def process(self, block: Samples) -> Samples:
        """The plugin's sound; raises `PluginFault`."""
        with self._named():
            return self._hosted.run(block, RUN_S)

    def reset(self, frame: int = 0) -> None:
        """Begin anew."""
        with self._named():
            self._hosted.reset(RUN_S)

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except Broken as broken:
            raise PluginFault(f"{self._step}: {_said(self._setup, str(broken))}") from None


class Forgiving:
    """Without its plugin what comes in goes on, as late as ever. Where it plays, the plugin comes back."""

    def __init__(self, setup: Setup, step: str, conduct: Conduct) -> None:
        self.tail = round(TAIL_S * setup.sample_rate)
        self._setup = setup
        self._step = step
        self._conduct = conduct
        self._within_s = LIVE_S if conduct.live else RUN_S
        self._hosted: Hosted | None = None
        self._revival: Revival | None = None
        self._start()
        self.latency = self._hosted.latency if self._hosted else setup.described.latency_frames + QUANTUM - 1
        self._held = Held(setup.channels, self.latency)
        self._seam = Seam(setup.channels, round(FADE_S * setup.sample_rate))
        self._unheard = 0

    def process(self, block: Samples) -> Samples:
        """The plugin's sound, or what came in; of a long block what the plugin still gave."""
        parts = [self._part(block[:, at : at + CHUNK_FRAMES]) for at in range(0, block.shape[1], CHUNK_FRAMES)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _part(self, block: Samples) -> Samples:
        dry = self._held.pushed(block)
        self._revive()
        wet = self._wet(block)
        if wet is None or self._unheard:
            self._unheard = max(self._unheard - block.shape[1], 0)
            return self._seam.joined(dry, "dry")
        return self._seam.joined(wet, "wet")

    def reset(self, frame: int = 0) -> None:
        """Begin anew."""
        self._held.forget()
        self._seam.forget()
        self._unheard = 0
        hosted = self._hosted
        if hosted is not None:
            try:
                hosted.reset(self._within_s)
            except Broken as broken:
                self._fail(broken)

    def _wet(self, block: Samples) -> Samples | None:
        if self._hosted is None:
            return None
        try:
            return self._hosted.run(block, self._within_s)
        except Broken as broken:
            self._fail(broken)
            return None

    def _start(self) -> None:
        if self._conduct.live and _failures[self._setup] >= FAILURES_MAX:
            self._note("failed twice", stays=True)
            return
        try:
            self._hosted = Hosted(self._setup)
        except Broken as broken:
            self._fail(broken)

    def _fail(self, broken: Broken) -> None:
        """Go on without it, and have it come back where that is of use."""
        self._hosted = None
        _failures[self._setup] += self._conduct.live
        comes_back = self._conduct.live and _failures[self._setup] < FAILURES_MAX
        self._note(str(broken), stays=not comes_back)
        if comes_back:
            self._revival = Revival(self._setup)

    def _note(self, words: str, *, stays: bool) -> None:
        ending = "the step is bypassed until it is changed" if stays else "it is started again, bypassed until then"
        if stays and not self._conduct.live:
            ending = "the step is bypassed in this take"
        self._conduct.notes.set(self._step, f"{_said(self._setup, words)}; {ending}")

    def _revive(self) -> None:
        revival = self._revival
        if revival is None or not revival.over:
            return
        self._revival = None
        if revival.broken is not None:
            self._fail(revival.broken)
        elif revival.hosted is None or revival.hosted.latency != self.latency:
            self._fail(Broken("came back with another latency"))
        else:
            self._hosted = revival.hosted
            self._unheard = self.latency + round(SETTLE_S * self._setup.sample_rate)
            self._conduct.notes.set(self._step, "")


class Revival:
    """A plugin being started again on a thread of its own, while the sound goes on without it."""

    def __init__(self, setup: Setup) -> None:
        self.hosted: Hosted | None = None
        self.broken: Broken | None = None
        self._setup = setup
        self._thread = threading.Thread(target=self._work, name="variophone-plugin-revival", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether it has come back, or failed to."""
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self.hosted = Hosted(self._setup)
        except Broken as broken:
            self.broken = broken
