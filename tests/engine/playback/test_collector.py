"""The audio process collects its garbage by hand, and seldom while something plays."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from engine.playback import collector
from engine.playback.collector import AT_REST_S, PLAYING_S, Collector


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    gc.enable()
    gc.unfreeze()


def test_it_collects_by_hand_from_when_all_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(collector.time, "monotonic", lambda: now)
    ours = Collector()
    ours.turn(warmed=False, playing=False)
    assert gc.isenabled()
    ours.turn(warmed=True, playing=False)
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 1000
    rubbish = weakref.ref(Cycle())
    for later, playing, there in ((PLAYING_S - 1, True, True), (AT_REST_S - 1, False, False)):
        now += later
        ours.turn(warmed=True, playing=playing)
        assert (rubbish() is not None) == there
    rubbish = weakref.ref(Cycle())
    now += PLAYING_S + 1
    ours.turn(warmed=True, playing=True)
    assert rubbish() is None
