"""What the transport does by menu and key."""

from __future__ import annotations

from ..actions import Command
from ..audition import Audition
from ..words import tr


def commands(audition: Audition) -> list[Command]:
    """Play, stop, loop, and what is heard."""

    def to_start() -> None:
        audition.seek(0.0)

    def loop() -> None:
        audition.set_looping(not audition.looping)

    menu = "Transport"
    return [
        Command(
            "play", menu, tr("Play or pause"), tr("Play from the playhead, or pause"), audition.toggle_play, ("Space",)
        ),
        Command(
            "stop", menu, tr("Stop"), tr("Stop and go back to the start"), audition.stop, ("Shift+Space",)
        ),
        Command("to_start", menu, tr("To the start"), tr("Put the playhead at the start"), to_start, ("Home",)),
        Command(
            "loop", menu, tr("Loop"), tr("Go round the region, or the whole clip"), loop, ("L",),
            checked=lambda: audition.looping,
        ),
        Command(
            "heard", menu, tr("Original or take"), tr("Change what is heard, in the same place"),
            audition.toggle_heard, ("A",),
        ),
    ]  # fmt: skip
