"""Selection, loop, zoom and scroll by mouse, wheel and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QMainWindow, QVBoxLayout, QWidget

from engine.analysis.scales import Frequencies
from engine.clip import TimeMap
from gui.actions import install
from gui.views.span import Span

from .stage import CTRL, LEFT, NO_KEY, RATE, SHIFT, Writer, click, drag, lane, point, settled, tone, wheel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.views.sound_view import SoundView

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def shown(qtbot: QtBot, view: SoundView, write: Writer) -> SoundView:
    """Four seconds, and a take of it in half the time."""
    view.show_original(write(tone(1000, 4.0)), "original")
    view.show_take(write(tone(1000, 2.0)), "take 1", TimeMap.scaled(4.0, 2.0))
    settled(qtbot, view)
    return view


@pytest.fixture
def window(qtbot: QtBot, shown: SoundView) -> QMainWindow:
    """The views in a window that has their commands, with a field and a list beside them."""
    made = QMainWindow()
    qtbot.addWidget(made)
    middle = QWidget()
    column = QVBoxLayout(middle)
    field, listed = QLineEdit(), QListWidget()
    listed.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
    listed.addItems(["one", "two"])
    for widget in (field, listed, shown):
        column.addWidget(widget)
    made.setCentralWidget(middle)
    install(made, shown.commands())
    made.resize(900, 800)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    shown.setFocus()
    qtbot.waitUntil(shown._canvas.overlay.hasFocus)
    settled(qtbot, shown)
    return made


def a_pixel_s(view: SoundView) -> float:
    return view.span.length_s / lane(view, "wave", "original").rect.width()


def test_a_click_seeks_and_a_drag_selects_in_the_originals_time(qtbot: QtBot, shown: SoundView) -> None:
    near = 2 * a_pixel_s(shown)
    for side, ends in (("original", (3.0, 1.0)), ("take", (0.5, 1.5))):
        shown.select_none()  # a drag from its edge would move that
        first, second = (point(shown, lane(shown, "wave", side), end) for end in ends)
        with qtbot.waitSignal(shown.selection_changed) as selected, qtbot.assertNotEmitted(shown.loop_requested):
            drag(qtbot, shown, first, second)
        assert selected.args[0] == pytest.approx((1.0, 3.0), abs=near)
    assert shown.selection == pytest.approx((1.0, 3.0), abs=near)
    assert shown._canvas.marks.selections["take"] == pytest.approx((0.5, 1.5), abs=near)
    for side, own_s in (("original", 3.5), ("take", 1.75)):
        with qtbot.waitSignal(shown.seek_requested) as sought:
            click(qtbot, shown, point(shown, lane(shown, "spectrum", side), own_s))
        assert sought.args[0] == pytest.approx(3.5, abs=near)
    assert shown.selection is None


def test_a_selection_is_extended_and_its_edges_are_dragged(qtbot: QtBot, shown: SoundView) -> None:
    near, wave = 2 * a_pixel_s(shown), lane(shown, "wave", "original")
    drag(qtbot, shown, point(shown, wave, 1.0), point(shown, wave, 2.0))
    click(qtbot, shown, point(shown, wave, 3.0), SHIFT)
    assert shown.selection == pytest.approx((1.0, 3.0), abs=near)
    click(qtbot, shown, point(shown, wave, 0.5), SHIFT)
    assert shown.selection == pytest.approx((0.5, 3.0), abs=near)
    edge = point(shown, wave, 3.0) + QPoint(2, 0)
    qtbot.mouseMove(shown._canvas.overlay, edge)
    assert shown._canvas.overlay.cursor().shape() == Qt.CursorShape.SizeHorCursor
    drag(qtbot, shown, edge, point(shown, wave, 2.0))
    assert shown.selection == pytest.approx((0.5, 2.0), abs=near)


def test_a_drag_held_beyond_the_end_scrolls_what_is_in_view(qtbot: QtBot, shown: SoundView) -> None:
    of, overlay = lane(shown, "spectrum", "original"), shown._canvas.overlay
    shown.viewport.look_at(Span(0.5, 0.9))
    beyond = QPoint(round(of.rect.right()) + 12, round(of.rect.bottom()) + 30)
    qtbot.mousePress(overlay, LEFT, pos=point(shown, of, 0.6))
    qtbot.mouseMove(overlay, beyond)
    assert shown.selection == pytest.approx((0.6, 0.9), abs=0.01), "nothing is selected that cannot be seen"
    qtbot.waitUntil(lambda: shown.span.start_s > 0.6)
    assert shown._canvas.marks.pointed is of
    assert "…" in shown._canvas.marks.reading
    qtbot.mouseRelease(overlay, LEFT, pos=beyond)
    seen = shown.span
    assert shown.selection == pytest.approx((0.6, seen.end_s), abs=0.01)
    qtbot.wait(100)
    assert shown.span == seen, "it ends with the drag"


def test_a_new_selection_moves_the_loop_only_while_it_goes_round(qtbot: QtBot, shown: SoundView) -> None:
    wave = lane(shown, "wave", "original")
    with qtbot.assertNotEmitted(shown.loop_requested):
        drag(qtbot, shown, point(shown, wave, 1.0), point(shown, wave, 2.0))
    shown.show_loop(None, looping=True)
    with qtbot.waitSignal(shown.loop_requested) as asked:
        drag(qtbot, shown, point(shown, wave, 2.5), point(shown, wave, 3.5))
    assert asked.args == pytest.approx((2.5, 3.5), abs=2 * a_pixel_s(shown))
    with qtbot.assertNotEmitted(shown.loop_requested):
        click(qtbot, shown, point(shown, wave, 1.0))


def test_the_keys_of_selection_loop_and_zoom(qtbot: QtBot, shown: SoundView, window: QMainWindow) -> None:
    overlay = shown._canvas.overlay
    shown.set_playhead(1.0)
    qtbot.keyClick(overlay, Qt.Key.Key_BracketLeft)
    assert shown.selection == (1.0, 4.0)
    shown.set_playhead(3.0)
    qtbot.keyClick(overlay, Qt.Key.Key_BracketRight)
    assert shown.selection == (1.0, 3.0)
    with qtbot.waitSignal(shown.loop_requested) as asked:
        qtbot.keyClick(overlay, Qt.Key.Key_L, SHIFT)
    assert asked.args == [1.0, 3.0]
    with qtbot.waitSignal(shown.loop_requested) as asked:
        qtbot.keyClick(overlay, Qt.Key.Key_L, SHIFT | Qt.KeyboardModifier.AltModifier)
    assert asked.args == [0.0, 0.0]
    qtbot.keyClick(overlay, Qt.Key.Key_E, CTRL)
    part = shown.span
    assert (part.start_s, part.end_s) == pytest.approx((0.9, 3.1))
    qtbot.keyClick(overlay, Qt.Key.Key_Z, SHIFT)
    assert shown.span == Span(0.0, 4.0)
    qtbot.keyClick(overlay, Qt.Key.Key_Z, SHIFT)
    assert shown.span == part
    qtbot.keyClick(overlay, Qt.Key.Key_Minus, CTRL)
    assert shown.span.length_s == pytest.approx(4.0)
    qtbot.keyClick(overlay, Qt.Key.Key_Equal, CTRL)
    assert shown.span.length_s == pytest.approx(2.0)
    assert shown.span.holds(3.0)
    qtbot.keyClick(overlay, Qt.Key.Key_F)
    assert shown.span == Span(0.0, 4.0)
    qtbot.keyClick(overlay, Qt.Key.Key_A, CTRL | SHIFT)
    assert shown.selection is None
    qtbot.keyClick(overlay, Qt.Key.Key_A, CTRL)
    assert shown.selection == (0.0, 4.0)
    qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    assert shown.selection is None


def test_the_keys_are_not_stolen_from_fields_and_lists(qtbot: QtBot, shown: SoundView, window: QMainWindow) -> None:
    shown.set_playhead(1.0)
    field, listed = window.findChild(QLineEdit), window.findChild(QListWidget)
    field.setFocus()
    qtbot.keyClicks(field, "[F]")
    assert field.text() == "[F]"
    qtbot.keyClick(field, Qt.Key.Key_A, CTRL)
    assert field.selectedText() == "[F]"
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_A, CTRL)
    assert len(listed.selectedItems()) == 2
    assert shown.selection is None


def test_arrows_move_the_playhead_and_page_keys_the_view(qtbot: QtBot, shown: SoundView) -> None:
    overlay = shown._canvas.overlay
    shown.set_playhead(1.0)
    for key, expected in ((Qt.Key.Key_Right, 1.04), (Qt.Key.Key_Left, 0.96)):
        with qtbot.waitSignal(shown.seek_requested) as sought:
            qtbot.keyClick(overlay, key)
        assert sought.args[0] == pytest.approx(expected)
    shown.viewport.look_at(Span(0.0, 1.0))
    qtbot.keyClick(overlay, Qt.Key.Key_PageDown)
    assert shown.span.start_s == pytest.approx(0.9)
    qtbot.keyClick(overlay, Qt.Key.Key_PageUp)
    assert shown.span.start_s == pytest.approx(0.0)


def test_the_wheel_zooms_at_the_pointer_and_scrolls(qtbot: QtBot, shown: SoundView) -> None:
    spectrum = lane(shown, "spectrum", "original")
    at = point(shown, spectrum, 3.0)
    for _ in range(4):
        wheel(shown, at, 1, CTRL)
    assert shown.span.length_s == pytest.approx(4 * 0.8**4)
    assert shown._canvas.marks.time_at(spectrum, at.x()) == pytest.approx(3.0, abs=0.02)
    before = shown.span.start_s
    wheel(shown, at, 2, SHIFT)
    assert shown.span.start_s == pytest.approx(before - 0.2 * shown.span.length_s)
    for _ in range(40):
        wheel(shown, at, 1, NO_KEY)
    assert shown.span.start_s == 0.0


def test_the_overview_drags_the_part_in_view(qtbot: QtBot, shown: SoundView) -> None:
    shown.viewport.look_at(Span(0.0, 1.0))
    overview = shown._canvas.overview
    qtbot.mousePress(shown._canvas.overlay, LEFT, pos=point(shown, overview, 2.0))
    assert shown.span.start_s == pytest.approx(1.5, abs=0.02)
    qtbot.mouseMove(shown._canvas.overlay, point(shown, overview, 3.0))
    qtbot.mouseRelease(shown._canvas.overlay, LEFT, pos=point(shown, overview, 3.0))
    assert shown.span.start_s == pytest.approx(2.5, abs=0.02)


def test_ctrl_shift_and_wheel_zoom_in_frequency_until_the_axis_is_double_clicked(
    qtbot: QtBot, shown: SoundView
) -> None:
    shown.change(scale="linear")
    spectrum = lane(shown, "spectrum", "original")
    height = 1000 / (RATE / 2)
    at = point(shown, spectrum, 1.0, height)
    for _ in range(3):
        wheel(shown, at, 1, CTRL | SHIFT)
    axis = shown.settings.frequencies(RATE)
    assert axis.high_hz - axis.low_hz == pytest.approx(8000 * 0.8**3)
    assert float(axis.hz(height)) == pytest.approx(1000, abs=60)
    beside = QPoint(round(spectrum.rect.left()) - 20, at.y())
    drag(qtbot, shown, beside, beside + QPoint(0, 40))
    moved = shown.settings.frequencies(RATE)
    assert moved.low_hz > axis.low_hz
    assert moved.high_hz - moved.low_hz == pytest.approx(axis.high_hz - axis.low_hz)
    qtbot.mouseDClick(shown._canvas.overlay, LEFT, pos=beside)
    assert shown.settings.frequencies(RATE) == Frequencies.of("linear", RATE)
