"""The region on a step's card: made, typed, taken from the selection, told of in words, taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.chain import Chain, Step
from engine.files.encode import Encoding, encode
from engine.params import Range
from engine.project import Source
from engine.regions import Events, Region, Span
from gui.chain.panel import ChainPanel
from gui.chain.region_line import BETWEEN, EXCEPT, IN_EVENTS, OUTSIDE, RegionLine
from gui.chain.step_card import StepCard
from tests.support.processing import noise

from .chain_panels import LIVE, make_window, step

Show = Callable[..., ChainPanel]


@pytest.fixture
def show(qtbot: QtBot, tmp_path: Path) -> Show:
    return make_window(qtbot, tmp_path)


def card_of(panel: ChainPanel) -> StepCard:
    card = panel.cards.all()[0]
    assert isinstance(card, StepCard)
    return card


def line_of(panel: ChainPanel) -> RegionLine:
    line = card_of(panel).region
    assert line is not None
    return line


def step_of(panel: ChainPanel) -> Step:
    node = panel.editor.chain.steps[0]
    assert isinstance(node, Step)
    return node


def region_of(panel: ChainPanel) -> Region | None:
    return step_of(panel).region


def typed(entry: Any, text: str) -> None:
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, text) if text else QTest.keyClick(entry, Qt.Key.Key_Delete)
    QTest.keyClick(entry, Qt.Key.Key_Return)


def test_a_key_makes_a_region_of_what_is_selected_and_takes_it_away(show: Show) -> None:
    panel = show(Chain(steps=(step(LIVE),)))
    card = card_of(panel)
    assert card.region is None
    panel.set_selection((0.123456, 2.0))
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_R)
    assert region_of(panel) == Span(0.1235, 2.0)
    line = line_of(panel)
    assert line.isVisible()
    assert (line.start.text(), line.end.text()) == ("0.1235", "2 s"), "the start is open to be typed"
    QTest.keyClick(card, Qt.Key.Key_R)
    assert region_of(panel) is None
    assert not line.isVisible()
    panel.store.undo()  # type: ignore[attr-defined]
    assert region_of(panel) == Span(0.1235, 2.0)
    line.remove.click()
    assert region_of(panel) is None


def test_times_are_typed_stepped_and_refused(show: Show) -> None:
    panel = show(Chain(steps=(step(LIVE, region=Span(1.0, 2.0)),)))
    line = line_of(panel)
    typed(line.end, "2.5..3")
    assert region_of(panel) == Span(1.0, Range(2.5, 3.0))
    assert line.note.text().startswith("This draw: from 1 to 2.")
    typed(line.end, "")
    assert region_of(panel) == Span(1.0)
    assert not line.note.isVisible()
    panel.setFocus()
    assert line.end.text() == "the end"
    typed(line.end, "0.5")
    assert region_of(panel) == Span(1.0)
    assert line.error.text() == "The end, 0.5 s, must lie after the start, 1 s"
    line.end.stepped.emit(1, False)
    line.start.stepped.emit(-2, False)
    line.start.stepped.emit(1, True)
    assert region_of(panel) == Span(0.81)
    typed(line.start, "soon")
    assert "is not a number" in line.error.text()
    assert region_of(panel) == Span(0.81)


def test_the_selection_is_taken_by_a_button(show: Show) -> None:
    panel = show(Chain(steps=(step(LIVE, region=Span(1.0)),)))
    line = line_of(panel)
    line.take.click()
    assert line.error.text() == "Nothing is selected: drag over a waveform first."
    panel.set_selection((0.5, 0.75))
    line.take.click()
    assert region_of(panel) == Span(0.5, 0.75)
    assert not line.error.text()
    line.way.activated.emit(EXCEPT)
    panel.set_selection((0.25, 0.5))
    line.take.click()
    assert region_of(panel) == Span(0.25, 0.5, outside=True)
    assert line.way.currentIndex() == EXCEPT
    line.end.stepped.emit(1, False)
    assert region_of(panel) == Span(0.25, 0.6, outside=True)


def test_events_are_chosen_by_their_labels_and_the_card_says_what_they_are(show: Show, tmp_path: Path) -> None:
    encode(tmp_path / "a.wav", noise(8000), 8000, Encoding("wav"))
    (tmp_path / "a.txt").write_text("0.1\t0.2\tbird\n0.5\t0.6\tcall\n")
    source = Source(str(tmp_path / "a.wav"), "a.wav")
    panel = show(Chain(steps=(step(LIVE, region=Span(1.0)),)), sources=(source,), selected=source.path)
    shown: list[object] = []
    panel.regions_shown.connect(shown.append)
    panel.cards.select(f"{LIVE}#1")
    line = line_of(panel)
    line.way.setCurrentIndex(IN_EVENTS)
    line.way.activated.emit(IN_EVENTS)
    assert region_of(panel) == Events()
    assert (line.labels.text(), line.note.text()) == ("every event", "2 stretches, by a.txt")
    typed(line.labels, "bird, Frog")
    assert region_of(panel) == Events(("bird", "Frog"))
    assert line.note.text() == "1 stretch, by a.txt"
    line.way.activated.emit(OUTSIDE)
    assert region_of(panel) == Events(("bird", "Frog"), outside=True)
    typed(line.labels, "dog")
    line.way.activated.emit(IN_EVENTS)
    assert line.note.text() == "Does nothing here: a.txt has no event labelled dog"
    line.way.activated.emit(BETWEEN)
    assert region_of(panel) == Span(0.0, 1.0)
    assert shown == [
        ((1.0, None),), ((0.1, 0.2), (0.5, 0.6)), ((0.1, 0.2),), ((0.0, 0.1), (0.2, None)), ((0.0, None),), (),
        ((0.0, 1.0),),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "Does nothing here: there is no label file beside the recording"),
        ("what is said\n", "a.txt line 1: is neither a label"),
    ],
)
def test_labels_that_are_not_there_are_told_of(show: Show, tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "a.txt").write_text(text)
    source = Source(str(tmp_path / "a.wav"), "a.wav")
    panel = show(Chain(steps=(step(LIVE, region=Events()),)), sources=(source,), selected=source.path)
    line = line_of(panel)
    shown = line.error if text is not None else line.note
    assert shown.text().startswith(said)
    assert (line.error.isVisible(), line.note.isVisible()) == (text is not None, text is None)


def test_a_label_file_that_is_written_goes_and_comes_again_is_noticed(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    encode(tmp_path / "a.wav", noise(8000), 8000, Encoding("wav"))
    source = Source(str(tmp_path / "a.wav"), "a.wav")
    panel = show(Chain(steps=(step(LIVE, region=Events()),)), sources=(source,), selected=source.path)
    note = line_of(panel).note
    for text, said in (
        ("0.1\t0.2\tbird\n", "1 stretch, by a.txt"),
        ("0.1\t0.2\tbird\n0.5\t0.6\tcall\n", "2 stretches, by a.txt"),
        (None, "Does nothing here: there is no label file beside the recording"),
        ("0.1\t0.2\tbird\n", "1 stretch, by a.txt"),
    ):
        with qtbot.waitSignal(panel.labels_rewritten, timeout=10_000):
            (tmp_path / "a.txt").write_text(text) if text else (tmp_path / "a.txt").unlink()
        qtbot.waitUntil(lambda said=said: note.text() == said, timeout=10_000)


def test_a_folded_card_hides_its_region_and_another_transform_keeps_it(show: Show) -> None:
    panel = show(Chain(steps=(step(LIVE, region=Span(1.0)),)))
    card_of(panel).set_open(False)
    assert not line_of(panel).isVisible()
    panel.editor.reset(f"{LIVE}#1")
    assert region_of(panel) == Span(1.0)
    panel.editor.replace(f"{LIVE}#1", LIVE)
    assert region_of(panel) == Span(1.0)
