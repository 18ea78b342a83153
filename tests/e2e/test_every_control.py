"""What holds for every control: a name, a hint, a key to reach it by, a text in every language, and room for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine import preset
from engine.chain import Chain, OneOf, SomeOf, Step, new_step
from engine.params import Range
from engine.playback.player import Player
from engine.regions import Events, Span
from engine.transform import registered
from gui import words
from gui.app import Application
from gui.chain.card import NodeCard
from gui.export.job import Job
from gui.preferences.dialog import OPTIONS
from gui.preferences.welcome import Welcome
from tests.support.look_over import (
    controls,
    cut_off,
    in_brackets,
    named,
    outside_brackets,
    padded,
    seen,
    spoken_name,
    texts,
    windows,
)
from tests.support.recordings import write_folder, write_text_as_wav
from tests.support.window import PATIENCE_MS, complete, drop, running
from tools import words as collector

BRACKETS, PADDED = "brackets", "padded"
SIZES = ((1280, 720), (1440, 900))
SETTLING_MS = 60


@pytest.fixture
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language that the window is built in: a real one, brackets around every text, or a third more to say."""
    name = getattr(request, "param", words.ENGLISH)
    if name in (BRACKETS, PADDED):
        say = in_brackets if name == BRACKETS else padded
        words.learn({text: say(text) for text in collector.collect()})
    else:
        words.speak(name)
    yield name
    words.speak(words.ENGLISH)


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, no_sound_card: None, language: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Application]:
    """The window with a folder in the library, a broken file, and a queued export.

    Its chain has banks that are not bound, so that its take cannot be made, which it says.
    """
    folder = write_folder(tmp_path / "words")
    write_text_as_wav(folder / "notes.wav")
    with monkeypatch.context() as patch:
        patch.setattr(words, "speak", lambda _language: None)  # the one of this test stays
        built = running(qtbot, tmp_path / "own", Player(in_thread=True))
        application = built.__enter__()
    try:
        application.window.resize(1440, 900)
        drop(application.window, folder)
        qtbot.waitUntil(lambda: len(application.store.project.failed) == 1, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: complete(application) is not None, timeout=PATIENCE_MS)
        _furnish(application)
        QTest.qWait(300)
        yield application
    finally:
        built.__exit__(None, None, None)


def _furnish(application: Application) -> None:
    """A chain of every transform, groups of both kinds, and a job that waits."""
    _commit_chain(application, sorted(registered()))
    application.window.export.add_library()


def _one_for_each_row() -> list[str]:
    """A few transforms that have every kind of row between them."""
    kinds_of_rows = {name: {type(param) for param in kind.params().values()} for name, kind in registered().items()}
    few: list[str] = []
    while wanted := set().union(*kinds_of_rows.values()) - set().union(*(kinds_of_rows[name] for name in few)):
        few.append(max(kinds_of_rows, key=lambda name: len(kinds_of_rows[name] & wanted)))
    return few


def _commit_chain(application: Application, names: Sequence[str]) -> None:
    project = application.store.project
    chain, steps = Chain(), []
    for name in names:
        steps.append(new_step(chain, name))
        chain = chain.with_step(steps[-1])
    regions = (Span(0.1, Range(0.2, 0.3)), Events(("yes", "no"), outside=True))
    steps[4:6] = [step.with_region(region) for step, region in zip(steps[4:6], regions, strict=True)]
    picks = OneOf(id="picks", members=tuple(steps[:2]))
    several = SomeOf(id="several", members=tuple(steps[2:4]))
    chain = Chain(steps=(picks, several, *steps[4:]))
    application.store.commit("Everything", replace(project, chain=chain))


def _opened_by(name: str) -> Callable[[Application], object]:
    return lambda application: application.window.actions_by_id[name].trigger()


def _menu_of(kind: type) -> Callable[[Application], object]:
    def open_it(application: Application) -> None:
        cards = [card for card in application.window.chain.cards.all() if isinstance(card.node, kind)]
        cards[0].open_menu()

    return open_it


def _menu_bar(application: Application) -> None:
    for menu in application.window.menuBar().findChildren(QMenu):
        menu.aboutToShow.emit()


def _tool_menus(application: Application) -> None:
    for button in application.window.views.findChildren(QToolButton):
        if button.menu() is not None:
            button.menu().aboutToShow.emit()


def _help_of_a_group(application: Application) -> None:
    cards: list[NodeCard] = application.window.chain.cards.all()
    next(card for card in cards if isinstance(card.node, SomeOf)).help()


def _library_menu(application: Application) -> None:
    table = application.window.library.table
    table.selectAll()
    table.customContextMenuRequested.emit(QPoint(5, 5))


def _welcome(application: Application) -> None:
    card = Welcome(application.preferences, application.window.views)
    card.show()


SURFACES: dict[str, Callable[[Application], object]] = {
    "window": lambda _: None,
    "text": _opened_by("chain_as_text"),
    "menus": _menu_bar,
    "menus of the views": _tool_menus,
    "catalogue": _opened_by("add_step"),
    "palette": _opened_by("palette"),
    "keys": _opened_by("keys"),
    "guide": _opened_by("guide"),
    "about": _opened_by("about"),
    "preferences": _opened_by("preferences"),
    "history": _opened_by("history"),
    "failures": _opened_by("library_failures"),
    "levels": _opened_by("view_levels"),
    "frequencies": _opened_by("view_frequencies"),
    "help": lambda application: application.window.chain.cards.all()[-1].help(),
    "help of a group": _help_of_a_group,
    "a step's menu": _menu_of(Step),
    "a group's menu": _menu_of(OneOf),
    "presets": lambda application: application.window.chain.presets.open_list(),
    "menu of presets": lambda application: application.window.chain.presets.open_menu(),
    "name of a preset": _opened_by("save_preset"),
    "library's menu": _library_menu,
    "first start": _welcome,
}
"""Each thing that can lie on the screen, and how it comes there."""


NOT_SAID = {"guide", "versions"}
"""A page that is a file for each language, and what is copied into a report."""
IN_THE_WINDOW = {"window", "text", "first start", "name of a preset"}


def _each_surface(application: Application) -> Iterator[str]:
    """Open one after the other; each is put away before the next."""
    main = application.window
    for name, open_it in SURFACES.items():
        open_it(application)
        QTest.qWait(SETTLING_MS)
        yield name
        for widget in windows():
            if widget is not main:
                widget.close()
        for card in main.views.findChildren(Welcome):
            card.leave()
        if name == "text":
            open_it(application)
        QTest.keyClick(main, Qt.Key.Key_Escape)
        QTest.qWait(SETTLING_MS)


def _worth_a_look(surface: str) -> list[QWidget]:
    """What lies on the screen, without the window itself where nothing in it is new."""
    return [place for place in windows() if surface in IN_THE_WINDOW or not isinstance(place, QMainWindow)]


def test_every_control_has_a_name_and_a_hint(window: Application) -> None:
    assert len(controls(window.window)) > 100
    lacking = set()
    for surface in _each_surface(window):
        for place in _worth_a_look(surface):
            for widget in controls(place):
                if not spoken_name(widget):
                    lacking.add(f"{surface}: no name: {named(widget)}")
                if not (widget.toolTip() or widget.whatsThis()):
                    lacking.add(f"{surface}: no hint: {named(widget)}")
    assert not lacking, "\n".join(sorted(lacking))


def test_every_action_has_a_place_in_a_menu_a_hint_and_a_key_of_its_own(window: Application) -> None:
    menus = window.window.menuBar().findChildren(QMenu)
    listed = {action for menu in menus for action in menu.actions()}
    actions = [action for action in window.window.findChildren(QAction) if action.text() and not action.menu()]
    assert [action.text() for action in actions if action.objectName() and action not in listed] == []
    assert [action.text() for action in actions if action.objectName() and not action.statusTip()] == []
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []


def test_tab_reaches_every_control_panel_by_panel(window: Application, qtbot: QtBot) -> None:
    """With a few cards only: each step of the way looks at all that there is."""
    _commit_chain(window, [*sorted(registered())[:4], *_one_for_each_row()])
    top = window.window
    top.activateWindow()
    qtbot.waitUntil(top.isActiveWindow, timeout=PATIENCE_MS)
    first = QApplication.focusWidget()
    assert first is not None
    met = [first]
    for _ in range(2000):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() in met:
            break
        met.append(QApplication.focusWidget())
    assert QApplication.focusWidget() is first
    assert [named(widget) for widget in controls(top) if widget not in met and widget.isEnabled()] == []
    panels = [top.library, top.views, top.chain, top.export, top.draws, top.transport, top.menuBar()]
    order = [next((place for place, panel in enumerate(panels) if panel.isAncestorOf(widget)), -1) for widget in met]
    runs = [here for place, here in enumerate(order) if here != -1 and (place == 0 or order[place - 1] != here)]
    assert runs[: len(panels)] == [1, 2, 3, 4, 5, 6, 0]
    QTest.keyClick(first, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is met[-1]


@pytest.mark.parametrize("language", [BRACKETS], indirect=True)
def test_no_text_of_the_window_escapes_translation(window: Application) -> None:
    """Built in a language in which every text is put into brackets, the window shows no letter outside them."""
    own = _own_names(window)
    escaped = set()
    for surface in _each_surface(window):
        found = [widget for place in _worth_a_look(surface) for widget in seen(place)]
        if surface.startswith("menus"):
            found += window.window.findChildren(QMenu)
        for widget in found:
            if widget.objectName() not in NOT_SAID:
                escaped |= {f"{named(widget)}: {rest!r}" for rest in _outside(widget, own)}
    assert not escaped, "\n".join(sorted(escaped))


def _outside(widget: QWidget, own: set[str]) -> Iterator[str]:
    yield from filter(None, (outside_brackets(text, own) for text in texts(widget)))


def _own_names(application: Application) -> set[str]:
    """Names that are the same in every language: transforms, presets, the user's files, languages, the program."""
    project = application.store.project
    names = {*registered(), *preset.shipped(), *OPTIONS["language"].values(), "Variophone", "notes.wav"}
    names |= {"words", "variants", *project.chain.banks()}
    for path in (*(source.path for source in project.sources), *(job.settings.out for job in _jobs(application))):
        names |= set(Path(path).parts)
    names |= set(Path(application.preferences.recordings).parts)
    for source in project.sources:
        names |= {source.source_id, source.path, source.label, Path(source.path).stem}
    return {name for name in names if len(name) > 1}


def _jobs(application: Application) -> tuple[Job, ...]:
    return application.window.export.queue.jobs


@pytest.mark.parametrize("language", [*words.languages(), PADDED], indirect=True)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_there_is_room_for_every_word(window: Application, size: tuple[int, int]) -> None:
    top = window.window
    top.resize(*size)
    QTest.qWait(300)
    assert (top.width(), top.height()) == size
    lacking = set()
    for surface in _each_surface(window):
        for place in _worth_a_look(surface):
            lacking |= {f"{surface}: {words}" for words in cut_off(place)}
    assert not lacking, "\n".join(sorted(lacking))
