"""Original and take as seen: what the pixels show, and what mouse and keys do to it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from engine.analysis.scales import Frequencies
from engine.jobs import Response
from engine.track import Track, TrackWriter
from gui import theme
from gui.numbers import time_words
from gui.views import side as side_module
from gui.views.feed import Feed
from gui.views.sound_view import SoundView
from gui.views.span import Span
from gui.views.ticks import frequency_ticks, note_words, time_ticks

from .stage import CTRL, RATE, Writer, click, lane, pixels, point, read_at, settled, tone, wheel

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.mark.parametrize("scale", ["linear", "log", "mel"])
def test_a_tone_is_bright_at_its_frequency_and_its_time(
    qtbot: QtBot, view: SoundView, write: Writer, scale: str
) -> None:
    samples = np.concatenate([np.zeros((1, RATE), np.float32), tone(3000, 1.0)], axis=1)
    view.set_settings(replace(view.settings, scale=scale, colours="grey"))
    view.show_original(write(samples), "original")
    assert not view.is_drawn
    qtbot.waitUntil(lambda: view.is_drawn)
    spectrum = lane(view, "spectrum", "original")
    shown = pixels(view, spectrum)[..., 0]
    rows, columns = shown.shape
    bright = shown[:, columns * 3 // 4].argmax()
    expected = rows * (1 - Frequencies.of(scale, RATE).height(3000))
    assert abs(bright + 0.5 - expected) <= 2.5
    assert shown[bright, columns * 3 // 4] > 200
    assert shown[bright, columns // 4] < 40


def test_original_and_take_have_their_colours_and_clipped_samples_are_marked(
    qtbot: QtBot, view: SoundView, write: Writer
) -> None:
    view.show_original(write(tone(400)), "original")
    view.show_take(write(np.clip(tone(400, level=4.0), -1, 1)), "take 3")
    settled(qtbot, view)
    shown = theme.current()
    for side, colour in (("original", shown.original), ("take", shown.take)):
        middle = pixels(view, lane(view, "wave", side))
        ink = np.array(QColor(colour).getRgb()[:3])
        assert (np.abs(middle - ink).sum(axis=2) < 12).mean() > 0.2, side
    clip = np.array(QColor(shown.clip).getRgb()[:3])
    marked = {side: (pixels(view, lane(view, "wave", side)) == clip).all(axis=2) for side in ("original", "take")}
    assert not marked["original"].any()
    assert marked["take"][:3].any()
    assert marked["take"][-3:].any()


def test_while_another_recording_is_opened_the_views_say_so(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    first = write(tone(1000))
    view.show_original(first, "original")
    view.show_take(first, "take 1")
    settled(qtbot, view)
    marks = view._canvas.marks
    view.await_original("second.wav")
    view.show_original(first, "original")  # they went back before it was read
    qtbot.wait(round(1500 * side_module.PATIENCE_S))
    assert (marks.empty, lane(view, "wave", "take").pictured) == (False, True)
    view.await_original("second.wav")
    assert not marks.empty, "what is opened at once replaces the old picture without a gap"
    qtbot.waitUntil(lambda: marks.empty)
    assert (marks.states["take"].title, view.is_drawn) == ("opening second.wav …", False)
    view.show_original(write(tone(500, 3.0)), "original")
    qtbot.waitUntil(lambda: lane(view, "spectrum", "original").pictured)
    assert marks.states["take"].title == "rendering the take …"


def test_a_take_of_another_length_says_how_long_it_is(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    view.show_original(write(tone(1000, 2.0)), "original")
    view.show_take(write(tone(1000, 2.0)), "take 1")
    settled(qtbot, view)
    names = view._canvas.marks.names
    assert (names["original"], names["take"]) == ([("original · 16 kHz · mono", "original")], [("take 1", "take")])
    view.show_take(write(tone(1000, 1.5)), "take 2")
    settled(qtbot, view)
    assert view._canvas.marks.names["take"] == [("take 2 · 1.500 s", "take")]


def test_both_sides_lie_on_one_time_axis(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    view.show_original(write(tone(1000, 2.0)), "original")
    view.show_take(write(tone(1000, 4.0)), "take 1")
    settled(qtbot, view)
    assert view.span == Span(0.0, 4.0)
    shown = pixels(view, lane(view, "wave", "original"))
    ground = np.array(QColor(theme.current().sunken).getRgb()[:3])
    column = shown.shape[1]
    assert (shown[:, column // 4] != ground).any()
    assert (shown[3:-3, column * 3 // 4] == ground).all()


def test_after_a_zoom_the_old_picture_is_scaled_until_the_new_one_comes(
    qtbot: QtBot, view: SoundView, write: Writer
) -> None:
    samples = np.concatenate([np.zeros((1, RATE), np.float32), tone(1000, 1.0)], axis=1)
    view.set_settings(replace(view.settings, colours="grey"))
    view.show_original(write(samples), "original")
    settled(qtbot, view)
    view._refresh.stop()
    view.viewport.look_at(Span(0.5, 1.5))
    view._refresh.stop()
    shown = pixels(view, lane(view, "spectrum", "original"))[..., 0].max(axis=0)
    assert shown[: shown.size // 4].max() < 60
    assert shown[-shown.size // 4 :].min() > 200


def test_the_playhead_moves_without_asking_for_a_picture(qtbot: QtBot, write: Writer) -> None:
    asked: list[str] = []

    def submit(lane: str, request: object, done: Callable[[Response], None]) -> None:
        asked.append(lane)
        done(Response(request.run()))  # type: ignore[attr-defined]

    view = SoundView(submit)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    view.show_original(write(np.zeros((1, 2 * RATE), np.float32)), "original")
    settled(qtbot, view)
    asked.clear()
    view.set_playhead(0.5)
    view.set_playhead(1.0)
    spectrum = lane(view, "spectrum", "original")
    white = np.flatnonzero((pixels(view, spectrum)[2:-2] > 240).all(axis=(0, 2)))
    middle = spectrum.rect.width() / 2
    assert white.size
    assert np.abs(white - middle).max() <= 2
    assert asked == []


def test_a_growing_take_is_followed_and_the_old_one_stays_until_then(
    qtbot: QtBot, view: SoundView, write: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_module, "PATIENCE_S", 0.0)
    view.show_original(write(tone(1000)), "original")
    view.show_take(write(tone(500)), "take 1")
    settled(qtbot, view)
    old = view._sides["take"].wave
    growing = Track(str(tmp_path / "growing"), RATE, 1)
    view.show_take(growing, "take 2")
    qtbot.waitUntil(lambda: view._canvas.marks.names["take"][0][0] == "take 2 · rendering …")
    qtbot.wait(150)
    assert view._sides["take"].wave is old
    with TrackWriter(growing, 2 * RATE) as writer:
        writer.write(tone(2000, 0.5))
        half = qtbot.waitUntil(lambda: view._sides["take"].wave is not old)
        assert half is None
        part = view._sides["take"].wave.low.shape[1]
        qtbot.waitUntil(lambda: view._canvas.marks.names["take"][0][0] == "take 2 · 25%")
        writer.write(tone(2000, 1.5))
    settled(qtbot, view)
    assert view._sides["take"].wave.low.shape[1] > 3 * part


def test_the_reading_names_time_frequency_note_and_level(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    view.show_original(write(tone(1000)), "original")
    settled(qtbot, view)
    spectrum = lane(view, "spectrum", "original")
    height = float(Frequencies.of(view.settings.scale, RATE).height(1000))
    levels = []
    for offset in (-1, 0, 1):  # which of the pixels beside the line holds its peak depends on the window's height
        qtbot.mouseMove(view._canvas.overlay, point(view, spectrum, 1.0, height) + QPoint(0, offset))
        time, frequency, level = view._canvas.marks.reading.split(" · ")
        assert time.startswith(("0:00.99", "0:01.00"))
        assert "B5" in frequency or offset
        levels.append(float(level.removesuffix(" dB").replace("−", "-")))
    assert max(levels) == pytest.approx(-6, abs=2)


def test_the_reading_follows_what_comes_under_the_cursor(qtbot: QtBot, view: SoundView, write: Writer) -> None:
    view.show_original(write(tone(1000, 4.0)), "original")
    settled(qtbot, view)
    view.viewport.look_at(Span(0.0, 1.0))
    reading = read_at(qtbot, view, point(view, lane(view, "wave", "original"), 0.5))
    assert reading.startswith("0:00.50")
    view.fit()
    assert view._canvas.marks.reading.startswith(("0:01.99", "0:02.00"))


def test_only_the_newest_wish_follows_the_request_under_way() -> None:
    sent: list[tuple[object, Callable[[Response], None]]] = []
    shown: list[object] = []
    feed = Feed("lane", lambda _, request, done: sent.append((request, done)), lambda _, value: shown.append(value))
    for wish in ("a", "b", "c", "c"):
        feed.want(wish)  # type: ignore[arg-type]
    assert [request for request, _ in sent] == ["a"]
    sent[0][1](Response("picture of a"))
    assert [request for request, _ in sent] == ["a", "c"]
    sent[1][1](Response(error="could not"))
    feed.want("c")  # type: ignore[arg-type]
    sent[2][1](Response("picture of c"))
    assert shown == ["picture of a", "picture of c"]


def test_the_empty_view_invites_and_ignores_the_mouse(qtbot: QtBot, view: SoundView) -> None:
    overlay = view._canvas.overlay
    with qtbot.assertNotEmitted(view.seek_requested), qtbot.assertNotEmitted(view.selection_changed):
        click(qtbot, view, overlay.rect().center())
        wheel(view, overlay.rect().center(), 1, CTRL)
    image = view._canvas.grab().toImage()
    colours = {QColor(image.pixel(x, y)).name() for x in range(image.width() // 3, image.width() * 2 // 3)
               for y in range(image.height() // 3, image.height() * 2 // 3)}  # fmt: skip
    assert {theme.current().original, theme.current().take} <= colours


def test_another_theme_is_taken_over(
    qtbot: QtBot, view: SoundView, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.show_original(write(tone(50)), "original")
    settled(qtbot, view)
    monkeypatch.setattr(theme, "_current", theme.LIGHT)
    view.restyle()
    shown = pixels(view, lane(view, "wave", "original"))
    ink = np.array(QColor(theme.LIGHT.original).getRgb()[:3])
    assert (np.abs(shown - ink).sum(axis=2) < 12).any()


def test_nothing_keeps_a_closed_view_alive(qtbot: QtBot, write: Writer) -> None:
    view = SoundView(lambda _lane, request, done: done(Response(request.run())))
    view.resize(600, 500)
    view.show()
    view.show_original(write(tone(1000)), "original")
    settled(qtbot, view)
    gone = weakref.ref(view)
    view.close()
    view.deleteLater()
    QApplication.processEvents()
    del view

    def collected() -> bool:
        gc.collect()
        return gone() is None

    qtbot.waitUntil(collected)


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00.000"), (61.5, "1:01.500"), (3725.25, "1:02:05.250")])
def test_times_are_written_as_clocks(seconds: float, words: str) -> None:
    assert time_words(seconds) == words


def test_ticks_are_round_and_apart() -> None:
    for length in (0.002, 0.3, 7, 100, 5000):
        marks = time_ticks(Span(0.1, 0.1 + length), 800)
        assert 2 <= len(marks) <= 9, length
        assert len({words for _, words in marks}) == len(marks)
    for scale in ("linear", "log", "mel"):
        marks = frequency_ticks(Frequencies.of(scale, 44_100), 200)
        heights = [height for height, _ in marks]
        assert len(marks) >= 3
        assert min(np.diff(heights)) * 200 >= 19.9
    assert note_words(440) == "A4 +0 ct"


@pytest.mark.parametrize("factor", [1e-9, 0.5, 3.0, 1e9])
def test_a_span_never_leaves_the_sound(factor: float) -> None:
    span = Span(2.0, 6.0).zoomed(factor, 5.0, 10.0)
    assert 0 <= span.start_s < span.end_s <= 10.0 + 1e-9
    assert span.moved_to(99.0, 10.0).end_s == pytest.approx(10.0)
