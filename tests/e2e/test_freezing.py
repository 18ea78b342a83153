"""A step that is too dear to run live, in the real window: it is named, frozen by a click, and heard rendered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.chain import Chain, Step
from engine.files.encode import Encoding, encode
from engine.jobs import Workers
from engine.playback.player import Player
from gui import app as gui_app
from gui.app import Application
from gui.chain.cost_badge import CostBadge
from tests.support.playing import RATE, FakeOutputs, noise
from tests.support.slow import NAME, slow_step
from tests.support.threads import ThreadPoolOfRequests
from tests.support.window import PATIENCE_MS, complete, running

SLOW, LOUD = "slow", "loud"


@dataclass
class Stage:
    """The window, a device that takes what it would take while the window works, and what lets renders go."""

    application: Application
    outputs: FakeOutputs
    let_go: threading.Event
    qtbot: QtBot

    def until(self, so: Callable[[], object]) -> None:
        """Let the window and the device work until something is so."""

        def asked() -> bool:
            if self.outputs.sinks:
                self.outputs.sinks[-1].take(480)
            return bool(so())

        self.qtbot.waitUntil(asked, timeout=PATIENCE_MS)

    def badge(self, step: str) -> CostBadge:
        card = self.application.window.chain.cards.card(step)
        assert card is not None
        assert isinstance(card.tag, CostBadge)
        return card.tag

    def set_loud(self, gain_db: float) -> None:
        """The chain of a slow step and a loud one."""
        loud = Step(id=LOUD, transform="Gain", settings=(("gain_db", gain_db),))
        chain = Chain(steps=(Step(id=SLOW, transform=NAME), loud))
        self.application.store.commit("Chain", replace(self.application.store.project, chain=chain))


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Workers are threads here, since other processes know nothing of the step."""
    monkeypatch.setattr(gui_app, "Workers", lambda: Workers(ThreadPoolOfRequests()))
    encode(tmp_path / "noise.wav", noise(20 * RATE), RATE, Encoding("wav", "32f"))
    outputs = FakeOutputs()
    player = Player(in_thread=True, outputs=outputs)
    with slow_step(1.3) as let_go, running(qtbot, tmp_path / "own", player) as application:
        made = Stage(application, outputs, let_go, qtbot)
        made.until(lambda: complete(application))
        application.window.open_paths((str(tmp_path / "noise.wav"),))
        made.until(lambda: (view := complete(application)) is not None and view.source.source_id == "noise.wav")
        yield made
        let_go.set()


def test_the_dear_step_is_named_frozen_by_a_click_and_no_longer_live(stage: Stage) -> None:
    application, notice, store = stage.application, stage.application.window.notice, stage.application.store
    stage.set_loud(-6.0)
    application.audition.toggle_play()
    stage.until(lambda: stage.badge(SLOW).text().startswith("live 1"))
    assert stage.badge(SLOW).badge.colour == "clip"
    assert stage.badge(LOUD).badge.colour == "faint"
    stage.until(lambda: f"of which {NAME} takes" in notice.words)
    assert application.player.snapshot().load > 0.8
    button = next(button for button in notice.findChildren(QPushButton) if button.text() == f"Freeze {NAME}")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert store.project.frozen == {SLOW}
    assert stage.badge(SLOW).text().startswith("frozen")
    stage.let_go.set()
    stage.until(lambda: (view := complete(application)) is not None and [step.id for step in view.live][:1] == [LOUD])
    stage.until(lambda: application.player.snapshot().load < 0.6)
    stage.let_go.clear()
    costs = []
    for gain_db in (-12.0, -18.0):
        stage.set_loud(gain_db)
        stage.until(lambda: costs.append(application.player.snapshot().costs) or complete(application))
    assert SLOW not in {cost.step_id for found in costs for cost in found}
    assert notice.words == ""
    while store.project.frozen:
        store.undo()
    stage.let_go.set()
    stage.until(lambda: not stage.badge(SLOW).text().startswith("frozen"))
