"""What a step costs, on its card; freezing it there; and the sentence that says which one to freeze."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from engine.chain import GUARD, Chain
from engine.playback.messages import Snapshot, StepCost
from engine.playback.microphone.messages import MicrophoneState
from engine.recipe import Recipe
from engine.takes import View
from engine.track import Scratch
from engine.transform import Measured
from gui.audition import Audition
from gui.chain.cost_badge import CostBadge
from gui.chain.costs import Costs
from gui.chain.node_list import LiveLine
from gui.chain.panel import ChainPanel
from gui.chain.step_card import StepCard
from gui.notice import Notice
from gui.transport import overload
from gui.transport.overload import Overload
from gui.transport.state import DeviceState

from .chain_panels import CUT, LIVE, OTHER, RECORDING, THIRD, first_number, kinds, make_window, step

LIVE_NOW = Snapshot(playing=True, device="speakers", heard="bridge", load=0.4)


@dataclass
class Clock:
    """A time that stands still until it is moved on."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("gui.chain.cards.Costs", lambda: Costs(made))
    return made


@pytest.fixture
def window(qtbot: QtBot, tmp_path, clock: Clock) -> Callable[..., ChainPanel]:
    return make_window(qtbot, tmp_path)


def cost(name: str, share: float, worst: float = 0.0, latency_ms: float = 0.0) -> StepCost:
    return StepCost(f"{name}#1", share, max(share, worst), latency_ms)


def hear(panel: ChainPanel, clock: Clock, *found: StepCost, after_s: float = 0.3) -> None:
    """The player says this, when some time has passed."""
    clock.now += after_s
    panel.show_snapshot(replace(LIVE_NOW, costs=found, heard="bridge" if found else "take"))


def badge(panel: ChainPanel, name: str) -> CostBadge:
    card = panel.cards.card(f"{name}#1")
    assert isinstance(card, StepCard)
    assert isinstance(card.tag, CostBadge)
    return card.tag


def complete(panel: ChainPanel, done: bool = True) -> None:
    recipe = panel.store.project.recipe()  # type: ignore[attr-defined]  # a test's own
    assert isinstance(recipe, Recipe)
    panel.show_view(View(RECORDING, recipe, complete=done))


class Paints(QObject):
    """Counts what is painted and laid out anew."""

    def __init__(self, *watched: QObject) -> None:
        super().__init__()
        self.counts = {QEvent.Type.Paint: 0, QEvent.Type.LayoutRequest: 0}
        for one in watched:
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in self.counts:
            self.counts[event.type()] += 1
        return False


def test_a_card_says_what_its_step_costs_while_it_is_live_and_remembers_it(window, clock: Clock) -> None:
    panel = window(Chain(steps=(step(LIVE), step(OTHER))))
    assert [badge(panel, name).text() for name in (LIVE, OTHER)] == ["live", "live"]
    hear(panel, clock, cost(LIVE, 0.034, 0.09, 12.2), cost(OTHER, 0.002), cost(GUARD, 0.5))
    assert [badge(panel, name).text() for name in (LIVE, OTHER)] == ["live 3 % · 12 ms", "live <1 %"]
    assert "takes 3 % of the time on this machine, 9 % at worst, and delays the sound by 12 ms" in (
        badge(panel, LIVE).toolTip()
    )
    complete(panel)
    hear(panel, clock)
    assert badge(panel, LIVE).text() == "live 3 % · 12 ms", "while a knob is dragged it comes back at once"
    hear(panel, clock, after_s=1.0)
    assert [badge(panel, name).text() for name in (LIVE, OTHER)] == ["rendered", "rendered"]
    assert "costs nothing now" in badge(panel, LIVE).toolTip()
    assert "takes 3 % of the time" in badge(panel, LIVE).toolTip()
    complete(panel, done=False)
    hear(panel, clock)
    assert badge(panel, LIVE).text() == "rendered", "nothing is heard live yet"


@pytest.mark.parametrize(("share", "colour"), [(0.25, "faint"), (0.26, "warm"), (0.6, "warm"), (0.61, "clip")])
def test_only_what_costs_much_has_a_colour(window, clock: Clock, share: float, colour: str) -> None:
    panel = window(Chain(steps=(step(LIVE),)))
    hear(panel, clock, cost(LIVE, share))
    assert badge(panel, LIVE).badge.colour == colour
    complete(panel)
    hear(panel, clock, after_s=1.5)
    assert badge(panel, LIVE).badge.colour == "faint"


def test_a_badge_neither_flickers_nor_moves_anything(window, clock: Clock, qtbot: QtBot) -> None:
    """Snapshots come thirty times a second; a share that wavers is shown as one, and only the badge is painted."""
    panel = window(Chain(steps=(step(LIVE), step(OTHER))))
    hear(panel, clock, cost(LIVE, 0.1, 0.2), cost(OTHER, 0.1))
    words, shown = [], badge(panel, LIVE)
    for turn in range(60):
        hear(panel, clock, cost(LIVE, 0.1 + 0.009 * (turn % 3 - 1), 0.2 + 0.02 * (turn % 2)), after_s=1 / 30)
        words.append(shown.text())
    assert set(words) == {"live 10 %"}
    QTest.qWait(50)
    card = panel.cards.card(f"{LIVE}#1")
    other = Paints(panel.cards.card(f"{OTHER}#1").power, card.power, card.p)
    own = Paints(shown)
    layouts = Paints(panel, card)
    for turn in range(60):
        hear(panel, clock, cost(LIVE, 0.2 if turn // 3 % 2 else 0.3), after_s=1 / 30)
        words.append(shown.text())
        qtbot.wait(1)
    assert len(set(words)) == 3
    assert 1 <= own.counts[QEvent.Type.Paint] <= 60 // 8 + 2
    assert other.counts[QEvent.Type.Paint] == 0
    assert layouts.counts[QEvent.Type.LayoutRequest] == 0


def test_what_never_runs_live_says_why(window, clock: Clock) -> None:
    panel = window(Chain(steps=(step(LIVE), step(CUT), step(OTHER), step(kinds(Measured)[0]))))
    assert [badge(panel, name).text() for name in (LIVE, CUT)] == ["rendered", "rendered"]
    assert "Changes time" in badge(panel, CUT).toolTip()
    assert "A step below changes time" in badge(panel, LIVE).toolTip()
    assert "Measures the whole clip" in badge(panel, kinds(Measured)[0]).toolTip()
    for name in (LIVE, CUT):
        card = panel.cards.card(f"{name}#1")
        card.toggle_frozen()
        assert not any("Freeze" in action.text() for action in card.menu().actions())
    assert not panel.store.project.frozen
    panel.editor.set_power(f"{OTHER}#1", False)
    assert badge(panel, OTHER).text() == "muted"
    hear(panel, clock, cost(OTHER, 0.1))
    assert badge(panel, OTHER).text() == "muted"


def line_after(panel: ChainPanel) -> str:
    """The card above the line."""
    shown = [found for found in panel.findChildren(LiveLine) if found.isVisible()]
    column = shown[0].parentWidget().layout() if shown else None
    return column.itemAt(column.indexOf(shown[0]) - 1).widget().node.id if column else ""


@pytest.mark.parametrize("how", ["badge", "menu", "key"])
def test_a_step_is_frozen_and_unfrozen_by_its_badge_its_menu_and_a_key(window, how: str) -> None:
    panel = window(Chain(steps=(step(LIVE), step(OTHER), step(THIRD))))
    card = panel.cards.card(f"{OTHER}#1")

    def toggle() -> None:
        if how == "badge":
            QTest.mouseClick(card.tag, Qt.MouseButton.LeftButton, pos=QPoint(3, card.tag.height() // 2))
        elif how == "menu":
            next(action for action in card.menu().actions() if action.text().endswith("Shift+F")).trigger()
        else:
            panel.cards.reveal(card.node.id)
            QTest.keyClick(card, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)

    chain = panel.store.project.chain
    toggle()
    assert (panel.store.project.frozen, line_after(panel)) == ({f"{OTHER}#1"}, f"{OTHER}#1")
    words = [badge(panel, name).text() for name in (LIVE, OTHER, THIRD)]
    assert words == ["rendered", "frozen · heard when rendered", "live"]
    assert "A step below is frozen" in badge(panel, LIVE).toolTip()
    assert panel.store.project.chain is chain
    name = first_number(card.node)
    panel.editor.set_setting(card.node.id, name, card.node.kind.params()[name].low, None)
    assert panel.store.project.frozen, "an edit unfreezes nothing"
    toggle()
    assert (panel.store.project.frozen, line_after(panel)) == (frozenset(), "")
    panel.store.undo()
    assert panel.store.project.frozen == {f"{OTHER}#1"}
    panel.editor.remove(f"{OTHER}#1")
    assert panel.store.project.frozen == frozenset(), "another of its name would be frozen"
    panel.store.undo()
    assert panel.store.project.frozen == {f"{OTHER}#1"}


def test_a_click_beside_the_words_of_a_badge_is_the_cards(window) -> None:
    panel = window(Chain(steps=(step(LIVE),)))
    tag = badge(panel, LIVE)
    QTest.mouseClick(tag, Qt.MouseButton.LeftButton, pos=QPoint(tag.width() - 2, tag.height() // 2))
    assert not panel.store.project.frozen


class Silent:
    """A player that is told things."""

    def send(self, message: object) -> None:
        """Nothing comes of it."""

    def submit(self, *_: object) -> None:
        """Nobody works."""


@pytest.fixture
def overloaded(window, qtbot: QtBot) -> Iterator[tuple[ChainPanel, Notice, Callable[..., None]]]:
    """A panel, a notice, and how the load comes to be for so many seconds, with what steps cost."""
    panel = window(Chain(steps=(step(LIVE), step(OTHER))))
    scratch, notice, now = Scratch(), Notice(), Clock()
    qtbot.addWidget(notice)
    silent: object = Silent()
    audition = Audition(panel.store, silent, silent, scratch, notice)  # type: ignore[arg-type]
    Overload(audition, panel.store, notice, panel.editor.set_frozen, panel.editor.set_power, now)

    def load(share: float, seconds: float, *found: StepCost, **changed: object) -> None:
        for _ in range(round(seconds / 0.1)):
            now.now += 0.1
            shown = replace(LIVE_NOW, load=share, costs=found, **changed)  # type: ignore[arg-type]  # its own fields
            audition.ticked.emit(shown)

    yield panel, notice, load
    scratch.close()


DEAR = (cost(LIVE, 0.2), cost(OTHER, 0.65), cost(GUARD, 0.7))


def test_a_load_that_is_too_high_names_the_dearest_step_and_one_click_freezes_it(overloaded) -> None:
    panel, notice, load = overloaded
    load(0.95, overload.MOMENT_S / 2, *DEAR)
    load(0.7, 0.2, *DEAR)
    load(0.95, overload.MOMENT_S / 2, *DEAR)
    assert notice.words == "", "a moment is no trouble"
    load(0.92, overload.MOMENT_S, *DEAR)
    assert notice.words.startswith(f"Load 92 %, of which {OTHER} takes 65 %")
    button = next(button for button in notice.findChildren(QPushButton) if button.text() == f"Freeze {OTHER}")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panel.store.project.frozen == {f"{OTHER}#1"}
    assert panel.store.undo_label == f"Freeze {OTHER}"
    assert notice.words == ""
    load(0.9, 0.3, DEAR[0])
    load(0.3, 3.0, DEAR[0])
    assert notice.words == ""
    panel.store.undo()
    assert panel.store.project.frozen == frozenset()


OPEN = {"playing": False, "heard": "", "microphone": MicrophoneState(device="a microphone", muted=False)}


def test_of_a_microphone_nothing_can_be_frozen_so_the_step_is_muted(overloaded, clock: Clock) -> None:
    panel, notice, load = overloaded
    load(0.92, 2 * overload.MOMENT_S, *DEAR, **OPEN)
    assert "Nothing of a microphone can be rendered ahead, so mute the step" in notice.words
    clock.now += 1
    panel.show_snapshot(replace(LIVE_NOW, costs=DEAR, **OPEN))
    assert badge(panel, OTHER).text() == "live 65 %"
    assert not badge(panel, OTHER).badge.offers
    assert "cannot be frozen there" in badge(panel, OTHER).toolTip()
    complete(panel)
    clock.now += 2
    panel.show_snapshot(replace(LIVE_NOW, **OPEN))
    assert badge(panel, OTHER).text() == "live", "what is heard is no take"
    button = next(button for button in notice.findChildren(QPushButton) if button.text() == f"Mute {OTHER}")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not panel.store.project.chain.find(f"{OTHER}#1").enabled
    assert panel.store.project.frozen == frozenset()


def test_the_sentence_goes_when_the_load_has_been_fine_for_a_while(overloaded) -> None:
    _, notice, load = overloaded
    load(0.9, 2.0, *DEAR)
    load(0.5, overload.WHILE_S - 0.3, *DEAR)
    load(0.65, 0.2, *DEAR)
    load(0.5, overload.WHILE_S - 0.3, *DEAR)
    assert notice.words
    load(0.5, 0.6)
    assert notice.words == ""


def test_a_sentence_that_was_put_away_stays_away_until_the_load_rises_anew(overloaded) -> None:
    _, notice, load = overloaded
    load(0.9, 2.0, *DEAR)
    notice._away.click()
    load(0.9, 5.0, *DEAR)
    assert notice.words == ""
    load(0.2, 3.0)
    load(0.9, 2.0, *DEAR)
    assert notice.words


def test_where_no_live_step_costs_much_there_is_nothing_to_freeze(overloaded) -> None:
    """Nothing runs live, or another program keeps the machine busy."""
    _, notice, load = overloaded
    load(1.2, 5.0, cost(LIVE, 0.03), cost(OTHER, 0.09))
    load(1.2, 5.0)
    load(1.2, 5.0, cost(GUARD, 0.9))
    assert notice.words == ""


def test_the_transport_shows_four_figures_that_hold_still(qtbot: QtBot) -> None:
    clock = Clock()
    state = DeviceState(clock)
    qtbot.addWidget(state)
    state.show()
    now = replace(LIVE_NOW, load=0.031, device_ms=96.0, ahead_ms=190.0, underruns=7)

    def tick(**changed: object) -> list[str]:
        clock.now += 0.3
        state.show_snapshot(replace(now, **changed))  # type: ignore[arg-type]  # a snapshot's own fields
        return [state.load.text(), state.out.text(), state.ahead.text(), state.underruns.text()]

    assert tick() == ["load 3 %", "latency 96 ms", "ahead 190 ms", "7 gaps"]
    room = state.sizeHint()
    assert tick(load=0.036, ahead_ms=186.0) == tick(), "what wavers is shown as it was"
    assert tick(load=0.72)[0] == "load 72 %"
    assert state.load.property("role") == "warm"
    assert tick(load=1.87, ahead_ms=12.0, underruns=11)[::2] == ["load 187 %", "ahead 12 ms"]
    assert state.load.property("role") == "error"
    assert state.sizeHint() == room
    QTest.mouseClick(state.underruns, Qt.MouseButton.LeftButton)
    assert state.underruns.text() == "0 gaps"
    assert tick(underruns=12)[3] == "1 gap"
    assert tick(underruns=3)[3] == "3 gaps", "another process counts from the start"
    assert all(each.toolTip() for each in (state.load, state.out, state.ahead, state.underruns))
    QApplication.processEvents()
