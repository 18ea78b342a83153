from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget

from engine import preset
from engine.chain import Chain, OneOf, SomeOf, Step
from engine.params import Options, Range
from engine.project import Project
from engine.transform import registered
from gui.chain import reorder
from gui.chain.catalogue_words import entries, families, matching
from gui.chain.node_list import LiveLine
from gui.chain.panel import ChainPanel
from gui.presets.own import PresetShelf
from gui.theme import font
from gui.widgets.described import SENTENCE_PX, SENTENCE_TOP
from gui.widgets.reading_order import move_focus

from .chain_panels import CUT, LIVE, OTHER, THIRD, first_number, make_window, step
from .test_forms import drag, move


@pytest.fixture
def window(qtbot, tmp_path):
    return make_window(qtbot, tmp_path)


def order(panel: ChainPanel) -> list[str]:
    return [node.id for node in panel.store.project.chain.steps]


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_a_drag_is_heard_at_every_step_and_undone_at_once(window):
    panel = window(Chain(steps=(step(LIVE), step(OTHER))))
    card = panel.cards.card(f"{LIVE}#1")
    name = first_number(card.node)
    seen = []
    panel.store.changed.connect(lambda new, old: seen.append(new.chain.steps[0].setting(name)))
    drag(card.form.rows[name].slider, 0.3, 0.8)
    assert len(set(seen)) >= 2
    assert panel.store.project.chain.steps[0].setting(name) == seen[-1]
    assert panel.cards.card(f"{LIVE}#1") is card
    panel.store.undo()
    assert panel.store.project.chain.steps[0].settings == ()
    assert panel.store.undo_label is None
    panel.store.redo()
    assert card.form.rows[name].setting == seen[-1]


def test_a_drag_touches_no_other_card(window, monkeypatch):
    panel = window(Chain(steps=tuple(step(LIVE, count) for count in range(1, 16))))
    touched = []
    for card in panel.cards.all():
        for row in card.form.rows.values():
            monkeypatch.setattr(row, "show_setting", lambda *_, row=row: touched.append(row))
    first = panel.cards.all()[0].form.rows[first_number(panel.cards.all()[0].node)]
    drag(first.slider, 0.3, 0.8)
    assert set(touched) == {first}


def test_typing_a_range_in_the_panel_reaches_the_chain_and_the_draw(window):
    panel = window(Chain(steps=(step(LIVE),)))
    row = panel.cards.all()[0].form.rows[first_number(panel.cards.all()[0].node)]
    low, high = row.number.typical
    row.entry.setFocus()
    row.entry.setText(f"{low}..{high}")
    QTest.keyClick(row.entry, Qt.Key.Key_Return)
    assert panel.store.project.chain.steps[0].setting(row.number.name) == Range(low, high)
    drawn = dict(panel.store.project.recipe().steps[0].values)[row.number.name]
    assert row.last == drawn
    assert row.drawn.text() == row.number.words(drawn).replace("-", "\N{MINUS SIGN}").replace(" :", ":")


def test_p_is_typed_in_the_header_and_a_bad_one_is_answered_there(window):
    panel = window(Chain(steps=(step(LIVE),)))
    card = panel.cards.all()[0]
    for text, p, said in (("0.25", 0.25, False), ("2", 0.25, True), ("a lot", 0.25, True), ("1", 1.0, False)):
        card.p.setFocus()
        card.p.setText(text)
        QTest.keyClick(card.p, Qt.Key.Key_Return)
        assert panel.store.project.chain.steps[0].p == p
        assert bool(card.error.text()) is said


def test_power_and_the_keys_of_a_card(window):
    panel = window(Chain(steps=(step(LIVE), step(OTHER), step(THIRD))))
    one, two, three = order(panel)
    click(panel.cards.card(two).power)
    assert not panel.store.project.chain.find(two).enabled
    assert panel.cards.card(two).tag.text() == "muted"
    panel.cards.reveal(two)
    QTest.keyClick(panel.cards.card(two), Qt.Key.Key_M)
    assert panel.store.project.chain.find(two).enabled
    QTest.keyClick(panel.cards.card(two), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order(panel) == [two, one, three]
    QTest.keyClick(panel.cards.card(two), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(panel.cards.card(two), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert order(panel) == [one, three, two]
    QTest.keyClick(panel.cards.card(two), Qt.Key.Key_Delete)
    assert order(panel) == [one, three]
    assert panel.cards.selected == three
    while panel.store.undo_label is not None:
        panel.store.undo()
    assert order(panel) == [one, two, three]
    assert [card.node.id for card in panel.cards.all()] == [one, two, three]


def test_a_card_is_dragged_by_its_grip_and_escape_leaves_it(window):
    panel = window(Chain(steps=(step(LIVE), step(OTHER), OneOf(id="OneOf#1", members=(step(THIRD),)))))
    one, two, group = order(panel)

    def pull(to: QPoint) -> QWidget:
        grip = panel.cards.card(one).grip
        QTest.mousePress(grip, Qt.MouseButton.LeftButton)
        for place in (QPoint(30, 30), to):
            move(grip, grip.mapFromGlobal(place) if place is to else place)
        return grip

    below = panel.cards.card(two).mapToGlobal(QPoint(100, panel.cards.card(two).height() - 4))
    QTest.keyClick(pull(below), Qt.Key.Key_Escape)
    assert order(panel) == [one, two, group]
    QTest.mouseRelease(pull(below), Qt.MouseButton.LeftButton)
    assert order(panel) == [two, one, group]
    panel.cards.area.ensureWidgetVisible(panel.cards.card(f"{THIRD}#1"))
    inside = panel.cards.card(f"{THIRD}#1").mapToGlobal(QPoint(100, 4))
    QTest.mouseRelease(pull(inside), Qt.MouseButton.LeftButton)
    assert order(panel) == [two, group]
    assert [node.id for node in panel.store.project.chain.find(group).members] == [one, f"{THIRD}#1"]
    panel.store.undo()
    panel.store.undo()
    assert order(panel) == [one, two, group]


def test_a_card_is_dragged_by_its_name_too_and_a_click_there_folds_it(window):
    panel = window(Chain(steps=(step(LIVE), step(OTHER))))
    one, two = panel.cards.all()
    click(one.name)
    assert not one.is_open
    QTest.mousePress(one.name, Qt.MouseButton.LeftButton)
    for _ in range(2):
        move(one.name, one.name.mapFromGlobal(two.mapToGlobal(QPoint(100, two.height() - 4))))
    QTest.mouseRelease(one.name, Qt.MouseButton.LeftButton)
    assert order(panel) == [f"{OTHER}#1", f"{LIVE}#1"]
    assert not one.is_open


def test_a_handle_stays_under_the_pointer_however_long_its_figures_become(window, qtbot):
    panel = window(Chain(steps=(step(LIVE),)))
    card = panel.cards.all()[0]
    name = first_number(card.node)
    row = card.form.rows[name]
    panel.editor.set_setting(card.node.id, name, Range(row.number.low, row.number.high), 0)
    qtbot.wait(20)
    slider = row.slider
    where, width = slider.mapToGlobal(QPoint(0, 0)), slider.width()
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=slider.handle(0).toPoint())
    for x in (12, 17, 23):
        move(slider, QPoint(x, 8), Qt.KeyboardModifier.ControlModifier if x == 17 else Qt.KeyboardModifier.NoModifier)
        qtbot.wait(20)
        assert (slider.mapToGlobal(QPoint(0, 0)), slider.width()) == (where, width)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(23, 8))
    assert not row.is_held


def test_a_group_opens_for_what_is_put_into_it_and_for_what_rests_on_it(window, qtbot, monkeypatch):
    monkeypatch.setattr(reorder, "OPENS_AFTER_MS", 10)
    group = SomeOf(id="SomeOf#1", members=(step(OTHER, p=0.0),))
    panel = window(Chain(steps=(step(LIVE, p=0.0), group, step(THIRD))))
    card = panel.cards.card("SomeOf#1")
    assert not card.is_open
    grip = panel.cards.card(f"{THIRD}#1").grip
    QTest.mousePress(grip, Qt.MouseButton.LeftButton)
    for _ in range(2):
        move(grip, grip.mapFromGlobal(card.mapToGlobal(QPoint(100, 12))))
    qtbot.waitUntil(lambda: card.is_open)
    QTest.keyClick(grip, Qt.Key.Key_Escape)
    card.fold()
    panel.cards.card(f"{LIVE}#1").move_in()
    assert [node.id for node in panel.store.project.chain.find(group.id).members] == [f"{LIVE}#1", f"{OTHER}#1"]
    assert card.is_open


def test_the_right_button_and_the_menu_key_open_the_cards_menu(window):
    panel = window(Chain(steps=(step(LIVE),)))
    card = panel.cards.all()[0]
    slider = card.form.rows[first_number(card.node)].slider
    for widget, reason, opens in (
        (card.name, QContextMenuEvent.Reason.Mouse, True),
        (slider, QContextMenuEvent.Reason.Mouse, False),
        (slider, QContextMenuEvent.Reason.Keyboard, True),
    ):
        place = QPoint(3, 3)
        QApplication.sendEvent(widget, QContextMenuEvent(reason, place, widget.mapToGlobal(place)))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu) is opens
        if menu is not None:
            menu.close()


def test_what_the_draw_left_out_is_dimmed_and_folded_until_it_is_asked_for(window):
    panel = window(Chain(steps=(step(LIVE, p=0.0), step(OTHER))))
    left, taken = panel.cards.all()
    assert (left.tag.text(), taken.tag.text()) == ("not drawn", "live")
    assert left.left_out
    assert not left.is_open
    assert left.form is None
    click(left.name)
    assert left.form.isVisible()
    panel.store.commit("Next draw", dataclasses.replace(panel.store.project, variant=2))
    assert left.is_open


def test_without_a_recording_nothing_is_called_left_out(window):
    panel = window(Chain(steps=(step(LIVE, p=0.0),)))
    panel.store.commit("Clear", Project(chain=panel.store.project.chain))
    assert panel.cards.all()[0].tag.text() == ""
    assert panel.count.text() == "1 STEP"


def test_the_line_lies_between_rendered_and_live(window):
    panel = window(Chain(steps=(step(LIVE), step(CUT), step(OTHER)), finally_=(step(THIRD),)))

    def line() -> str:
        """The card above the line."""
        shown = [found for found in panel.findChildren(LiveLine) if found.isVisible()]
        if not shown:
            return ""
        assert len(shown) == 1
        column = shown[0].parentWidget().layout()
        return column.itemAt(column.indexOf(shown[0]) - 1).widget().node.id

    assert line() == f"{CUT}#1"
    assert [card.tag.text() for card in panel.cards.all()] == ["rendered", "rendered", "live", "live"]
    panel.editor.move(f"{CUT}#1", 1)
    assert line() == f"{CUT}#1"
    assert [card.tag.text() for card in panel.cards.all()] == ["rendered", "rendered", "rendered", "live"]
    panel.editor.wrap(f"{CUT}#1", "one of")
    assert line() == "OneOf#1"
    panel.editor.set_power("OneOf#1", False)
    assert line() == ""


def test_groups_are_nested_cards_with_weights_and_a_count(window):
    members = (step(LIVE), step(OTHER), step(THIRD))
    panel = window(Chain(steps=(SomeOf(id="SomeOf#1", members=members, least=1, most=2),)))
    group = panel.cards.card("SomeOf#1")
    inside = panel.cards.card(f"{LIVE}#1")
    assert group.isAncestorOf(inside)
    for text, counts in (("2..3", (2, 3)), ("1", (1, 1)), ("9", (1, 1))):
        group.count.setFocus()
        group.count.setText(text)
        QTest.keyClick(group.count, Qt.Key.Key_Return)
        now = panel.store.project.chain.find("SomeOf#1")
        assert (now.least, now.most) == counts
    assert "outside" in group.error.text()
    inside.weight.setFocus()
    inside.weight.setText("3")
    QTest.keyClick(inside.weight, Qt.Key.Key_Return)
    assert panel.store.project.chain.find(inside.node.id).weight == 3
    panel.editor.unwrap("SomeOf#1")
    assert order(panel) == [node.id for node in members]


def test_a_weight_says_what_it_comes_to(window):
    members = (step(LIVE, weight=3.0), step(OTHER), step(THIRD, enabled=False))
    panel = window(Chain(steps=(OneOf(id="OneOf#1", members=members),)))
    assert "75%" in panel.cards.card(f"{LIVE}#1").weight.toolTip()
    assert "0%" in panel.cards.card(f"{THIRD}#1").weight.toolTip()


def test_the_menu_duplicates_groups_resets_and_replaces(window):
    panel = window(Chain(steps=(step(LIVE, p=0.5),)))
    name = first_number(panel.cards.all()[0].node)
    panel.editor.set_setting(f"{LIVE}#1", name, Range(*registered()[LIVE].params()[name].typical), 1)
    words = [action.text().partition("\t")[0] for action in panel.cards.all()[0].menu().actions()]
    assert {"Mute", "Duplicate", "Remove", "Reset to defaults", "Move up", "Move down"} <= set(words)
    panel.cards.all()[0].duplicate()
    assert order(panel) == [f"{LIVE}#1", f"{LIVE}#2"]
    assert panel.cards.selected == f"{LIVE}#2"
    panel.editor.reset(f"{LIVE}#1")
    assert panel.store.project.chain.steps[0].settings == ()
    assert panel.editor.replace(f"{LIVE}#1", OTHER) == f"{OTHER}#1"
    assert panel.store.project.chain.steps[0].p == 0.5
    panel.cards.all()[1].wrap("some of")
    assert [type(node) for node in panel.store.project.chain.steps] == [Step, SomeOf]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_catalogue_adds_behind_the_selected_card(window, qtbot):
    panel = window(Chain(steps=(step(LIVE), step(OTHER))))
    panel.cards.reveal(f"{LIVE}#1")
    click(panel.cards.add)
    catalogue = panel.cards.catalogue
    assert set(registered()) <= set(catalogue.names())
    QTest.keyClicks(catalogue.search, THIRD[:5].lower())
    assert THIRD in catalogue.names()
    catalogue.search.setText(THIRD)
    QTest.keyClick(catalogue.search, Qt.Key.Key_Return)
    assert order(panel) == [f"{LIVE}#1", f"{THIRD}#1", f"{OTHER}#1"]
    assert panel.cards.selected == f"{THIRD}#1"
    assert panel.cards.card(f"{THIRD}#1").hasFocus()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_catalogue_says_when_nothing_is_called_so_and_escape_closes_it(window):
    panel = window(Chain())
    assert panel.cards.empty.isVisible()
    panel.add_transform()
    catalogue = panel.cards.catalogue
    QTest.keyClicks(catalogue.search, "zzzz")
    assert catalogue.names() == []
    assert catalogue.none.isVisible()
    QTest.keyClick(catalogue.search, Qt.Key.Key_Return)
    QTest.keyClick(catalogue, Qt.Key.Key_Escape)
    assert not catalogue.isVisible()
    assert order(panel) == []


@pytest.mark.parametrize("name", registered())
def test_a_transform_is_found_by_its_name_and_by_its_peers_names(name):
    listed = entries()
    assert matching(listed, name)[0].name == name
    for called in registered()[name].also_called:
        found = matching(listed, called)
        exact = [entry for entry in found if letters(called) in (letters(entry.called), letters(entry.name))]
        assert name in [entry.name for entry in exact], called
        assert found[: len(exact)] == exact, called


def letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


@pytest.mark.parametrize("written", [str.upper, lambda called: called.replace("_", " "), lambda called: f" {called} "])
def test_how_a_peers_name_is_written_does_not_matter(written):
    called, names = next(
        (called, name) for name, kind in registered().items() for called in kind.also_called if "_" in called
    )
    assert names in [entry.name for entry in matching(entries(), written(called))]


def test_words_of_the_description_and_of_parameters_find_too_behind_the_names():
    with_long = max(registered().items(), key=lambda one: len(one[1].params()))
    name, kind = with_long
    parameter = max(kind.params(), key=len)
    assert name in [entry.name for entry in matching(entries(), parameter)]
    assert name in [entry.name for entry in matching(entries(), " ".join(kind.summary().split()[:4]))]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_catalogue_guesses_what_a_slip_of_the_finger_meant(window):
    panel = window(Chain())
    panel.add_transform()
    catalogue = panel.cards.catalogue
    slipped = THIRD[:2] + THIRD[3:] + "q"
    QTest.keyClicks(catalogue.search, slipped)
    assert catalogue.names()[0] == THIRD
    QTest.keyClick(catalogue.search, Qt.Key.Key_Return)
    assert order(panel) == [f"{THIRD}#1"]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_catalogue_goes_from_family_to_family(window):
    panel = window(Chain())
    panel.add_transform()
    catalogue = panel.cards.catalogue
    counts = families(entries())
    firsts = [next(entry.name for entry in entries() if entry.category == family) for family in counts]
    assert catalogue.list.current.value.name == firsts[0]
    for name in firsts[1:]:
        QTest.keyClick(catalogue.search, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
        assert catalogue.list.current.value.name == name
        assert catalogue.families.current.value[0] == catalogue.list.current.value.category
    QTest.keyClick(catalogue.search, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert catalogue.list.current.value.name == firsts[-2]
    place = catalogue.families.visualRect(catalogue.families.model().index(1, 0)).center()
    QTest.mouseClick(catalogue.families.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert catalogue.list.current.value.name == firsts[1]
    heading = catalogue.list.visualRect(catalogue.list.model().index(catalogue.list.row - 1, 0))
    assert heading.top() == 0
    QTest.keyClicks(catalogue.search, THIRD)
    assert not catalogue.families.isVisible()
    QTest.keyClick(catalogue.search, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert THIRD in catalogue.names()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_line_has_room_for_all_of_its_sentence(window):
    panel = window(Chain())
    panel.add_transform()
    shown = panel.cards.catalogue.list
    font_height = QFontMetrics(font(SENTENCE_PX)).height()
    for row, line in enumerate(shown.lines):
        if line.usable:
            width = QFontMetrics(font(SENTENCE_PX)).horizontalAdvance(line.value.summary)
            rows = 1 + width // shown.viewport().width()
            assert shown.visualRect(shown.model().index(row, 0)).height() >= SENTENCE_TOP + rows * font_height


def test_a_preset_is_chosen_changed_and_saved_as_ones_own(window):
    panel = window(Chain(), preset="nothing")
    shipped = preset.shipped()[0]
    panel.presets.choose(shipped)
    assert panel.store.project.chain == preset.load(shipped)
    assert panel.presets.button.text() == shipped
    panel.editor.add(LIVE)
    assert "(edited)" in panel.presets.button.text()
    click(panel.presets.save)
    for name, refused in ((shipped, True), ("../escape", True), ("", True), ("Mine, all mine", True), ("Mine", False)):
        panel.presets.name.setText(name)
        QTest.keyClick(panel.presets.name, Qt.Key.Key_Return)
        assert bool(panel.presets.error.text()) is refused
    assert panel.store.project.preset == "Mine"
    assert PresetShelf(panel.presets.shelf.folder).load("Mine") == panel.store.project.chain
    click(panel.presets.button)
    assert "Mine" in panel.presets.list.names()
    panel.presets.list.close()
    panel.store.undo()
    panel.store.undo()
    assert panel.store.project.preset == shipped
    assert panel.presets.button.text() == shipped


def test_a_broken_preset_of_ones_own_is_answered_in_the_panel(window):
    panel = window(Chain(steps=(step(LIVE),)))
    folder = panel.presets.shelf.folder
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("variophone: 1\nsteps:\n  - {transform: <b>Nothing</b>}\n")
    panel.presets.choose("broken")
    assert "broken.yaml" in panel.presets.error.text()
    assert panel.presets.error.textFormat() == Qt.TextFormat.PlainText
    assert order(panel) == [f"{LIVE}#1"]


def test_the_whole_chain_goes_off_and_comes_back_as_it_was(window):
    panel = window(Chain(steps=(step(LIVE), step(OTHER, enabled=False)), finally_=(step(THIRD),)))
    click(panel.power)
    assert panel.store.project.recipe().steps == ()
    click(panel.power)
    assert [node.enabled for node in panel.store.project.chain.walk()] == [True, False, True]


def test_a_bank_is_bound_from_the_card(window, tmp_path):
    with_bank = next(name for name, kind in registered().items() if kind.bank_param())
    panel = window(Chain(steps=(step(with_bank),)))
    row = panel.cards.all()[0].form.rows[registered()[with_bank].bank_param()]
    click(row.folders[0])
    assert dict(panel.store.project.banks) == {str(row.setting): str(tmp_path)}
    assert row.folders[0].toolTip() == str(tmp_path)


def test_tab_goes_through_the_cards_as_they_lie(window, qtbot):
    panel = window(Chain(steps=(step(LIVE), step(OTHER))))
    panel.editor.move(f"{OTHER}#1", -1)
    panel.editor.add(THIRD, after=f"{OTHER}#1")
    panel.presets.button.setFocus()
    met = []
    for _ in range(100):
        assert move_focus(panel, forwards=True)
        if panel.focusWidget() in panel.cards.all():
            met.append(panel.focusWidget().node.id)
        if panel.focusWidget() is panel.cards.add:
            break
    assert met == [f"{OTHER}#1", f"{THIRD}#1", f"{LIVE}#1"]


def test_no_words_of_a_file_are_taken_for_markup(window):
    hostile = dataclasses.replace(step(LIVE), id="<img src=x>")
    panel = window(Chain(name="<b>bold</b>", steps=(hostile,)), preset="<b>bold</b>")
    assert panel.presets.button.text() == "<b>bold</b>"
    for found in panel.findChildren(QLabel):
        assert found.textFormat() == Qt.TextFormat.PlainText, found.text()


def test_a_list_of_values_is_shown_and_drawn_from(window):
    panel = window(Chain(steps=(step(LIVE),)))
    name = first_number(panel.cards.all()[0].node)
    low, high = registered()[LIVE].params()[name].typical
    panel.editor.set_setting(f"{LIVE}#1", name, Options((low, high)), 1)
    row = panel.cards.all()[0].form.rows[name]
    assert row.slider.setting == Options((float(low), float(high)))
    assert row.last in (low, high)
