"""The library's panel: filter, tree, sorting, several at once, taking out, dragging out; and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from engine.batch.events import failure_words
from engine.files.probe import FileInfo
from engine.project import Project, Source
from gui import notice as notices
from gui.library.model import LibraryModel
from gui.library.panel import LibraryPanel
from gui.memory import Memory
from gui.notice import Notice
from gui.store import Store

INFO = FileInfo("WAV", 8_000, 1, 4_000)
LONG = FileInfo("FLAC", 44_100, 2, 441_000)
ROOT = "/words"


def row(source_id: str, info: FileInfo = INFO, **more: str) -> Source:
    """A recording below the folder of words."""
    return Source(f"{ROOT}/{source_id}", source_id, source_id.split("/")[0], info, folder=ROOT, **more)


GOOD = (row("cat/cat_2.wav"), row("cat/cat_1.wav"), row("dog/dog_1.wav", LONG))
BAD = tuple(
    Source(f"/words/bad_{number}.wav", f"bad_{number}.wav", error=f"bad_{number}.wav is a text file, not sound")
    for number in range(40)
)


@pytest.fixture
def memory() -> Iterator[Memory]:
    """What the window remembers, forgotten at the end."""
    memory = Memory()
    yield memory
    memory.save()


def panel_on(qtbot: QtBot, memory: Memory, *sources: Source) -> LibraryPanel:
    """A panel on recordings; the first is looked at, and no worker answers."""
    store = Store(Project(sources=sources, selected=sources[0].path if sources else None))
    panel = LibraryPanel(store, lambda lane, request, done: None, memory)
    panel.store = store
    panel.resize(272, 600)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def panel(qtbot: QtBot, memory: Memory) -> LibraryPanel:
    """A panel on three recordings and forty that cannot be used."""
    return panel_on(qtbot, memory, *GOOD, *BAD)


def names(panel: LibraryPanel) -> list[str]:
    """What the list shows, from top to bottom."""
    model = panel.table.model()
    return [model.index(line, 0).data() for line in range(model.rowCount())]


def choose(panel: LibraryPanel, *lines: int) -> None:
    """Click on lines, all but the first with Ctrl."""
    for line in lines:
        place = panel.table.visualRect(panel.table.model().index(line, 0)).center()
        keys = Qt.KeyboardModifier.NoModifier if line == lines[0] else Qt.KeyboardModifier.ControlModifier
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, keys, place)


def test_the_filter_narrows_counts_and_is_left_by_escape(panel: LibraryPanel, qtbot: QtBot) -> None:
    """Name or label; Escape shows everything again and hands the keys back."""
    panel.set_tree(False)
    qtbot.keyClicks(panel._filter, "CAT")
    assert names(panel) == ["cat_1.wav", "cat_2.wav"]
    assert panel._head.count.text() == "2 OF 3"
    with qtbot.waitSignal(panel.left, timeout=1000):
        qtbot.keyClick(panel._filter, Qt.Key.Key_Escape)
    assert len(names(panel)) == 3
    assert "3 CLIPS" in panel._head.count.text()
    assert panel.store.project.selected == GOOD[0].path


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("label:dog", ["dog_1.wav"]),
        ("length<1", ["cat_1.wav", "cat_2.wav"]),
        ("length:10", ["dog_1.wav"]),
        ("rate:8000", ["cat_1.wav", "cat_2.wav"]),
        ("rate>=44.1k", ["dog_1.wav"]),
        ("channels:2", ["dog_1.wav"]),
        ("level>-10", ["cat_1.wav"]),
        ("words cat _1", ["cat_1.wav"]),
        ("name:cat length>1", []),
        ('"cat_2.w', ["cat_2.wav"]),
        ("12:30", []),
    ],
)
def test_the_filter_understands_conditions(panel: LibraryPanel, typed: str, found: list[str]) -> None:
    """Each alone and all together; a quote that is still open, and what only looks like a condition."""
    panel.set_tree(False)
    panel._checks.peaks.update({GOOD[1].path: -3.0, GOOD[0].path: -20.0})
    panel._filter.setText(typed)
    assert names(panel) == found
    assert panel._no_match.isVisible() == (not found)


def test_a_condition_without_its_number_says_so_and_hides_nothing(panel: LibraryPanel) -> None:
    """As it is while somebody types."""
    panel._filter.setText("length<")
    assert panel._head.count.text().startswith("3")
    assert "needs a number" in panel._head._hint.text()
    panel._filter.setText("length<1")
    assert panel._head._hint.text() == ""


def test_tree_and_flat_and_how_they_are_sorted_are_remembered(qtbot: QtBot, memory: Memory) -> None:
    """Folders with their numbers, closed and opened by key; the next panel shows the same."""
    panel = panel_on(qtbot, memory, *GOOD)
    assert names(panel) == ["words / cat", "cat_1.wav", "cat_2.wav", "words / dog", "dog_1.wav"]
    panel.table.selectRow(1)
    for _ in range(2):
        qtbot.keyClick(panel.table, Qt.Key.Key_Left)
    assert names(panel) == ["words / cat", "words / dog", "dog_1.wav"]
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert len(names(panel)) == 5
    qtbot.mouseClick(panel._head.tree, Qt.MouseButton.LeftButton)
    panel.table.horizontalHeader().sectionClicked.emit(2)
    panel.table.horizontalHeader().sectionClicked.emit(2)
    assert names(panel) == ["dog_1.wav", "cat_2.wav", "cat_1.wav"]
    panel.table.show_column(3, True)
    again = panel_on(qtbot, memory, *GOOD)
    assert names(again) == names(panel)
    assert not again.table.isColumnHidden(3)
    assert again.table.isColumnHidden(5)


def test_delete_takes_out_all_chosen_as_one_edit_and_goes_to_the_neighbour(panel: LibraryPanel, qtbot: QtBot) -> None:
    """Two at once, then the last one; a folder stands for what is in it."""
    choose(panel, 1, 2)
    assert [source.source_id for source in panel.chosen()] == ["cat/cat_1.wav", "cat/cat_2.wav"]
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert panel.store.project.readable == GOOD[2:]
    assert panel.store.project.selected == GOOD[2].path
    panel.store.undo()
    assert panel.store.project.readable == GOOD
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert panel.store.project.readable == GOOD[2:]
    panel.table.selectRow(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert panel.store.project.selected is None
    for _ in range(2):
        panel.store.undo()
    assert panel.store.project.readable == GOOD


def test_a_label_is_given_to_all_chosen_and_taken_back_by_undo(
    panel: LibraryPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one edit; the ids that decide the draws stay."""
    panel.set_tree(False)
    panel.table.selectAll()
    monkeypatch.setattr("gui.library.panel.ask_label", lambda parent, sources, known: "pet")
    panel.label_chosen()
    assert {source.label for source in panel.store.project.readable} == {"pet"}
    assert [source.source_id for source in panel.store.project.readable] == [source.source_id for source in GOOD]
    panel.store.undo()
    assert panel.store.project.readable == GOOD


def test_what_is_chosen_is_dragged_copied_and_exported(panel: LibraryPanel, qtbot: QtBot) -> None:
    """As files of this machine for any program; with their ids for our own export."""
    choose(panel, 1, 4)
    chosen = [GOOD[1], GOOD[2]]
    data = panel.table.drag_data()
    assert [url.toLocalFile() for url in data.urls()] == [source.path for source in chosen]
    panel.copy_chosen()
    assert QApplication.clipboard().text().splitlines() == [source.path for source in chosen]
    with qtbot.waitSignal(panel.export_wanted, timeout=1000) as wanted:
        panel.export_chosen()
    assert wanted.args == [tuple(chosen)]


def test_the_current_row_is_looked_at_and_choosing_more_does_not_lose_it(panel: LibraryPanel, qtbot: QtBot) -> None:
    """By click and by arrow; Enter plays, Space stays the transport's."""
    choose(panel, 1)
    assert panel.store.project.selected == GOOD[1].path
    qtbot.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert panel.store.project.selected == GOOD[0].path
    assert len(panel.chosen()) == 2
    with qtbot.waitSignal(panel.play_wanted, timeout=1000):
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    qtbot.keyClick(panel.table, Qt.Key.Key_Space)
    assert len(panel.chosen()) == 2
    qtbot.keyClicks(panel.table, "dog")
    assert panel.store.project.selected == GOOD[2].path


def test_letters_that_are_commands_stay_commands_until_a_search_is_under_way(qtbot: QtBot, memory: Memory) -> None:
    """N makes a new draw in the list too; after a letter that is free it is part of the name that is sought."""
    names = ("ant.wav", "dna.wav", "dog.wav")
    panel = panel_on(qtbot, memory, *(row(f"x/{name}") for name in names))
    drawn: list[bool] = []
    shortcut = QShortcut(QKeySequence("N"), panel)
    shortcut.activated.connect(lambda: drawn.append(True))
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.focus_list()
    qtbot.keyClick(panel.table, Qt.Key.Key_N)
    assert len(drawn) == 1
    qtbot.keyClick(panel.table, Qt.Key.Key_D)
    qtbot.keyClick(panel.table, Qt.Key.Key_N)
    assert len(drawn) == 1
    assert panel.store.project.selected == f"{ROOT}/x/dna.wav"


def test_a_recording_whose_file_went_stays_in_the_list_with_the_reason(qtbot: QtBot, memory: Memory) -> None:
    """It is marked and cannot be looked at, dragged or exported."""
    gone = row("cat/gone.wav", error="gone.wav is not there any more")
    panel = panel_on(qtbot, memory, GOOD[0], gone)
    line = names(panel).index("gone.wav")
    assert gone.error in panel.table.model().index(line, 0).data(Qt.ItemDataRole.ToolTipRole)
    choose(panel, line)
    assert panel.store.project.selected == GOOD[0].path
    assert panel.table.drag_data().urls() == []
    assert gone.error in panel._failures.words


def test_an_empty_library_says_how_recordings_come_here(qtbot: QtBot, memory: Memory) -> None:
    """With buttons for files and for a folder."""
    panel = panel_on(qtbot, memory)
    files, folder = panel._empty.findChildren(QPushButton)
    for button, wanted in ((files, panel.files_wanted), (folder, panel.folder_wanted)):
        with qtbot.waitSignal(wanted, timeout=1000):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    panel.store.commit("Add", Project(sources=GOOD, selected=GOOD[0].path))
    assert not panel._empty.isVisible()
    assert panel.table.isVisible()


def test_every_reason_can_be_read_and_all_be_taken_out(panel: LibraryPanel, qtbot: QtBot) -> None:
    """A small box says how many; the list has all forty, and undo brings them back."""
    assert panel._failures.words.startswith("40 unreadable · bad_0.wav is a text file")
    assert panel._failures.height() < 120
    qtbot.mouseClick(panel._failures.findChild(QPushButton), Qt.MouseButton.LeftButton)
    table = panel._list.table
    assert [table.model().index(place, 1).data() for place in range(40)] == [source.error for source in BAD]
    table.selectRow(3)
    qtbot.mouseClick(panel._list.remove, Qt.MouseButton.LeftButton)
    assert panel.store.project.failed == (*BAD[:3], *BAD[4:])
    table.clearSelection()
    qtbot.mouseClick(panel._list.remove, Qt.MouseButton.LeftButton)
    assert panel.store.project.sources == GOOD
    assert not panel._list.isVisible()
    assert not panel._failures.isVisible()
    for _ in range(2):
        panel.store.undo()
    assert len(panel.store.project.failed) == len(BAD)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often Qt asks the model for anything about a single line."""
    counts = dict.fromkeys(("data", "flags", "index"), 0)

    def counting(name: str) -> Callable[..., object]:
        original = getattr(LibraryModel, name)

        def count(self: LibraryModel, *args: object) -> object:
            counts[name] += 1
            return original(self, *args)

        return count

    for name in counts:
        monkeypatch.setattr(LibraryModel, name, counting(name))
    return counts


def test_fifty_thousand_recordings_cost_what_is_in_view(qtbot: QtBot, memory: Memory, counted: dict[str, int]) -> None:
    """Adding, sorting, filtering, choosing all: Qt asks for the lines that it paints and for no others."""
    panel = panel_on(qtbot, memory, *GOOD)
    many = tuple(row(f"{number % 300:03d}/{number:05d}.wav") for number in range(50_000))
    for step in (
        lambda: panel.store.commit("Add", Project(sources=many, selected=many[9].path)),
        lambda: panel.table.horizontalHeader().sectionClicked.emit(2),
        lambda: panel.set_tree(False),
        lambda: (panel._filter.setText("00"), panel._narrow()),
        panel.table.selectAll,
        lambda: panel.store.undo(),
    ):
        counted.update(dict.fromkeys(counted, 0))
        step()
        qtbot.wait(20)
        assert max(counted.values()) < 3_000, counted
    panel._typing.stop()


def test_a_failure_names_its_source_once() -> None:
    """With its path below the input, whether the reason begins with the file's name or not."""
    assert failure_words("no/a.wav", "a.wav is empty") == "no/a.wav is empty"
    assert failure_words("no/a.wav", "the disk is full") == "no/a.wav: the disk is full"


def test_a_notice_is_taken_back_by_its_topic(qtbot: QtBot) -> None:
    """What is still true comes to light again; what was put away stays away."""
    notice = Notice()
    qtbot.addWidget(notice)
    notice.say("No sound.", "sound")
    notice.say("No take.", "take")
    assert notice.words == "No take."
    notice.take_back("take")
    assert notice.words == "No sound."
    qtbot.mouseClick(notice.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert notice.words == ""
    notice.take_back("sound")
    assert notice.isHidden()


def test_only_what_is_wrong_is_red_and_only_what_went_well_goes_by_itself(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "PASSING_MS", 50)
    notice = Notice()
    qtbot.addWidget(notice)
    notice.say("No sound.", "sound")
    assert notice.property("wrong") is True
    notice.tell("Saved a.wav", "draws")
    assert (notice.words, notice.property("wrong")) == ("Saved a.wav", False)
    qtbot.waitUntil(lambda: notice.words == "No sound.")
    qtbot.wait(100)
    assert (notice.words, notice.property("wrong")) == ("No sound.", True)
    notice.ask("Restore it?", "copy", ("Restore", lambda: None))
    assert notice.property("wrong") is False
