"""The export dock through its own widgets, with real files and the real export process."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.batch.events import Progress
from engine.batch.plan import cores
from engine.chain import Chain, Step
from engine.files.encode import Encoding, encode
from engine.project import Project, Source
from engine.regions import Events
from gui.export.dock import ExportDock
from gui.export.folder_field import FolderField
from gui.export.job import ASKS, DONE, FAILED, INTERRUPTED, RUNNING, STOPPED, WAITING, Job, Settings
from gui.export.row import JobRow
from gui.export.shelf import Shelf
from gui.memory import Memory
from gui.store import Store
from tests.support.recordings import spoken, write_folder, write_text_as_wav

PATIENCE_MS = 60_000
QUIET = Chain(name="quiet", steps=(Step(id="a", transform="Gain", settings=(("gain_db", -6.0),)),))
LOUD = Chain(name="loud", steps=(Step(id="a", transform="Gain", settings=(("gain_db", 3.0),)),))
MANY = 2_000
"""Variants enough that an export is still under way when something is done to it."""

Open = Callable[[], ExportDock]


@pytest.fixture
def open_dock(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    """Opens a dock that remembers in the test's folder; the one before is closed, as when the program starts anew."""
    docks: list[ExportDock] = []

    def opened() -> ExportDock:
        if docks:
            docks[-1].close_export()
        memory = Memory(tmp_path / "state" / "window.json")
        dock = ExportDock(Store(Project(chain=QUIET)), memory)
        dock.store = dock._store
        dock.remembering = memory
        qtbot.addWidget(dock)
        dock.resize(330, 300)
        dock.show()
        docks.append(dock)
        return dock

    yield opened
    for dock in docks:
        dock.remembering.save()
        dock.close_export()


def drop(target: QWidget, *paths: Path, leave: bool = False) -> None:
    """Hold files over a widget, and let go of them or go away."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, action = target.rect().center(), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(place, action, data, buttons, keys))
    assert target.property("dropping")
    if leave:
        QApplication.sendEvent(target, QDragLeaveEvent())
    else:
        QApplication.sendEvent(target, QDropEvent(QPointF(place), action, data, buttons, keys))
    assert not target.property("dropping")


def hold(field: FolderField, path: Path) -> bool:
    """Let go of a file or folder over the folder's field; gives whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(field.rect().center(), action, data, buttons, keys)
    field.dragEnterEvent(enter)
    if enter.isAccepted():
        field.dropEvent(QDropEvent(QPointF(field.rect().center()), action, data, buttons, keys))
    return enter.isAccepted()


def queued(dock: ExportDock, out: Path, *paths: Path, **settings: object) -> str:
    """Drop these, and set the new job by its form's folder field; gives its id."""
    drop(dock, *paths)
    job = dock.queue.jobs[-1]
    form = row_of(dock, job.id).form
    assert form is not None
    form.folder.setText(str(out))
    form.folder.editingFinished.emit()
    changed = dataclasses.replace(job_of(dock, job.id).settings, **settings)  # type: ignore[arg-type]
    dock.queue.set(job.id, changed)
    return job.id


def row_of(dock: ExportDock, name: str) -> JobRow:
    return dock.jobs_view.rows[name]


def job_of(dock: ExportDock, name: str) -> Job:
    job = dock.queue.job(name)
    assert job is not None
    return job


def press(qtbot: QtBot, dock: ExportDock, name: str, words: str) -> None:
    qtbot.mouseClick(row_of(dock, name).button(words), Qt.MouseButton.LeftButton)


def until(qtbot: QtBot, dock: ExportDock, name: str, *states: str) -> Job:
    """Wait for a job to come to one of these states, and for its process to be gone."""
    qtbot.waitUntil(lambda: job_of(dock, name).state in states, timeout=PATIENCE_MS)
    if RUNNING not in states:
        qtbot.waitUntil(lambda: dock.queue._process is None or dock.running, timeout=PATIENCE_MS)
    return job_of(dock, name)


def begun(qtbot: QtBot, dock: ExportDock, files: int = 3) -> None:
    """Wait until some files are made."""

    def far_enough() -> bool:
        return dock.queue.progress is not None and dock.queue.progress.done >= files

    qtbot.waitUntil(far_enough, timeout=PATIENCE_MS)


def quiet_for(qtbot: QtBot, dock: ExportDock, ms: int) -> Progress:
    """Wait until nothing was made for a while; what is in hand when a pause begins comes to its end."""
    while True:
        before = dock.queue.progress
        qtbot.wait(ms)
        if before is not None and dock.queue.progress == before:
            return before


def content(out: Path) -> dict[str, bytes]:
    files = [path for path in out.rglob("*") if path.is_file() and path.name != "export.log"]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def lines(out: Path) -> list[dict[str, object]]:
    return [json.loads(text) for text in (out / "manifest.jsonl").read_text().splitlines()]


def consistent(out: Path) -> set[str]:
    """The outputs that are listed, which must be those that are there."""
    listed = {str(line["output"]) for line in lines(out) if "error" not in line}
    assert listed == {str(path.relative_to(out)) for path in out.rglob("*.wav")}
    assert not list(out.rglob("*.part"))
    return listed


def test_two_jobs_keep_the_chains_they_were_dropped_with(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    """Dropped one after the other with an edit between; Export runs both, and each folder holds its own chain."""
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    drop(dock, folder, leave=True)
    assert dock.queue.jobs == ()
    first = queued(dock, tmp_path / "one", folder, variants=1)
    dock.store.commit("Louder", Project(chain=LOUD, seed=5))
    second = queued(dock, tmp_path / "two", folder, variants=2)
    assert [job.state for job in dock.queue.jobs] == [WAITING, WAITING]
    qtbot.mouseClick(dock._start, Qt.MouseButton.LeftButton)
    assert job_of(dock, first).state == RUNNING
    until(qtbot, dock, second, DONE)
    for out, gain, count, seed in (("one", -6.0, 2, 0), ("two", 3.0, 4, 5)):
        made = lines(tmp_path / out)
        assert len(made) == count
        assert {line["seed"] for line in made} == {seed}
        assert all(f'"gain_db": {gain}' in json.dumps(line["recipe"]) for line in made)
    assert job_of(dock, first).outcome.size == sum(p.stat().st_size for p in (tmp_path / "one").rglob("*.wav"))
    assert "4 files" in row_of(dock, second).words.text()


def test_library_rows_keep_their_ids(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    """A row that is dropped draws what the library shows of it, by its id there and not by its file's name."""
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    rows = [Source(str(path), f"{path.parent.name}/{path.name}", path.parent.name) for path in folder.rglob("*.wav")]
    dock.store.commit("Add", Project(chain=QUIET, sources=tuple(rows)))
    drop(dock, Path(rows[0].path))
    dock.add_library()
    assert [len(job.rows) for job in dock.queue.jobs] == [1, 2]
    name = queued(dock, tmp_path / "out", Path(rows[0].path))
    dock.start()
    until(qtbot, dock, name, DONE)
    assert {line["source"] for line in lines(tmp_path / "out")} == {rows[0].source_id}


def test_a_recording_without_the_events_that_a_step_works_in_is_told_of(
    open_dock: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    """It is made, and the row says that a step did nothing in it, and why; also when the program starts anew."""
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    first, second = sorted(folder.rglob("*.wav"))
    first.with_suffix(".txt").write_text("0.1\t0.2\tcall\n")
    gain = dataclasses.replace(QUIET.steps[0], region=Events(("call",)))
    dock.store.commit("Region", Project(chain=dataclasses.replace(QUIET, steps=(gain,))))
    name = queued(dock, tmp_path / "out", folder, variants=2)
    dock.start()
    until(qtbot, dock, name, DONE)
    for shown in (dock, open_dock()):
        row = row_of(shown, name)
        assert (row.failed.text(), row.failed.isVisible()) == ("1 warning", True)
        row.failed.click()
        said = f"{second.parent.name}/{second.name}: {gain.id} did nothing: there is no label file beside the recording"
        assert row.reasons.words == said


def test_pause_holds_and_goes_on_and_cancel_is_at_once(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    """Cancel leaves whole files with their lines; what waits behind does not start; Continue gives what was asked."""
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    first = queued(dock, tmp_path / "out", folder, variants=MANY)
    second = queued(dock, tmp_path / "later", folder, variants=1)
    dock.start()
    begun(qtbot, dock)
    press(qtbot, dock, first, "Pause")
    held = quiet_for(qtbot, dock, 700)
    qtbot.wait(700)
    now = dock.queue.progress
    assert now is not None
    assert now.done <= held.done + cores()  # on a busy machine, what was in hand may end late
    assert "paused" in dock._note.text()
    press(qtbot, dock, first, "Go on")
    begun(qtbot, dock, held.done + 3)
    press(qtbot, dock, first, "Cancel")
    job = until(qtbot, dock, first, STOPPED)
    assert 0 < job.outcome.done < 2 * MANY == job.outcome.total
    assert len(consistent(tmp_path / "out")) == job.outcome.done
    assert job_of(dock, second).state == WAITING
    assert not dock.running
    press(qtbot, dock, first, "Continue")
    finished = until(qtbot, dock, first, DONE)
    assert (finished.outcome.done, finished.outcome.kept) == (2 * MANY, job.outcome.done)
    whole = queued(dock, tmp_path / "whole", folder, variants=MANY)
    dock.start()
    until(qtbot, dock, whole, DONE)
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_a_failure_is_named_mended_and_retried_alone(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    write_text_as_wav(folder / "notes.wav")
    name = queued(dock, tmp_path / "out", folder, variants=2)
    dock.start()
    until(qtbot, dock, name, DONE)
    row = row_of(dock, name)
    assert row.failed.text() == "2 failed"
    qtbot.mouseClick(row.failed, Qt.MouseButton.LeftButton)
    assert row.reasons.isVisible()
    assert row.reasons.words.startswith("notes.wav is")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.wav")}
    encode(folder / "notes.wav", spoken(1), 8_000, Encoding("wav"))
    press(qtbot, dock, name, "Retry")
    job = until(qtbot, dock, name, DONE)
    qtbot.waitUntil(lambda: job_of(dock, name).outcome.failed == 0, timeout=PATIENCE_MS)
    assert (job_of(dock, name).outcome.done, job_of(dock, name).outcome.kept) == (6, 4)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.wav")}
    assert {known: after[known] for known in before} == before
    assert not row.failed.isVisible()
    assert job.outcome.out == str(tmp_path / "out")


@pytest.mark.parametrize("answer", ["New name", "Overwrite", "Skip"])
def test_a_taken_folder_is_asked_about_in_the_dock(open_dock: Open, qtbot: QtBot, tmp_path: Path, answer: str) -> None:
    """No box stands in the way: the job asks, the one behind it runs meanwhile, and each answer does what it says."""
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    out = tmp_path / "out"
    queued(dock, out, folder, variants=1)
    dock.start()
    until(qtbot, dock, dock.queue.jobs[0].id, DONE)
    before = content(out)
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*.wav")}
    asking = queued(dock, out, folder, variants=1)
    behind = queued(dock, tmp_path / "other", folder, variants=1)
    dock.start()
    until(qtbot, dock, behind, DONE)
    assert job_of(dock, asking).state == ASKS
    assert "holds an export already" in row_of(dock, asking).words.text()
    press(qtbot, dock, asking, answer)
    job = until(qtbot, dock, asking, DONE)
    assert job.outcome.out == str(tmp_path / "out 2" if answer == "New name" else out)
    assert job.outcome.kept == (2 if answer == "Skip" else 0)
    assert content(out) == content(Path(job.outcome.out)) == before
    untouched = {path: path.stat().st_mtime_ns for path in stamps} == stamps
    assert untouched == (answer != "Overwrite")


def test_never_over_a_source(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    """Whatever the rule, a folder that holds what is exported is refused in a sentence and nothing is written."""
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    before = content(tmp_path / "words")
    name = queued(dock, folder / "yes", folder, existing="overwrite")
    dock.start()
    job = until(qtbot, dock, name, FAILED)
    assert "lies in the input folder" in job.outcome.reason
    assert content(tmp_path / "words") == before


def test_the_queue_survives_a_restart(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    """What waited waits, in its order; what ran says that it was interrupted, and goes on when it is told to."""
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    ran = queued(dock, tmp_path / "out", folder, variants=MANY)
    waits = queued(dock, tmp_path / "later", folder, variants=3, format="flac", tail="keep", sample_rate=16_000)
    dock.start()
    begun(qtbot, dock)
    row_of(dock, waits).stepped.emit(-1)
    before = job_of(dock, waits)
    dock = open_dock()
    assert [job.id for job in dock.queue.jobs] == [waits, ran]
    assert job_of(dock, waits) == before
    assert job_of(dock, ran).state == INTERRUPTED
    assert "Interrupted" in row_of(dock, ran).words.text()
    made = len(consistent(tmp_path / "out"))
    assert made > 0
    assert not dock.running
    dock.queue.remove(waits)
    press(qtbot, dock, ran, "Continue")
    job = until(qtbot, dock, ran, DONE)
    assert (job.outcome.done, job.outcome.kept) == (2 * MANY, made)
    row_of(dock, ran)._menu_acts(job_of(dock, ran))[-1].run()
    assert open_dock().queue.jobs == ()


def test_a_job_s_rows_are_written_once(tmp_path: Path) -> None:
    """They may be fifty thousand, and the job changes often."""
    job = Job("a1", "words", "", "", Settings(), rows=(("/a.wav", "a.wav", ""),))
    shelf = Shelf(tmp_path)
    shelf.save([job])
    (tmp_path / "a1.rows").write_text('[["/b.wav", "b.wav", "yes"]]')
    shelf.save([dataclasses.replace(job, state=DONE)])
    shelf.close()
    shelf = Shelf(tmp_path)
    (again,) = shelf.load()
    assert (again.state, again.rows) == (DONE, (("/b.wav", "b.wav", "yes"),))
    shelf.save([])
    shelf.close()
    assert not list(tmp_path.glob("a1.*"))


def test_a_second_window_leaves_the_queue_to_the_first(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    dock = open_dock()
    queued(dock, tmp_path / "out", write_folder(tmp_path / "words", each=1))
    dock.queue._save()
    other = ExportDock(Store(), Memory(tmp_path / "state" / "window.json"))
    qtbot.addWidget(other)
    assert other.queue.jobs == ()
    other.close_export()
    assert len(open_dock().queue.jobs) == 1


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
def test_an_export_process_that_is_killed_is_said_and_retried(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    name = queued(dock, tmp_path / "out", folder, variants=MANY)
    dock.start()
    begun(qtbot, dock)
    assert dock.queue._process is not None
    os.kill(dock.queue._process.pid, signal.SIGKILL)
    job = until(qtbot, dock, name, FAILED)
    assert "ended unexpectedly" in row_of(dock, name).words.text()
    press(qtbot, dock, name, "Retry")
    job = until(qtbot, dock, name, DONE)
    assert job.outcome.done == 2 * MANY == len(consistent(tmp_path / "out"))


def test_the_queue_is_ordered_duplicated_and_cleared(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    """By keys, by the handle and by the menu's entries; a duplicate is set on its own."""
    dock = open_dock()
    dock.resize(330, 900)
    folder = write_folder(tmp_path / "words", each=1)
    one, two, three = (queued(dock, tmp_path / name, folder) for name in ("one", "two", "three"))
    dock.jobs_view.open_job("")

    def order() -> list[str]:
        return [job.id for job in dock.queue.jobs]

    def key(name: str, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.waitUntil(row_of(dock, name).isVisible)
        dock.activateWindow()
        row_of(dock, name).setFocus()
        qtbot.waitUntil(row_of(dock, name).hasFocus)
        qtbot.keyClick(row_of(dock, name), key, held)

    key(three, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order() == [one, three, two]
    handle = row_of(dock, two).handle
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton)
    row_of(dock, two).handle.dragged.emit(row_of(dock, one).mapToGlobal(QPoint(9, 1)))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton)
    assert order() == [two, one, three]
    next(act for act in row_of(dock, two)._menu_acts(job_of(dock, two)) if act.words == "Duplicate").run()
    copy = order()[1]
    assert order() == [two, copy, one, three]
    dock.queue.set(copy, dataclasses.replace(job_of(dock, copy).settings, variants=9))
    assert job_of(dock, two).settings.variants == 2
    key(copy, Qt.Key.Key_Delete)
    assert order() == [two, one, three]
    key(one, Qt.Key.Key_Return)
    form = row_of(dock, one).form
    assert form is not None
    assert form.isVisible()
    assert [row_of(dock, name).is_open for name in order()] == [False, True, False]


def test_the_form_says_what_the_request_says(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    """Every setting of the form is in the request, and the next job begins with them, in a folder of its own."""
    dock = open_dock()
    folder = write_folder(tmp_path / "words", each=1)
    name = queued(dock, tmp_path / "base" / "out", folder)
    form = row_of(dock, name).form
    assert form is not None
    (tmp_path / "chosen").mkdir()
    assert not hold(form.folder, folder / "yes" / "yes_0.wav")
    assert hold(form.folder, tmp_path / "chosen")
    assert job_of(dock, name).settings.out == str(tmp_path / "chosen")
    form.folder.setText(str(tmp_path / "base" / "out"))
    form.folder.editingFinished.emit()
    qtbot.mouseClick(form.more, Qt.MouseButton.LeftButton)
    for choice, value in (
        (form.format, ("flac", "24")), (form.rate, 16_000), (form.channels, "stereo"), (form.tail, "keep"),
        (form.existing, "rename"),
    ):  # fmt: skip
        choice.show_value(value)
        choice.activated.emit(choice.currentIndex())
    form.length.setText("1,5 s")
    form.length.editingFinished.emit()
    form.seed.setValue(11)
    form.variants.setValue(7)
    qtbot.mouseClick(form.original, Qt.MouseButton.LeftButton)
    request = job_of(dock, name).request()
    assert (request.variants, request.seed, request.existing, request.keep_original) == (7, 11, "rename", True)
    assert request.finish.to_data() == {
        "format": "flac", "bits": "24", "sample_rate": 16_000, "channels": "stereo", "duration_s": 1.5, "tail": "keep",
    }  # fmt: skip
    form.length.setText("long")
    form.length.editingFinished.emit()
    assert form.length.text() == "1.5 s"
    drop(dock, folder)
    following = dock.queue.jobs[-1].settings
    assert (following.variants, following.format, following.seed) == (7, "flac", 0)
    assert Path(following.out).parent == tmp_path / "base"
    assert following.out != request.out


def test_what_is_clipped_or_passed_over_is_said_in_the_row(open_dock: Open, qtbot: QtBot, tmp_path: Path) -> None:
    """A chain without a guard clips, a bank has a silent recording: the export is made all the same."""
    dock = open_dock()
    noisy = (*LOUD.steps, Step(id="n", transform="BackgroundNoise"), Step(id="b", transform="Gain",
             settings=(("gain_db", 40.0),)))  # fmt: skip
    bank = write_folder(tmp_path / "bank", ("street",), each=1)
    for number in range(4):
        encode(bank / f"{number}.wav", np.zeros((1, 800), np.float32), 8_000, Encoding("wav"))
    chain = Chain(name="clips", steps=noisy, guard="none")
    dock.store.commit("Chain", dataclasses.replace(Project(chain=chain), banks=(("background", str(bank)),)))
    name = queued(dock, tmp_path / "out", write_folder(tmp_path / "words", each=1))
    dock.start()
    qtbot.waitUntil(lambda: job_of(dock, name).state == DONE, timeout=PATIENCE_MS)
    row, outcome = row_of(dock, name), job_of(dock, name).outcome
    assert (outcome.clipped, outcome.guarded) == (4, 0)
    assert {reason.partition(".")[2] for _, reason in outcome.skipped} == {"wav is silent"}
    assert "4 clipped" in row.words.text()
    assert row.failed.text() == f"{1 + len(outcome.skipped)} warnings"
    qtbot.mouseClick(row.failed, Qt.MouseButton.LeftButton)
    assert "4 files are clipped at full scale" in row.reasons.toPlainText()
    assert "wav is silent; it was passed over." in row.reasons.toPlainText()
    assert Job.from_data(json.loads(json.dumps(job_of(dock, name).to_data())) | {"rows": []}).outcome == outcome


def test_what_the_dock_says_when_it_is_empty(open_dock: Open, qtbot: QtBot) -> None:
    dock = open_dock()
    assert dock._zone.isVisible()
    assert not dock._library.isEnabled()
    dock.start()
    assert dock.queue.jobs == ()
    dock.store.commit("Add", Project(sources=(Source("/a.wav", "a.wav"), Source("/b.wav", "b.wav", error="empty"))))
    qtbot.mouseClick(dock._library, Qt.MouseButton.LeftButton)
    assert not dock._zone.isVisible()
    assert [len(job.rows) for job in dock.queue.jobs] == [1]
    unnamed = [button for button in dock.findChildren(QPushButton) if not (button.text() and button.toolTip())]
    assert [button for button in unnamed if button.isVisible()] == []
