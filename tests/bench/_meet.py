"""A worker's request that uses every transform once, so that what they import is there."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.chain import Chain, Step
from engine.params import SettingError
from engine.render import render
from engine.transform import registered

RATE = 48_000


@dataclass(frozen=True)
class MeetAll:
    """Each worker gets one of these: none is done before all have begun, which is seen in a folder."""

    folder: str
    workers: int

    def run(self) -> None:
        """Render a second of noise through each."""
        Path(self.folder, str(os.getpid())).touch()
        while len(os.listdir(self.folder)) < self.workers:
            time.sleep(0.01)
        samples = np.random.default_rng(1).normal(0, 0.1, (2, RATE)).astype(np.float32)
        for name in playable():
            with contextlib.suppress(SettingError, ValueError):
                render(samples, RATE, Chain(steps=(Step(id="met", transform=name),)).draw(1, "noise", 1), events=())


def playable() -> list[str]:
    """All that need no folder of recordings."""
    return sorted(name for name, kind in registered().items() if kind.bank_param() is None)
