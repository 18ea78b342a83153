"""A user's way through the program, with a real mouse, real keys and files dropped from another program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.files.encode import Encoding, encode
from engine.params import Range
from engine.playback.player import Player
from gui.app import Home
from gui.preferences.welcome import Welcome
from tests.support.hands import Hands
from tests.support.recordings import write_folder, write_text_as_wav
from tests.support.sound import SoundCard
from tests.support.user import User
from tests.support.window import running


@pytest.fixture
def user(qtbot: QtBot, tmp_path: Path, no_sound_card: None, hands: Hands) -> Iterator[User]:
    """Somebody who starts the program for the first time, without loudspeakers."""
    home = Home(tmp_path / "state" / "window.json", tmp_path / "settings.toml", tmp_path / "unsaved")
    with running(qtbot, tmp_path / "own", Player(in_thread=True), home) as application:
        someone = User(application, hands, qtbot)
        hands.focus(int(application.window.winId()))
        yield someone


def test_a_chain_is_made_and_unmade(user: User, tmp_path: Path) -> None:
    """First start; a folder; steps, their order, a range, a group, draws, a lock; all the way back, and on again."""
    sees_the_first_start(user)
    demo = user.face()
    drops_a_folder(user, write_folder(tmp_path / "words"))
    starts_with_nothing(user)
    adds_and_orders_steps(user)
    draws_gain_from_a_range(user)
    puts_two_steps_into_a_group(user)
    draws_until_the_group_takes_the_other(user)
    locks_gain(user)
    end = user.face()
    last = user.picture("spectrum", "take")
    goes_all_the_way_back(user)
    assert user.face() == demo
    assert "demo" in user.application.window.windowTitle()
    goes_all_the_way_on(user)
    assert user.face() == end
    np.testing.assert_array_equal(user.picture("spectrum", "take"), last)


def sees_the_first_start(user: User) -> None:
    """A card says how it goes, behind it a demo clip is drawn; a click puts the card away for good."""
    user.reads("Welcome")
    card = user.application.window.findChild(Welcome)
    assert card is not None
    user.sees_take(1)
    assert "demo" in user.application.window.windowTitle()
    user.clicks("Start", card)
    user.waits_until(lambda: user.application.window.findChild(Welcome) is None)


def drops_a_folder(user: User, folder: Path) -> None:
    """The folder's recordings are listed in the demo's place, the first is shown, none is touched."""
    user.hands.drop(user.application.window.views, folder)
    user.reads("6 CLIPS", user.application.window.library)
    user.waits_until(lambda: "no_0.wav" in user.application.window.windowTitle())
    user.sees_take(1)
    user.takes_the_mouse_away()


def starts_with_nothing(user: User) -> None:
    """The preset that does nothing is chosen in the presets' list; the take is as the original."""
    presets = user.application.window.chain.presets
    user.hands.click(presets.button)
    user.waits_until(lambda: presets.list is not None and QApplication.activePopupWidget() is presets.list)
    user.hands.type("nothing")
    user.waits_until(lambda: presets.list.names()[0] == "nothing")
    user.hands.key("Return")
    user.reads("No steps yet")
    user.sees_take(1)


def adds_and_orders_steps(user: User) -> None:
    """Three by typing; one is dragged before another, one is moved by key."""
    for typed, name in (("gain", "Gain"), ("low", "LowPass"), ("high", "HighPass")):
        user.adds(typed, name)
    assert user.order() == ["Gain", "LowPass", "HighPass"]
    user.drags_card("HighPass", before=user.card("Gain"))
    user.waits_until(lambda: user.order() == ["HighPass", "Gain", "LowPass"])
    user.hands.key("alt+Down")
    user.waits_until(lambda: user.order() == ["Gain", "HighPass", "LowPass"])
    user.sees_take(1)


def draws_gain_from_a_range(user: User) -> None:
    """The value becomes a range by a click; a handle is dragged, then both ends are typed; the draw lies between."""
    row = user.row("Gain", "gain_db")
    user.hands.click(row.toggle)
    user.waits_until(lambda: "…" in row.entry.text())
    before, handle = row.entry.text(), row.slider.handle(0).toPoint()
    user.hands.drag(row.slider, handle, handle - QPoint(12, 0))
    user.waits_until(lambda: row.entry.text() != before and row.entry.text().endswith(before.split(" … ")[1]))
    user.enters(row.entry, "-30..-10")
    user.waits_until(lambda: row.slider.setting == Range(-30.0, -10.0))
    assert -30 <= drawn(user, "Gain", "gain_db") <= -10
    user.hands.key("Escape")
    user.waits_until(lambda: "−30 … −10" in row.entry.text())
    user.sees_take(1)
    assert loudness(user, "take") < loudness(user, "original") / 2


def drawn(user: User, step: str, parameter: str) -> float:
    """The number that a line shows as what this draw got."""
    return float(user.row(step, parameter).drawn.text().split()[0].replace("−", "-"))


def loudness(user: User, side: str) -> float:
    """How many of a waveform's pixels are in its colour, on the scale of the original."""
    picture = user.picture("wave", side).astype(int)
    return float((picture[..., :3].max(axis=2) > 120).sum())


def puts_two_steps_into_a_group(user: User) -> None:
    """One by its menu, the other is dragged to it: from now on a draw takes one of them."""
    user.hands.click(user.card("HighPass").more)
    user.chooses("Put into a “one of” group")
    user.waits_until(lambda: user.order() == ["Gain", "one of", "HighPass", "LowPass"])
    user.drags_card("LowPass", before=user.card("HighPass"))
    user.waits_until(lambda: user.group().isAncestorOf(user.card("LowPass")))
    assert user.order() == ["Gain", "one of", "LowPass", "HighPass"]
    user.sees_take(1)
    assert len(taken_of_the_group(user)) == 1


def taken_of_the_group(user: User) -> set[str]:
    """Which of the group's two this draw took, by what their cards say."""
    return {name for name in ("LowPass", "HighPass") if not user.card(name).left_out}


def draws_until_the_group_takes_the_other(user: User) -> None:
    """New draws by the button: another number for the range, and after some another member of the group."""
    first, gains = taken_of_the_group(user), {drawn(user, "Gain", "gain_db")}
    for number in range(2, 9):
        user.clicks("New draw")
        user.sees_take(number)
        gains.add(drawn(user, "Gain", "gain_db"))
        if taken_of_the_group(user) != first:
            break
    assert len(taken_of_the_group(user)) == 1
    assert taken_of_the_group(user) != first
    assert len(gains) == number
    assert user.application.window.draws._model.rowCount() == number


def locks_gain(user: User) -> None:
    """K on its card: from now on a new draw (N) leaves its number as it is, and says so."""
    number = user.application.store.project.variant
    user.hands.click(user.card("Gain"), QPoint(4, 4))
    user.hands.key("k")
    user.waits_until(lambda: user.card("Gain").lock.isChecked())
    held = drawn(user, "Gain", "gain_db")
    user.hands.key("n", "n")
    user.sees_take(number + 2)
    assert drawn(user, "Gain", "gain_db") == held
    assert user.card("Gain").lock.isChecked()
    user.takes_the_mouse_away()


def goes_all_the_way_back(user: User) -> None:
    """Ctrl+Z until there is no more to undo."""
    for _ in range(40):
        if not user.in_menu("Edit", "Undo")[1]:
            break
        user.hands.key("ctrl+z")
    user.sees_take(1)
    user.takes_the_mouse_away()


def goes_all_the_way_on(user: User) -> None:
    """Ctrl+Shift+Z until there is no more to do again."""
    for _ in range(40):
        if not user.in_menu("Edit", "Redo")[1]:
            break
        user.hands.key("ctrl+shift+z")
    user.sees_take(user.application.store.project.variant)
    user.takes_the_mouse_away()


def test_an_export_with_a_broken_file_makes_the_rest(user: User, tmp_path: Path) -> None:
    """The dock says how many were made and which one failed and why, and the manifest says the same."""
    folder = write_folder(tmp_path / "words", each=2)
    write_text_as_wav(folder / "no" / "notes.wav")
    user.sees_take(1)
    user.clicks("Start", user.application.window.findChild(Welcome))
    dock = user.application.window.export
    user.hands.drop(dock, folder)
    user.waits_until(lambda: len(dock.jobs_view.rows) == 1)
    row = next(iter(dock.jobs_view.rows.values()))
    user.waits_until(lambda: row.form is not None and row.form.isVisible())
    user.enters(row.form.folder, str(tmp_path / "out"))
    user.hands.key("ctrl+Return")
    user.reads("8 files", row)
    user.reads("2 failed", row)
    user.clicks("2 failed", row)
    user.waits_until(row.reasons.isVisible)
    made = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*__v*"))
    assert made == [f"{label}/{label}_{n}__v{v}.wav" for label in ("no", "yes") for n in (0, 1) for v in (1, 2)]
    lines = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    failed = [line for line in lines if "error" in line]
    assert len(lines) - len(failed) == len(made)
    assert failed
    assert all(line["error"] in row.reasons.words and "notes.wav" in row.reasons.words for line in failed)
    assert "Traceback" not in row.reasons.words


@pytest.fixture
def listener(qtbot: QtBot, tmp_path: Path, sound_card: SoundCard, hands: Hands) -> Iterator[User]:
    """Somebody with loudspeakers."""
    with running(qtbot, tmp_path / "own", Player()) as application:
        someone = User(application, hands, qtbot)
        hands.focus(int(application.window.winId()))
        yield someone


RATE = 48_000
GAIN_DB = -18.0


def noise(folder: Path) -> NDArray[np.float32]:
    """A recording of six seconds that are nowhere alike."""
    samples = np.random.default_rng(7).normal(0, 0.05, (1, 6 * RATE)).astype(np.float32)
    encode(folder / "noise.wav", samples, RATE, Encoding("wav", "32f"))
    return samples[0]


def test_original_and_take_are_compared_and_a_stretch_goes_round(
    listener: User, tmp_path: Path, sound_card: SoundCard
) -> None:
    """A changes what is heard in the same place; L goes round what is selected."""
    source, user = noise(tmp_path), listener
    transport = user.application.window.transport
    user.hands.drop(user.application.window.views, tmp_path / "noise.wav")
    user.waits_until(lambda: "noise.wav" in user.application.window.windowTitle())
    starts_with_nothing(user)
    user.adds("gain", "Gain")
    user.enters(user.row("Gain", "gain_db").entry, f"{GAIN_DB:g}")
    user.hands.key("Escape")
    user.waits_until(lambda: user.row("Gain", "gain_db").entry.text() == "−18 dB")
    user.sees_take(1)
    with sound_card.recording() as compared:
        user.hands.key("space")
        user.waits_until(lambda: seconds(user) > 1.2)
        user.hands.key("a")
        user.waits_until(lambda: transport.heard.segments["original"].isChecked())
        user.waits_until(lambda: seconds(user) > 2.8)
        user.hands.key("space")
    heard = compared.samples[0]
    early, late = place_of(source[RATE // 2 : RATE], heard), place_of(source[2 * RATE : 5 * RATE // 2], heard)
    assert late - early == pytest.approx(1.5 * RATE, abs=0.05 * RATE)
    louder = rms(heard[late : late + RATE // 2]) / rms(heard[early : early + RATE // 2])
    assert 20 * np.log10(louder) == pytest.approx(-GAIN_DB, abs=1.0)
    selects(user, 1.0, 1.6)
    user.hands.key("l")
    user.waits_until(transport._loop.isChecked)
    region = user.application.window.views.selection
    assert region is not None
    user.hands.click(user.application.window.views._canvas.overlay, place_in_view(user, 1.1))
    user.waits_until(lambda: 1.05 < seconds(user) < 1.15)
    with sound_card.recording() as looped:
        user.hands.key("space")
        user.qtbot.wait(3000)
        assert 0.95 < seconds(user) < 1.65
        user.hands.key("space")
    again = looped.samples[0]
    piece = source[RATE * 5 // 4 : RATE * 3 // 2]
    first = place_of(piece, again[: 3 * RATE // 5 + RATE])
    assert rms(again[first : first + piece.size]) == pytest.approx(rms(piece), rel=0.6)
    second = first + RATE // 4 + place_of(piece, again[first + RATE // 4 : first + RATE])
    assert second - first == pytest.approx((region[1] - region[0]) * RATE, abs=0.03 * RATE)


def seconds(user: User) -> float:
    """The playhead's place, as the transport says it."""
    minutes, rest = user.application.window.transport._time.text().split(":")
    return 60 * float(minutes) + float(rest)


def selects(user: User, start_s: float, end_s: float) -> None:
    """Drag over the original's picture."""
    views = user.application.window.views
    user.hands.drag(views._canvas.overlay, place_in_view(user, start_s), place_in_view(user, end_s))
    user.waits_until(lambda: views.selection == pytest.approx((start_s, end_s), abs=0.05))


def place_in_view(user: User, at_s: float) -> QPoint:
    """Where a time of the original lies in its spectrogram, on the pane over the pictures."""
    canvas = user.application.window.views._canvas
    lane = canvas.lanes["spectrum", "original"]
    return QPoint(round(canvas.marks.x_of(lane, at_s)), int(lane.rect.center().y()))


def place_of(piece: NDArray[np.float32], heard: NDArray[np.float32]) -> int:
    """Where a piece of the source begins in what was heard, whatever its level."""
    size = 1 << (piece.size + heard.size).bit_length()
    both = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size)), size)[: heard.size]
    return int(np.argmax(both))


def rms(samples: NDArray[np.float32]) -> float:
    """The level."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
