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
    is always alive. `entries` makes it a submenu whose entries are asked when it opens.
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
    entries: Callable[[], list[Command]] | None = None


def install(
    window: QMainWindow, commands: Iterable[Command], ran: Callable[[str], object] = lambda _: None
) -> dict[str, QAction]:
    """Put the commands into the window's menu bar, in their order; gives the actions by id.

    `ran` gets the id of each command before it is run.
    """
    listed = sorted(commands, key=lambda command: MENUS.index(command.menu))
    menus: dict[str, QMenu] = {}
    actions: dict[str, QAction] = {}
    for command in listed:
        menu = _menu(window, menus, command)
        if command.separator_before:
            menu.addSeparator()
        actions[command.id] = _action(window, command, ran)
        menu.addAction(actions[command.id])
        if command.entries is not None:
            actions[command.id].setMenu(_asked_when_opened(window, command.entries))
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


def _asked_when_opened(window: QMainWindow, entries: Callable[[], list[Command]]) -> QMenu:
    menu = QMenu(window)
    menu.setToolTipsVisible(True)

    def fill() -> None:
        menu.clear()
        for command in entries():
            if command.separator_before:
                menu.addSeparator()
            action = menu.addAction(command.title)
            action.setToolTip(command.hint)
            action.setStatusTip(command.hint)
            action.setEnabled(command.possible is None or command.possible())
            action.triggered.connect(lambda _checked=False, command=command: command.run())

    menu.aboutToShow.connect(fill)
    return menu


def _action(window: QMainWindow, command: Command, ran: Callable[[str], object]) -> QAction:
    def run() -> None:
        ran(command.id)
        command.run()

    action = QAction(command.title, window)
    action.setObjectName(command.id)
    action.setShortcuts([QKeySequence(keys) for keys in command.keys])
    action.setToolTip(command.hint)
    action.setStatusTip(command.hint)
    action.setWhatsThis(command.hint)
    action.setCheckable(command.checked is not None)
    action.triggered.connect(lambda _checked=False: run())
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
