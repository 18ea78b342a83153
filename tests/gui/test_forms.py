from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

from engine.chain import Step
from engine.params import Bank, Choice, Number, Options, Range, SettingError, Switch
from engine.transform import registered
from gui import theme
from gui.forms import StepForm
from gui.rows.bank_row import BankRow
from gui.rows.choice_rows import ChoiceRow, SwitchRow
from gui.rows.number_row import NumberRow
from gui.rows.row import spoken
from gui.stylesheet import stylesheet
from gui.widgets import gesture as gesture_module
from gui.widgets.buttons import RangeToggle
from gui.widgets.scale import MINUS, read_setting, shown, typed
from gui.widgets.slider import MARGIN, Slider

LEVEL = Number(name="level_db", default=-6.0, low=-60.0, high=0.0, unit="dB", typical=(-12.0, -3.0), help="How loud.")
CUTOFF = Number(
    name="cutoff_hz",
    default=1000.0,
    low=20.0,
    high=20000.0,
    unit="Hz",
    scale="log",
    typical=(200.0, 2000.0),
    help="Where.",
)
STEPS = Number(name="semitones", default=0, low=-12, high=12, unit="st", typical=(-2, 2), integer=True, help="How far.")


@pytest.fixture
def put(qtbot):
    """Show a row as wide as in the panel, and note what it gives."""

    def show(row: QWidget) -> list:
        given: list = []
        row.edited.connect(lambda setting, gesture: (given.append((setting, gesture)), row.show_setting(setting, None)))
        row.resize(520, row.sizeHint().height())
        qtbot.addWidget(row)
        row.show()
        focus(row)
        return given

    return show


def focus(widget: QWidget) -> None:
    """Make the widget's window the one that is typed into."""
    widget.window().activateWindow()
    QTest.qWaitForWindowActive(widget.window())


def type_in(row: NumberRow, text: str) -> None:
    row.entry.setFocus()
    QTest.keyClick(row.entry, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    row.entry.insert(text)  # QTest types no signs beyond Latin 1
    QTest.keyClick(row.entry, Qt.Key.Key_Return)


def drag(slider: Slider, start: float, end: float, keys=Qt.KeyboardModifier.NoModifier) -> None:
    """Drag from one position of the track, 0 to 1, to another, by way of the middle."""
    QApplication.processEvents()  # so that it lies where it will
    middle = slider.height() // 2
    at = [QPoint(round(MARGIN + place * (slider.width() - 2 * MARGIN)), middle) for place in (start, end)]
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, keys, at[0])
    for place in (at[0] + (at[1] - at[0]) / 2, at[1]):
        move(slider, place, keys)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, keys, at[1])


def move(widget: QWidget, place: QPoint, keys=Qt.KeyboardModifier.NoModifier) -> None:
    from PySide6.QtGui import QMouseEvent

    where = QPointF(place)
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        where,
        widget.mapToGlobal(where),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        keys,
    )
    QApplication.sendEvent(widget, event)


def wheel(widget: QWidget, notches: int) -> bool:
    """Turn the wheel over a widget; whether the widget took it for itself."""
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    widget.wheelEvent(event)
    return event.isAccepted()


@pytest.mark.parametrize("name", registered())
def test_every_transform_has_a_form_from_its_declaration_alone(qtbot, name):
    step = Step(id=f"{name}#1", transform=name)
    form = StepForm(step)
    form.show_step(step, {}, {})
    qtbot.addWidget(form)
    params = registered()[name].params()
    assert list(form.rows) == list(params)
    for param, row in form.rows.items():
        assert row.setting == params[param].default
        assert row.name.toolTip() == params[param].help
    for control in form.findChildren(QWidget):
        if control.focusPolicy() != Qt.FocusPolicy.NoFocus and isinstance(
            control, QAbstractButton | QComboBox | QLineEdit | Slider
        ):
            assert control.accessibleName(), control
            assert control.toolTip(), control


def test_no_transform_is_named_in_the_window():
    names = set(registered())
    for file in Path(__file__).parents[2].joinpath("gui").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            said = getattr(node, "value", None) if isinstance(node, ast.Constant) else getattr(node, "id", None)
            assert said not in names, f"{file.name}:{node.lineno} names {said}"


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("-12", -12.0),
        (f"{MINUS}12 dB", -12.0),
        ("-12..-6", Range(-12.0, -6.0)),
        (f"{MINUS}12 … {MINUS}6 dB", Range(-12.0, -6.0)),
        ("-12 to -6", Range(-12.0, -6.0)),
        ("[-12..-6]", Range(-12.0, -6.0)),
        ("-12, -6, 0", Options((-12.0, -6.0, 0.0))),
    ],
)
def test_typed_text_is_read_as_people_write_it(put, text, setting):
    row = NumberRow(LEVEL)
    given = put(row)
    type_in(row, text)
    assert [one for one, _ in given] == [setting]
    assert row.error == ""


def test_thousands_may_be_written_short():
    assert read_setting(CUTOFF, "1.2 kHz") == 1200
    assert read_setting(CUTOFF, "0.5k..2k") == Range(500, 2000)


@pytest.mark.parametrize("setting", [-6.25, Range(-12.5, -3), Options((-1.0, -2.0)), -0.1234567])
def test_what_is_offered_for_typing_is_exact(setting):
    assert read_setting(LEVEL, typed(setting)) == LEVEL.check(setting)


@pytest.mark.parametrize("text", ["loud", "12", "-3..-9", "-12..", "nan"])
def test_a_bad_value_is_answered_in_the_row_and_changes_nothing(put, text):
    row = NumberRow(LEVEL)
    given = put(row)
    type_in(row, text)
    assert given == []
    assert row.error
    assert "\n" not in row.error
    with pytest.raises(SettingError):
        read_setting(LEVEL, text)
    QTest.keyClick(row.entry, Qt.Key.Key_Escape)
    assert row.entry.text() == shown(LEVEL, -6.0)
    type_in(row, "-9")
    assert row.error == ""


def test_dragging_a_handle_goes_by_the_declared_scale(put):
    row = NumberRow(CUTOFF)
    given = put(row)
    drag(row.slider, CUTOFF.position(1000), 0.5)
    assert given[-1][0] == pytest.approx((20 * 20000) ** 0.5, rel=0.03)
    assert len({gesture for _, gesture in given}) == 1


def test_a_second_drag_is_another_gesture(put):
    row = NumberRow(LEVEL)
    given = put(row)
    drag(row.slider, LEVEL.position(-6), 0.5)
    drag(row.slider, 0.5, 0.2)
    assert len({gesture for _, gesture in given}) == 2


def test_control_makes_a_drag_ten_times_finer(put):
    row = NumberRow(LEVEL)
    given = put(row)
    drag(row.slider, 0.9, 0.4, Qt.KeyboardModifier.ControlModifier)
    assert given[-1][0] == pytest.approx(-6 - 60 * 0.05, abs=0.3)


def test_the_handles_of_a_range_move_alone_stop_at_each_other_and_move_together(put):
    row = NumberRow(LEVEL)
    given = put(row)
    row.show_setting(Range(-45.0, -15.0), None)
    drag(row.slider, 0.75, 0.9)
    assert given[-1][0] == Range(-45.0, pytest.approx(-6, abs=0.3))
    drag(row.slider, 0.25, 0.99)
    assert given[-1][0].low == given[-1][0].high
    row.show_setting(Range(-45.0, -15.0), None)
    drag(row.slider, 0.5, 0.4)
    assert given[-1][0].low == pytest.approx(-51, abs=0.3)
    assert given[-1][0].high == pytest.approx(-21, abs=0.3)


def test_the_right_button_resets_to_default_or_typical(put):
    row = NumberRow(LEVEL)
    given = put(row)
    for setting, reset in ((-40.0, LEVEL.default), (Range(-50.0, -40.0), Range(*LEVEL.typical))):
        row.show_setting(setting, None)
        row.slider.reset_asked.emit()
        assert given[-1][0] == reset


def test_the_wheel_scrolls_the_panel_unless_the_slider_has_the_focus(put):
    row, other = NumberRow(LEVEL), NumberRow(CUTOFF)
    given = put(row)
    put(other)
    row.entry.clearFocus()
    assert not wheel(row.slider, 1)
    assert not wheel(row.entry, 1)
    assert given == []
    focus(row)
    row.slider.setFocus()
    assert wheel(row.slider, 1)
    assert given[-1][0] == pytest.approx(-5.4)


def test_arrows_step_and_tab_changes_handles(put):
    row = NumberRow(STEPS)
    given = put(row)
    row.show_setting(Range(-2, 2), None)
    row.slider.setFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_Left)
    assert given[-1][0] == Range(-3, 2)
    QTest.keyClick(row.slider, Qt.Key.Key_Tab)
    assert row.slider.hasFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_Right)
    assert given[-1][0] == Range(-3, 3)
    assert len({gesture for _, gesture in given}) == 1


def test_one_value_becomes_the_typical_range_and_a_range_becomes_what_was_drawn(put):
    row = NumberRow(LEVEL)
    given = put(row)
    QTest.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert given[-1][0] == Range(-12.0, -3.0)
    row.show_setting(Range(-12.0, -3.0), -7.5)
    assert row.drawn.text() == f"{MINUS}7.5 dB"
    QTest.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert given[-1][0] == -7.5


def test_the_tick_lies_where_the_draw_lies(put):
    row = NumberRow(CUTOFF)
    put(row)
    row.show_setting(Range(20.0, 20000.0), 632.4555)
    picture = row.slider.grab().toImage()
    column = [picture.pixelColor(picture.width() // 2, y).name() for y in range(3, picture.height() - 3)]
    from gui import theme

    assert column.count(theme.current().text) >= len(column) - 2


def test_a_word_becomes_a_set_that_cannot_be_emptied(put):
    row = ChoiceRow(Choice(name="mode", default="roll", options=("roll", "pad"), help="How."))
    given = put(row)
    row.combo.setCurrentIndex(1)
    row.combo.activated.emit(1)
    assert given[-1][0] == "pad"
    QTest.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert given[-1][0] == Options(("roll", "pad"))
    QTest.mouseClick(row.chips["roll"], Qt.MouseButton.LeftButton)
    assert given[-1][0] == Options(("pad",))
    QTest.mouseClick(row.chips["pad"], Qt.MouseButton.LeftButton)
    assert given[-1][0] == Options(("pad",))
    assert "at least one" in row.error
    assert row.chips["pad"].isChecked()


def test_a_switch_is_off_on_or_either(put):
    row = SwitchRow(Switch(name="wrap", default=False, help="Whether."))
    given = put(row)
    for word, setting in (("on", True), ("either", Options((False, True))), ("off", False)):
        QTest.mouseClick(row.chips[word], Qt.MouseButton.LeftButton)
        assert given[-1][0] == setting
        assert row.chips[word].isChecked()


def test_a_bank_shows_its_folder_and_asks_for_one(put, qtbot):
    row = BankRow(Bank(name="bank", default="background", help="Which."), choose=lambda parent, title: "/noises")
    put(row)
    assert "Choose a folder for background" in row.folders[0].text()
    with qtbot.waitSignal(row.bank_bound) as bound:
        QTest.mouseClick(row.folders[0], Qt.MouseButton.LeftButton)
    assert bound.args == ["background", "/noises"]
    row.show_banks({"background": "/noises"})
    assert row.folders[0].text() == "/noises"


@pytest.mark.parametrize(
    ("name", "unit", "words"),
    [
        ("threshold_db", "dBFS", "threshold"),
        ("snr_db", "dB", "SNR"),
        ("cutoff_hz", "Hz", "cutoff"),
        ("slope_db_per_octave", "dB/oct", "slope"),
        ("bandwidth_octaves", "oct", "bandwidth"),
        ("gain_63_hz", "dB", "gain 63 Hz"),
        ("semitones", "st", "semitones"),
        ("mix", "", "mix"),
        ("temperature_c", "°C", "temperature"),
        ("frequency_h_hz", "Hz", "frequency h"),
    ],
)
def test_names_are_spoken_without_the_unit_that_stands_by_the_number(name, unit, words):
    assert spoken(Number(name=name, unit=unit)) == words


def test_shift_is_as_fine_as_control_and_arrows_are_fine_too(put):
    row = NumberRow(LEVEL)
    given = put(row)
    drag(row.slider, 0.9, 0.4, Qt.KeyboardModifier.ShiftModifier)
    assert given[-1][0] == pytest.approx(-6 - 60 * 0.05, abs=0.5)
    row.show_setting(-6.0, None)
    row.slider.setFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert given[-1][0] == pytest.approx(-5.94)


def test_a_burst_of_the_wheel_is_one_gesture_and_the_next_another(put, monkeypatch):
    row = NumberRow(LEVEL)
    given = put(row)
    row.slider.setFocus()
    for _ in range(3):
        wheel(row.slider, 1)
    assert len({gesture for _, gesture in given}) == 1
    monkeypatch.setattr(gesture_module, "PAUSE_MS", -1)
    wheel(row.slider, 1)
    assert len({gesture for _, gesture in given}) == 2


def test_the_right_button_and_backspace_reset_and_double_click_and_return_type(put):
    row = NumberRow(LEVEL)
    given = put(row)
    row.show_setting(-40.0, None)
    place = row.slider.rect().center()
    context = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, row.slider.mapToGlobal(place))
    QApplication.sendEvent(row.slider, context)
    assert given[-1][0] == LEVEL.default
    row.show_setting(-40.0, None)
    row.slider.setFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_Backspace)
    assert given[-1][0] == LEVEL.default
    QTest.mouseDClick(row.slider, Qt.MouseButton.LeftButton)
    assert row.entry.hasFocus()
    row.slider.setFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_Return)
    assert row.entry.hasFocus()


@pytest.fixture
def dressed(qapp):
    """The window's own type, so that widths are what they are there."""
    before = qapp.font()
    qapp.setFont(theme.font())
    yield
    qapp.setFont(before)


def test_a_choice_is_worded_as_people_write_it_and_stored_as_it_is_declared(put):
    row = ChoiceRow(Choice(name="curve", default="riaa", options=("riaa", "low_pass_12"), help="Which."))
    given = put(row)
    assert [row.combo.itemText(place) for place in range(row.combo.count())] == ["RIAA", "low pass 12"]
    row.combo.activated.emit(1)
    assert given[-1][0] == "low_pass_12"
    row.show_setting(Options(("riaa", "low_pass_12")), "low_pass_12")
    assert [chip.text() for chip in row.chips.values()] == ["RIAA", "low pass 12"]
    assert row.drawn.text() == "low pass 12"


def test_no_name_of_a_parameter_is_cut_in_a_card(qtbot, dressed):
    """At the width of a card in the panel as it opens, with every number a range, which takes the most room."""
    cut = []
    for name, kind in registered().items():
        numbers = [param for param in kind.params().values() if isinstance(param, Number)]
        step = Step(id="a", transform=name)
        for param in numbers:
            step = step.with_setting(param.name, Range(*param.typical))
        form = StepForm(step)
        qtbot.addWidget(form)
        form.setStyleSheet(stylesheet(theme.DARK))
        form.show_step(step, {p.name: p.default for p in kind.params().values()}, {})
        form.resize(334, 400)
        form.show()
        cut += [f"{name}: {row.name.text()}" for row in form.rows.values()
                if row.name.fitting(row.name.width()) != row.name.text()]  # fmt: skip
        form.hide()
    assert cut == []


def test_the_lines_of_a_form_stand_under_one_another_and_none_is_cut(qtbot, dressed):
    """At the width of a card in a group in the narrowest panel; the names give way first."""

    for name, kind in registered().items():
        step = Step(id="a", transform=name)
        for param in kind.params().values():
            if isinstance(param, Number):
                step = step.with_setting(param.name, Range(*param.typical))
        card = QWidget()
        form = StepForm(step, parent=card)
        qtbot.addWidget(card)
        form.setStyleSheet(stylesheet(theme.DARK))
        form.show_step(step, {p.name: p.default for p in kind.params().values()}, {})
        form.resize(292, 400)
        card.show()
        rows = [row for row in form.rows.values() if isinstance(row, NumberRow)]
        assert len({row.slider.x() for row in rows}) <= 1, name
        for row in rows:
            toggle = row.findChild(RangeToggle)
            assert toggle.geometry().right() < row.width() <= 292, f"{name}: {row.param.name}"
            words = row.entry.fontMetrics().horizontalAdvance(row.entry.text())
            assert words + 6 <= row.entry.width(), f"{name}: {row.param.name} {row.entry.text()}"
        card.hide()


def test_a_bank_says_what_is_wrong_with_its_folder(put):
    row = BankRow(Bank(name="bank", default="background", help="Which."), choose=lambda parent, title: "")
    put(row)
    row.show_banks({"background": "/noises"})
    row.show_troubles({"background": "bank background is bound to /noises, which is gone"})
    assert row.trouble.isVisible()
    assert "gone" in row.trouble.text()
    row.show_troubles({})
    assert not row.trouble.isVisible()
