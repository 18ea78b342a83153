"""The layouts, what is compared in them, and the settings that are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSpinBox, QToolButton

from engine.analysis.scales import Frequencies
from engine.clip import TimeMap
from engine.jobs import Response
from gui.memory import Memory
from gui.views.settings import ViewSettings
from gui.views.sound_view import SoundView

from .stage import CTRL, LEFT, RATE, Writer, click, lane, pixels, point, read_at, settled, tone, wheel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def button(view: SoundView, name: str) -> QToolButton:
    return next(each for each in view.findChildren(QToolButton) if each.accessibleName() == name)


def difference_db(reading: str) -> float:
    """The number of a reading in a difference."""
    return float(reading.split(" · ")[2].partition(" dB")[0].replace("−", "-"))


def noise(seconds: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, (1, round(seconds * RATE))).astype(np.float32)


def test_the_layouts_put_the_sounds_below_or_beside_one_another(
    qtbot: QtBot, view: SoundView, write: Writer
) -> None:  # fmt: skip
    view.show_original(write(tone(1000, 4.0)), "original")
    view.show_take(write(tone(1000, 4.0)), "take 1")
    settled(qtbot, view)
    first, second = (lane(view, "spectrum", side) for side in ("original", "take"))
    assert first.rect.bottom() < second.rect.top()
    qtbot.mouseClick(button(view, "Side by side"), LEFT)
    settled(qtbot, view)
    assert first.rect.right() < second.rect.left()
    assert first.rect.width() == pytest.approx(second.rect.width(), abs=2)
    at = point(view, second, 3.0)
    wheel(view, at, 3, CTRL)
    assert view._canvas.marks.time_at(second, at.x()) == pytest.approx(3.0, abs=0.02)
    for each in (first, second):  # one zoom for both
        assert each.box.viewRange()[0] == pytest.approx([view.span.start_s, view.span.end_s])
    with qtbot.waitSignal(view.seek_requested) as sought:
        click(qtbot, view, at)
    assert sought.args[0] == pytest.approx(3.0, abs=0.02)
    qtbot.mouseClick(button(view, "Stacked"), LEFT)
    settled(qtbot, view)
    assert first.rect.bottom() < second.rect.top()
    assert first.rect.width() > 700


def test_a_take_that_is_6_db_softer_shows_it_in_the_difference(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    samples = noise(2.0)
    view.show_original(write(samples), "original")
    view.show_take(write(samples * np.float32(10 ** (-6 / 20))), "take 1", TimeMap.identity(2.0))
    view.change(layout="difference")
    settled(qtbot, view)
    spectrum = lane(view, "spectrum", "difference")
    for seconds, height in ((0.3, 0.2), (1.0, 0.5), (1.7, 0.8)):
        reading = read_at(qtbot, view, point(view, spectrum, seconds, height))
        assert difference_db(reading) == pytest.approx(-6, abs=0.5)
        assert "take −" in reading
    qtbot.mouseMove(view._canvas.overlay, QPoint(1, 1))
    red, _, blue = (float(np.median(pixels(view, spectrum)[60:-40, 20:-20, channel])) for channel in (0, 1, 2))
    assert blue > red + 20  # softer is blue
    waves = read_at(qtbot, view, point(view, lane(view, "wave", "difference"), 1.0))
    levels = [float(word.replace("−", "-")) for word in waves.split() if word.startswith("−")]
    assert levels[0] - levels[1] == pytest.approx(-6, abs=0.1)


def test_a_stretched_take_is_compared_with_the_original_on_its_own_time(
    qtbot: QtBot, view: SoundView, write: Writer
) -> None:
    steps = (500.0, 2000.0, 1000.0, 4000.0)
    view.show_original(write(np.concatenate([tone(hz, 0.5) for hz in steps], axis=1)), "original")
    take = write(np.concatenate([tone(hz, 1.0) for hz in steps], axis=1))
    view.show_take(take, "take 1", TimeMap.scaled(2.0, 4.0))
    view.change(layout="difference", scale="linear")
    settled(qtbot, view)
    assert view.span.end_s == pytest.approx(4.0)
    spectrum = lane(view, "spectrum", "difference")
    for place, hz in enumerate(steps):
        for own in (0.3, 0.5, 0.7):
            reading = read_at(qtbot, view, point(view, spectrum, place + own, hz / (RATE / 2)))
            assert difference_db(reading) == pytest.approx(0, abs=0.6), reading
    view.show_take(take, "take 1", TimeMap.identity(4.0))  # the same sound, wrongly aligned, is found out
    settled(qtbot, view)
    reading = read_at(qtbot, view, point(view, spectrum, 1.75, steps[3] / (RATE / 2)))
    assert difference_db(reading) < -20
    view.show_take(take, "take 1", TimeMap.scaled(2.0, 4.0))
    with qtbot.waitSignal(view.seek_requested) as sought:
        click(qtbot, view, point(view, spectrum, 3.0))
    assert sought.args[0] == pytest.approx(1.5, abs=0.02)


def test_what_is_missing_is_said_in_its_place(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    view.show_original(write(tone(1000)), "original")
    settled(qtbot, view)
    marks = view._canvas.marks
    assert marks.states["take"].title == "rendering the take …"
    view.change(layout="difference")
    assert marks.states["difference"].title == "rendering the take …"
    view.show_take_error("the bank is gone; bind it again")
    assert marks.states["difference"].detail == "the bank is gone; bind it again"
    assert marks.states["difference"].wrong
    view.show_take(write(tone(1000)), "take 2")
    settled(qtbot, view)
    assert marks.states == {}


def test_channels_are_shown_apart_where_there_are_several(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    view.show_original(write(tone(1000)), "original")
    settled(qtbot, view)
    apart = button(view, "Channels apart")
    assert not apart.isEnabled()
    view.show_original(write(np.concatenate((tone(1000), np.zeros((1, 2 * RATE), np.float32)))), "original")
    settled(qtbot, view)
    spectrum = lane(view, "spectrum", "original")
    qtbot.mouseClick(apart, LEFT)
    settled(qtbot, view)
    axis = Frequencies.of("mel", RATE)
    height = float(axis.height(1000))
    sounding = read_at(qtbot, view, point(view, spectrum, 1.0, 0.5 + height / 2))
    silent = read_at(qtbot, view, point(view, spectrum, 1.0, height / 2))
    assert "channel 1" in sounding
    assert "channel 2" in silent
    assert silent.endswith("−115.0 dB")
    qtbot.mouseMove(view._canvas.overlay, QPoint(1, 1))
    bright = pixels(view, spectrum).sum(axis=2).max(axis=1)
    assert bright[: bright.size // 2].max() > 300
    assert bright[bright.size // 2 + 2 :].max() < 100


def test_clipping_is_counted_and_its_marks_can_be_left_away(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    samples = tone(1000)
    samples[0, 5000:5003] = 1.0
    view.show_original(write(samples), "original")
    settled(qtbot, view)
    assert view._canvas.marks.names["original"] == [("original · 16 kHz · mono · 3 clipped samples", "original")]
    wave = lane(view, "wave", "original")
    red = [(pixels(view, wave)[:3, :, 0] > 200).any()]
    view.change(clipping=False)
    red.append((pixels(view, wave)[:3, :, 0] > 200).any())
    assert red == [True, False]


@pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise|grabbing)")
def test_levels_and_frequencies_are_typed(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    view.show_original(write(tone(1000)), "original")
    settled(qtbot, view)

    def enter(name: str, text: str) -> None:
        box = next(each for each in view.findChildren(QSpinBox) if each.accessibleName() == name)
        box.selectAll()
        qtbot.keyClicks(box, text)
        qtbot.keyClick(box, Qt.Key.Key_Return)

    view.open_levels()
    enter("Darkest below", "-73")
    enter("Brightest from", "-12")
    assert (view.settings.floor_db, view.settings.ceiling_db) == (-73, -12)
    assert button(view, "Level range of the colours").text().startswith("−73 … −12 dB")
    view.open_frequencies()
    enter("Lowest frequency", "500")
    enter("Highest frequency", "2000")
    axis = view.settings.frequencies(RATE)
    assert (axis.low_hz, axis.high_hz) == (500, 2000)
    for popup in (view._toolbar._levels_popup, view._toolbar._hz_popup):
        popup.close()


def test_what_was_chosen_is_remembered_and_nonsense_is_not(qtbot: QtBot) -> None:
    memory = Memory()
    submit = lambda _lane, request, done: done(Response(request.run()))  # noqa: E731
    first = SoundView(submit, memory)
    qtbot.addWidget(first)
    first.change(layout="beside", colours="viridis", floor_db=-60, apart=True)
    second = SoundView(submit, memory)
    qtbot.addWidget(second)
    assert second.settings == first.settings
    memory.put("views/colours", "cividis")  # as the preferences do
    assert {first.settings.colours, second.settings.colours} == {"cividis"}
    for name, value in (("layout", "upside down"), ("window", 17), ("floor_db", "deep")):
        memory.put(f"views/{name}", value)
    third = SoundView(submit, memory)
    qtbot.addWidget(third)
    assert third.settings.layout == ViewSettings().layout
    assert third.settings.window == ViewSettings().window
    assert third.settings.floor_db == ViewSettings().floor_db
