"""Every state that the window can be seen in, as data: its name, what it shows, and the way there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu

from engine import session
from engine.chain import GUARD, bank_of
from engine.chain import Step as ChainStep
from engine.folders import RunFolder
from engine.playback import devices
from engine.playback.messages import StepCost
from engine.recipe import Drawn

from ..app import Application, Home
from ..chain.help_page import HelpPage
from ..preferences.welcome import Welcome
from ..session.autosave import COPY
from ..transport.overload import TOPIC as OVERLOAD
from ..words import tr
from . import hand, microphone
from .plugin_states import plugin_states
from .walk import Step, export, play, queue_up, settle

SEARCHED = "notch"
NO_SUCH_DEVICE = "Headphones that are unplugged"
RESAMPLED = {"device": "Speakers", "devices": ("Speakers",), "sound_rate": 44100, "sample_rate": 48000, "error": ""}
NO_DEVICE = {"device": "", "devices": (), "sample_rate": 0, "playing": False, "error": devices.NO_DEVICE}
Do = Callable[[Application], None]


def states(home: Home, scratch: Path) -> tuple[Step, ...]:
    """All of them, in an order in which each begins where the one before ends."""
    return (
        Step("first-start", "the card of the first start", settle, _close_the_card),
        Step("demo", "the demo clip, opened", settle),
        Step("playing", "while it plays", play, sounds=True),
        Step(
            "selected", "a selection, looped", _run("select_all", "loop_selection"), _run("select_none", "clear_loop")
        ),
        Step("side-by-side", "original and take beside each other", _look("view_beside"), _look("view_stacked")),
        Step("difference", "what the take changes", _look("view_difference"), _look("view_stacked")),
        Step("catalogue", "the catalogue of transforms", _run("add_step"), _close_all),
        Step("found", "what the catalogue finds by another tool's name", _search, _close_all),
        Step("presets", "the list of presets", _presets, _close_all),
        Step("live-costs", "what steps cost that run live", _costs(0.57), _as_it_is),
        Step("overload", "a step that costs too much to run live", _costs(0.93), _as_it_is),
        Step("frozen", "a step that is frozen", _freeze, _run("undo")),
        *plugin_states(),
        Step("group", "a chain with groups", _preset("telephone")),
        Step("help", "the help of a transform", _help, _close_all),
        Step("text", "the chain as text", _run("chain_as_text"), _run("chain_as_text")),
        Step("bypassed", "the chain bypassed", _run("bypass_chain"), _run("bypass_chain")),
        Step("chains", "two chains, matched in loudness", _two_chains),
        Step("blind-test", "a blind test that is being set", _run("blind_test")),
        Step("blind-trial", "a trial of it", _trial),
        Step("blind-result", "what came of it", _answers, _close_all),
        Step("blind-tests", "earlier tests of the chain", _run("blind_test"), _one_chain),
        Step("no-bank", "a take that cannot be made", _unbound, _preset("natural")),
        Step("palette", "the command palette", _run("palette"), _close_all),
        Step("keys", "the key reference", _run("keys"), _close_all),
        Step("guide", "the guide", _run("guide"), _close_all),
        Step("about", "about", _run("about"), _close_all),
        Step("preferences", "the preferences", _run("preferences"), _close_all),
        Step("history", "the history of edits", _run("history"), _close_all),
        Step("menu", "a menu", _menu, _close_all),
        *microphone.states(),
        Step("asked", "an export that is being set", lambda made: queue_up(made, scratch / "takes", 500)),
        Step("exporting", "an export that runs", _exporting, _cancel),
        Step("finished", "an export that is done", lambda made: export(made, scratch / "few")),
        Step("error", "recordings that cannot be used", lambda made: _broken(made, scratch / "recordings")),
        Step("failures", "all of them with their reasons", _run("library_failures"), _close_all),
        Step("resampled", "a device that does not take the file's rate", _as_if(**RESAMPLED), _as_it_is),
        Step("no-device", "no sound device at all", _as_if(**NO_DEVICE), _as_it_is),
        Step("device-away", "a chosen device that is not there", _unplugged, sounds=True),
        Step("recovery", "unsaved work of an earlier run", lambda made: _left_behind(made, home)),
        Step("crash", "after an unexpected error", _crash, _close_all),
        Step("empty", "nothing open", _empty),
    )


def _run(*commands: str) -> Do:
    def do(application: Application) -> None:
        for command in commands:
            application.window.actions_by_id[command].trigger()
        hand.rest(800)

    return do


def _search(application: Application) -> None:
    _run("add_step")(application)
    catalogue = application.window.chain.cards.catalogue
    if catalogue is not None:
        catalogue.search.setText(SEARCHED)


def _presets(application: Application) -> None:
    presets = application.window.chain.presets
    presets.open_list()
    hand.wait_for("what they are for", lambda: presets.list is not None and presets.list.is_described)


def _selected(application: Application) -> None:
    application.window.views.select(1.0, 2.5)
    _run("loop_selection")(application)


def _look(command: str) -> Do:
    def do(application: Application) -> None:
        _run(command)(application)
        settle(application)

    return do


def _preset(name: str) -> Do:
    def do(application: Application) -> None:
        application.window.chain.presets.choose(name)
        settle(application)

    return do


def _costs(load: float) -> Do:
    """A second of sound through the draw's steps on a machine that is slow."""
    shares = (0.66, 0.31, 0.04, 0.002, 0.12)

    def do(application: Application) -> None:
        application.audition.close()
        steps = [step.id for step in _drawn(application) if step.id != GUARD]
        found = tuple(
            StepCost(step, share * load, share * 1.3, 12.0) for step, share in zip(steps, shares, strict=False)
        )
        now = replace(
            application.player.snapshot(), playing=True, device="speakers", error="", heard="bridge", load=load,
            device_ms=96.0, ahead_ms=192.0, costs=found,
        )  # fmt: skip
        for _ in range(20):
            application.audition.ticked.emit(now)
            hand.rest(50)

    return do


def _as_it_is(application: Application) -> None:
    """The figures are the player's own again."""
    application.window.notice.take_back(OVERLOAD)
    application.audition.troubled.emit("")
    application.audition.start()


def _freeze(application: Application) -> None:
    """The second step, and with it the first."""
    cards = application.window.chain.cards
    cards.select(_drawn(application)[1].id)
    _run("freeze_step")(application)


def _close_all(application: Application) -> None:
    for other in hand.others(application.window):
        other.close()


def _close_the_card(application: Application) -> None:
    for card in application.window.views.findChildren(Welcome):
        card.leave()


def _help(application: Application) -> None:
    cards = application.window.chain.cards
    cards.select(next(card.node.id for card in cards.all() if isinstance(card.node, ChainStep)))
    _run("step_help")(application)
    pages = [page for page in hand.others(application.window) if isinstance(page, HelpPage)]
    hand.wait_for("its picture", lambda: all(page.picture and page.picture.effect for page in pages))


def _drawn(application: Application) -> tuple[Drawn, ...]:
    recipe = application.store.project.recipe()
    return () if recipe is None else recipe.steps


def _two_chains(application: Application) -> None:
    _run("chain_heard")(application)
    _preset("vinyl")(application)
    _run("match_loudness")(application)
    audition = application.audition
    hand.wait_for("both takes", lambda: audition.sound_of("A") and audition.loudness.is_known("A"))
    settle(application)


def _trial(application: Application) -> None:
    dialog = application.window.compare.dialog
    assert dialog is not None
    hand.wait_for("both takes", dialog.set_up.begin.isEnabled)
    dialog.set_up.begin.click()
    dialog.trial.hears["x"].click()


def _answers(application: Application) -> None:
    """Nobody knows what X was, so the pictures of two tours differ here."""
    dialog = application.window.compare.dialog
    while dialog is not None and dialog.pages.currentWidget() is dialog.trial:
        dialog.trial.answers["a"].click()


def _one_chain(application: Application) -> None:
    _close_all(application)
    _run("match_loudness", "copy_a_to_b", "chain_heard", "undo")(application)


def _unbound(application: Application) -> None:
    """A draw of a preset whose bank has no folder."""
    application.window.chain.presets.choose("birdclef")
    while not any(map(bank_of, _drawn(application))):
        _run("new_draw")(application)
    hand.wait_for("the sentence", lambda: application.audition.view and application.audition.view.error)


def _menu(application: Application) -> None:
    menus = application.window.menuBar()
    transport = menus.actions()[3]
    menu = next(menu for menu in menus.findChildren(QMenu) if menu.menuAction() is transport)
    menu.popup(menus.mapToGlobal(menus.actionGeometry(transport).bottomLeft()))


def _exporting(application: Application) -> None:
    queue = application.window.export.queue
    queue.start()
    hand.wait_for("its first files", lambda: queue.progress is not None and queue.progress.done > 4)


def _cancel(application: Application) -> None:
    queue = application.window.export.queue
    queue.cancel()
    hand.wait_for("the end of the export", lambda: queue.jobs[-1].ended)


def _broken(application: Application, folder: Path) -> None:
    """A folder with one recording among files that are none."""
    folder.mkdir()
    shutil.copy(application.store.project.sources[0].path, folder / "dawn.wav")
    (folder / "empty.wav").touch()
    (folder / "notes.wav").write_text("What was recorded, and when.")
    (folder / "cut.flac").write_bytes(b"fLaC" + bytes(30))
    application.window.open_paths((str(folder),))
    hand.wait_for("what is wrong", lambda: application.window.library.has_failures)
    settle(application)


def _unplugged(application: Application) -> None:
    application.window.transport.devices.choose(NO_SUCH_DEVICE)
    hand.wait_for("the sentence", lambda: application.player.snapshot().error)


def _as_if(**changed: Any) -> Do:
    """What takes another sound card than there is: the snapshot is given by hand."""

    def do(application: Application) -> None:
        application.audition.close()
        now = replace(application.player.snapshot(), **changed)
        application.audition.troubled.emit(now.error)
        application.audition.ticked.emit(now)

    return do


def _left_behind(application: Application, home: Home) -> None:
    home.copies.mkdir(parents=True, exist_ok=True)
    folder = RunFolder(home.copies)
    session.write(folder.path / COPY, application.store.project, "")
    folder.leave()
    application.session.offer_left_behind()


def _crash(application: Application) -> None:
    application.crashes.install()
    QTimer.singleShot(0, application, _fail)
    hand.rest(1000)


def _fail() -> None:
    raise RuntimeError("an example of what nobody expected")


def _empty(application: Application) -> None:
    project = application.store.project
    for source in project.sources:
        project = project.without_source(source.path)
    application.store.commit(tr("Remove recordings"), project)
