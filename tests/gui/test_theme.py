from __future__ import annotations

import dataclasses
import re

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from gui import theme
from gui.stylesheet import stylesheet

THEMES = [theme.DARK, theme.LIGHT]


@pytest.fixture
def dressed(qapp: QApplication):
    yield qapp
    theme.apply(qapp, theme.DARK)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""

    def light(colour: str) -> float:
        found = QColor(colour)
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (found.redF(), found.greenF(), found.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("shown", THEMES, ids=lambda shown: shown.name)
def test_all_text_can_be_read_on_every_ground_that_it_stands_on(shown):
    for ground in (shown.panel, shown.card, shown.sunken):
        for level in (shown.text, shown.dim, shown.faint):
            assert contrast(level, ground) >= 4.5
    assert contrast(shown.clip, shown.card) >= 4.5
    assert contrast(shown.on_take, shown.take) >= 4.5


@pytest.mark.parametrize("shown", THEMES, ids=lambda shown: shown.name)
def test_what_marks_a_thing_stands_out_from_its_ground(shown):
    for colour in (shown.take, shown.original, shown.good):
        assert contrast(colour, shown.card) >= 3


@pytest.mark.parametrize("shown", THEMES, ids=lambda shown: shown.name)
def test_the_stylesheet_has_no_colour_but_the_tokens(shown):
    tokens = {value for name, value in dataclasses.asdict(shown).items() if name != "name"}
    tokens |= {shown.hover, shown.pressed, shown.edge, shown.warm, theme.mixed(shown.take, shown.text, 0.15)}
    text = stylesheet(shown)
    assert "$" not in text
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", text)) <= tokens


def test_applying_a_theme_reaches_palette_and_widgets(dressed, qtbot):
    words = QLabel("words")
    words.setProperty("role", "dim")
    qtbot.addWidget(words)
    for shown in THEMES:
        theme.apply(dressed, shown)
        words.ensurePolished()
        assert theme.current() is shown
        assert dressed.palette().color(QPalette.ColorRole.Window).name() == shown.background
        assert words.palette().color(QPalette.ColorRole.WindowText).name() == shown.dim


class Hints(QObject):
    """A system whose scheme can be changed."""

    colorSchemeChanged = Signal(object)
    scheme = Qt.ColorScheme.Unknown

    def colorScheme(self):
        return self.scheme


def test_the_window_follows_the_system_until_a_theme_is_chosen(dressed, monkeypatch):
    hints = Hints()
    monkeypatch.setattr(dressed, "styleHints", lambda: hints)
    look = theme.Look(dressed)
    seen = []
    look.changed.connect(lambda: seen.append(theme.current()))
    for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
        hints.scheme = scheme
        hints.colorSchemeChanged.emit(scheme)
    assert seen == [theme.LIGHT, theme.DARK]
    look.choose("light")
    hints.colorSchemeChanged.emit(hints.scheme)
    assert theme.current() is theme.LIGHT
    look.choose("system")
    assert theme.current() is theme.DARK


def test_figures_are_as_wide_as_each_other(dressed):
    if theme.FAMILY not in QFontDatabase.families():
        pytest.skip(f"{theme.FAMILY} is not installed, and not every font has figures of two widths")
    figures = QFontMetricsF(theme.font())
    assert len({figures.horizontalAdvance(figure * 10) for figure in "0123456789"}) == 1
