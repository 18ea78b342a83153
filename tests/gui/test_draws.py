"""The draws: takes with pictures to go back to, the seed, files of takes, and the list of edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from engine.chain import Chain, Step
from engine.jobs import Done, Request, answer
from engine.library import ScanRequest
from engine.params import Range
from engine.project import Project
from engine.takes import Takes, View
from engine.track import Scratch, TrackStopped
from engine.transform import registered
from gui.draws import darkroom, taking_out
from gui.draws.bar import DrawBar
from gui.draws.strip_model import ERROR_ROLE, FRESH_ROLE, PRESENT_ROLE, VARIANT_ROLE
from gui.drops import dropped_paths
from gui.history import HistoryList
from gui.memory import Memory
from gui.store import Store
from gui.widgets.scale import shown
from tests.support.recordings import write_folder

LEFT = Qt.MouseButton.LeftButton


class Workers:
    """Does what it is asked when the test says so, in this process; the kinds of requests are those of the window."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, Request, Done]] = []
        self.most_pictures = 0

    def submit(self, lane: str, request: Request, done: Done) -> None:
        """Put a request to the others."""
        self.orders.append((lane, request, done))
        self.most_pictures = max(self.most_pictures, sum(lane == darkroom.LANE for lane, _, _ in self.orders))

    def work(self, *lanes: str) -> None:
        """Do what was asked so far and what that leads to, in these lanes or in all."""
        while order := next((order for order in self.orders if not lanes or order[0] in lanes), None):
            self.orders.remove(order)
            order[2](answer(order[1]))

    def asked(self, lane: str) -> list[Request]:
        """What waits in a lane."""
        return [request for each, request, _ in self.orders if each == lane]


class Desk:
    """The draw bar over real takes and files."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        sources = ScanRequest((str(write_folder(folder / "in")),)).run()
        step = Step(id="Gain#1", transform="Gain", settings=(("gain_db", Range(-12.0, 12.0)),))
        chain = Chain(steps=(step, Step(id="Speed#1", transform="Speed", settings=(("rate", 0.5),))))
        self.workers, self.scratch, self.memory = Workers(), Scratch(), Memory()
        self.store = Store(Project(sources=sources, selected=sources[0].path, chain=chain))
        self.takes = Takes(self.workers.submit, self.scratch, self.publish)
        self.store.changed.connect(lambda _new, _old: self.show_take())
        self.bar = DrawBar(self.store, self.workers.submit, self.scratch, self.memory, in_grey)
        self.said: list[str] = []
        self.bar.said.connect(self.said.append)
        self.bar.failed.connect(self.said.append)
        self.strip = self.bar._strip
        qtbot.addWidget(self.bar)
        self.bar.resize(1280, 80)
        self.bar.show()
        self.show_take()

    def publish(self, view: View) -> None:
        """As the audition does."""
        self.bar.show_view(view)

    def show_take(self) -> None:
        """Want the project's take, as the audition does."""
        source, recipe = self.store.project.source, self.store.project.recipe()
        if source is not None and recipe is not None:
            self.takes.show(source, recipe, self.store.project.banks)
        else:
            self.bar.show_view(None)

    def tell(self, role: int) -> list[object]:
        """What each take of the strip says, from left to right."""
        model = self.strip.model()
        return [model.index(row, 0).data(role) for row in range(model.rowCount())]

    def middle_of(self, variant: int) -> QPoint:
        """Where a take stands in the strip."""
        row = self.tell(VARIANT_ROLE).index(variant)
        return self.strip.visualRect(self.strip.model().index(row, 0)).center()

    def look_at(self, *variants: int) -> None:
        """Look at takes until they have their pictures."""
        for variant in variants:
            self.bar.go_to(variant)
            self.workers.work()


def in_grey(indices: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Brighter is louder."""
    return np.stack((indices, indices, indices, np.full_like(indices, 255)), axis=-1)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """Take 1 of the first of six recordings; nothing has been made yet."""
    made = Desk(qtbot, tmp_path)
    yield made
    made.bar.hide()
    made.memory.save()
    made.scratch.close()


def test_takes_stay_and_a_click_a_digit_or_enter_goes_back_to_them(desk: Desk, qtbot: QtBot) -> None:
    """Each as one edit that undo takes back; digits only where the strip has the keys."""
    for _ in range(3):
        qtbot.mouseClick(desk.bar._next, LEFT)
    assert desk.tell(VARIANT_ROLE) == [1, 2, 3, 4]
    assert desk.tell(PRESENT_ROLE) == [False, False, False, True]
    qtbot.mouseClick(desk.strip.viewport(), LEFT, pos=desk.middle_of(2))
    assert desk.store.project.variant == 2
    desk.strip.setFocus()
    qtbot.keyClick(desk.strip, Qt.Key.Key_7)
    assert desk.store.project.variant == 7
    qtbot.keyClick(desk.strip, Qt.Key.Key_Home)
    qtbot.keyClick(desk.strip, Qt.Key.Key_Right)
    assert desk.store.project.variant == 7
    qtbot.keyClick(desk.strip, Qt.Key.Key_Return)
    assert desk.store.project.variant == 2
    assert desk.tell(VARIANT_ROLE) == [1, 2, 3, 4, 7]
    went = []
    while desk.store.undo_label is not None:
        desk.store.undo()
        went.append(desk.store.project.variant)
    assert went == [7, 2, 4, 3, 2, 1]


def test_the_longest_not_looked_at_make_room(desk: Desk) -> None:
    for variant in (*range(2, 45), 3):
        desk.bar.go_to(variant)
    assert desk.tell(VARIANT_ROLE) == [3, *range(6, 45)]


def test_each_recording_and_seed_has_its_own_takes(desk: Desk) -> None:
    """And they are there again where one comes back to it."""
    desk.look_at(2, 3)
    project = desk.store.project
    desk.store.amend(replace(project, selected=project.sources[1].path))
    assert desk.tell(VARIANT_ROLE) == [3]
    desk.bar._seed.setValue(9)
    desk.bar._take.setValue(5)
    assert desk.tell(VARIANT_ROLE) == [3, 5]
    desk.store.amend(replace(desk.store.project, selected=project.selected, seed=project.seed))
    assert desk.tell(VARIANT_ROLE) == [1, 2, 3, 5]
    desk.store.amend(replace(desk.store.project, selected=None))
    assert desk.tell(VARIANT_ROLE) == []


def test_a_picture_is_of_the_take_and_the_hint_says_what_it_drew(desk: Desk) -> None:
    """Louder draws are brighter."""
    desk.look_at(1, 2, 3)
    gains, lights = [], []
    for row, variant in enumerate((1, 2, 3)):
        recipe = replace(desk.store.project, variant=variant).recipe()
        assert recipe is not None
        gains.append(dict(recipe.steps[0].values)["gain_db"])
        hint = str(desk.tell(Qt.ItemDataRole.ToolTipRole)[row])
        assert f"Take {variant}" in hint
        assert f"Gain:  gain {shown(recipe.steps[0].build().params()['gain_db'], gains[-1])}" in hint
        picture: QImage = desk.strip.model().index(row, 0).data(Qt.ItemDataRole.DecorationRole).toImage()
        lights.append(np.mean([picture.pixelColor(x, 110).red() for x in range(60, 140)]))
    assert np.argsort(gains).tolist() == np.argsort(lights).tolist()
    assert desk.tell(FRESH_ROLE) == [True] * 3


def test_after_an_edit_the_others_are_made_again_one_at_a_time_when_nothing_is_wanted(desk: Desk, qtbot: QtBot) -> None:
    desk.look_at(1, 2, 3, 4)
    project = desk.store.project
    quieter = replace(project.chain.steps[0], settings=(("gain_db", -30.0),))
    desk.store.commit("Edit", replace(project, chain=replace(project.chain, steps=(quieter,))))
    assert desk.tell(FRESH_ROLE) == [False] * 4
    qtbot.wait(2 * darkroom.IDLE_MS)
    assert desk.workers.asked(darkroom.LANE) == [], "a picture was made before the take that is wanted"
    desk.workers.work()
    assert desk.tell(FRESH_ROLE) == [False, False, False, True]
    qtbot.waitUntil(lambda: bool(desk.workers.asked(darkroom.LANE)), timeout=5000)
    desk.store.undo()
    assert all(desk.tell(FRESH_ROLE)) is False
    (stopped,) = desk.workers.asked(darkroom.LANE)
    with pytest.raises(TrackStopped):
        stopped.run()
    desk.workers.work()
    assert not any(desk.tell(ERROR_ROLE)), "a picture that was not wanted any more was called a failure"
    qtbot.waitUntil(lambda: desk.tell(FRESH_ROLE) == [True] * 4, timeout=5000)
    desk.store.redo()

    def all_new() -> bool:
        desk.workers.work()
        return desk.tell(FRESH_ROLE) == [True] * 4

    qtbot.waitUntil(all_new, timeout=10_000)
    assert desk.workers.most_pictures == 1


def test_takes_of_a_long_recording_have_pictures_only_where_they_were_looked_at(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "SHORT_S", 0.2)
    desk.look_at(1, 2)
    desk.bar.new_draw()
    desk.look_at(4)
    qtbot.wait(2 * darkroom.IDLE_MS)
    assert desk.workers.orders == []
    pictured = [picture is not None for picture in desk.tell(Qt.ItemDataRole.DecorationRole)]
    assert pictured == [True, True, False, True]


def test_the_strip_has_its_own_keys_and_no_others(desk: Desk) -> None:
    """What means something else in the window means a take here; the cursor stays where it is put."""
    desk.look_at(2, 3)

    def ours(key: Qt.Key) -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(desk.strip, event)
        return event.isAccepted()

    assert [ours(key) for key in (Qt.Key.Key_5, Qt.Key.Key_Left, Qt.Key.Key_Return)] == [True] * 3
    assert [ours(key) for key in (Qt.Key.Key_N, Qt.Key.Key_Space, Qt.Key.Key_0)] == [False] * 3
    desk.strip.setCurrentIndex(desk.strip.model().index(0, 0))
    desk.bar.show_view(None)
    desk.bar._darkroom.changed.emit()
    assert desk.strip.currentIndex().row() == 0


def test_a_take_that_cannot_be_made_says_so_in_its_place(desk: Desk) -> None:
    name = next(name for name, kind in registered().items() if kind.bank_param())
    step = Step(id=f"{name}#1", transform=name)
    desk.store.commit("Edit", replace(desk.store.project, chain=Chain(steps=(step,))))
    desk.workers.work()
    assert "bank" in str(desk.tell(ERROR_ROLE)[0])
    assert "bank" in str(desk.tell(Qt.ItemDataRole.ToolTipRole)[0])


def test_typing_and_stepping_the_seed_is_one_edit_and_chance_another(desk: Desk, qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.keyClick(desk.bar._seed, Qt.Key.Key_Up)
    assert desk.store.project.seed == 3
    qtbot.mouseClick(desk.bar._random, LEFT)
    assert desk.store.project.seed != 3
    desk.store.undo()
    assert desk.store.project.seed == 3
    desk.store.undo()
    assert (desk.store.project.seed, desk.store.undo_label) == (0, None)


def test_a_saved_take_is_the_one_that_was_looked_at(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name's ending decides the format; the next save begins where this one was."""
    asked = []

    def choose(_parent: object, _title: str, suggested: str, filters: str, wanted: str) -> tuple[str, str]:
        asked.append((suggested, wanted))
        return str(tmp_path / "mine.flac"), filters.split(";;")[0]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    desk.look_at(2)
    desk.bar._save.click()
    desk.bar.new_draw()
    desk.workers.work()
    assert desk.said[-1] == f"Saved mine.flac in {tmp_path}"
    samples, _ = soundfile.read(tmp_path / "mine.flac", dtype="float32", always_2d=True)
    assert samples.shape == (8_000, 1)
    assert '"variant": 2' in (tmp_path / "mine.flac.json").read_text()
    desk.bar._save.click()
    assert asked[0][0].endswith("__v2.wav")
    assert asked[1] == (str(tmp_path / "no_0__v3.flac"), "FLAC, 16 bit (*.flac)")


def test_only_the_selection_is_exported_where_the_take_has_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chain plays at half speed, so the part is twice as long and begins twice as late."""
    chosen = iter((tmp_path / "whole", tmp_path / "part"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(next(chosen)), "WAV, float (*.wav)"))
    desk.look_at(1)
    desk.bar.export_selection()
    assert "Select" in desk.said[-1]
    desk.bar._saving.save_take()
    desk.bar.set_selection((0.1, 0.2))
    desk.bar.export_selection()
    desk.workers.work()
    whole, part = (soundfile.read(tmp_path / f"{name}.wav", dtype="float32")[0] for name in ("whole", "part"))
    np.testing.assert_array_equal(part, whole[1600:3200])


def test_a_take_is_dragged_out_as_a_file(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the strip, once it is written; the window itself does not take it in again."""
    dragged: list[QUrl] = []

    def drop(drag: QDrag, *_: object) -> Qt.DropAction:
        dragged.extend(drag.mimeData().urls())
        assert dropped_paths(drag.mimeData()) == ()
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", drop)
    desk.look_at(1, 2)
    ground = desk.strip.viewport()
    qtbot.mousePress(ground, LEFT, pos=desk.middle_of(1))
    desk.workers.work()
    qtbot.mouseMove(ground, desk.middle_of(1) + QPoint(30, 0))
    qtbot.mouseRelease(ground, LEFT, pos=desk.middle_of(2))
    assert [Path(url.toLocalFile()).name for url in dragged] == ["no_0__v1.wav"]
    assert Path(dragged[0].toLocalFile()).read_bytes()[:4] == b"RIFF"
    assert desk.store.project.variant == 2, "a drag is no click"
    desk.bar._drag(2, None)
    assert QApplication.overrideCursor() is not None
    desk.workers.work()
    qtbot.waitUntil(lambda: len(dragged) == 2, timeout=5000)
    assert QApplication.overrideCursor() is None


def test_a_click_on_a_take_of_a_long_recording_keeps_no_worker(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.look_at(1, 2)
    qtbot.mousePress(desk.strip.viewport(), LEFT, pos=desk.middle_of(1))
    assert desk.workers.asked("take out 1"), "a short one may be dragged in a moment"
    qtbot.mouseRelease(desk.strip.viewport(), LEFT, pos=desk.middle_of(1))
    monkeypatch.setattr(taking_out, "SHORT_S", 0.0)
    qtbot.mouseClick(desk.strip.viewport(), LEFT, pos=desk.middle_of(2))
    assert not desk.workers.asked("take out 2")
    desk.bar._drag(2, None)
    assert desk.workers.asked("take out 2")
    desk.bar._taking_out.let_go()


def test_a_drag_does_not_wait_for_ever(desk: Desk, qtbot: QtBot) -> None:
    desk.look_at(1)
    desk.bar._drag(1, None)
    qtbot.waitUntil(lambda: bool(desk.said), timeout=5000)
    assert "still being written" in desk.said[0]
    assert QApplication.overrideCursor() is None
    qtbot.mouseClick(desk.bar._handle, LEFT)
    desk.workers.work()
    qtbot.waitUntil(lambda: "Copied" in desk.said[-1], timeout=5000)
    copied = QApplication.clipboard().mimeData().urls()
    assert [Path(url.toLocalFile()).name for url in copied] == ["no_0__v1.wav"]


def test_the_history_goes_many_edits_back_at_once(desk: Desk, qtbot: QtBot) -> None:
    """It marks the present, and the recording that is looked at stays."""
    history = HistoryList(desk.store, desk.bar)
    history.call_up()
    for _ in range(4):
        desk.bar.new_draw()
    desk.store.amend(replace(desk.store.project, selected=desk.store.project.sources[2].path))
    rows = history._list
    assert [rows.model().index(row, 0).data() for row in range(3)] == [
        "Start", "New draw: take 2", "New draw: take 3",
    ]  # fmt: skip
    assert rows.currentIndex().row() == 4
    for row, variant in ((1, 2), (3, 4), (0, 1)):
        place = rows.visualRect(rows.model().index(row, 0)).center()
        qtbot.mouseClick(rows.viewport(), LEFT, pos=place)
        assert (desk.store.project.variant, rows.currentIndex().row()) == (variant, row)
    assert desk.store.project.selected == desk.store.project.sources[2].path
    assert desk.store.redo_label == "New draw: take 2"
    history.close()
