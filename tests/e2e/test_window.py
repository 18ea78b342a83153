"""The main job in the real window: first start, drop, draw, compare, export; and what bad input does to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.chain import Chain, Step, new_step
from engine.playback.player import Player
from engine.regions import Events
from engine.track import TrackReader
from engine.transform import registered
from gui.app import Application
from gui.chain.cards import AROUND
from gui.draws.looked import made_of
from gui.rows.number_row import NumberRow
from tests.support.recordings import write_cut_flac, write_folder, write_text_as_wav
from tests.support.sound import SoundCard
from tests.support.window import PATIENCE_MS, complete, drop, running


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, no_sound_card: None) -> Iterator[Application]:
    """The application on a machine without a sound device, when its first take is rendered."""
    with running(qtbot, tmp_path / "own", Player(in_thread=True)) as application:
        qtbot.waitUntil(lambda: complete(application) is not None, timeout=PATIENCE_MS)
        yield application


def take_of(application: Application) -> np.ndarray:
    """The samples of the take that is shown."""
    view = complete(application)
    assert view is not None
    assert view.take is not None
    return TrackReader(view.take).samples()


def test_labels_that_are_written_anew_make_another_take_and_other_pictures(
    window: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    """Who labels in another program beside the window hears and sees the step where the labels are now."""
    recording = write_folder(tmp_path / "words", each=1).joinpath("no", "no_0.wav")
    labels = recording.with_suffix(".txt")
    labels.write_text("0.1\t0.2\tcall\n")
    drop(window.window.views, recording)
    qtbot.waitUntil(lambda: window.store.project.selected == str(recording), timeout=PATIENCE_MS)
    quieter = Step(id="g", transform="Gain", settings=(("gain_db", -30.0),), region=Events(("call",)))
    window.store.commit("Chain", replace(window.store.project, chain=Chain(steps=(quieter,)), variant=1))

    def quiet() -> tuple[float, float]:
        """Where the take is quieter than the source."""
        original, rate = soundfile.read(recording, dtype="float32", always_2d=True)
        changed = np.flatnonzero(np.any(original != take_of(window).T, axis=1))
        return round(changed[0] / rate, 2), round(changed[-1] / rate, 2)

    qtbot.waitUntil(lambda: complete(window) is not None, timeout=PATIENCE_MS)
    assert quiet() == (0.1, 0.2)
    picture = made_of(window.store.project.recipe(), window.store.project)
    labels.write_text("0.3\t0.5\tcall\n0.6\t0.7\tsong\n")
    qtbot.waitUntil(lambda: complete(window) is not None and quiet() == (0.3, 0.5), timeout=PATIENCE_MS)
    thumb = window.window.draws._darkroom.strip[1]
    qtbot.waitUntil(lambda: thumb.fresh and thumb.made_of != picture, timeout=PATIENCE_MS)


def test_first_start_shows_a_demo_and_a_draw(window: Application, qtbot: QtBot) -> None:
    """There is a clip, a preset and a rendered take before the user has done anything, and nothing to undo."""
    project = window.store.project
    assert project.preset == "natural"
    assert project.source is not None
    assert window.store.undo_label is None
    first = take_of(window).copy()
    qtbot.keyClick(window.window, Qt.Key.Key_N)
    assert window.store.project.variant == 2
    qtbot.waitUntil(lambda: complete(window) is not None, timeout=PATIENCE_MS)
    second = take_of(window)
    assert first.shape != second.shape or not np.array_equal(first, second)
    qtbot.keyClick(window.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.store.project.variant == 1
    qtbot.waitUntil(lambda: complete(window) is not None, timeout=PATIENCE_MS)
    np.testing.assert_array_equal(take_of(window), first)


def test_a_dropped_folder_is_listed_and_the_broken_files_are_named(
    window: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    """Labels and lengths of what can be read, one sentence for each that cannot, and no source is touched."""
    folder = write_folder(tmp_path / "words")
    write_text_as_wav(folder / "notes.WAV")
    write_cut_flac(folder / "cut.flac")
    (folder / "empty.wav").touch()
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}
    drop(window.window, folder)
    qtbot.waitUntil(lambda: len(window.store.project.failed) == 3, timeout=PATIENCE_MS)
    project = window.store.project
    assert {source.label for source in project.readable if "words" in source.path} == {"yes", "no"}
    reasons = {source.source_id: source.error for source in project.failed}
    assert set(reasons) == {"notes.WAV", "cut.flac", "empty.wav"}
    assert all(reason.count("\n") == 0 and name in reason for name, reason in reasons.items())
    assert window.window.notice.words
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in before} == before


def test_take_k_of_the_window_is_variant_k_of_the_export(window: Application, qtbot: QtBot, tmp_path: Path) -> None:
    """What the window shows as take 2 of a dropped recording is, sample for sample, what the dock writes as v2."""
    folder = write_folder(tmp_path / "words", each=2)
    drop(window.window, folder)
    qtbot.waitUntil(lambda: len(window.store.project.sources) == 4, timeout=PATIENCE_MS)
    wanted = next(source for source in window.store.project.readable if source.source_id == "yes/yes_1.wav")
    window.store.amend(replace(window.store.project, selected=wanted.path))
    window.window.draws.new_draw()
    qtbot.waitUntil(lambda: complete(window) is not None, timeout=PATIENCE_MS)
    heard = take_of(window).copy()
    export(window, qtbot, tmp_path / "out", folder)
    written, _ = soundfile.read(tmp_path / "out" / "yes" / "yes_1__v2.wav", dtype="float32", always_2d=True)
    np.testing.assert_array_equal(written.T, heard)
    lines = (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()
    assert len(lines) == 8
    assert all("error" not in json.loads(line) for line in lines)


def export(window: Application, qtbot: QtBot, out: Path, *dropped: Path) -> str:
    """Drop on the export dock, choose float WAV and a folder, and press Export; gives how it ended."""
    dock = window.window.export
    drop(dock, *dropped)
    name = dock.queue.jobs[-1].id
    settings = replace(dock.queue.jobs[-1].settings, out=str(out), format="wav", bits="32f")
    dock.queue.set(name, settings)
    qtbot.mouseClick(dock._start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dock.queue.jobs[-1].ended and not dock.queue.going, timeout=PATIENCE_MS)
    return dock.jobs_view.rows[name].words.text().replace("\u200b", "")


@pytest.mark.parametrize("fault", ["out is a file", "missing input", "same path twice", "unbound bank"])
def test_an_export_that_cannot_start_says_why_and_writes_nothing(
    window: Application, qtbot: QtBot, tmp_path: Path, fault: str
) -> None:
    """One sentence in the dock, nothing written, and the next export works."""
    folder = write_folder(tmp_path / "words", each=1)
    other = write_folder(tmp_path / "more" / "words", each=1)
    out, inputs, sentence = tmp_path / "out", (folder,), ""
    if fault == "out is a file":
        out.write_text("mine")
        sentence = "is not a folder"
    elif fault == "missing input":
        inputs, sentence = (tmp_path / "nowhere",), "nowhere"
    elif fault == "same path twice":
        inputs, sentence = (folder, other), "two sources have the same relative path"
    else:
        bank_step = next(name for name in known_transforms() if known_transforms()[name].bank_param())
        chain = Chain(name="banked").with_step(new_step(Chain(), bank_step))
        window.store.commit("Add a step", replace(window.store.project, chain=chain))
        sentence = "bank"
    before = sorted(tmp_path.rglob("*"))
    words = export(window, qtbot, out, *inputs)
    assert sentence in words
    assert "Traceback" not in words
    assert sorted(tmp_path.rglob("*")) == before
    window.store.commit("Nothing", replace(window.store.project, chain=Chain()))
    assert "4 files" in export(window, qtbot, tmp_path / "fine", folder)


def known_transforms() -> dict[str, type]:
    """The registry."""
    from engine.transform import registered

    return dict(registered())


def test_an_unbound_bank_is_said_when_it_is_needed(window: Application, qtbot: QtBot) -> None:
    """The view's failure is one sentence in the notice, which goes when the step goes."""
    name = next(name for name, kind in known_transforms().items() if kind.bank_param())
    chain = window.store.project.chain
    window.store.commit("Add", replace(window.store.project, chain=Chain().with_step(new_step(Chain(), name))))
    qtbot.waitUntil(lambda: "bank" in window.window.notice.words, timeout=PATIENCE_MS)
    window.store.commit("Back", replace(window.store.project, chain=chain))
    qtbot.waitUntil(lambda: complete(window) is not None, timeout=PATIENCE_MS)
    assert "bank" not in window.window.notice.words


def test_space_plays_from_the_first_start(qtbot: QtBot, tmp_path: Path, sound_card: SoundCard) -> None:
    """Space is pressed while the demo clip is still being made, and the clip is heard as soon as it is there."""
    player = Player()
    with sound_card.recording() as heard, running(qtbot, tmp_path / "own", player) as application:
        qtbot.waitUntil(application.window.isActiveWindow, timeout=PATIENCE_MS)
        qtbot.keyClick(application.window, Qt.Key.Key_Space)
        assert application.store.project.source is None
        assert application.audition.awaits_sound
        qtbot.waitUntil(lambda: player.snapshot().position_s > 0.5, timeout=PATIENCE_MS)
        assert application.window.notice.words == ""
        qtbot.keyClick(application.window, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not player.snapshot().playing, timeout=PATIENCE_MS)
    assert np.abs(heard.samples).max() > 0.05


def test_without_a_sound_device_the_window_says_so_once(window: Application, qtbot: QtBot) -> None:
    """One sentence, which stays away when it was put away, until somebody wants to play; the rest goes on."""
    notice = window.window.notice
    qtbot.waitUntil(lambda: "No sound device" in notice.words, timeout=PATIENCE_MS)
    assert "demo" in window.window.windowTitle()
    qtbot.mouseClick(notice.findChild(QPushButton), Qt.MouseButton.LeftButton)
    with qtbot.waitSignals([window.audition.ticked] * 5, timeout=PATIENCE_MS):
        pass
    assert notice.words == ""
    qtbot.keyClick(window.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "No sound device" in notice.words, timeout=PATIENCE_MS)
    assert not window.player.snapshot().playing
    qtbot.keyClick(window.window, Qt.Key.Key_A)
    assert window.audition.side == "original"


def test_every_drop_arrives_wherever_it_falls(window: Application, qtbot: QtBot, tmp_path: Path) -> None:
    """Two quick drops on fields and views are both opened, the first is shown, and the demo makes room for them."""
    first, second = write_folder(tmp_path / "first", each=1), write_folder(tmp_path / "second", each=2)
    drop(window.window.library._filter, first / "no")
    drop(window.window.views, second)
    qtbot.waitUntil(lambda: len(window.store.project.sources) == 5, timeout=PATIENCE_MS)
    assert window.window.library._filter.text() == ""
    assert not [source for source in window.store.project.sources if "demo" in source.source_id]
    assert window.store.project.selected in {source.path for source in window.store.project.sources}
    assert not window.window.export.queue.jobs


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_what_is_added_by_another_tools_name_is_seen_from_its_head_on(window: Application, qtbot: QtBot) -> None:
    """In the smallest window there is little room for cards, and the longest card is longer than that."""
    window.window.resize(1280, 720)
    cards = window.window.chain.cards
    longest = max(registered(), key=lambda name: len(registered()[name].params()))
    for search in ("AddGaussianSNR", longest):
        cards.add_transform()
        assert cards.catalogue is not None
        QTest.keyClicks(cards.catalogue.search, search)
        QTest.keyClick(cards.catalogue.search, Qt.Key.Key_Return)
        qtbot.wait(100)
        card, view = cards.chosen, cards.area.viewport()
        assert card is not None
        assert search in (card.node.transform, *card.node.kind.also_called)
        top = card.mapTo(view, QPoint(0, 0)).y()
        assert top >= 0
        assert top + min(card.height(), view.height() - 2 * AROUND) <= view.height()


def test_a_bad_preset_and_a_bad_value_are_refused_in_a_sentence(window: Application, qtbot: QtBot) -> None:
    """Each is said where it happened and changes nothing; what comes next works."""
    presets, chain = window.window.chain.presets, window.store.project.chain
    folder = presets.shelf.folder
    folder.mkdir(parents=True)
    (folder / "typo.yaml").write_text("variophone: 1\nname: typo\nsteps:\n  - {id: A#1, transform: Revurb}\n")
    (folder / "loud.yaml").write_text(
        "variophone: 1\nname: loud\nsteps:\n  - {id: G#1, transform: Gain, gain_db: 4e3}\n"
    )
    for name, wrong in (("typo", "Revurb"), ("loud", "gain_db")):
        presets.open_list()
        presets.list.search.setText(name)
        QTest.keyClick(presets.list.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda name=name: f"{name}.yaml" in presets.error.text(), timeout=PATIENCE_MS)
        assert wrong in presets.error.text()
        assert "\n" not in presets.error.text()
        assert window.store.project.chain == chain
    row = next(row for row in window.window.chain.findChildren(NumberRow) if row.number.name == "center_delay_ms")
    row.entry.entered.emit("9999")
    assert "outside 1" in row.error
    assert window.store.project.chain == chain
    presets.choose("telephone")
    qtbot.waitUntil(lambda: window.store.project.preset == "telephone", timeout=PATIENCE_MS)
    assert presets.error.text() == ""
    qtbot.waitUntil(lambda: complete(window) is not None, timeout=PATIENCE_MS)
