"""What the player is told: the take that is shown and no other, and wishes that came too early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.chain import Chain, Step
from engine.clip import TimeMap
from engine.files.encode import Encoding, encode
from engine.jobs import Workers
from engine.library import ScanRequest
from engine.playback.messages import Follow, Loop, Play, Snapshot, Sound
from engine.project import Project, Source
from engine.takes import View
from engine.track import Scratch, Track
from gui.audition import Audition
from gui.bridge import Bridge
from gui.store import Store
from tests.support.threads import ThreadPoolOfRequests
from tests.support.window import PATIENCE_MS

SOURCE = Source("/recordings/a.wav", "a.wav")
ORIGINAL = Track("/scratch/original", 8_000, 1)
TAKE = Track("/scratch/take", 8_000, 1)
RECIPE = Chain().draw(0, "a.wav", 1)


class SilentPlayer:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def send(self, message: object) -> None:
        """Keep a message."""
        self.told.append(message)

    def start(self) -> None:
        """There is nothing to start."""

    def snapshot(self) -> Snapshot:
        """Nothing plays."""
        return Snapshot()


@pytest.fixture
def audition(qtbot: QtBot) -> Iterator[Audition]:
    """An audition over nothing."""
    store, scratch = Store(), Scratch()
    made = Audition(store, _NoWorkers(), SilentPlayer(), scratch, store)  # type: ignore[arg-type]
    yield made
    scratch.close()


@pytest.fixture
def playing(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Store, Audition]]:
    """An audition that renders a real recording, its first take complete, and a player that plays it."""
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (1, 8_000)).astype(np.float32)
    encode(tmp_path / "a.wav", samples, 8_000, Encoding("wav", "16"))
    source = ScanRequest((str(tmp_path / "a.wav"),)).run()[0]
    store, scratch = Store(Project(chain=Chain(steps=(gain(-3.0),))).with_sources((source,))), Scratch()
    workers = Bridge(Workers(ThreadPoolOfRequests()), store)
    made = Audition(store, workers, SilentPlayer(), scratch, store)  # type: ignore[arg-type]
    try:
        made.start()
        qtbot.waitUntil(lambda: rendered(store, made), timeout=PATIENCE_MS)
        made.toggle_play()
        yield store, made
    finally:
        made.close()
        workers.close()
        scratch.close()


def gain(db: float) -> Step:
    """A step that can be told by its level."""
    return Step(id="gain", transform="Gain", settings=(("gain_db", db),))


def rendered(store: Store, audition: Audition) -> bool:
    """Whether the take that is wanted is there."""
    view = audition.view
    return view is not None and view.complete and view.recipe == store.project.recipe()


def test_neither_an_edit_nor_its_undo_moves_the_playhead_or_stops_the_sound(
    qtbot: QtBot, playing: tuple[Store, Audition]
) -> None:
    """The player is told what there is to hear, in the same place of the same recording, and nothing else."""
    store, audition = playing
    before, original = len(told(audition)), told(audition)[0].original  # type: ignore[attr-defined]  # a Follow
    project = store.project
    edits = [replace(project, chain=Chain(steps=steps)) for steps in ((gain(-9.0),), (reverse(), gain(-9.0)), ())]
    for edit in (*edits, replace(project, variant=7), replace(project, seed=3)):
        store.commit("Edit", edit)
        qtbot.waitUntil(lambda: rendered(store, audition), timeout=PATIENCE_MS)
    for move in (store.undo, store.redo):
        for _ in range(5):
            move()
            qtbot.waitUntil(lambda: rendered(store, audition), timeout=PATIENCE_MS)
    for _ in range(3):  # more quickly than anything can be rendered
        for move in (store.undo, store.undo, store.redo, store.redo):
            move()
    qtbot.waitUntil(lambda: rendered(store, audition), timeout=PATIENCE_MS)
    since = told(audition)[before:]
    assert len(since) > 10
    assert all(isinstance(message, Follow) and message.original == original for message in since)


def reverse() -> Step:
    """A step whose take has a time of its own."""
    return Step(id="turn", transform="Reverse")


class _NoWorkers:
    def submit(self, *_: object) -> None:
        """Nobody works."""


def told(audition: Audition) -> list[object]:
    """What the player was told so far."""
    return audition._player.told  # type: ignore[attr-defined]


def shown(**more: object) -> View:
    """A view of the recording."""
    return View(SOURCE, RECIPE, original=ORIGINAL, duration_s=2.0, **more)  # type: ignore[arg-type]


def test_a_take_that_cannot_be_made_sounds_as_the_original(audition: Audition) -> None:
    """What was drawn before is not heard on under a window that shows that there is no take."""
    turned = TimeMap.scaled(2.0, 1.0)
    audition._publish(shown(take=TAKE, time_map=turned, complete=True))
    assert told(audition)[-1] == Follow(Sound(ORIGINAL, TimeMap.identity(2.0)), Sound(TAKE, turned))
    audition._publish(View(SOURCE, RECIPE, error="the bank background is not bound"))
    same = Sound(ORIGINAL, TimeMap.identity(2.0))
    assert told(audition)[-1] == Follow(same, same)


def test_a_wish_to_play_waits_for_the_first_sound(audition: Audition) -> None:
    """Space before there is anything to play is kept, once."""
    audition.toggle_play()
    audition._publish(shown())
    assert isinstance(told(audition)[-1], Play)
    before = len(told(audition))
    audition._publish(shown(take=TAKE, time_map=TimeMap.identity(2.0)))
    assert not any(isinstance(message, Play) for message in told(audition)[before:])


def test_a_second_space_takes_the_wish_back(audition: Audition) -> None:
    """Who pressed twice does not want to be surprised later."""
    audition.toggle_play()
    audition.toggle_play()
    audition._publish(shown())
    assert not any(isinstance(message, Play) for message in told(audition))


def test_the_same_view_twice_is_told_once(audition: Audition) -> None:
    """A view that only became complete by a number does not restart the player."""
    audition._publish(shown(take=TAKE, time_map=TimeMap.identity(2.0), complete=True))
    count = len(told(audition))
    audition._publish(shown(take=TAKE, time_map=TimeMap.identity(2.0), complete=True))
    assert len(told(audition)) == count


def test_a_loop_goes_round_the_region_or_the_whole_clip(audition: Audition) -> None:
    """Without a region the loop is the clip's length; a region replaces it, and off is off."""
    audition._publish(shown())
    audition.set_looping(True)
    assert told(audition)[-1] == Loop(0.0, 2.0)
    audition.set_loop(0.5, 1.0)
    assert told(audition)[-1] == Loop(0.5, 1.0)
    audition.set_looping(False)
    assert told(audition)[-1] == Loop(None, None)
