"""What holds for every control of the window: a name, a hint, a key to reach it by, and a text in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine import preset
from engine.chain import Chain, OneOf, new_step
from engine.playback.player import Player
from engine.transform import registered
from gui import words
from gui.app import Application
from tests.support.recordings import write_folder, write_text_as_wav
from tests.support.window import PATIENCE_MS, complete, drop, running
from tools import words as collector

DATA = re.compile(
    r"\b(dB|dBFS|dBTP|Hz|kHz|LUFS|LU|ms|kbps|wav|mp3|flac|opus|ogg|bit|Ctrl|Shift|Alt|Esc|Enter|Del|Up|Down|Home|End|Space"
    r"|auto|Tab|Return|Left|Right|PgUp|PgDown|F\d+|[A-Z]|[kmsxp]|v\d+|oct|st|ct)\b"
)
"""What is the same in every language: units, kinds of files, keys."""


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, no_sound_card: None) -> Iterator[Application]:
    """The window with a folder in the library, a broken file, a group, and a take that is rendered."""
    folder = write_folder(tmp_path / "words")
    write_text_as_wav(folder / "notes.wav")
    with running(qtbot, tmp_path / "own", Player(in_thread=True)) as application:
        application.window.resize(1440, 900)
        drop(application.window, folder)
        qtbot.waitUntil(lambda: len(application.store.project.failed) == 1, timeout=PATIENCE_MS)
        project = application.store.project
        step = new_step(project.chain, "Gain")
        group = OneOf(id="group", members=(step, new_step(Chain().with_step(step), "Delay")))
        application.store.commit("Group", replace(project, chain=project.chain.with_step(group, 0)))
        qtbot.waitUntil(lambda: complete(application) is not None, timeout=PATIENCE_MS)
        QTest.qWait(300)
        yield application


def controls(window: QWidget) -> list[QWidget]:
    """Everything that can be seen and worked with the keyboard."""
    return [
        widget for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox)
    ]  # fmt: skip


def named(widget: QWidget) -> str:
    """How a widget would be found in the code."""
    chain = [widget]
    while chain[-1].parentWidget() is not None:
        chain.append(chain[-1].parentWidget())
    return " < ".join(f"{type(each).__name__} {each.objectName()}".strip() for each in chain[:4])


def test_every_control_has_a_name_and_a_hint(window: Application) -> None:
    found = controls(window.window)
    assert len(found) > 40
    assert [named(widget) for widget in found if not _name(widget)] == []
    assert [named(widget) for widget in found if not (widget.toolTip() or widget.whatsThis())] == []


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def test_every_action_has_a_place_in_a_menu_and_a_hint(window: Application) -> None:
    menus = window.window.menuBar().findChildren(QMenu)
    listed = {action for menu in menus for action in menu.actions()}
    actions = [action for action in window.window.findChildren(QAction) if action.text() and not action.menu()]
    assert [action.text() for action in actions if action.objectName() and action not in listed] == []
    assert [action.text() for action in actions if action.objectName() and not action.statusTip()] == []
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []


def test_tab_reaches_every_control_panel_by_panel(window: Application, qtbot: QtBot) -> None:
    top = window.window
    top.activateWindow()
    qtbot.waitUntil(top.isActiveWindow, timeout=PATIENCE_MS)
    first = QApplication.focusWidget()
    assert first is not None
    seen = [first]
    for _ in range(2000):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() in seen:
            break
        seen.append(QApplication.focusWidget())
    left = [named(widget) for widget in controls(top) if widget not in seen and widget.isEnabled()]
    assert left == []
    panels = [top.library, top.views, top.chain, top.export, top.draws, top.transport]
    order = [next((place for place, panel in enumerate(panels) if panel.isAncestorOf(widget)), -1) for widget in seen]
    runs = [place for index, place in enumerate(order) if place != -1 and (index == 0 or order[index - 1] != place)]
    assert len(runs) <= len(panels) + 1, runs


def test_no_text_of_the_window_escapes_translation(
    qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Built in a language in which every text is put into brackets, the window shows no letter outside them."""
    words.learn({text: f"«{text}»" for text in collector.collect()})
    request.addfinalizer(lambda: words.speak(words.ENGLISH))
    application = request.getfixturevalue("window")
    own = "|".join(map(re.escape, sorted(_own_names(application), key=len, reverse=True)))
    escaped = []
    for widget in application.window.findChildren(QWidget):
        for text in _texts(widget) if widget.isVisibleTo(application.window) else ():
            rest = re.sub(r"«[^«»]*»", " ", text)
            while (inner := re.sub(r"«[^«»]*»", " ", rest)) != rest:
                rest = inner
            rest = DATA.sub(" ", re.sub(own, " ", rest))
            if re.search(r"[A-Za-z]{2,}", rest):
                escaped.append(f"{named(widget)}: {text!r}")
    assert escaped == []


def _own_names(application: Application) -> set[str]:
    """Names that are the same in every language: transforms, presets, the user's files, the program."""
    project = application.store.project
    names = {*registered(), *preset.shipped(), "Variophone", "notes.wav", "words"}
    for source in project.sources:
        names |= {source.source_id, source.path, source.label, *Path(source.path).parts, Path(source.path).stem}
    return {name for name in names if len(name) > 1}


def _texts(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.accessibleName(), widget.whatsThis(), widget.statusTip())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QGroupBox):
        yield widget.title()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))
    if isinstance(widget, QMenu):
        yield from (action.text() for action in widget.actions())
    if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView) and widget.model() is not None:
        model = widget.model()
        for column in range(model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
