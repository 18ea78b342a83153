"""Plugins in the window: the page, the cards, and the question that a stranger's chain brings up."""

from __future__ import annotations

import errno
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from engine import preset
from engine.chain import Chain, Step, new_step
from engine.playback.messages import Snapshot
from engine.plugins import hosting
from engine.plugins.described import Described, PluginParameter, PluginRef
from engine.plugins.shelf import Contents, Shelf
from engine.plugins.where import SHELF
from engine.track import TrackReader
from gui.chain.help_page import HelpPage
from gui.chain.panel import ChainPanel
from gui.chain.step_card import StepCard
from gui.plugins.page import PluginPage
from gui.plugins.question import Asked, AskNobody, Question
from gui.plugins.table import ALLOWED, ASKS, LEFT_OUT
from tests.gui.chain_panels import make_window
from tests.support.desk import PATIENCE_MS, Desk, sitting_at
from tests.support.plugins import zam
from tests.support.recordings import write_folder
from tests.support.window import complete

DIGEST = "ab" * 32
GAIN = PluginParameter("gain_db", "gain_db", "Gain", "number", 0.0, "dB", -60.0, 12.0)
NEBULA = PluginRef("VST3", "Nebula Drive", "Far Away", "1.10", "cd" * 32, "C:\\Nebula.vst3")


@dataclass
class Visitor:
    """Somebody who answers at once, and what was asked."""

    yes: bool = False
    asked: list[Sequence[Asked]] = field(default_factory=list)

    def may_run(self, asked: Sequence[Asked]) -> bool:
        """The answer."""
        self.asked.append(asked)
        return self.yes


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Described:
    """A plugin on a shelf of the test's own, which nobody has allowed."""
    monkeypatch.setenv(SHELF, str(tmp_path / "plugins.json"))
    one = Described("Gainer", "Gainer", "Nobody", "2.0", "VST3", "/vst3/Gainer.vst3", DIGEST, (1, 2), 0, (GAIN,))
    Shelf().write(replace(Shelf().contents, plugins=(one,), folders=("/vst3",)))
    return one


@pytest.fixture
def processes_end() -> Iterator[None]:
    """The plugin processes that wait for another stream are ended behind the test."""
    yield
    gc.collect()
    hosting.CHILDREN.close()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Callable[..., ChainPanel]:
    """Makes a panel on a chain."""
    return make_window(qtbot, tmp_path)


def card_of(panel: ChainPanel) -> StepCard:
    """The first card."""
    card = panel.cards.all()[0]
    assert isinstance(card, StepCard)
    return card


def said(card: StepCard) -> str:
    """What the card says about its plugin."""
    return card.plugin.sentence.text() if card.plugin is not None and card.plugin.isVisible() else ""


def test_a_missing_plugin_says_so_and_loses_nothing(window: Callable[..., ChainPanel], here: Described) -> None:
    step = Step(id="a", transform="Nebula", plugin=NEBULA, settings=(("drive", 0.3), ("mode", "warm")))
    panel = window(Chain(steps=(step,)))
    card = card_of(panel)
    assert said(card).startswith("Nebula Drive is not on this computer")
    assert card.tag.text() == "passed over"
    assert card.form is None
    panel.editor.set_p("a", 0.5, 1)
    panel.editor.duplicate("a")
    first, second = preset.loads(preset.dumps(panel.editor.chain), "a").steps
    assert first == replace(step, p=0.5)
    assert second == replace(step, p=0.5, id="Nebula#1")
    card.plugin.act.click()  # type: ignore[union-attr]  # it has just said something
    page = panel.plugins.page
    assert page is not None
    assert page.isVisible()
    page.close()


def test_another_version_is_used_when_the_user_says_so(window: Callable[..., ChainPanel], here: Described) -> None:
    ref = replace(here.ref(), version="1.0", digest="cd" * 32)
    step = Step(id="a", transform="Gainer", plugin=ref, settings=(("gain_db", 3.0), ("gone", 1)))
    panel = window(Chain(steps=(step,)))
    visitor = Visitor(yes=True)
    told: list[str] = []
    panel.plugins.trust.asks = visitor
    panel.plugins.said.connect(told.append)
    card = card_of(panel)
    assert said(card) == "This step was made with Gainer 1.0, and here is 2.0. It is passed over."
    assert card.plugin is not None
    card.plugin.act.click()
    assert panel.editor.chain.steps[0] == replace(step, plugin=here.ref(), settings=(("gain_db", 3.0),))
    assert told == ["Gainer 2.0 cannot have 1 value that was set; it is left out."]
    panel.window().repaint()
    QTest.qWait(50)
    assert [[one.name for one in asked] for asked in visitor.asked] == [["Gainer 2.0"]]
    assert said(card_of(panel)) == ""
    assert card_of(panel).form is not None


def test_what_is_added_by_hand_runs_and_what_somebody_sends_is_asked_about_once(
    window: Callable[..., ChainPanel], here: Described
) -> None:
    panel = window(Chain())
    panel.plugins.trust.asks = visitor = Visitor()
    panel.cards.add_transform()
    assert "Gainer" in panel.cards.catalogue.names()  # type: ignore[union-attr]  # it is open
    panel.cards.catalogue.close()  # type: ignore[union-attr]
    panel.editor.add("Gainer")
    QTest.qWait(20)
    assert visitor.asked == []
    assert Shelf().contents.allowed == (DIGEST,)
    panel.plugins.rack.forget([here])
    assert [len(asked) for asked in visitor.asked] in ([], [1])
    QTest.qWait(20)
    assert [asked[0] for asked in visitor.asked] == [Asked("Gainer 2.0", "Nobody", "/vst3/Gainer.vst3", "")]
    assert panel.plugins.rack.standing(here) == LEFT_OUT
    stranger = new_step(Chain(), "Gainer")
    lying = replace(here.ref("AAAA"), path="/tmp/evil.vst3", maker="Somebody Famous")
    panel.editor.set_chain("theirs", Chain(steps=(replace(stranger, plugin=lying),)))
    QTest.qWait(20)
    assert len(visitor.asked) == 1, "what was left out is not asked about again"
    assert said(card_of(panel)).startswith("Gainer was not allowed to run.")
    visitor.yes = True
    card_of(panel).plugin.act.click()  # type: ignore[union-attr]  # it has just said something
    (asked,) = visitor.asked[-1]
    assert (asked.maker, asked.path) == ("Nobody", "/vst3/Gainer.vst3"), "what the chain says of itself was shown"
    assert "1 kB" in asked.why
    assert said(card_of(panel)) == ""


def test_what_comes_up_behind_the_question_waits_for_its_answer(
    window: Callable[..., ChainPanel], here: Described
) -> None:
    """The question is a dialog, behind which a scan may end and the chain may change."""
    panel = window(Chain())

    class Slow(Visitor):
        def may_run(self, asked: Sequence[Asked]) -> bool:
            super().may_run(asked)
            panel.plugins.rack.permitted.emit()
            QTest.qWait(20)
            return False

    panel.plugins.trust.asks = visitor = Slow()
    panel.editor.set_chain("theirs", Chain(steps=(new_step(Chain(), "Gainer"),)))
    QTest.qWait(20)
    assert len(visitor.asked) == 1


def test_an_answer_that_cannot_be_kept_is_said_and_not_asked_for_again(
    window: Callable[..., ChainPanel], here: Described, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    panel = window(Chain())
    told: list[str] = []
    panel.plugins.said.connect(told.append)
    panel.plugins.trust.asks = visitor = Visitor(yes=True)
    monkeypatch.setattr(Shelf, "allow", full)
    panel.editor.set_chain("theirs", Chain(steps=(new_step(Chain(), "Gainer"),)))
    QTest.qWait(20)
    panel.editor.set_p("Gainer#1", 0.5, 1)
    QTest.qWait(20)
    assert len(visitor.asked) == 1
    assert told == ["The list of plugins cannot be kept: No space left on device"]
    assert said(card_of(panel)).startswith("Gainer was not allowed to run.")


def test_a_plugin_that_failed_is_named_on_its_card_and_tried_again(
    window: Callable[..., ChainPanel], here: Described
) -> None:
    panel = window(Chain())
    step = panel.editor.add("Gainer")
    told: list[str] = []
    wanted: list[str] = []
    panel.plugins.failed.connect(told.append)
    panel.plugins.retry_wanted.connect(wanted.append)
    fault = f"{step}: the plugin Gainer crashed; the step is bypassed until it is changed"
    panel.plugins.show_live(Snapshot(bypassed=(fault,)))
    card = card_of(panel)
    assert said(card) == "The plugin Gainer crashed; the step is bypassed until it is changed."
    assert told == [said(card)]
    assert card.plugin is not None
    card.plugin.act.click()
    assert wanted == [step]
    panel.plugins.show_live(Snapshot())
    assert said(card) == ""
    assert told[-1] == ""


def test_the_question_names_all_and_leaves_out_by_default(qtbot: QtBot) -> None:
    asked = [Asked("Gainer 2.0", "Nobody", "/vst3/Gainer.vst3", ""), Asked("Other 1", "Else", "/vst3/Other.vst3", "x")]
    assert not AskNobody().may_run(asked)
    question = Question(asked)
    qtbot.addWidget(question)
    question.show()
    listed = " ".join(line.text for line in question.plugins.lines)
    assert all(word in listed for one in asked for word in (one.name, one.maker, one.path))
    assert question.leave_out.isDefault()
    question.leave_out.click()
    assert question.result() == QDialog.DialogCode.Rejected
    question.show()
    question.run.click()
    assert question.result() == QDialog.DialogCode.Accepted


def test_a_plugin_from_the_folder_to_the_ear_and_to_a_stranger(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_sound_card: None, processes_end: None
) -> None:
    """Scan, add, turn a knob, hear it, save, and open as somebody who has not allowed it."""
    monkeypatch.setenv(SHELF, str(tmp_path / "plugins.json"))
    folder = tmp_path / "vst3"
    folder.mkdir()
    (folder / "ZamTube.vst3").symlink_to(zam("ZamTube"))
    (folder / "Broken.vst3").write_text("no plugin at all")
    recording = next(write_folder(tmp_path / "words", each=1).rglob("*.wav"))
    with sitting_at(qtbot, tmp_path / "own", recording) as desk:
        window, visitor = desk.application.window, Visitor()
        desk.application.plugins.trust.asks = visitor
        scan(qtbot, desk, folder)
        window.chain.editor.set_chain("empty", Chain(guard="none"))
        step = window.chain.editor.add("ZamTube")
        quiet = peak(qtbot, desk)
        window.chain.editor.set_setting(step, "input_level", -30.0, 1)
        assert peak(qtbot, desk) < quiet / 2
        theirs = tmp_path / "theirs.yaml"
        theirs.write_text(preset.dumps(window.store.project.chain))
        window.chain.editor.set_chain("empty", Chain())
        Shelf().forbid([plugin.digest for plugin in Shelf().known()])
        window.chain.presets.open_file(str(theirs))
        qtbot.waitUntil(lambda: bool(visitor.asked), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: bool(said(card_of(window.chain))), timeout=PATIENCE_MS)
        recipe = window.store.project.recipe()
        assert recipe is not None
        assert recipe.steps == ()
        window.microphone.feed.open()
        visitor.yes = True
        card_of(window.chain).plugin.act.click()  # type: ignore[union-attr]  # it says something
        assert window.microphone.feed.recipe is not None
        assert [step.transform for step in window.microphone.feed.recipe.steps] == ["ZamTube"]
        assert peak(qtbot, desk) < quiet / 2


def scan(qtbot: QtBot, desk: Desk, folder: Path) -> None:
    """Open the page, scan a folder, and read what was found."""
    rack = desk.application.plugins.rack
    rack.look_in((str(folder),))
    desk.application.window.actions_by_id["plugins"].trigger()
    page = desk.application.plugins.page
    assert isinstance(page, PluginPage)
    page.scan.click()
    assert not page.scan.isEnabled()
    qtbot.waitUntil(lambda: rack.scan is None, timeout=PATIENCE_MS)
    assert [plugin.title for plugin in rack.contents.plugins] == ["ZamTube"]
    assert [Path(one.path).name for one in rack.contents.unusable] == ["Broken.vst3"]
    assert rack.standing(rack.contents.plugins[0]) == ASKS
    assert page.table.model().rowCount() == 1
    assert "Broken.vst3" in page.reasons.lines[0].text
    page.close()


def peak(qtbot: QtBot, desk: Desk) -> float:
    """The largest sample of the take, once it is rendered."""
    qtbot.waitUntil(lambda: complete(desk.application) is not None, timeout=PATIENCE_MS)
    view = complete(desk.application)
    assert view is not None
    assert view.take is not None
    assert view.error == ""
    return float(np.abs(TrackReader(view.take).samples()).max())


def test_the_page_forgets_an_answer(qtbot: QtBot, window: Callable[..., ChainPanel], here: Described) -> None:
    panel = window(Chain())
    rack = panel.plugins.rack
    Shelf().path.write_text("damaged")
    panel.plugins.open_page(panel)
    page = panel.plugins.page
    assert page is not None
    assert page.error.text().startswith("The list of plugins cannot be read.")
    Shelf().write(Contents(plugins=(here,)))
    rack.allow([here.ref()])
    assert page.error.text() == ""
    assert rack.standing(here) == ALLOWED
    assert not page.ask_again.isEnabled()
    page.table.selectRow(0)
    page.ask_again.click()
    assert rack.standing(here) == ASKS
    page.close()


def test_help_speaks_of_plugins_too(window: Callable[..., ChainPanel], here: Described) -> None:
    """Of one that may not run, and of one that is not here."""
    away = Step(id="a", transform="Nebula", plugin=NEBULA, settings=(("drive", 0.3),))
    panel = window(Chain(steps=(away, new_step(Chain(), "Gainer"))))
    for card, word in zip(panel.cards.all(), ("Nebula", "Gain"), strict=True):
        card.help()
        (page,) = [page for page in panel.window().findChildren(HelpPage) if page.isVisible()]
        assert word in page.words()
        page.close()
        QTest.qWait(1)
