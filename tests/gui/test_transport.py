"""The transport as somebody uses it: keys and clicks on the real bar, and what the player is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.clip import TimeMap
from engine.playback.messages import Listen, Pause, PlayOnce, Rescan, Seek, Snapshot, Stop, UseDevice, Volume
from engine.takes import View
from engine.track import Scratch
from gui.actions import install
from gui.audition import Audition
from gui.memory import Memory
from gui.store import Store
from gui.transport import momentary
from gui.transport.bar import TransportBar
from gui.transport.meter import HOLD_TICKS
from gui.widgets.levels import FLOOR_DB, Held
from tests.gui.test_audition import ORIGINAL, RECIPE, SOURCE

NOW = Snapshot(
    playing=True, device="speakers", devices=("speakers", "headphones"), sample_rate=48000, latency_ms=288.0,
    device_ms=96.0, ahead_ms=192.0, load=0.03,
    peak_db=(-6.0, -8.0), rms_db=(-18.0, -20.0), true_peak_db=-5.5, momentary_lufs=-19.4,
    short_term_lufs=-20.1,
)  # fmt: skip


@dataclass
class Stage:
    """The bar in a window with its commands' keys and a field, over a player that keeps what it is told."""

    window: QMainWindow
    bar: TransportBar
    audition: Audition
    field: QLineEdit
    told: list[object] = field(default_factory=list)

    def tick(self, **changed: object) -> None:
        """Show how things stand."""
        self.audition.ticked.emit(replace(NOW, **changed))  # type: ignore[arg-type]  # a snapshot's own fields


class _Player:
    def __init__(self) -> None:
        self.told: list[object] = []
        self.stands = Snapshot()

    def send(self, message: object) -> None:
        self.told.append(message)

    def snapshot(self) -> Snapshot:
        return self.stands


class _NoWorkers:
    def submit(self, *_: object) -> None:
        """Nobody works."""


@pytest.fixture
def memory() -> Iterator[Memory]:
    made = Memory()
    yield made
    made.save()


@pytest.fixture
def stage(qtbot: QtBot, memory: Memory) -> Iterator[Stage]:
    store, scratch, player = Store(), Scratch(), _Player()
    audition = Audition(store, _NoWorkers(), player, scratch, store)  # type: ignore[arg-type]
    window = QMainWindow()
    bar, line = TransportBar(audition, memory), QLineEdit()
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.addWidget(line)
    column.addWidget(bar)
    window.setCentralWidget(middle)
    made = Stage(window, bar, audition, line, player.told)
    qtbot.addWidget(window)
    install(window, bar.commands())
    window.resize(1280, 120)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    view = View(SOURCE, RECIPE, original=ORIGINAL, take=ORIGINAL, time_map=TimeMap.identity(2.0), duration_s=2.0)
    audition._publish(view)
    bar.set_length(2.0)
    bar._play.setFocus()
    player.told.clear()
    yield made
    scratch.close()


def key(stage: Stage, kind: QEvent.Type, *, repeat: bool = False, at_ms: int = 0) -> None:
    """The A key goes down or up, as the window system says it."""
    event = QKeyEvent(kind, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", repeat)
    event.setTimestamp(at_ms)
    QApplication.sendEvent(QApplication.focusWidget() or stage.window, event)


def hold_a(qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Press A, keep it down for so long with the repeats that this brings, and let it go."""
    now = [100.0]
    monkeypatch.setattr(momentary, "monotonic", lambda: now[0])
    target = QApplication.focusWidget() or stage.window
    qtbot.keyPress(target, Qt.Key.Key_A)
    while now[0] < 100.0 + seconds - 1e-6:
        now[0] += 0.05
        key(stage, QEvent.Type.ShortcutOverride, repeat=True)
        key(stage, QEvent.Type.KeyRelease, repeat=True)
        qtbot.wait(1)
    qtbot.keyRelease(target, Qt.Key.Key_A)
    qtbot.wait(2 * momentary.REPEAT_MS)


def test_b_held_goes_to_the_other_chain_and_back(qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(momentary, "monotonic", lambda: now[0])
    for seconds, expected in ((0.1, "B"), (0.1, "A"), (0.6, "A")):
        qtbot.keyPress(stage.window, Qt.Key.Key_B)
        assert stage.audition.heard == ("A" if (seconds, expected) == (0.1, "A") else "B")
        now[0] += seconds
        qtbot.keyRelease(stage.window, Qt.Key.Key_B)
        qtbot.wait(2 * momentary.REPEAT_MS)
        assert stage.audition.heard == expected


def test_a_repeat_that_is_not_marked_as_one_changes_nothing(
    qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under X11 a busy machine has Qt report the repeats of a held key as releases and presses of one moment."""
    now = [100.0]
    monkeypatch.setattr(momentary, "monotonic", lambda: now[0])
    qtbot.keyPress(stage.window, Qt.Key.Key_A)
    for repeat in range(1, 4):
        now[0] += 0.5
        key(stage, QEvent.Type.KeyRelease, at_ms=500 * repeat)
        key(stage, QEvent.Type.ShortcutOverride, at_ms=500 * repeat)
        qtbot.wait(2 * momentary.REPEAT_MS)
    assert stage.told == [Listen("original")]
    key(stage, QEvent.Type.KeyRelease, at_ms=2000)
    qtbot.waitUntil(lambda: stage.told == [Listen("original"), Listen("take")])


def test_a_pressed_stays_and_held_goes_back(qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_a(qtbot, stage, monkeypatch, 0.1)
    assert stage.told == [Listen("original")]
    hold_a(qtbot, stage, monkeypatch, 0.1)
    assert stage.told == [Listen("original"), Listen("take")]
    stage.told.clear()
    hold_a(qtbot, stage, monkeypatch, 0.6)
    assert stage.told == [Listen("original"), Listen("take")]
    assert stage.audition.side == "take"
    stage.told.clear()
    stage.bar.heard.segments["original"].setFocus()
    hold_a(qtbot, stage, monkeypatch, 0.6)
    assert stage.told == [Listen("original"), Listen("take")]


def test_a_typed_into_a_field_is_a_letter(qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.field.setFocus()
    hold_a(qtbot, stage, monkeypatch, 0.6)
    assert (stage.told, stage.field.text()) == ([], "a")
    stage.bar._play.setFocus()
    hold_a(qtbot, stage, monkeypatch, 0.1)
    assert stage.told == [Listen("original")]


def test_what_was_held_goes_back_when_the_window_loses_the_keys(qtbot: QtBot, stage: Stage) -> None:
    qtbot.keyPress(stage.window, Qt.Key.Key_A)
    assert stage.audition.side == "original"
    QApplication.sendEvent(stage.window, QEvent(QEvent.Type.WindowDeactivate))
    assert stage.audition.side == "take"
    qtbot.keyRelease(stage.window, Qt.Key.Key_A)
    assert stage.audition.side == "take"


def test_the_keys_of_the_transport(qtbot: QtBot, stage: Stage) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(stage.window, Qt.Key.Key_S)
    assert stage.told == [], "nothing is selected"
    stage.bar.set_selection((0.5, 1.0))
    qtbot.keyClick(stage.window, Qt.Key.Key_S)
    qtbot.keyClick(stage.window, Qt.Key.Key_Space, shift)
    qtbot.keyClick(stage.window, Qt.Key.Key_End)
    qtbot.keyClick(stage.window, Qt.Key.Key_Home)
    qtbot.keyClick(stage.window, Qt.Key.Key_P, shift)
    qtbot.keyClick(stage.window, Qt.Key.Key_Up, control)
    qtbot.keyClick(stage.window, Qt.Key.Key_Down, control)
    qtbot.keyClick(stage.window, Qt.Key.Key_Down, control)
    assert stage.told == [
        PlayOnce(0.5, 1.0), PlayOnce(), Seek(2.0), Seek(0.0), Stop(), Volume(-5.0), Volume(-6.0), Volume(-7.0),
    ]  # fmt: skip
    qtbot.keyClick(stage.window, Qt.Key.Key_L)
    assert stage.audition.looping
    qtbot.keyClick(stage.window, Qt.Key.Key_O, shift)
    assert QApplication.focusWidget() is stage.bar.devices


def test_volume_and_device_are_remembered_and_never_louder(qtbot: QtBot, stage: Stage, memory: Memory) -> None:
    assert stage.bar.volume.slider.value() == -6
    stage.tick()
    stage.bar.volume.slider.setValue(-20)
    picker = stage.bar.devices
    assert [picker.itemText(row) for row in range(picker.count())] == ["(auto)", "speakers", "headphones", "", "Rescan"]
    picker.setCurrentIndex(2)
    picker.activated.emit(2)
    assert stage.told == [Volume(-20.0), UseDevice("headphones")]
    stage.told.clear()
    again = TransportBar(stage.audition, memory)
    qtbot.addWidget(again)
    assert stage.told == [Volume(-20.0), UseDevice("headphones")]
    stage.tick(devices=("speakers",))
    assert again.devices.currentText() == "headphones", "what has just been chosen is not yet open"
    stage.tick(
        devices=("speakers",), error="The sound device headphones is not there; playing through speakers instead."
    )
    assert again.devices.currentText() == "headphones (not connected)"
    assert "headphones (not connected), now speakers; " in again.devices.toolTip()
    stage.tick(error="The sound device headphones is gone; playing through speakers instead.")
    assert again.devices.currentText() == "headphones (not usable)"
    stage.tick(device="headphones")
    assert again.devices.currentText() == "headphones"
    stage.tick()
    again.devices.activated.emit(again.devices.count() - 1)
    assert stage.told[-1] == Rescan()
    assert again.devices.currentText() == "headphones"


@pytest.mark.parametrize("broken", ["loud", 3, None])
def test_a_broken_memory_is_as_good_as_none(qtbot: QtBot, stage: Stage, memory: Memory, broken: object) -> None:
    memory.put("transport/volume_db", 60 if broken == 3 else broken)
    memory.put("transport/device", broken)
    bar = TransportBar(stage.audition, memory)
    qtbot.addWidget(bar)
    assert bar.volume.slider.value() == (0 if broken == 3 else -6)


def test_the_clip_light_stays_lit_until_it_is_clicked(qtbot: QtBot, stage: Stage) -> None:
    light = stage.bar.levels.clip
    stage.tick(overs=7)
    assert not light.lit, "what was too loud before it looked"
    stage.tick(overs=8)
    stage.tick(overs=8)
    assert light.lit
    assert light.accessibleDescription() == "lit"
    qtbot.mouseClick(light, Qt.MouseButton.LeftButton)
    assert not light.lit
    stage.tick(overs=8)
    assert not light.lit
    stage.tick(overs=0)
    stage.tick(overs=1)
    assert light.lit, "another process counts from the start"
    light.setFocus()
    qtbot.keyClick(light, Qt.Key.Key_Return)
    assert not light.lit


def test_the_numbers_say_what_leaves(stage: Stage) -> None:
    levels = stage.bar.levels
    stage.tick()
    assert (levels._loudness.text(), levels._peak.text()) == ("M −19.4  S −20.1 LUFS", "−5.5 dBTP")
    stage.tick(true_peak_db=-30.0, momentary_lufs=-120.0)
    assert (levels._loudness.text(), levels._peak.text()) == ("M –  S −20.1 LUFS", "−5.5 dBTP")
    stage.tick(playing=False, true_peak_db=-30.0)
    stage.tick(true_peak_db=-30.0)
    assert levels._peak.text() == "−30.0 dBTP", "playback was started anew"
    assert "peak −6.0, −8.0 dBFS, RMS −18.0, −20.0 dBFS" in levels.meter.accessibleDescription()
    state = stage.bar.state
    figures = (state.load.text(), state.out.text(), state.ahead.text(), state.underruns.text())
    assert figures == ("load 3 %", "latency 96 ms", "ahead 192 ms", "0 gaps")
    assert state.resampled.text() == ""
    stage.tick(device="cards", sound_rate=44100)
    assert state.resampled.text() == "44.1 → 48 kHz"
    assert state.resampled.toolTip().startswith("44.1 kHz file, resampled to 48 kHz for the device")


def test_nothing_moves_as_figures_change(stage: Stage) -> None:
    def places() -> dict[QWidget, QRect]:
        QApplication.processEvents()
        return {part: part.geometry() for part in stage.bar.findChildren(QWidget)}

    stage.tick(playing=False, load=0.0, device_ms=0.0, ahead_ms=0.0, true_peak_db=-120.0, momentary_lufs=-120.0)
    before = places()
    stage.audition.gains = {"original": -10.3, "B": -12.8}
    stage.tick(
        device="cards", load=1.5, device_ms=288.0, ahead_ms=480.0, underruns=321, sound_rate=44100, position_s=1.887,
        true_peak_db=-38.8, momentary_lufs=-48.8, short_term_lufs=-38.8,
    )  # fmt: skip
    assert stage.bar.heard.readout.text() == "Original −10.3 dB · B −12.8 dB"
    assert places() == before


def test_what_waits_for_a_device_can_be_told_not_to_go_on(qtbot: QtBot, stage: Stage) -> None:
    waiting = replace(NOW, device="", playing=False, waits=True, error="The sound device speakers is gone.")
    stage.audition._player.stands = waiting  # type: ignore[attr-defined]  # the test's own player
    stage.audition.ticked.emit(waiting)
    assert stage.bar._play.toolTip().startswith("Pause")
    qtbot.mouseClick(stage.bar._play, Qt.MouseButton.LeftButton)
    assert stage.told == [Pause()]


def test_without_a_device_there_is_one_button_that_looks_again(qtbot: QtBot, stage: Stage) -> None:
    stage.tick(device="", devices=(), error="No sound device: connect one and choose Rescan.")
    assert stage.bar.state.rescan.isVisible()
    qtbot.mouseClick(stage.bar.state.rescan, Qt.MouseButton.LeftButton)
    assert stage.told == [Rescan()]
    stage.tick()
    assert not stage.bar.state.rescan.isVisible()


def test_a_peak_is_held_and_falls() -> None:
    held = Held(HOLD_TICKS)
    held.feed(-6.0)
    for _ in range(HOLD_TICKS):
        held.feed(-40.0)
    assert held.level_db == -6.0
    held.feed(-40.0)
    assert -8.0 < held.level_db < -6.0
    for _ in range(200):
        held.feed(-120.0)
    assert held.level_db == FLOOR_DB
