"""Two chains in one document, and original and takes as loud as each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf
from unittest.mock import patch

import pytest
from pytestqt.qtbot import QtBot

from engine.chain import Chain, Step
from engine.clip import TimeMap
from engine.jobs import Done, Request, Response
from engine.listening import Outcome
from engine.playback.messages import Follow, Listen, Pause, Snapshot
from engine.preset_data import digest
from engine.project import Project
from engine.takes import Ready, View
from engine.track import Scratch, Track
from gui.audition import Audition
from gui.chains import Chains
from gui.compare.sentences import line, verdict
from gui.memory import Memory
from gui.store import Store
from gui.transport.heard import Heard
from tests.gui.test_audition import ORIGINAL, RECIPE, SOURCE, SilentPlayer

A, B = Track("/scratch/a", 8_000, 1), Track("/scratch/b", 8_000, 1)
TURNED = TimeMap.scaled(2.0, 1.0)


class Meter:
    """Workers that measure what they are told that a track has, the newest of each lane alone."""

    def __init__(self) -> None:
        self.levels: dict[Track, float] = {}
        self.asked: dict[str, tuple[Track, Done]] = {}

    def submit(self, lane: str, request: Request, done: Done) -> None:
        """Keep what is asked of a loudness, and answer nothing else."""
        if lane.startswith("loudness"):
            self.asked[lane] = (request.track, done)  # type: ignore[attr-defined]  # a LoudnessRequest

    def answer(self) -> None:
        """Answer all that was asked."""
        asked, self.asked = self.asked, {}
        for track, done in asked.values():
            done(Response(self.levels[track]))


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[tuple[Audition, Heard, Meter, Memory]]:
    """An audition of two chains with the segments on it."""
    scratch, memory, meter = Scratch(), Memory(), Meter()
    store = Store(Project().showing("B").showing("A"))
    audition = Audition(store, meter, SilentPlayer(), scratch, store)  # type: ignore[arg-type]
    heard = Heard(audition, memory)
    qtbot.addWidget(heard)
    yield audition, heard, meter, memory
    memory.save()
    scratch.close()


def follows(audition: Audition) -> list[Follow]:
    """What the player was told to play, so far."""
    return [message for message in audition._player.told if isinstance(message, Follow)]  # type: ignore[attr-defined]


def view(**more: object) -> View:
    """Chain A's take complete, and B's behind it."""
    known = {"take": A, "time_map": TURNED, "complete": True, "spare": Ready(RECIPE, B, TURNED)}
    return View(SOURCE, RECIPE, original=ORIGINAL, duration_s=2.0, **(known | more))  # type: ignore[arg-type]


def gains_of(follow: Follow) -> tuple[float, float]:
    """By how much original and take are turned down."""
    assert follow.take is not None
    return follow.original.gain_db, follow.take.gain_db


def test_what_is_louder_is_turned_down_to_the_softest_and_never_up(
    stage: tuple[Audition, Heard, Meter, Memory],
) -> None:
    audition, heard, meter, memory = stage
    meter.levels = {ORIGINAL: -20.0, A: -14.25, B: -17.0}
    audition._publish(view())
    assert not meter.asked, "nothing is measured that nobody wants to know"
    heard.match.click()
    assert gains_of(follows(audition)[-1]) == (0.0, 0.0)
    meter.answer()
    assert gains_of(follows(audition)[-1]) == (0.0, -5.75)
    heard.show_now()
    assert heard.readout.text() == "A −5.8 dB · B −3.0 dB"
    assert memory.get("transport/match", False) is True
    told = len(follows(audition))
    audition._publish(view())
    assert len(follows(audition)) == told, "what is known is neither measured nor said again"
    heard.match.click()
    assert gains_of(follows(audition)[-1]) == (0.0, 0.0)
    assert heard.readout.text() == "chain A · take 1"


def test_a_bridge_is_as_loud_as_the_last_take_and_silence_as_anything(
    stage: tuple[Audition, Heard, Meter, Memory],
) -> None:
    audition, heard, meter, _ = stage
    meter.levels = {ORIGINAL: -20.0, A: -14.0, B: -inf}
    heard.match.click()
    audition._publish(view())
    meter.answer()
    assert audition.gains == {"original": 0.0, "A": -6.0, "B": 0.0}
    another, step = Track("/scratch/a2", 8_000, 1), Chain(steps=(Step(id="g", transform="Gain"),)).draw(0, "a", 1)
    growing = view(take=another, complete=False, spare=None, prefix=ORIGINAL, live=step.steps)
    audition._publish(growing)
    last = follows(audition)[-1]
    assert last.bridge is not None
    assert (last.bridge.sound.gain_db, gains_of(last)) == (-6.0, (0.0, -6.0))
    meter.levels[another] = -26.0
    audition._publish(replace(growing, complete=True))
    meter.answer()
    assert gains_of(follows(audition)[-1]) == (-6.0, 0.0)


def test_what_was_overtaken_before_it_was_measured_is_measured_when_it_comes_again(
    stage: tuple[Audition, Heard, Meter, Memory],
) -> None:
    audition, heard, meter, _ = stage
    another = Track("/scratch/a2", 8_000, 1)
    meter.levels = {ORIGINAL: -20.0, A: -14.0, B: -20.0, another: -10.0}
    heard.match.click()
    for track in (A, another, A):
        audition._publish(view(take=track))
    meter.answer()
    assert audition.gains["A"] == -6.0


def test_what_was_silent_before_a_blind_test_is_silent_after_it(stage: tuple[Audition, Heard, Meter, Memory]) -> None:
    audition, _, _, _ = stage
    audition._publish(view())
    for plays in (False, True):
        player: SilentPlayer = audition._player  # type: ignore[assignment]
        with patch.object(player, "snapshot", return_value=Snapshot(playing=plays)):
            audition.veil()
        audition.unveil()
        assert any(isinstance(message, Pause) for message in player.told) is not plays
        player.told.clear()


def test_segments_and_keys_go_between_three_sounds(stage: tuple[Audition, Heard, Meter, Memory]) -> None:
    audition, heard, _, _ = stage
    audition._publish(view())
    told = audition._player.told  # type: ignore[attr-defined]
    for press, expected in (
        (heard.segments["original"].click, "original"),
        (heard.segments["B"].click, "B"),
        (heard.segments["A"].click, "A"),
        (audition.toggle_chain, "B"),
        (audition.toggle_heard, "original"),
        (audition.toggle_chain, "B"),
        (audition.toggle_chain, "A"),
    ):
        press()
        heard.show_now()
        assert audition.heard == expected
        assert [what for what, button in heard.segments.items() if button.isChecked()] == [expected]
    assert [message.to for message in told if isinstance(message, Listen)] == ["original", "take", "original", "take"]


def gain(db: float) -> Chain:
    """A chain that can be told by its gain."""
    return Chain(steps=(Step(id="gain", transform="Gain", settings=(("gain_db", db),)),))


def test_undo_shows_the_chain_in_which_it_takes_something_back(qtbot: QtBot) -> None:
    store = Store(Project(chain=gain(0.0), preset="natural"))
    chains, said = Chains(store), []
    chains.said.connect(lambda words: said.append(words))
    chains.show("B")
    assert store.undo_label == "Begin chain B"
    assert said == ["Chain B begins as a copy of chain A; what you change now is chain B alone."]
    store.commit("b", replace(store.project, chain=gain(-1.0)))
    chains.show("A")
    store.commit("a", replace(store.project, chain=gain(-2.0)))
    chains.show("B")
    assert len(said) == 1
    assert len(store.labels) == 4, "to look at the other chain is no edit"
    seen = []
    for move in (store.undo, store.undo, store.redo, store.redo, store.undo, store.undo, store.undo):
        move()
        aside = store.project.aside
        seen.append((store.project.letter, store.project.chain, aside and aside.chain))
    first, second, third = gain(0.0), gain(-1.0), gain(-2.0)
    assert seen == [
        ("A", first, second), ("B", first, first), ("B", second, first), ("A", third, second),
        ("A", first, second), ("B", first, first), ("A", first, None),
    ]  # fmt: skip


def test_copies_and_the_swap_take_the_preset_along_and_can_be_undone(qtbot: QtBot) -> None:
    store = Store(Project(chain=gain(-1.0), preset="one"))
    chains = Chains(store)
    chains.copy("B")
    chains.swap()
    assert len(store.labels) == 1, "there is no other chain yet"
    chains.copy("A")
    store.commit("preset", replace(store.project, chain=gain(-2.0), preset="two"))
    chains.swap()
    project = store.project
    assert (project.letter, project.preset, project.chain) == ("A", "one", gain(-1.0))
    assert project.aside is not None
    assert (project.aside.preset, project.aside.chain) == ("two", gain(-2.0))
    chains.copy("B")
    assert (store.project.preset, store.project.chain) == ("two", gain(-2.0))
    store.undo()
    assert store.project == project


def test_a_result_is_said_as_what_it_is() -> None:
    now = digest(gain(0.0))
    heard = Outcome("2026-01-31", "original", 16, 14, now)
    assert verdict(heard) == "14 of 16: you hear a difference (p = 0.002)."
    unheard = Outcome("2026-01-31", "chain B: telephone", 16, 8, now)
    assert verdict(unheard) == (
        "8 of 16: no difference was shown, which does not prove that there is none (p = 0.598)."
    )
    assert line(heard, now) == "2026-01-31 · against the original: 14 of 16, p = 0.002"
    earlier = line(unheard, digest(gain(-1.0)))
    assert earlier == "2026-01-31 · against B: telephone: 8 of 16, p = 0.598 · of an earlier version of this chain"
