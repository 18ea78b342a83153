"""The microphone's panel through its own controls, with devices under the test's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.chain import Chain, Step
from engine.playback.microphone import service
from engine.playback.player import Player
from gui.app import Application
from gui.chain.shown import SKIPPED
from tests.support.microphones import BLOCK, FakeLink, FakeLinks
from tests.support.playing import RATE, FakeOutputs, noise
from tests.support.window import PATIENCE_MS, running

SILENCE = np.zeros((2, BLOCK), np.float32)


class Studio:
    """The window, and the devices that it works with."""

    def __init__(self, qtbot: QtBot, application: Application, outputs: FakeOutputs, links: FakeLinks) -> None:
        self.window = application.window
        self.store = application.store
        self.panel = application.window.microphone
        self.comes_in = SILENCE
        self.kicks: int | None = None
        """If it is a number, what comes in is heard only while something leaves, after so many blocks."""
        self._qtbot, self._outputs, self._links = qtbot, outputs, links

    def until(self, done: Callable[[], object]) -> None:
        """Let devices and window work until it has come to that."""

        def look() -> bool:
            for sink in self._outputs.sinks[-1:]:
                sink.take(BLOCK)
            for link in self._links.made[-1:]:
                for start in range(0, self.comes_in.shape[1], BLOCK):
                    self._pass_on(link, self.comes_in[:, start : start + BLOCK])
            return bool(done())

        self._qtbot.waitUntil(look, timeout=PATIENCE_MS)

    def _pass_on(self, link: FakeLink, comes_in: NDArray[np.float32]) -> None:
        leaves = link.take(BLOCK).any()
        if self.kicks is not None:
            comes_in = comes_in if leaves or self.kicks > 0 else SILENCE
            self.kicks -= 1
        link.give(comes_in)

    def click(self, widget: QWidget) -> None:
        """Click it."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def tag(self, step: str) -> str:
        """What a card says beside its name."""
        (card,) = (card for card in self.window.chain.cards.all() if card.node.id == step)
        return card._state


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    outputs, links = FakeOutputs(), FakeLinks()
    monkeypatch.setattr(service, "PortAudioLinks", lambda: links)
    monkeypatch.setattr(service, "STALL_S", 60.0)  # these devices work when the window lets them
    monkeypatch.setattr(service, "FIRST_CALL_S", 60.0)
    with running(qtbot, tmp_path / "own", Player(in_thread=True, outputs=outputs)) as application:
        application.preferences.set("recordings_folder", str(tmp_path / "recordings"))
        made = Studio(qtbot, application, outputs, links)
        made.until(lambda: application.store.project.source)
        steps = (Step(id="cut", transform="HighPass"), Step(id="level", transform="PeakNormalize"))
        application.store.commit("a chain", replace(application.store.project, chain=Chain(steps=steps)))
        yield made


def test_a_microphone_from_the_first_click_to_the_library(studio: Studio, tmp_path: Path) -> None:
    panel, window = studio.panel, studio.window
    assert panel.isHidden()
    studio.click(window.transport.microphone)
    studio.until(lambda: panel.feed.state.skipped)
    assert panel.status.text() == (
        "Muted. Put on headphones before you unmute: speakers that reach their microphone howl."
    )
    studio.until(lambda: studio.tag("level") == SKIPPED and studio.tag("cut") == "live")
    assert "PeakNormalize measures the whole recording first" in panel.skipped.text()
    assert panel.mute.text() == "Unmute"
    _draws_too(studio)
    studio.click(panel.mute)
    studio.until(lambda: panel.mute.text() == "Mute")
    assert panel.status.text().startswith("Live through speakers, 48 kHz.")
    studio.click(panel.record)
    studio.until(lambda: panel.record.text() == "Stop")
    studio.comes_in = noise(BLOCK)
    studio.until(lambda: panel.feed.state.recording.seconds > 0.2 and panel.time.text())
    _plays_nothing_else(studio)
    studio.click(panel.record)
    studio.until(lambda: Path(studio.store.project.selected or "").parent == tmp_path / "recordings")
    source = studio.store.project.source
    assert source is not None
    samples, rate = soundfile.read(source.path, dtype="float32")
    assert rate == RATE
    assert np.array_equal(samples[-BLOCK:].T, studio.comes_in)
    assert window.notice.words.startswith("Recorded ")
    _howls(studio)


def _draws_too(studio: Studio) -> None:
    """A new draw is one for the microphone as well."""
    feed = studio.panel.feed
    before = feed.recipe
    studio.window.actions_by_id["new_draw"].trigger()
    assert feed.recipe is not None
    assert before is not None
    assert (feed.recipe.source, feed.recipe.variant) == ("microphone", before.variant + 1)


def _plays_nothing_else(studio: Studio) -> None:
    """To play would break the recording off, and a blind test would be one of silence."""
    studio.click(studio.window.transport._play)
    silent = "Nothing is played while the microphone is being recorded; end the recording first."
    assert studio.window.notice.words == silent
    studio.window.compare.open()
    dialog = studio.window.compare.dialog
    assert dialog is not None
    assert not dialog.set_up.begin.isEnabled()
    assert dialog.set_up.state.text() == silent
    dialog.reject()


def _howls(studio: Studio) -> None:
    """What howls is muted, and said; the panel closes it."""
    panel = studio.panel
    tone = np.sin(2 * np.pi * 750 * np.arange(64 * BLOCK) / RATE).astype(np.float32)  # whole periods
    studio.comes_in, studio.kicks = np.repeat(tone[None], 2, axis=0), 64
    studio.window.transport.volume.slider.setValue(0)
    studio.until(lambda: panel.feed.state.howled)
    studio.until(lambda: panel.status.text().startswith("Muted: it howled"))
    assert panel.mute.text() == "Unmute"
    studio.click(panel.close_button)
    studio.until(lambda: not panel.feed.state.device)
    assert panel.isHidden()
    assert not studio.window.transport.microphone.isChecked()
