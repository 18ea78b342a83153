"""Locking a step, drawing one step again, bypassing the chain, and moving into and out of groups, by hand."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.chain import Chain, OneOf, SomeOf
from engine.params import Range
from engine.transform import registered
from gui.chain.help_page import HelpPage
from gui.store import Store

from .chain_panels import LIVE, OTHER, THIRD, first_number, make_window, step
from .test_chain_panel import click, order
from .test_forms import drag

WHOLE = Range(*registered()[LIVE].params()[first_number(step(LIVE))].typical)


@pytest.fixture
def window(qtbot, tmp_path):
    return make_window(qtbot, tmp_path)


def ranged(name: str = LIVE, **fields):
    """A step whose first number is drawn from a range."""
    made = step(name, **fields)
    first = first_number(made)
    return made.with_setting(first, Range(*made.kind.params()[first].typical))


def drawn(store: Store, variant: int) -> dict:
    """What the export would write as that variant, by step."""
    project = dataclasses.replace(store.project, variant=variant)
    return {one.id: one for one in project.recipe().steps}


def key(panel, node_id: str, what: Qt.Key, keys=Qt.KeyboardModifier.NoModifier) -> None:
    panel.cards.reveal(node_id)
    QTest.keyClick(panel.cards.card(node_id), what, keys)


def test_a_locked_step_stays_as_it_is_in_every_take_and_unlocking_gives_its_range_back(window):
    panel = window(Chain(steps=(ranged(), ranged(OTHER))))
    one, two = order(panel)
    first = panel.store.project.recipe().steps[0]
    click(panel.cards.card(one).lock)
    assert panel.cards.card(one).lock.isChecked()
    assert all(drawn(panel.store, variant)[one] == first for variant in range(1, 20))
    assert len({drawn(panel.store, variant)[two] for variant in range(1, 20)}) == 19
    assert panel.store.project.chain.steps[0].settings == ranged().settings
    key(panel, one, Qt.Key.Key_K)
    assert not panel.cards.card(one).lock.isChecked()
    assert panel.store.project.chain == Chain(steps=(ranged(), ranged(OTHER)))
    panel.store.undo()
    assert panel.cards.card(one).lock.isChecked()


def test_a_step_that_this_draw_left_out_can_be_locked_into_every_take(window):
    panel = window(Chain(steps=(ranged(p=0.0), ranged(OTHER))))
    one = order(panel)[0]
    assert one not in drawn(panel.store, 1)
    key(panel, one, Qt.Key.Key_K)
    assert {drawn(panel.store, variant)[one] for variant in range(1, 9)} == {drawn(panel.store, 1)[one]}


def test_only_the_chosen_step_is_drawn_again_and_it_is_taken(window):
    panel = window(Chain(steps=(ranged(p=0.2), ranged(OTHER))))
    one, two = order(panel)
    seen = set()
    before = drawn(panel.store, 1)[two]
    for _ in range(5):
        key(panel, one, Qt.Key.Key_D)
        seen.add(drawn(panel.store, 1)[one])
        assert drawn(panel.store, 1)[two] == before
    assert len(seen) == 5
    for _ in range(5):
        panel.store.undo()
    assert panel.store.undo_label is None


def test_a_locked_step_is_not_drawn_again_and_says_so(window):
    panel = window(Chain(steps=(ranged(),)))
    one = order(panel)[0]
    key(panel, one, Qt.Key.Key_K)
    chain = panel.store.project.chain
    key(panel, one, Qt.Key.Key_D)
    assert panel.store.project.chain is chain
    assert "unlock it" in panel.cards.card(one).error.text()


def test_a_plain_value_of_a_locked_step_is_still_heard_when_it_is_turned(window):
    panel = window(Chain(steps=(ranged(),)))
    one = order(panel)[0]
    key(panel, one, Qt.Key.Key_K)
    row = panel.cards.card(one).form.rows[first_number(ranged())]
    click(row.toggle)
    drag(row.slider, 0.3, 0.8)
    assert dict(drawn(panel.store, 4)[one].values)[row.number.name] == row.setting


def test_a_bypassed_chain_is_the_original_in_window_and_export_and_says_so(window):
    chain = Chain(steps=(step(LIVE), step(OTHER, enabled=False)), finally_=(step(THIRD),))
    panel = window(chain, preset="nothing")
    click(panel.power)
    assert panel.store.project.recipe().steps == ()
    assert panel.bypassed.isVisible()
    assert panel.cards.all()[0].tag.text() == "bypassed"
    assert "edited" not in panel.presets.button.text()
    panel.toggle_bypass()
    assert panel.store.project.chain == chain
    assert not panel.bypassed.isVisible()
    panel.store.undo()
    assert not panel.power.isChecked()


def test_a_step_goes_into_the_group_beside_it_and_out_again_by_keys(window):
    alt = Qt.KeyboardModifier.AltModifier
    panel = window(Chain(steps=(step(LIVE), OneOf(id="g", members=(step(OTHER),)), step(THIRD))))
    one, group, last = order(panel)
    key(panel, last, Qt.Key.Key_Right, alt)
    key(panel, one, Qt.Key.Key_Right, alt)
    assert [node.id for node in panel.store.project.chain.find(group).members] == [one, f"{OTHER}#1", last]
    key(panel, one, Qt.Key.Key_Left, alt)
    assert order(panel) == [group, one]
    words = [action.text().partition("\t")[0] for action in panel.cards.card(last).menu().actions()]
    assert "Move out of the group" in words
    assert "Move into the group" not in words


def test_an_empty_group_is_open_and_says_what_it_is_for(window):
    panel = window(Chain(steps=(SomeOf(id="g", members=()),)))
    card = panel.cards.card("g")
    assert card.is_open
    assert card.empty.isVisible()
    panel.editor.add(LIVE, container="g")
    assert not card.empty.isVisible()


def test_the_menu_s_commands_mean_the_chosen_card_and_nothing_where_there_is_none(window):
    panel = window(Chain(steps=(ranged(),)))
    commands = {command.id: command for command in panel.commands()}
    of_card = [command for command in commands.values() if command.possible is not None]
    panel.cards.select("")
    for command in of_card:
        assert not command.possible()
        command.run()
    assert panel.store.undo_label is None
    panel.cards.select(order(panel)[0])
    assert all(command.possible() for command in of_card)
    commands["lock_step"].run()
    assert commands["lock_step"].checked()
    commands["mute_step"].run()
    assert commands["mute_step"].checked()
    taken = [keys for command in commands.values() for keys in command.keys]
    assert len(taken) == len(set(taken))


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("name", registered())
def test_help_says_all_that_is_declared_and_shows_a_picture(window, qtbot, name, monkeypatch):
    """One picture is rendered; what is in it is the engine's to test."""
    kind = registered()[name]
    panel = window(Chain(steps=(step(name),)))
    pictured = name == LIVE
    asked = []
    if not pictured:
        panel._submit = lambda lane, request, done: asked.append(request)
    key(panel, order(panel)[0], Qt.Key.Key_F1)
    page = next(found for found in panel.window().findChildren(HelpPage))
    words = page.words()
    for text in (name, kind.summary(), kind.reference, *(param.help for param in kind.params().values())):
        assert text in words
    assert all(other in words for other in kind.also_called)
    assert "`" not in words
    if pictured:
        assert page.picture.effect is not None
    assert (page.picture is None) is (kind.bank_param() is not None)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
