"""What the chain's panel does by menu and key; what is about one card means the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.chain import GUARDS, Step

from ..actions import Command
from ..words import tr
from .card import NodeCard
from .guard_row import HINTS, NAMES

if TYPE_CHECKING:
    from .panel import ChainPanel

MENU = "Chain"


def commands(panel: ChainPanel) -> list[Command]:
    """Every command, in the menu's order."""
    return [
        Command(
            "add_step", MENU, tr("Add a transform …"), tr("Choose a transform for the chain"), panel.add_transform,
            ("E",),
        ),
        *_of_card(panel),
        Command(
            "bypass_chain", MENU, tr("Bypass the chain"), tr("Let the whole chain do nothing, in takes and in exports"),
            panel.toggle_bypass, ("Shift+M",), separator_before=True, checked=lambda: panel.is_bypassed,
        ),
        Command(
            "chain_as_text", MENU, tr("Chain as text"), tr("Edit the chain as the text of a preset"),
            panel.toggle_text, ("Ctrl+T",), checked=panel.as_text.isChecked,
        ),
        *(_guard(panel, mode) for mode in GUARDS),
        *_of_presets(panel),
    ]  # fmt: skip


def _of_card(panel: ChainPanel) -> list[Command]:
    def chosen(do: Callable[[NodeCard], None]) -> Callable[[], None]:
        def run() -> None:
            card = panel.cards.chosen
            if card is not None:
                do(card)

        return run

    def any_chosen() -> bool:
        return panel.cards.chosen is not None

    def locked() -> bool:
        node = panel.cards.chosen.node if panel.cards.chosen is not None else None
        return isinstance(node, Step) and node.lock is not None

    def regional() -> bool:
        node = panel.cards.chosen.node if panel.cards.chosen is not None else None
        return isinstance(node, Step) and node.region is not None

    def muted() -> bool:
        return panel.cards.chosen is not None and not panel.cards.chosen.node.enabled

    return [
        Command(
            "mute_step", MENU, tr("Mute the step"), tr("Turn the chosen step or group off, or on again"),
            chosen(lambda card: card.mute()), ("M",), separator_before=True, checked=muted, possible=any_chosen,
        ),
        Command(
            "lock_step", MENU, tr("Lock the step"), tr("Hold the chosen step to what this draw gave it, in every take"),
            chosen(lambda card: card.toggle_lock()), ("K",), checked=locked, possible=any_chosen,
        ),
        Command(
            "region_step", MENU, tr("Only in a region"), tr("Let the chosen step work in a part of the recording only"),
            chosen(lambda card: card.toggle_region()), ("R",), checked=regional, possible=any_chosen,
        ),
        Command(
            "redraw_step", MENU, tr("Draw the step again"), tr("Draw the chosen step anew, and no other"),
            chosen(lambda card: card.redraw()), ("D",), possible=any_chosen,
        ),
        Command(
            "duplicate_step", MENU, tr("Duplicate the step"), tr("Put a copy behind the chosen step or group"),
            chosen(lambda card: card.duplicate()), ("Ctrl+D",), possible=any_chosen,
        ),
        Command(
            "step_up", MENU, tr("Move the step up"), tr("Move the chosen step or group before its neighbour"),
            chosen(lambda card: card.move_up()), ("Alt+Up",), possible=any_chosen,
        ),
        Command(
            "step_down", MENU, tr("Move the step down"), tr("Move the chosen step or group behind its neighbour"),
            chosen(lambda card: card.move_down()), ("Alt+Down",), possible=any_chosen,
        ),
        Command(
            "step_help", MENU, tr("About this transform"),
            tr("What the chosen step does, with a picture (F1 on its card)"),
            chosen(lambda card: card.help()), possible=any_chosen,
        ),
    ]  # fmt: skip


def _guard(panel: ChainPanel, mode: str) -> Command:
    return Command(
        f"guard_{mode}", MENU, tr(NAMES[mode]), tr(HINTS[mode]), lambda: panel.editor.set_guard(mode),
        submenu=tr("Guard"), checked=lambda: panel.guard_mode == mode,
    )  # fmt: skip


def _of_presets(panel: ChainPanel) -> list[Command]:
    presets = panel.presets
    return [
        Command(
            "save_preset", MENU, tr("Save as a preset …"), tr("Save this chain as a preset of your own"),
            presets.ask_name, separator_before=True,
        ),
        Command(
            "open_preset", MENU, tr("Open a preset's file …"), tr("Take the chain from a file"), presets.ask_file
        ),
        Command(
            "write_preset", MENU, tr("Write the preset to a file …"), tr("Write this chain to a file of your choice"),
            presets.ask_target,
        ),
    ]  # fmt: skip
