"""What stands around the panels: preferences, help, hints, the first start, the layout, and what follows an error."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTranslator
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine import settings
from gui import theme, words
from gui.actions import Command
from gui.app import WELCOMED
from gui.help.about import About, Guide
from gui.help.crash import CrashDialog
from gui.help.hints import hint
from gui.help.keys import KeyReference
from gui.help.search import score
from gui.preferences.dialog import OPTIONS, TITLES, PreferencesDialog
from gui.preferences.welcome import Welcome
from tests.support.desk import PATIENCE_MS, Desk, home_in, opened, sitting_at
from tests.support.recordings import write_folder

pytestmark = pytest.mark.usefixtures("no_sound_card")
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp, theme.DARK)
    words.speak(words.ENGLISH)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with sitting_at(qtbot, tmp_path / "own") as desk:
        yield desk


def close(qtbot: QtBot, kind: type[QWidget]) -> None:
    """Close the window of that kind and wait until it is gone."""
    opened(kind).close()
    qtbot.waitUntil(lambda: not [w for w in QApplication.topLevelWidgets() if isinstance(w, kind)])


def test_a_preference_holds_at_once_and_at_the_next_start(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.keyClick(desk.application.window, Qt.Key.Key_Comma, CONTROL)
    dialog = opened(PreferencesDialog)
    assert isinstance(dialog, PreferencesDialog)
    themes, hints = dialog.controls["theme"], dialog.controls["hints"]
    assert isinstance(themes, QComboBox)
    assert isinstance(hints, QCheckBox)
    themes.setFocus()
    qtbot.keyClick(themes, Qt.Key.Key_End)
    assert theme.current() is theme.LIGHT
    qtbot.mouseClick(hints, Qt.MouseButton.LeftButton, pos=QPoint(8, hints.height() // 2))
    assert not desk.application.window.statusBar().isVisible()
    close(qtbot, PreferencesDialog)
    file = home_in(tmp_path / "own").settings
    read, wrong = settings.read(file)
    assert (read.theme, read.hints, wrong) == ("light", False, ())
    theme.apply(QApplication.instance(), theme.DARK)
    file.write_text(file.read_text().replace('"light"', '"pink"') + "sparkle = true\n")
    with sitting_at(qtbot, tmp_path / "own") as again:
        assert not again.application.window.statusBar().isVisible()
        assert "settings.toml" in again.notice()


def test_the_language_is_spoken_from_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    with sitting_at(qtbot, tmp_path / "own") as desk:
        desk.application.preferences.set("language", "zh_CN")
    with sitting_at(qtbot, tmp_path / "own"):
        assert words.language() == "zh_CN"


def test_every_setting_has_its_line() -> None:
    assert set(TITLES) == set(settings.params())
    offered = {name: set(getattr(param, "options", ())) for name, param in settings.params().items()}
    assert {name: set(options) for name, options in OPTIONS.items()} == {n: o for n, o in offered.items() if o}
    assert offered["language"] == {"system", *words.languages()}


def test_the_palette_finds_and_runs_a_command(desk: Desk, qtbot: QtBot) -> None:
    """By a few letters, and what was run comes first the next time."""
    desk.application.window.draws.new_draw()
    qtbot.keyClick(desk.application.window, Qt.Key.Key_K, CONTROL)
    palette = desk.application.window.help.palette
    assert palette is not None
    assert "Undo: New draw" not in palette.titles()[:1]
    qtbot.keyClicks(palette.search, "prdr")
    assert palette.titles()[0] == "Previous draw"
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert desk.application.store.project.variant == 1
    desk.application.window.draws.new_draw()
    desk.application.window.help.open_palette()
    again = desk.application.window.help.palette
    assert again is not None
    assert again.titles()[0] == "Previous draw"
    qtbot.keyClicks(again.search, "qqq")
    assert again.titles() == []
    assert again.none.isVisible()
    again.close()


def test_letters_are_found_best_at_the_beginnings_of_words() -> None:
    titles = ["Cancel", "Save as …", "Open session …", "Stop"]
    assert max(titles, key=lambda title: score("sa", title) or 0) == "Save as …"
    assert max(titles, key=lambda title: score("os", title) or 0) == "Open session …"
    assert score("pots", "Stop") is None


def test_the_key_reference_lists_every_command_but_choices_without_keys(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.application.window, Qt.Key.Key_F2)
    reference = opened(KeyReference)
    assert isinstance(reference, KeyReference)
    page = reference.page.toPlainText()
    listed: list[Command] = desk.application.window.help.listed
    commands = [command for command in listed if command.keys or not command.submenu]
    assert [command.id for command in commands if command.title.replace("&&", "&") not in page] == []
    keys = {QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for c in commands for keys in c.keys}
    assert keys - set(page.replace(", ", "\n").splitlines()) == set()
    reference.search.setText("ctrl+shift+s")
    assert "Save as" in reference.page.toPlainText()
    assert "Full screen" not in reference.page.toPlainText()
    close(qtbot, KeyReference)


def test_guide_and_about_are_there(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.application.window, Qt.Key.Key_F1)
    guide = opened(Guide)
    assert isinstance(guide, Guide)
    assert "The main job" in guide.page.toPlainText()
    close(qtbot, Guide)
    desk.application.window.actions_by_id["about"].trigger()
    close(qtbot, About)


def test_the_line_at_the_bottom_says_what_has_the_focus(desk: Desk, qtbot: QtBot) -> None:
    window = desk.application.window
    button = window.notice._away
    assert hint(button, window) == button.toolTip()
    assert hint(window, window) == ""
    seed = window.draws._seed
    seed.setFocus()
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == seed.toolTip(), timeout=PATIENCE_MS)


def test_what_is_chosen_in_the_views_reaches_the_takes(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    """The selection can be exported, and the strip's pictures have the views' colours."""
    window = desk.application.window
    export = next(command for command in window.help.listed if command.id == "export_selection")
    assert export.possible is not None
    window.open_paths((str(write_folder(tmp_path / "speech", each=1)),))
    qtbot.waitUntil(lambda: desk.application.store.project.source is not None, timeout=PATIENCE_MS)
    assert not export.possible()
    window.views.regions.select((0.1, 0.2))
    assert export.possible()
    window.views.regions.select(None)
    assert not export.possible()
    with qtbot.waitSignal(window.draws._model.dataChanged):
        window.views.change(floor_db=-60.0)


def test_the_panels_are_reached_by_one_key(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    window = desk.application.window
    panels = (window.library, window.views, window.chain, window.export, window.draws, window.transport)
    assert all(panel.accessibleName() for panel in panels)
    window.open_paths((str(write_folder(tmp_path / "words")),))  # else the export has nothing that takes the focus
    qtbot.waitUntil(lambda: bool(desk.application.store.project.readable), timeout=PATIENCE_MS)
    window.views.setFocus()
    seen = []
    for _ in panels:
        qtbot.keyClick(window, Qt.Key.Key_F6)
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(next((panel for panel in panels if panel is focus or panel.isAncestorOf(focus)), None))
    assert seen == [*panels[2:], panels[0], panels[1]]
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.library.isAncestorOf(QApplication.focusWidget())


def test_the_first_start_shows_one_card_once(qtbot: QtBot, tmp_path: Path) -> None:
    """Space plays while it is there, Escape closes it for good."""
    with sitting_at(qtbot, tmp_path / "own", welcomed=False) as desk:
        window = desk.application.window
        card = window.findChild(Welcome)
        qtbot.waitUntil(card.hasFocus, timeout=PATIENCE_MS)
        qtbot.keyClick(card, Qt.Key.Key_Space)
        assert desk.application.audition.awaits_sound
        card.themes.setCurrentIndex(card.themes.findData("light"))
        card.themes.activated.emit(card.themes.currentIndex())
        assert theme.current() is theme.LIGHT
        qtbot.keyClick(card, Qt.Key.Key_Escape)
        assert desk.application.memory.get(WELCOMED) is True
        assert window.views.hasFocus() or window.views.isAncestorOf(QApplication.focusWidget())
    with sitting_at(qtbot, tmp_path / "own") as desk:
        assert desk.application.window.findChild(Welcome) is None


def test_size_and_division_are_remembered_and_brought_onto_a_screen(qtbot: QtBot, tmp_path: Path) -> None:
    with sitting_at(qtbot, tmp_path / "own") as desk:
        desk.application.window.resize(760, 700)
        desk.application.window.layout_kept.remember()
        size = desk.application.window.size()
    with sitting_at(qtbot, tmp_path / "own") as desk:
        assert desk.application.window.size() == size
        desk.application.window.move(9000, 9000)
    with sitting_at(qtbot, tmp_path / "own") as desk:
        room = QGuiApplication.primaryScreen().availableGeometry()
        assert room.contains(desk.application.window.geometry().center())


def boom(why: str) -> None:
    raise ValueError(why)


@pytest.fixture
def crashing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A window that hears of errors, in place of the test's own hook."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    desk.application.crashes.install()
    yield desk
    desk.application.crashes.uninstall()


def test_an_error_in_a_slot_is_one_dialog_and_the_window_goes_on(
    crashing: Desk, qtbot: QtBot, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    window = crashing.application.window
    window.draws.new_draw()
    window.actions_by_id["previous_draw"].trigger()
    window.draws.new_draw()
    button = QPushButton("break", window)
    button.clicked.connect(lambda: boom(f"{Path.home()}/secret is odd"))
    button.click()
    qtbot.waitUntil(lambda: bool([w for w in QApplication.topLevelWidgets() if isinstance(w, CrashDialog)]))
    dialog = opened(CrashDialog)
    assert isinstance(dialog, CrashDialog)
    report = dialog.report.toPlainText()
    assert "ValueError: ~/secret is odd" in report
    assert "previous_draw" in report
    assert "python: " in report
    assert list(home_in(tmp_path / "own").copies.glob("*/*.variophone")), "the work was kept at once"
    threading.Thread(target=boom, args=("in a thread",)).start()
    qtbot.waitUntil(lambda: "1 more error" in dialog.more.text(), timeout=PATIENCE_MS)
    qtbot.mouseClick(next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy report"), LEFT)
    assert QGuiApplication.clipboard().text() == report
    dialog.accept()
    button.click()
    window.draws.new_draw()
    assert crashing.application.store.project.variant == 3, "the window goes on"
    qtbot.wait(600)
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, CrashDialog)], "said once"
    assert capfd.readouterr().err.count("Traceback") == 3


LEFT = Qt.MouseButton.LeftButton
