"""Every command of the window as data: menus, keys and hints are read from this list and written nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow


@dataclass(frozen=True)
class Command:
    """One thing the user can do: its menu, title, keys and hint, and what it does."""

    id: str
    menu: str
    title: str
    hint: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    separator_before: bool = False


def install(window: QMainWindow, commands: list[Command]) -> dict[str, QAction]:
    """Put the commands into the window's menu bar, in their order; gives the actions by id."""
    actions: dict[str, QAction] = {}
    menus = {name: window.menuBar().addMenu(name) for name in dict.fromkeys(command.menu for command in commands)}
    for menu in menus.values():
        menu.setToolTipsVisible(True)
    for command in commands:
        action = QAction(command.title, window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setToolTip(command.hint)
        action.triggered.connect(lambda _checked=False, run=command.run: run())
        if command.separator_before:
            menus[command.menu].addSeparator()
        menus[command.menu].addAction(action)
        window.addAction(action)
        actions[command.id] = action
    return actions
