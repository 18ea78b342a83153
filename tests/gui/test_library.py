"""The library's panel: narrowing, taking out, and the recordings that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.batch.events import failure_words
from engine.files.probe import FileInfo
from engine.project import Project, Source
from gui.export.dock import ExportDock
from gui.library.panel import LibraryPanel
from gui.notice import Notice
from gui.store import Store

INFO = FileInfo("WAV", 8_000, 1, 4_000)
GOOD = tuple(Source(f"/words/{name}.wav", f"{name}.wav", name[:3], INFO) for name in ("cat_1", "cat_2", "dog_1"))
BAD = tuple(
    Source(f"/words/bad_{number}.wav", f"bad_{number}.wav", error=f"bad_{number}.wav is a text file, not sound")
    for number in range(40)
)


@pytest.fixture
def panel(qtbot: QtBot) -> LibraryPanel:
    """A panel on three recordings and forty that cannot be used; the first is looked at."""
    store = Store(Project(sources=(*GOOD, *BAD), selected=GOOD[0].path))
    panel = LibraryPanel(store)
    panel.store = store
    qtbot.addWidget(panel)
    panel.show()
    return panel


def names(panel: LibraryPanel) -> list[str]:
    """What the list shows, from top to bottom."""
    return [panel._proxy.index(row, 0).data() for row in range(panel._proxy.rowCount())]


def test_the_filter_narrows_counts_and_is_left_by_escape(panel: LibraryPanel, qtbot: QtBot) -> None:
    """Name or label; Escape shows everything again and hands the keys back."""
    qtbot.keyClicks(panel._filter, "CAT")
    assert names(panel) == ["cat_1.wav", "cat_2.wav"]
    assert "2 OF 3 CLIPS" in panel._count.text()
    with qtbot.waitSignal(panel.left, timeout=1000):
        qtbot.keyClick(panel._filter, Qt.Key.Key_Escape)
    assert len(names(panel)) == 3
    assert "OF" not in panel._count.text()
    assert panel.store.project.selected == GOOD[0].path


def test_delete_takes_out_and_goes_to_the_neighbour(panel: LibraryPanel, qtbot: QtBot) -> None:
    """As one edit, down to the last recording."""
    for following in (GOOD[1].path, GOOD[2].path, None):
        qtbot.keyClick(panel._list, Qt.Key.Key_Delete)
        assert panel.store.project.selected == following
    assert panel.store.project.readable == ()
    for _ in range(3):
        panel.store.undo()
    assert panel.store.project.readable == GOOD


def test_every_reason_can_be_read_and_be_forgotten(panel: LibraryPanel, qtbot: QtBot) -> None:
    """All forty, in a box that takes no more room than for four; undo brings them back."""
    box = panel._failures.reasons
    assert box.words.splitlines() == [source.error for source in BAD]
    assert box.height() < 200
    qtbot.mouseClick(panel._failures.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert panel.store.project.sources == GOOD
    assert not panel._failures.isVisible()
    panel.store.undo()
    assert len(panel.store.project.failed) == len(BAD)


def drop(target: QWidget, path: Path) -> bool:
    """Let go of a file over a widget; gives whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(target.rect().center(), action, data, button, keys)
    target.dragEnterEvent(enter)
    if enter.isAccepted():
        target.dropEvent(QDropEvent(QPointF(target.rect().center()), action, data, button, keys))
    return enter.isAccepted()


def test_the_export_says_what_it_lacks(qtbot: QtBot, tmp_path: Path) -> None:
    """Recordings, then a folder to write to; a folder dropped on its field is that, a file is not."""
    store = Store()
    dock = ExportDock(store)
    qtbot.addWidget(dock)
    dock.show()
    assert "recordings" in dock._missing.text()
    assert not dock._start.isEnabled()
    store.commit("Add", Project(sources=GOOD, selected=GOOD[0].path))
    assert "3 clips" in dock._zone.text()
    assert "folder" in dock._missing.text() == dock._start.toolTip()
    (tmp_path / "a.wav").touch()
    assert not drop(dock._out, tmp_path / "a.wav")
    assert drop(dock._out, tmp_path)
    assert dock._out.text() == str(tmp_path)
    assert not dock._missing.isVisible()
    assert dock._start.isEnabled()
    dock.set_inputs((str(tmp_path / "a.wav"),))
    assert dock._zone.text() == "a.wav"
    qtbot.mouseClick(dock._clear, Qt.MouseButton.LeftButton)
    assert "3 clips" in dock._zone.text()


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
