"""Presets of one's own and of strangers: shipped ones stay, nothing is replaced unasked, files are checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine import preset
from engine.chain import Chain
from engine.jobs import answer
from gui.presets.list import Choice, PresetList

from .chain_panels import LIVE, OTHER, make_window, step
from .test_chain_panel import click, order


@pytest.fixture
def window(qtbot, tmp_path):
    return make_window(qtbot, tmp_path)


def save_as(panel, name: str) -> None:
    panel.presets.ask_name()
    panel.presets.name.setText(name)
    QTest.keyClick(panel.presets.name, Qt.Key.Key_Return)


def drop(widget: QWidget, path: Path) -> bool:
    """Drop a file; whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    where, copy, button = QPoint(50, 50), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(where, copy, data, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, enter)
    if enter.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(where, copy, data, button, Qt.KeyboardModifier.NoModifier))
    return enter.isAccepted()


def test_editing_a_shipped_preset_never_touches_its_file(window):
    panel = window(Chain())
    name = preset.shipped()[0]
    before = preset.find(name).read_bytes()
    panel.presets.choose(name)
    panel.editor.add(LIVE)
    assert panel.presets.button.text() == f"{name} (edited)"
    save_as(panel, name)
    assert "stays as it is" in panel.presets.error.text()
    save_as(panel, "Mine")
    assert panel.presets.button.text() == "Mine"
    assert preset.find(name).read_bytes() == before


def test_another_preset_is_replaced_only_when_that_is_said_twice(window):
    panel = window(Chain(steps=(step(LIVE),)))
    save_as(panel, "First")
    panel.editor.add(OTHER)
    save_as(panel, "Second")
    save_as(panel, "First")
    assert panel.store.project.preset == "Second"
    assert "Replace it?" in panel.presets.error.text()
    assert len(panel.presets.shelf.load("First").steps) == 1
    panel.presets.name.textEdited.emit("First")
    QTest.keyClick(panel.presets.name, Qt.Key.Key_Return)
    assert panel.store.project.preset == "Second"
    click(panel.presets.confirm)
    assert panel.store.project.preset == "First"
    assert len(panel.presets.shelf.load("First").steps) == 2


def test_a_preset_of_ones_own_is_renamed_and_put_into_the_trash(window, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    panel = window(Chain(steps=(step(LIVE),)))
    save_as(panel, "Old")
    panel.presets.ask_new_name()
    panel.presets.name.setText("New")
    click(panel.presets.confirm)
    assert panel.presets.shelf.own() == ["New"]
    assert panel.presets.button.text() == "New"
    words = [action.text() for action in panel.presets.menu().actions()]
    assert any("New" in text and "trash" in text for text in words)
    panel.presets.delete()
    assert panel.presets.shelf.own() == []
    assert list(tmp_path.glob("Trash/files/New.yaml"))
    assert order(panel) == [f"{LIVE}#1"]
    assert panel.presets.button.text() == "No preset"


def test_a_preset_that_is_dropped_on_the_panel_is_opened_or_answered(window, tmp_path):
    panel = window(Chain())
    good, bad, sound = tmp_path / "good.yaml", tmp_path / "bad.yml", tmp_path / "sound.wav"
    good.write_text(preset.dumps(Chain(name="Theirs", steps=(step(LIVE),))))
    bad.write_text("variophone: 1\nsteps: [{transform: Nothing}]\n")
    sound.write_bytes(b"")
    assert not drop(panel, sound)
    assert drop(panel, bad)
    assert "bad.yml, line 2" in panel.presets.error.text()
    assert order(panel) == []
    assert drop(panel, good)
    assert panel.presets.error.text() == ""
    assert order(panel) == [f"{LIVE}#1"]
    assert panel.presets.button.text() == "good.yaml"
    panel.store.undo()
    assert order(panel) == []


def test_the_chain_is_written_to_a_file_of_choice_and_read_back(window, tmp_path):
    panel = window(Chain(name="Mine", steps=(step(LIVE),)))
    panel.presets.ask_for_target = lambda parent, name: str(tmp_path / f"{name}.yaml")
    panel.presets.ask_for_file = lambda parent: str(tmp_path / "Mine.yaml")
    panel.presets.ask_target()
    before = panel.store.project.chain
    panel.editor.remove(order(panel)[0])
    panel.presets.ask_file()
    assert panel.store.project.chain == before
    panel.presets.ask_for_target = lambda parent, name: str(tmp_path / "presets" / "no folder.yaml" / "x")
    (tmp_path / "presets").write_text("a file where a folder should be")
    panel.presets.ask_target()
    assert "cannot be written" in panel.presets.error.text()


def test_the_list_says_what_each_preset_is_for_and_is_searched_by_it(window):
    panel = window(Chain(), preset="nothing")
    panel.presets.shelf.folder.mkdir(parents=True)
    (panel.presets.shelf.folder / "broken.yaml").write_text("variophone: 1\nsteps: [{transform: Nothing}]\n")
    save_as(panel, "Mine")
    click(panel.presets.button)
    shown = panel.presets.list
    assert set(shown.names()) == {*preset.shipped(), "Mine", "broken"}
    assert shown.list.current.value.name == "Mine"
    assert all(choice.summary for choice in values(shown) if choice.name not in ("Mine", "broken"))
    assert "broken.yaml, line 2" in next(choice.purpose for choice in values(shown) if choice.name == "broken")
    wanted = preset.shipped()[0]
    word = max(preset.load(wanted).description.split(), key=len)
    QTest.keyClicks(shown.search, word)
    assert wanted in shown.names()
    QTest.keyClicks(shown.search, "zzzz")
    assert shown.none.isVisible()
    shown.search.setText(wanted)
    QTest.keyClick(shown.search, Qt.Key.Key_Return)
    assert panel.store.project.preset == wanted
    assert panel.presets.list is None or not panel.presets.list.isVisible()


def test_the_lists_arrows_step_over_its_headings(window):
    panel = window(Chain(), preset="nothing")
    click(panel.presets.button)
    shown, walked = panel.presets.list, []
    while shown.list.row > 1:
        QTest.keyClick(shown.search, Qt.Key.Key_Up)
    for _ in shown.names():
        walked.append(shown.list.current.value.name)
        QTest.keyClick(shown.search, Qt.Key.Key_Down)
    assert walked == shown.names()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert panel.presets.button.text() == "nothing"


def test_purposes_that_come_when_the_list_is_gone_are_kept_for_the_next(window):
    panel = window(Chain(), preset="nothing")
    later = []
    panel.presets._submit = lambda lane, request, done: later.append((request, done))
    click(panel.presets.button)
    assert not any(choice.purpose for choice in values(panel.presets.list))
    panel.presets.list.close()
    QTest.qWait(1)
    for request, done in later:
        done(answer(request))
    click(panel.presets.button)
    assert all(choice.purpose for choice in values(panel.presets.list))


def values(shown: PresetList) -> list[Choice]:
    return [line.value for line in shown.list.lines if isinstance(line.value, Choice)]
