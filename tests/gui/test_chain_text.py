"""The chain as text: text and cards follow each other, errors stand at their line, bursts are one edit each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine import preset
from engine.chain import Chain
from gui.chain import text_view

from .chain_panels import LIVE, OTHER, first_number, make_window, step


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(text_view, "PAUSE_MS", 60)
    monkeypatch.setattr(text_view, "FOLLOW_MS", 20)
    return make_window(qtbot, tmp_path)


def put_at_end_of(panel, line: str, typed: str) -> None:
    """Set the cursor behind the first line that ends so, and type."""
    edit = panel.text.edit
    text = edit.toPlainText()
    cursor = edit.textCursor()
    cursor.setPosition(text.index(line) + len(line))
    edit.setTextCursor(cursor)
    edit.setFocus()
    QTest.keyClicks(edit, typed)


def test_what_is_typed_becomes_the_chain_after_a_pause_as_one_edit(window, qtbot):
    panel = window(Chain(name="Mine", steps=(step(LIVE),)))
    panel.toggle_text()
    assert panel.text.edit.toPlainText() == preset.dumps(panel.store.project.chain)
    put_at_end_of(panel, "name: Mine", "  # rarely")
    put_at_end_of(panel, f"transform: {LIVE}", ", p: 0.25")
    assert panel.store.undo_label is None
    qtbot.waitUntil(lambda: panel.store.project.chain.steps[0].p == 0.25)
    assert panel.cards.all()[0].p.text() == "p 0.25"
    assert "# rarely" in panel.text.edit.toPlainText()
    panel.store.undo()
    assert panel.store.undo_label is None
    qtbot.waitUntil(lambda: "p: 0.25" not in panel.text.edit.toPlainText())
    panel.store.redo()
    qtbot.waitUntil(lambda: "# rarely" in panel.text.edit.toPlainText())


def test_a_comment_alone_is_kept_and_is_no_edit(window, qtbot):
    panel = window(Chain(steps=(step(LIVE),)))
    panel.toggle_text()
    put_at_end_of(panel, "variophone: 1", "  # by me")
    qtbot.waitUntil(lambda: not panel.text.edit.pending)
    assert panel.store.undo_label is None
    assert "# by me" in panel.text.edit.toPlainText()


def test_an_edit_of_a_card_is_written_into_the_text(window, qtbot):
    panel = window(Chain(steps=(step(LIVE),)), width=900)
    panel.toggle_text()
    assert panel.cards.isVisible()
    assert panel.text.isVisible()
    panel.editor.add(OTHER)
    qtbot.waitUntil(lambda: f"transform: {OTHER}" in panel.text.edit.toPlainText())
    assert not panel.text.edit.pending


def test_what_is_wrong_is_marked_at_its_line_and_changes_nothing(window, qtbot):
    panel = window(Chain(steps=(step(LIVE), step(OTHER))))
    chain = panel.store.project.chain
    panel.toggle_text()
    name = first_number(chain.steps[1])
    put_at_end_of(panel, f"transform: {OTHER}", f", {name}: loud")
    qtbot.waitUntil(lambda: panel.text.edit.marked_line is not None)
    lines = panel.text.edit.toPlainText().splitlines()
    assert f"{name}: loud" in lines[panel.text.edit.marked_line - 1]
    assert f"line {panel.text.edit.marked_line}:" in panel.text.error.text()
    assert panel.store.project.chain is chain
    for _ in "loud":
        QTest.keyClick(panel.text.edit, Qt.Key.Key_Backspace)
    default = chain.steps[1].kind.params()[name].default
    QTest.keyClicks(panel.text.edit, f"{default:g}")
    qtbot.waitUntil(lambda: panel.text.edit.marked_line is None)
    assert panel.text.error.text() == ""
    assert panel.store.project.chain.steps[1].setting(name) == default


def test_unapplied_typing_is_taken_back_in_the_text_and_applied_typing_by_the_window(window):
    panel = window(Chain(steps=(step(LIVE),)))
    panel.toggle_text()
    before = panel.text.edit.toPlainText()
    put_at_end_of(panel, "steps:", "x")
    QTest.keyClick(panel.text.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.text.edit.toPlainText() == before


def test_escape_puts_the_text_away_and_applies_what_is_valid(window):
    panel = window(Chain(name="Mine", steps=()))
    panel.toggle_text()
    assert panel.cards.isHidden()
    put_at_end_of(panel, "name: Mine", "r")
    QTest.keyClick(panel.text.edit, Qt.Key.Key_Escape)
    assert panel.text.isHidden()
    assert panel.cards.isVisible()
    assert panel.store.project.chain.name == "Miner"


def test_what_is_not_valid_yet_is_kept_when_the_chain_changes_and_takes_its_place_once_it_is(window, qtbot):
    panel = window(Chain(name="Mine", steps=(step(LIVE),)), width=900)
    panel.toggle_text()
    put_at_end_of(panel, "name: Mine", "")
    QTest.keyClick(panel.text.edit, Qt.Key.Key_Return)
    QTest.keyClicks(panel.text.edit, "x: 1")
    qtbot.waitUntil(lambda: panel.text.edit.marked_line == 3)
    panel.editor.add(OTHER)
    assert panel.text.behind.isVisible()
    QTest.qWait(4 * text_view.FOLLOW_MS)
    typed = panel.text.edit.toPlainText()
    assert "x: 1" in typed
    assert OTHER not in typed
    panel.store.undo()
    assert panel.text.behind.isHidden()
    panel.store.redo()
    for _ in "x: 1":
        QTest.keyClick(panel.text.edit, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: not panel.text.edit.pending)
    assert [found.transform for found in panel.store.project.chain.steps] == [LIVE]
    assert panel.text.behind.isHidden()
    panel.store.undo()
    assert [found.transform for found in panel.store.project.chain.steps] == [LIVE, OTHER]


def test_typing_is_given_up_for_the_chain_as_it_is(window, qtbot):
    panel = window(Chain(steps=(step(LIVE),)), width=900)
    panel.toggle_text()
    put_at_end_of(panel, "steps:", "x")
    panel.editor.add(OTHER)
    panel.text.give_up.click()
    assert panel.text.edit.toPlainText() == preset.dumps(panel.store.project.chain)
    assert panel.text.edit.marked_line is None
    assert panel.text.behind.isHidden()
    put_at_end_of(panel, "steps:", "x")
    panel.editor.add(OTHER)
    QTest.keyClick(panel.text.edit, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: panel.text.edit.toPlainText() == preset.dumps(panel.store.project.chain))


def test_typing_is_applied_when_the_focus_goes_to_the_cards(window):
    panel = window(Chain(name="Mine", steps=(step(LIVE),)), width=900)
    panel.toggle_text()
    put_at_end_of(panel, "name: Mine", "r")
    panel.cards.all()[0].setFocus()
    assert panel.store.project.chain.name == "Miner"
