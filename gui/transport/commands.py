"""What the transport does by menu and key.

Space plays and pauses, as in Sonic Visualiser; Shift+Space plays past the loop, as in Audacity; to stop, which also
goes back to the start, is Pause with Shift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Command
from ..words import tr
from .heard import match_hint

if TYPE_CHECKING:
    from .bar import TransportBar

MENU = "Transport"
VOLUME_STEP_DB = 1


def commands(bar: TransportBar) -> list[Command]:
    """Play, place, loop, what is heard, how loud and through what."""
    return [*_playing(bar), *_place(bar), *_hearing(bar)]


def _playing(bar: TransportBar) -> list[Command]:
    audition = bar.audition
    return [
        Command(
            "play", MENU, tr("Play or pause"), tr("Play from the playhead, or pause"), audition.toggle_play,
            ("Space", "P"),
        ),
        Command("stop", MENU, tr("Stop"), tr("Stop and go back to the start"), audition.stop, ("Shift+P",)),
        Command(
            "play_once", MENU, tr("Play once"), tr("Play from the playhead to the end, past the loop"),
            audition.play_once, ("Shift+Space",),
        ),
        Command(
            "play_selection", MENU, tr("Play the selection"), tr("Play what is selected, once"), bar.play_selection,
            ("S",), possible=lambda: bar.selection is not None,
        ),
    ]  # fmt: skip


def _place(bar: TransportBar) -> list[Command]:
    audition = bar.audition

    def to_start() -> None:
        audition.seek(0.0)

    return [
        Command(
            "to_start", MENU, tr("To the start"), tr("Put the playhead at the start"), to_start, ("Home",),
            separator_before=True,
        ),
        Command("to_end", MENU, tr("To the end"), tr("Put the playhead at the end"), bar.to_end, ("End",)),
        Command(
            "loop", MENU, tr("Loop"), tr("Go round the selection, or the whole clip"), bar.toggle_loop, ("L",),
            checked=lambda: audition.looping,
        ),
    ]  # fmt: skip


def _hearing(bar: TransportBar) -> list[Command]:
    return [
        Command(
            "heard", MENU, tr("Original or take"),
            tr("Change what is heard, in the same place; hold the key to go back when you let go"),
            bar.momentary.toggle, ("A",), separator_before=True,
        ),
        Command(
            "chain_heard", MENU, tr("Chain A or B"),
            tr("Change between both chains, in the same place; hold the key to go back when you let go"),
            bar.momentary_chain.toggle, ("B",),
        ),
        Command(
            "match_loudness", MENU, tr("Match loudness"), match_hint(), bar.heard.toggle_match, ("Shift+B",),
            checked=lambda: bar.audition.matched,
        ),
        Command(
            "louder", MENU, tr("Louder"), tr("Turn the monitor up"), lambda: bar.volume.step(VOLUME_STEP_DB),
            ("Ctrl+Up",),
        ),
        Command(
            "quieter", MENU, tr("Quieter"), tr("Turn the monitor down"), lambda: bar.volume.step(-VOLUME_STEP_DB),
            ("Ctrl+Down",),
        ),
        Command("clip_light", MENU, tr("Put out the clip light"), tr("Forget what was too loud"), bar.levels.reset),
        Command(
            "count_anew", MENU, tr("Count underruns anew"), tr("Forget the gaps in the sound so far"), bar.state.reset,
        ),
        Command(
            "device", MENU, tr("Output device …"), tr("Choose what is played through"), bar.devices.setFocus,
            ("Shift+O",), separator_before=True,
        ),
        Command("rescan", MENU, tr("Look for devices"), tr("Read the list of sound devices again"), bar.devices.rescan),
    ]  # fmt: skip
