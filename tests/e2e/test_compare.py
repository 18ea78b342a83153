"""Comparing as a user does it: chain B made and changed, heard while it plays, and told from A without looking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.chain import Chain, Step
from engine.files.encode import Encoding, encode
from engine.playback.messages import Snapshot
from engine.playback.player import Player
from engine.track import TrackReader
from gui.app import Application
from gui.rows.number_row import NumberRow
from tests.engine.test_listening import Tosses
from tests.support.playing import RATE, FakeOutputs, noise
from tests.support.window import PATIENCE_MS, complete, drop, running

BLOCK = RATE // 100


class Ears:
    """A device that takes a block each time it is asked, and keeps the last one."""

    def __init__(self) -> None:
        self.outputs = FakeOutputs(rates=(RATE,))
        self._last = np.zeros(BLOCK, np.float32)

    def listen(self) -> None:
        """Take the next block."""
        if self.outputs.sinks:
            self._last = self.outputs.sinks[-1].take(BLOCK)[0].copy()

    def wait_for(self, qtbot: QtBot, sound: NDArray[np.float32]) -> None:
        """Wait until what is heard stands in a sound that goes round, to the bit."""
        around = np.concatenate((sound, sound)).tobytes()
        qtbot.waitUntil(lambda: self._last.any() and around.find(self._last.tobytes()) >= 0, timeout=PATIENCE_MS)


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, ears: Ears) -> Iterator[Application]:
    """A recording that plays round and round through a gain, at full volume."""
    (tmp_path / "words").mkdir()
    encode(tmp_path / "words" / "noise.wav", noise(3 * RATE), RATE, Encoding("wav", "32f"))
    player = Player(in_thread=True, outputs=ears.outputs)
    with running(qtbot, tmp_path / "own", player) as application:
        clock = QTimer(application)
        clock.timeout.connect(ears.listen)
        clock.start(10)
        application.window.transport.volume.slider.setValue(0)
        drop(application.window, tmp_path / "words")
        qtbot.waitUntil(lambda: application.store.project.source is not None, timeout=PATIENCE_MS)
        chain = Chain(name="gentle", steps=(Step(id="gain", transform="Gain", settings=(("gain_db", -3.0),)),))
        application.session.amend(lambda project: replace(project, chain=chain, preset=""))
        qtbot.waitUntil(lambda: complete(application) is not None, timeout=PATIENCE_MS)
        application.window.transport.toggle_loop()
        yield application
        clock.stop()


def press(application: Application, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key while the pictures have the focus."""
    QTest.keyClick(application.window.views, key, keys)


def take_of(application: Application, letter: str) -> NDArray[np.float32]:
    """The samples of a chain's complete take, first channel."""
    sound = application.audition.sound_of(letter)
    assert sound is not None
    return np.ascontiguousarray(TrackReader(sound.track).samples()[0])


def make_b(qtbot: QtBot, application: Application) -> None:
    """Begin chain B with its key, and turn its gain down with the keys of its slider."""
    press(application, Qt.Key.Key_B)
    assert application.store.project.letter == "B"
    assert "begins as a copy of chain A" in application.window.notice.words
    row = next(row for row in application.window.chain.findChildren(NumberRow) if row.isVisible())
    for _ in range(5):
        QTest.keyClick(row.slider, Qt.Key.Key_Left)
    both = ("A", "B")
    qtbot.waitUntil(lambda: complete(application) is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: all(application.audition.sound_of(one) for one in both), timeout=PATIENCE_MS)


def wait_until_still(qtbot: QtBot, application: Application) -> None:
    """Wait until every picture is drawn and the live strip has gone to rest."""
    grabbed = [application.window.grab().toImage()]

    def is_still() -> bool:
        QTest.qWait(400)
        grabbed.append(application.window.grab().toImage())
        return application.window.views.is_drawn and grabbed[-1] == grabbed[-2]

    qtbot.waitUntil(is_still, timeout=PATIENCE_MS)


def test_what_plays_is_the_take_of_the_chain_that_is_switched_to(qtbot: QtBot, window: Application, ears: Ears) -> None:
    make_b(qtbot, window)
    a, b = take_of(window, "A"), take_of(window, "B")
    assert np.abs(b).max() < np.abs(a).max()
    assert window.window.chain.heading.text() == "CHAIN B"
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.player.snapshot().playing, timeout=PATIENCE_MS)
    ears.wait_for(qtbot, b)
    press(window, Qt.Key.Key_B)
    assert window.audition.view is not None
    assert window.audition.view.complete, "it was made before it was wanted"
    assert window.window.chain.heading.text() == "CHAIN A"
    ears.wait_for(qtbot, a)
    QTest.mouseClick(window.window.transport.heard.segments["B"], Qt.MouseButton.LeftButton)
    ears.wait_for(qtbot, b)
    press(window, Qt.Key.Key_A)
    ears.wait_for(qtbot, noise(3 * RATE)[0])
    QTest.keyClick(window.window.views, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.store.project.letter == "B"


def test_a_blind_test_shows_nothing_of_what_x_is_until_its_end(qtbot: QtBot, window: Application, ears: Ears) -> None:
    make_b(qtbot, window)
    a, b = take_of(window, "A"), take_of(window, "B")
    window.window.compare.chance = Tosses("abbaab")
    press(window, Qt.Key.Key_Space)
    ears.wait_for(qtbot, b)
    QTest.keyClick(window.window.views, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    dialog = window.window.compare.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.set_up.begin.isEnabled, timeout=PATIENCE_MS)
    dialog.set_up.trials.setValue(5)
    told: list[Snapshot] = []
    window.audition.ticked.connect(lambda now: told.append(now))
    QTest.mouseClick(dialog.set_up.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.player.snapshot().playing, timeout=PATIENCE_MS)
    soft = a * np.float32(10 ** (window.audition.loudness.gains(("A", "B"))["A"] / 20))
    assert np.abs(soft).max() == pytest.approx(np.abs(b).max(), rel=0.02)
    window.window.notice.take_back("chains")
    wait_until_still(qtbot, window)
    seen: list[QImage] = []
    for trial, (truth, says) in enumerate(zip("abbaa", "abbab", strict=True)):
        ears.wait_for(qtbot, soft)
        QTest.keyClick(dialog, Qt.Key.Key_3)
        ears.wait_for(qtbot, soft if truth == "a" else b)
        if trial < 2:
            seen.append(window.window.grab().toImage())
            QTest.keyClick(dialog, Qt.Key.Key_2)
            ears.wait_for(qtbot, b)
        assert window.window.transport.heard.segments["B"].isChecked()
        QTest.mouseClick(dialog.trial.answers["a" if says == "a" else "b"], Qt.MouseButton.LeftButton)
    assert seen[0] == seen[1]
    veiled = told[3:-3]
    assert len({(now.position_s, now.take_s, now.heard, now.peak_db, now.load, now.overs) for now in veiled}) == 1
    assert (
        dialog.verdict.verdict.text()
        == "4 of 5: no difference was shown, which does not prove that there is none (p = 0.188)."
    )
    project = window.store.project
    assert project.aside is not None
    for chain, against in ((project.chain, "chain A: gentle"), (project.aside.chain, "chain B: gentle")):
        (outcome,) = chain.tests
        assert (outcome.against, outcome.trials, outcome.correct) == (against, 5, 4)
    assert complete(window) is not None, "a test draws nothing anew"
    dialog.accept()
    ears.wait_for(qtbot, b)
