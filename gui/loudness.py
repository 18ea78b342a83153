"""How loud the original and the complete takes are, measured by workers, and by how much each is turned down."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal

from engine.analysis.loudness import LoudnessRequest
from engine.jobs import Response, Submit
from engine.track import Track

KEPT = 200
"""So many measured tracks are remembered; one is a number."""


class Loudness(QObject):
    """Measures while somebody wants it; `changed` says that a track is known that was not.

    A sound that is not complete counts as loud as it was when it last was.
    """

    changed = Signal()

    def __init__(self, submit: Submit) -> None:
        super().__init__()
        self._submit = submit
        self._wanted: set[str] = set()
        self._recording: Hashable = None
        self._now: dict[str, Track] = {}
        self._last: dict[str, float] = {}
        self._levels: dict[Track, float] = {}
        self._asked: dict[str, Track] = {}

    def want(self, who: str, on: bool) -> None:
        """Measure for somebody, or no longer."""
        (self._wanted.add if on else self._wanted.discard)(who)
        self._measure()

    def look(self, recording: Hashable, sounds: Mapping[str, Track]) -> None:
        """Take in which sounds of a recording are complete, by name."""
        if recording != self._recording:
            self._recording = recording
            self._last.clear()
        self._now = dict(sounds)
        self._measure()

    def is_known(self, name: str) -> bool:
        """Whether a sound that is complete was measured as it is now."""
        return self._now.get(name) in self._levels

    def gains(self, names: Collection[str]) -> dict[str, float]:
        """By how many decibels each is to be played more softly, so that all are as loud as the softest; 0 or below.

        Silence is as loud as anything, and what is not known is left as it is.
        """
        levels = {name: self._last[name] for name in names if math.isfinite(self._last.get(name, -math.inf))}
        softest = min(levels.values(), default=0.0)
        return {name: softest - levels[name] if name in levels else 0.0 for name in names}

    def _measure(self) -> None:
        for name, track in self._now.items():
            if track in self._levels:
                self._last[name] = self._levels[track]
            elif self._wanted and self._asked.get(name) != track:
                self._asked[name] = track  # and what was asked before in the lane is never answered
                self._submit(f"loudness {name}", LoudnessRequest(track), partial(self._measured, name, track))

    def _measured(self, name: str, track: Track, response: Response) -> None:
        del self._asked[name]
        if response.error is None:
            self._levels[track] = response.value
            for old in list(self._levels)[:-KEPT]:
                del self._levels[old]
            self._measure()
            self.changed.emit()
