"""What the microphone's panel does by menu and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Command
from ..words import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from .panel import MicrophonePanel

MENU = "Transport"


def commands(panel: MicrophonePanel) -> list[Command]:
    """Open, hear and record."""
    return [
        Command(
            "microphone", MENU, tr("Microphone"), tr("Open the microphone through the chain, muted; or close it"),
            panel.toggle, ("Ctrl+M",), separator_before=True, checked=lambda: not panel.isHidden(),
        ),
        Command(
            "microphone_heard", MENU, tr("Hear the microphone"), tr("Unmute the microphone, or mute it"),
            lambda: _if_there(panel, panel.feed.toggle_muted), ("Ctrl+Shift+M",),
            checked=lambda: bool(panel.feed.state.device) and not panel.feed.state.muted,
            possible=lambda: not panel.isHidden(),
        ),
        Command(
            "microphone_record", MENU, tr("Record"), tr("Record to a lossless file, or end the recording"),
            lambda: _if_there(panel, panel.feed.toggle_recording), ("Ctrl+R",),
            checked=lambda: panel.feed.state.recording.running, possible=lambda: not panel.isHidden(),
        ),
    ]  # fmt: skip


def _if_there(panel: MicrophonePanel, do: Callable[[], None]) -> None:
    if not panel.isHidden():
        do()
