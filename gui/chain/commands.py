"""What the chain's panel does by menu and key; what is about one card means the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.chain import GUARDS

from ..actions import Command
from ..words import tr
from .card import NodeCard
from .guard_row import HINTS, NAMES
from .step_card import FREEZE_KEY, StepCard

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
    return [*_states(panel), *_deeds(panel)]


def _chosen(panel: ChainPanel, do: Callable[[NodeCard], None]) -> Callable[[], None]:
    def run() -> None:
        card = panel.cards.chosen
        if card is not None:
            do(card)

    return run


def _any_chosen(panel: ChainPanel) -> Callable[[], bool]:
    return lambda: panel.cards.chosen is not None


def _is(panel: ChainPanel, state: Callable[[StepCard], bool]) -> Callable[[], bool]:
    """Whether the chosen card is a step's, and it is so."""

    def asked() -> bool:
        card = panel.cards.chosen
        return isinstance(card, StepCard) and state(card)

    return asked


def _states(panel: ChainPanel) -> list[Command]:
    def muted() -> bool:
        return panel.cards.chosen is not None and not panel.cards.chosen.node.enabled

    return [
        Command(
            "mute_step", MENU, tr("Mute the step"), tr("Turn the chosen step or group off, or on again"),
            _chosen(panel, lambda card: card.mute()), ("M",), separator_before=True, checked=muted,
            possible=_any_chosen(panel),
        ),
        Command(
            "lock_step", MENU, tr("Lock the step"), tr("Hold the chosen step to what this draw gave it, in every take"),
            _chosen(panel, lambda card: card.toggle_lock()), ("K",), possible=_any_chosen(panel),
            checked=_is(panel, lambda card: card.lock.isChecked()),
        ),
        Command(
            "region_step", MENU, tr("Only in a region"), tr("Let the chosen step work in a part of the recording only"),
            _chosen(panel, lambda card: card.toggle_region()), ("R",), possible=_any_chosen(panel),
            checked=_is(panel, lambda card: card.is_regional),
        ),
        Command(
            "freeze_step", MENU, tr("Freeze the step"),
            tr("Render the chosen step and all above it before they are heard"),
            _chosen(panel, lambda card: card.toggle_frozen()), (FREEZE_KEY,),
            possible=_is(panel, lambda card: card.may_freeze), checked=_is(panel, lambda card: card.is_frozen),
        ),
    ]  # fmt: skip


def _deeds(panel: ChainPanel) -> list[Command]:
    possible = _any_chosen(panel)
    return [
        Command(
            "redraw_step", MENU, tr("Draw the step again"), tr("Draw the chosen step anew, and no other"),
            _chosen(panel, lambda card: card.redraw()), ("D",), possible=possible,
        ),
        Command(
            "duplicate_step", MENU, tr("Duplicate the step"), tr("Put a copy behind the chosen step or group"),
            _chosen(panel, lambda card: card.duplicate()), ("Ctrl+D",), possible=possible,
        ),
        Command(
            "step_up", MENU, tr("Move the step up"), tr("Move the chosen step or group before its neighbour"),
            _chosen(panel, lambda card: card.move_up()), ("Alt+Up",), possible=possible,
        ),
        Command(
            "step_down", MENU, tr("Move the step down"), tr("Move the chosen step or group behind its neighbour"),
            _chosen(panel, lambda card: card.move_down()), ("Alt+Down",), possible=possible,
        ),
        Command(
            "step_help", MENU, tr("About this transform"),
            tr("What the chosen step does, with a picture (F1 on its card)"),
            _chosen(panel, lambda card: card.help()), possible=possible,
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
