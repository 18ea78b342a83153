"""A tone swept through the chain, out of the real window and through a sound card, is found in the live picture."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from pytestqt.qtbot import QtBot

from engine.chain import Chain, new_step
from engine.playback.messages import Volume
from engine.playback.player import Player
from gui.app import Application
from tests.support.sound import SoundCard
from tests.support.sweep import Sweep, offset_hops
from tests.support.window import PATIENCE_MS, complete, running

pytestmark = pytest.mark.xdist_group("sound")
SWEEP = Sweep(48_000, 8.0, 300.0, 12_000.0)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, sound_card: SoundCard) -> Iterator[Application]:
    """The application with the sweep opened and a step in the chain, its take rendered."""
    path = tmp_path / "sweep.wav"
    soundfile.write(path, SWEEP.samples.T, SWEEP.rate, subtype="FLOAT")
    with running(qtbot, tmp_path / "own", Player()) as application:
        qtbot.waitUntil(lambda: complete(application) is not None, timeout=PATIENCE_MS)
        chain = Chain(name="through").with_step(new_step(Chain(), "Delay"))
        application.store.commit("Chain", replace(application.store.project, chain=chain))
        application.window.open_paths((str(path),))
        qtbot.waitUntil(lambda: _shows(application, "sweep.wav"), timeout=PATIENCE_MS)
        application.player.send(Volume(0.0))
        yield application


def _shows(application: Application, name: str) -> bool:
    view = complete(application)
    return view is not None and view.source.source_id == name


def _begun(player: Player) -> float:
    """The frame of the tap's clock at which the sweep began: its place now, from one reading of the status."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        before, shown, clock = player.tap_clock(), player.snapshot(), player.tap_clock()
        if before == clock and shown.playing:
            return clock.frame - shown.position_s * clock.rate
    raise AssertionError("the status could not be read between two of its writings")


def test_a_sweep_through_the_chain_is_found_in_the_live_picture(window: Application, qtbot: QtBot) -> None:
    strip = window.window.live
    strip.set_height(400)
    strip.set_settings("linear", strip._look.colours)
    window.audition.listen("take")
    window.audition.toggle_play()
    qtbot.waitUntil(lambda: window.player.snapshot().position_s > 6.0, timeout=PATIENCE_MS)
    begun = _begun(window.player)
    assert offset_hops(strip, SWEEP, begun) == pytest.approx(0, abs=2)
    assert strip.accessibleDescription().endswith("48 kHz")
    assert window.player.snapshot().heard == "take"
