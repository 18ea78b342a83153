"""Every command of the window as data: menus, keys, hints, palette and key reference are read from these alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from .words import mark, tr

MENUS = (
    mark("File"), mark("Edit"), mark("View"), mark("Transport"), mark("Chain"), mark("Library"), mark("Export"),
    mark("Help"),
)  # fmt: skip
"""The menus in their order; a command names its own in English."""


@dataclass(frozen=True)
class Command:
    """One thing the user can do: its menu, title, keys and hint, and what it does.

    Title and hint are in the user's language, the menu is one of `MENUS`. `submenu` puts it one level down. `checked`
    makes it an entry with a tick and says whether it has one now, `possible` says whether it can be chosen now;
    both are asked when the menu opens. The command itself must do nothing where there is nothing to do: its key
    is always alive.
    """

    id: str
    menu: str
    title: str
    hint: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    separator_before: bool = False
    submenu: str = ""
    checked: Callable[[], bool] | None = None
    possible: Callable[[], bool] | None = None


def install(window: QMainWindow, commands: Iterable[Command]) -> dict[str, QAction]:
    """Put the commands into the window's menu bar, in their order; gives the actions by id."""
    listed = sorted(commands, key=lambda command: MENUS.index(command.menu))
    menus: dict[str, QMenu] = {}
    actions: dict[str, QAction] = {}
    for command in listed:
        menu = _menu(window, menus, command)
        if command.separator_before:
            menu.addSeparator()
        actions[command.id] = _action(window, command)
        menu.addAction(actions[command.id])
    for menu in menus.values():
        _keep_true(menu, {actions[command.id]: command for command in listed})
    return actions


def _menu(window: QMainWindow, menus: dict[str, QMenu], command: Command) -> QMenu:
    if command.menu not in menus:
        menus[command.menu] = window.menuBar().addMenu(tr(command.menu))
    if not command.submenu:
        return menus[command.menu]
    place = f"{command.menu}/{command.submenu}"
    if place not in menus:
        menus[place] = menus[command.menu].addMenu(command.submenu)
    return menus[place]


def _action(window: QMainWindow, command: Command) -> QAction:
    action = QAction(command.title, window)
    action.setObjectName(command.id)
    action.setShortcuts([QKeySequence(keys) for keys in command.keys])
    action.setToolTip(command.hint)
    action.setStatusTip(command.hint)
    action.setWhatsThis(command.hint)
    action.setCheckable(command.checked is not None)
    action.triggered.connect(lambda _checked=False: command.run())
    window.addAction(action)
    return action


def _keep_true(menu: QMenu, commands: dict[QAction, Command]) -> None:
    """Ask each time the menu opens; when it closes all can be chosen again, since a disabled action's key is dead."""

    def ask() -> None:
        for action in menu.actions():
            command = commands.get(action)
            if command is not None and command.checked is not None:
                action.setChecked(command.checked())
            if command is not None and command.possible is not None:
                action.setEnabled(command.possible())

    def open_up() -> None:
        for action in menu.actions():
            command = commands.get(action)
            if command is not None and command.possible is not None:
                action.setEnabled(True)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(ask)
    menu.aboutToHide.connect(open_up)
