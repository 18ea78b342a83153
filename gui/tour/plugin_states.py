"""What the window shows of plugins: on a shelf of the tour's own, with plugins that are not there."""

from __future__ import annotations

import os

from engine.chain import Chain, Step, new_step
from engine.plugins.described import Described, PluginParameter, PluginRef
from engine.plugins.shelf import Contents, Shelf, Unusable

from ..app import Application
from ..plugins.question import AskNobody, Question
from . import hand
from .walk import Step as State

BANDS = 9
MISSING = PluginRef("VST3", "Nebula Drive", "Far Away Audio", "1.10", "f" * 64, "/elsewhere/Nebula Drive.vst3")


def plugin_states() -> tuple[State, ...]:
    """The page, the question, and the cards of plugins that do not run."""
    return (
        State("plugins", "the plugins that a scan found, and what it could not use", _page, _close_all),
        State("plugin-question", "the question before a stranger's plugins run", _question, _close_all),
        State("plugin-left-out", "a plugin with many parameters that was left out", _left_out),
        State("plugin-missing", "a plugin that is not on this computer", _missing),
        State("plugin-failed", "a plugin that failed and is bypassed", _failed, _without),
    )


def _shelved() -> tuple[Described, ...]:
    """Puts two plugins on the shelf, and says of a third why it is not there."""
    bands = tuple(
        parameter
        for band in range(1, BANDS + 1)
        for parameter in (
            PluginParameter(f"gain_{band}_db", "", f"Gain {band}", "number", 0.0, "dB", -24.0, 24.0),
            PluginParameter(f"width_{band}_oct", "", f"Width {band}", "number", 1.0, "oct", 0.1, 4.0, "log"),
            PluginParameter(f"dynamic_{band}", "", f"Dynamic {band}", "switch", False),
        )
    )
    folder = "/usr/lib/vst3"
    plugins = (
        Described("NineBands", "Nine Bands", "Example Audio", "2.4.1", "VST3", f"{folder}/Nine Bands.vst3", "a" * 64,
                  (1, 2), 64, bands),
        Described("SmallRoom", "Small Room", "Example Audio", "1.0", "VST3", f"{folder}/Small Room.vst3", "b" * 64,
                  (2,), 0, bands[:2]),
    )  # fmt: skip
    broken = Unusable(f"{folder}/Old Tape.vst3", "crashed when it was loaded")
    Shelf().write(Contents((folder, os.path.expanduser("~/.vst3")), plugins, (broken,)))
    return plugins


def _page(application: Application) -> None:
    _shelved()
    application.plugins.trust.asks = AskNobody()
    application.window.actions_by_id["plugins"].trigger()


def _question(application: Application) -> None:
    asked = [application.plugins.trust.asked(one.ref("A" * 5000), one) for one in _shelved()]
    Question(asked, application.window).open()


def _shown(application: Application, step: Step) -> None:
    application.window.chain.editor.set_chain("plugin", Chain(steps=(step,)))
    application.window.chain.cards.reveal(step.id)


def _nine_bands() -> Step:
    step = new_step(Chain(), _shelved()[0].name)
    return step.with_setting("gain_3_db", -6.0).with_setting("dynamic_3", True)


def _left_out(application: Application) -> None:
    _shown(application, _nine_bands())


def _missing(application: Application) -> None:
    _shown(application, Step(id="missing", transform="NebulaDrive", plugin=MISSING, settings=(("drive", 0.4),)))


def _failed(application: Application) -> None:
    step = _nine_bands()
    assert step.plugin is not None
    application.plugins.rack.allow([step.plugin])
    _shown(application, step)
    desk = application.plugins
    hand.wait_for("the sentence", lambda: (found := desk.trouble(step)) is not None and found.deed == "again")


def _without(application: Application) -> None:
    application.window.notice.take_back("plugin failed")
    application.window.chain.presets.choose("natural")
    Shelf().write(Contents())


def _close_all(application: Application) -> None:
    for other in hand.others(application.window):
        other.close()
