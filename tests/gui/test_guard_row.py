"""Where the chain ends in the window: the guard is chosen there, and it says what it did to the take looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.chain import GUARD, GUARDS, Chain
from engine.takes import View
from gui.chain.panel import ChainPanel
from gui.draws.words import draw_words, values_words

from .chain_panels import CUT, LIVE, RECORDING, make_window, step


@pytest.fixture
def panel(qtbot, tmp_path):
    return make_window(qtbot, tmp_path)(Chain(steps=(step(CUT), step(LIVE))))


def seen(panel: ChainPanel, gain_db: float = 0.0, *, complete: bool = True) -> str:
    """What the row says of a take that was turned down by so much."""
    project = panel.store.project
    numbers = ((GUARD, (("gain_db", gain_db),)),)
    panel.show_view(View(RECORDING, project.recipe(), numbers=numbers, complete=complete))
    return panel.guard.remark.text()


def test_the_guard_is_chosen_by_keys_and_taken_back(panel):
    row = panel.guard
    assert row.combo.currentText() == "Turn down"
    row.combo.setFocus()
    QTest.keyClick(row.combo, Qt.Key.Key_Down)
    assert panel.store.project.chain.guard == "limit"
    assert "true peak" in row.combo.toolTip()
    assert panel.store.undo_label == "Set the guard"
    panel.store.undo()
    assert panel.store.project.chain.guard == "scale"
    assert row.combo.currentText() == "Turn down"


def test_each_guard_is_a_command_with_a_tick(panel):
    commands = {command.id: command for command in panel.commands()}
    for mode in GUARDS:
        commands[f"guard_{mode}"].run()
        assert panel.store.project.chain.guard == mode
        assert [name for name in GUARDS if commands[f"guard_{name}"].checked()] == [mode]


def test_it_says_when_it_acted(panel):
    assert seen(panel) == "nothing to do"
    assert seen(panel, -3.21) == "turned down 3.2 dB"
    assert seen(panel, -0.004) == "turned down 0.004 dB"
    panel.editor.set_guard("limit")
    assert seen(panel, -3.21) == "peaks turned down 3.2 dB"
    panel.editor.set_guard("none")
    assert seen(panel) == "peaks are left as they are"
    panel.editor.set_bypassed(True)
    assert seen(panel) == ""
    panel.show_view(None)
    assert panel.guard.remark.text() == ""


def test_it_never_says_of_one_draw_what_it_did_to_another(panel):
    assert seen(panel, -3.21) == "turned down 3.2 dB"
    assert seen(panel, complete=False) == "turned down 3.2 dB"
    panel.store.commit("Draw", replace(panel.store.project, variant=2))
    assert seen(panel, -3.21, complete=False) == ""


def test_it_never_says_of_one_guard_what_another_did(panel):
    """The take that is looked at is still the former guard's until the next one is rendered; or it has none at all."""
    panel.editor.set_guard("none")
    assert seen(panel) == "peaks are left as they are"
    panel.editor.set_guard("scale")
    assert panel.guard.remark.text() == ""
    assert seen(panel, -3.21) == "turned down 3.2 dB"
    panel.editor.remove(f"{CUT}#1")
    panel.editor.remove(f"{LIVE}#1")
    assert seen(panel) == ""


def test_the_guard_is_no_step_among_the_others(panel):
    """It has no card, is not counted or named, and the line between rendered and live knows nothing of it."""
    recipe = panel.store.project.recipe()
    assert recipe.steps[-1].id == GUARD
    assert panel.count.text() == "2 OF 2 DRAWN"
    assert [card.node.id for card in panel.cards.all()] == [f"{CUT}#1", f"{LIVE}#1"]
    assert draw_words(recipe) == f"{CUT} · {LIVE}"
    assert len(values_words(recipe).splitlines()) == 2
    panel.editor.remove(f"{LIVE}#1")
    assert panel.cards.card(f"{CUT}#1").tag.text() == "rendered"
