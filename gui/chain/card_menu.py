"""Everything that can be done to a card, as its menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from ..words import tr
from . import tree

if TYPE_CHECKING:
    from .card import NodeCard


def menu_of(card: NodeCard) -> QMenu:
    """The card's menu, with the keys that do the same."""
    menu = QMenu(card)
    _add(menu, tr("Mute") if card.node.enabled else tr("Unmute"), "M", card.mute)
    card.add_state(menu)
    _add(menu, tr("Draw again, only this"), "D", card.redraw)
    menu.addSeparator()
    card.add_own(menu)
    _add(menu, tr("Duplicate"), "Ctrl+D", card.duplicate)
    menu.addSeparator()
    _add_moves(menu, card)
    menu.addSeparator()
    _add(menu, tr("Help"), "F1", card.help)
    _add(menu, tr("Remove"), "Del", card.remove)
    return menu


def _add_moves(menu: QMenu, card: NodeCard) -> None:
    chain, node_id = card.hands.editor.chain, card.node.id
    _add(menu, tr("Move up"), "Alt+Up", card.move_up)
    _add(menu, tr("Move down"), "Alt+Down", card.move_down)
    if tree.group_beside(chain, node_id) is not None:
        _add(menu, tr("Move into the group"), "Alt+Right", card.move_in)
    if tree.place_outside(chain, node_id) is not None:
        _add(menu, tr("Move out of the group"), "Alt+Left", card.move_out)
    for group in tree.GROUPS:
        menu.addAction(tr("Put into a “{group}” group", group=tr(group)), partial(card.wrap, group))


def _add(menu: QMenu, words: str, keys: str, run: Callable[[], object]) -> None:
    menu.addAction(f"{words}\t{keys}", run)
