"""After many edits: the window comes to rest, and what plays is held beside a fresh render of the chain it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

import engine
from engine.files.convert import prepare
from engine.playback.fade import to_stereo
from engine.playback.messages import Play
from gui.app import Application
from tests.support.probes import Probed, follow
from tests.support.sound import SoundCard
from tests.support.window import complete

Wait = Callable[[Callable[[], bool]], object]
"""Lets the window live until something has come true."""
Pause = Callable[[float], object]

LISTENED_S = 1.2


@dataclass(frozen=True)
class End:
    """Whether what left for the device is the fresh render to the last bit, and its probes in the card's recording."""

    same: bool
    probes: Probed
    steps: int


def rest(application: Application, path: str, wait: Wait) -> None:
    """Listen to the whole take of the first recording, in a loop and at full volume; nothing else is done any more.

    A chain that cannot be rendered is told to the user; here edits are taken back to one that can.
    """
    store, audition = application.store, application.audition
    wait(lambda: not application.bridge._workers.busy)  # a preset that is still being read is an edit
    store.amend(replace(store.project, selected=path))
    while True:
        chain = store.project.chain
        guard = "scale" if chain.guard == "none" else chain.guard
        store.commit("At last", replace(store.project, chain=replace(chain, bypassed=False, guard=guard)))
        wait(lambda: complete(application) is not None or _failed(application))
        if complete(application) is not None:
            break
        while store.undo_label is not None and store.project.chain in (chain, replace(chain, bypassed=False)):
            store.undo()
    audition.listen("take")
    audition.set_loop(0.0, 0.0)
    audition.set_looping(True)
    application.window.transport.volume.slider.setValue(0)
    audition.send(Play())
    wait(lambda: (now := application.player.snapshot()).playing and now.heard == "take")


def hear(application: Application, card: SoundCard, pause: Pause) -> End:
    """Listen for a while."""
    pause(0.5)  # the last crossfade has left the device
    player = application.player
    with card.recording() as recording:
        start = player.tap_clock().frame
        pause(LISTENED_S / 2)
        first = player.tapped(start)
        pause(LISTENED_S / 2)
        second = player.tapped(first.start + first.samples.shape[1])
    tapped = np.concatenate((first.samples, second.samples), axis=1)
    assert second.start == first.start + first.samples.shape[1], "the tap has lost frames"
    rendered = fresh(application)
    round_and_round = np.tile(rendered, (1, 1 + -(-tapped.shape[1] // max(rendered.shape[1], 1))))
    view = application.audition.view
    assert view is not None
    probes = follow(rendered, recording.samples.T)
    return End(_holds(round_and_round, tapped), probes, len(view.recipe.steps))


def _failed(application: Application) -> bool:
    view = application.audition.view
    return view is not None and bool(view.error) and view.recipe == application.store.project.recipe()


def fresh(application: Application) -> NDArray[np.float32]:
    """The take that is looked at, rendered anew and folded for a device, (2, n)."""
    view = complete(application)
    assert view is not None
    clip = prepare(view.source.path, None, "keep")
    return to_stereo(engine.render(clip.samples, clip.sample_rate, view.recipe, events=()))


def _holds(sound: NDArray[np.float32], part: NDArray[np.float32]) -> bool:
    """Whether the part stands in the sound to the bit, in any place."""
    there, sought = np.ascontiguousarray(sound.T).tobytes(), np.ascontiguousarray(part.T).tobytes()
    place = there.find(sought)
    while place > 0 and place % 8:
        place = there.find(sought, place + 1)
    return bool(sought) and place >= 0
