"""The states of the microphone's panel, shown as they are when there is one: none is needed to see them."""

from __future__ import annotations

from dataclasses import replace

from engine.playback.messages import Snapshot
from engine.playback.microphone.messages import Delays, Input, LiveChain, MicrophoneState, RecordingState
from engine.playback.microphone.steps import slots_of
from engine.transform import StreamSpec

from ..app import Application
from . import hand
from .walk import Step

RATE = 48_000
NAME = "Desk microphone"


def states() -> tuple[Step, ...]:
    """All of them; the panel is open from the first to the last."""
    return (
        Step("microphone-muted", "the microphone, muted as it starts", lambda made: _show(_opened(made), made)),
        Step(
            "microphone-live", "the microphone live, with steps that cannot be",
            lambda made: _show(replace(_opened(made), muted=False), made),
        ),
        Step(
            "microphone-howled", "the microphone muted because it howled",
            lambda made: _show(replace(_opened(made), howled=True, overs=9, peak_db=(-0.4, -1.1)), made),
        ),
        Step(
            "microphone-recording", "the microphone being recorded",
            lambda made: _show(
                replace(_opened(made), muted=False, recording=RecordingState(1, running=True, seconds=72.4)), made
            ),
            _close,
        ),
    )  # fmt: skip


def _opened(application: Application) -> MicrophoneState:
    panel = application.window.microphone
    if panel.isHidden():
        panel.toggle()
        application.audition.ticked.disconnect(panel.show_snapshot)
    steps = panel.feed.recipe.steps if panel.feed.recipe else ()
    return MicrophoneState(
        inputs=(Input(NAME, 2), Input("Camera", 1)), device=NAME, channels=2, sample_rate=RATE, output="Headphones",
        one_clock=True, peak_db=(-14.2, -17.8), delays=Delays(11, 12, 3, 16),
        skipped=slots_of(LiveChain(steps, application.store.project.banks), StreamSpec(RATE, 2))[1],
    )  # fmt: skip


def _show(state: MicrophoneState, application: Application) -> None:
    application.window.microphone.show_snapshot(Snapshot(microphone=state))
    hand.rest(400)


def _close(application: Application) -> None:
    panel = application.window.microphone
    application.audition.ticked.connect(panel.show_snapshot)
    panel.toggle()
