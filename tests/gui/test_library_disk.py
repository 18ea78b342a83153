"""The library and the disk: rows appear while a folder is looked through, and follow what becomes of the files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from engine.files.encode import Encoding, encode
from engine.jobs import Response, Workers
from engine.project import Project, Source
from gui.bridge import Bridge
from gui.library import reveal, scans, watch
from gui.library.panel import LibraryPanel
from gui.memory import Memory
from gui.store import Store
from tests.support.recordings import spoken, write_cut_flac, write_folder, write_text_as_wav
from tests.support.threads import ThreadPoolOfRequests

PATIENCE_MS = 20_000
OLD_NS = 1_700_000_000 * 10**9


@dataclass
class Bench:
    """A panel with workers that are threads, and a folder of recordings to drop on it."""

    panel: LibraryPanel
    store: Store
    folder: Path
    qtbot: QtBot

    def drop(self, *paths: Path) -> None:
        """Look through paths as the window does, until every recording has been decoded."""
        self.panel.look_through(tuple(map(str, paths)), self._found)
        self.wait(lambda: not self.panel._scans.words)
        self.settle()

    def _found(self, response: Response, scan: object, first: bool) -> None:
        self.store.commit("Add", self.store.project.with_sources(response.value), scan)

    def settle(self) -> None:
        """Wait until nothing is looked at any more."""
        self.wait(lambda: not self.panel._checks._waiting and not self.panel._watch.busy)

    def rescan(self) -> None:
        """Press F5."""
        with self.qtbot.waitSignal(self.panel._watch.told, timeout=PATIENCE_MS):
            self.panel.rescan()
        self.settle()

    def wait(self, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE_MS)

    @property
    def rows(self) -> dict[str, Source]:
        """What the library has, by id."""
        return {source.source_id: source for source in self.store.project.sources}


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """Six recordings in two folders, not dropped yet."""
    owner = QObject()
    bridge = Bridge(Workers(ThreadPoolOfRequests()), owner)
    store, memory = Store(), Memory()
    panel = LibraryPanel(store, bridge.submit, memory)
    qtbot.addWidget(panel)
    panel.show()
    yield Bench(panel, store, write_folder(tmp_path / "words"), qtbot)
    bridge.close()
    memory.save()


def write(path: Path, seed: int = 9, seconds: float = 0.25) -> Path:
    """A recording that nobody is writing to any more."""
    encode(path, spoken(seed, duration_s=seconds), 8_000, Encoding("wav", "16"))
    os.utime(path, ns=(OLD_NS, OLD_NS + seed))
    return path


def test_a_big_folder_appears_a_part_at_a_time_and_is_one_edit(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part as big as all before it; undo takes back all, and redo brings all."""
    monkeypatch.setattr(scans, "FIRST", 2)
    sizes: list[int] = []
    bench.store.changed.connect(lambda new, old: sizes.append(len(new.sources)))
    bench.panel.look_through((str(bench.folder),), bench._found)
    assert "words" in bench.panel._head._busy.text()
    bench.wait(lambda: len(bench.rows) == 6 and not bench.panel._scans.words)
    assert sorted(set(sizes))[0] < 6
    assert bench.panel._head._busy.text() == ""
    bench.store.undo()
    assert bench.rows == {}
    bench.store.redo()
    assert list(bench.rows) == [f"{label}/{label}_{number}.wav" for label in ("no", "yes") for number in range(3)]
    assert bench.rows["no/no_0.wav"].label == "no"


def test_undoing_what_a_scan_has_added_so_far_ends_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is not added behind the user's back."""
    monkeypatch.setattr(scans, "FIRST", 1)
    bench.panel.look_through((str(bench.folder),), bench._found)
    bench.wait(lambda: bench.rows)
    bench.store.undo()
    bench.wait(lambda: not bench.panel._scans.words)
    assert bench.rows == {}


def test_every_recording_gets_its_level(bench: Bench) -> None:
    """The largest sample in decibels, which can be shown and sorted by."""
    encode(bench.folder / "half.wav", spoken(1) / abs(spoken(1)).max() / 2, 8_000, Encoding("wav", "32f"))
    bench.drop(bench.folder)
    model = bench.panel.table.model()
    shown = {model.index(line, 0).data(): model.index(line, 5).data() for line in range(model.rowCount())}
    assert shown["half.wav"] == "−6.0"
    assert all(shown[f"yes_{number}.wav"].startswith("−") for number in range(3))
    bench.panel.table.horizontalHeader().sectionClicked.emit(5)
    levels = [source.source_id for source in bench.panel._model.lines.below(0)]
    assert levels == ["half.wav"]


def test_a_rescan_sees_what_was_added_removed_renamed_and_changed(bench: Bench) -> None:
    """With the same ids as a drop gives; labels that the user set stay, and undo neither loses nor revives files."""
    bench.drop(bench.folder)
    bench.panel._deeds.set_label([bench.rows["yes/yes_0.wav"]], "maybe")
    bench.panel._deeds.take_out([bench.rows["yes/yes_1.wav"]], None)
    (bench.folder / "new" / "deep").mkdir(parents=True)
    write(bench.folder / "new" / "deep" / "a.wav")
    (bench.folder / "no" / "no_0.wav").unlink()
    (bench.folder / "no" / "no_1.wav").rename(bench.folder / "no" / "other.wav")
    os.utime(bench.folder / "no" / "other.wav", ns=(OLD_NS, OLD_NS))
    write(bench.folder / "yes" / "yes_0.wav", 4, seconds=1.0)
    bench.rescan()
    assert bench.panel._head._busy.text() == "2 new · 3 changed or gone"
    assert bench.rows["new/deep/a.wav"].label == "deep"
    assert bench.rows["no/other.wav"].info is not None
    for name in ("no_0.wav", "no_1.wav"):
        assert bench.rows[f"no/{name}"].error == f"{name} is not there any more"
        assert bench.rows[f"no/{name}"].info is not None
    assert bench.rows["yes/yes_0.wav"].info.frames == 8_000
    assert bench.rows["yes/yes_0.wav"].label == "maybe"
    assert "yes/yes_1.wav" not in bench.rows
    bench.store.undo()
    assert {"yes/yes_1.wav", "new/deep/a.wav"} <= set(bench.rows)
    bench.store.undo()
    assert bench.rows["yes/yes_0.wav"].label == "yes"
    assert bench.rows["yes/yes_0.wav"].info.frames == 8_000
    assert bench.rows["no/no_0.wav"].error
    bench.store.undo()
    assert bench.rows == {}
    for _ in range(3):
        bench.store.redo()
    assert "yes/yes_1.wav" not in bench.rows
    assert "new/deep/a.wav" in bench.rows
    write(bench.folder / "no" / "no_0.wav", 5)
    bench.rescan()
    assert not bench.rows["no/no_0.wav"].error


def test_files_that_come_and_go_are_seen_without_asking(bench: Bench) -> None:
    """In the folder, in a new one below it, and a file that is still being written only when that is over."""
    bench.drop(bench.folder)
    bench.wait(lambda: len(bench.panel._watch._watcher.directories()) == 3)
    write(bench.folder / "yes" / "late.wav")
    bench.wait(lambda: "yes/late.wav" in bench.rows)
    shutil.rmtree(bench.folder / "no")
    bench.wait(lambda: bench.rows["no/no_2.wav"].error)
    (bench.folder / "young").mkdir()
    encode(bench.folder / "young" / "b.wav", spoken(3), 8_000, Encoding("wav", "16"))
    bench.wait(lambda: "young/b.wav" in bench.rows)
    assert bench.rows["young/b.wav"].info is not None
    bench.wait(lambda: str(bench.folder / "young") in bench.panel._watch._watcher.directories())
    assert bench.store.undo_label == "Add"
    bench.settle()


def test_a_library_that_was_opened_is_not_filled_with_what_was_once_taken_out(bench: Bench, tmp_path: Path) -> None:
    """The first look at its folders says what is old there; what appears later is new."""
    one = write(bench.folder / "yes" / "yes_0.wav")
    source = Source(str(one), "yes/yes_0.wav", "yes", folder=str(bench.folder))
    bench.store.amend(Project(sources=(source,)))
    bench.wait(lambda: bench.rows["yes/yes_0.wav"].info is not None)
    bench.rescan()
    assert list(bench.rows) == ["yes/yes_0.wav"]
    write(bench.folder / "yes" / "z.wav")
    bench.rescan()
    assert list(bench.rows) == ["yes/yes_0.wav", "yes/z.wav"]


def test_more_folders_than_are_watched_are_said_and_looked_at_when_the_window_comes_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when another program was in front."""
    monkeypatch.setattr(watch, "WATCHED_MAX", 2)
    bench.drop(bench.folder)
    bench.wait(lambda: bench.panel._watch.watched == (2, 3))
    assert bench.panel._unwatched.text().startswith("2 of 3")
    write(bench.folder / "yes" / "late.wav")

    def seen() -> bool:
        bench.panel._watch._activated(Qt.ApplicationState.ApplicationActive)  # one right behind another is passed over
        return "yes/late.wav" in bench.rows

    bench.wait(seen)
    bench.settle()


def test_what_cannot_be_used_is_tried_again_when_it_was_mended(bench: Bench) -> None:
    """One of them or all; a file that only looks whole is decoded before it is believed."""
    write_text_as_wav(bench.folder / "notes.wav")
    write_cut_flac(bench.folder / "cut.flac")
    bench.drop(bench.folder)
    bench.wait(lambda: len(bench.store.project.failed) == 2)
    assert bench.panel._failures.isVisible()
    bench.panel.show_failures()
    bench.qtbot.mouseClick(bench.panel._list.retry, Qt.MouseButton.LeftButton)
    bench.wait(lambda: bench.panel._list.retry.isEnabled())
    assert len(bench.store.project.failed) == 2
    write(bench.folder / "notes.wav")
    bench.panel.retry_all()
    bench.wait(lambda: len(bench.store.project.failed) == 1)
    assert bench.rows["notes.wav"].info is not None
    encode(bench.folder / "cut.flac", spoken(5), 8_000, Encoding("flac", "16"))
    bench.panel.retry_all()
    bench.wait(lambda: not bench.store.project.failed)
    assert not bench.panel._list.isVisible()
    bench.settle()


def test_a_file_that_ends_a_worker_is_named_and_the_others_are_there(bench: Bench) -> None:
    """Whatever it does to the process that looks at it."""
    submit = bench.panel._scans._submit

    def dying(lane: str, request: object, done: object) -> None:
        if any("no_1" in source.path for source in getattr(request, "sources", ())):
            done(Response(error="a worker process died"))
        else:
            submit(lane, request, done)

    bench.panel._scans._submit = dying
    bench.drop(bench.folder)
    assert len(bench.store.project.readable) == 5
    assert bench.rows["no/no_1.wav"].error == "no_1.wav cannot be used: a worker process died"
    assert replace(bench.rows["no/no_1.wav"], error="").source_id == "no/no_1.wav"


def test_only_what_is_there_is_shown_in_the_file_manager(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file is gone the nearest folder that is left is opened, and nothing is chosen in its place."""
    asked: list[list[str]] = []
    opened: list[str] = []
    monkeypatch.setattr(reveal, "_ask_file_manager", lambda paths, parent: asked.append(paths))
    monkeypatch.setattr(reveal.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    bench.drop(bench.folder)
    gone, there = bench.folder / "no" / "no_0.wav", bench.folder / "no" / "no_1.wav"
    gone.unlink()
    reveal.reveal([str(gone), str(there)], bench.panel)
    assert (asked, opened) == ([[str(there)]], [])
    shutil.rmtree(bench.folder / "no")
    reveal.reveal([str(gone)], bench.panel)
    assert (len(asked), opened) == (1, [str(bench.folder)])
    bench.rescan()
