"""What the window itself does by menu and key, and every panel's commands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .actions import Command
from .words import tr

if TYPE_CHECKING:
    from .main_window import MainWindow


def commands(window: MainWindow) -> list[Command]:
    """Every command of the window; within a menu they stand in this order."""
    panels = (
        window.history, window.transport, window.microphone, window.live, window.views, window.chain, window.compare,
        window.draws,
        window.library, window.export, window.help,
    )  # fmt: skip
    new, *of_session = window.session.commands()
    return [
        new,
        *_open(window),
        *of_session,
        *_edit(window),
        *(command for panel in panels for command in panel.commands()),
        *_quit(window),
    ]


def _open(window: MainWindow) -> list[Command]:
    return [
        Command(
            "open_files", "File", tr("Open files …"), tr("Add recordings to the library"), window.open_files,
            ("Ctrl+O",), separator_before=True,
        ),
        Command(
            "open_folder", "File", tr("Open folder …"), tr("Add a folder of recordings"), window.open_folder,
            ("Ctrl+Shift+O",),
        ),
    ]  # fmt: skip


def _quit(window: MainWindow) -> list[Command]:
    return [
        Command(
            "quit", "File", tr("Quit"), tr("Close Variophone"), window.close, ("Ctrl+Q",), separator_before=True
        ),
    ]  # fmt: skip


def _edit(window: MainWindow) -> list[Command]:
    store = window.store
    return [
        Command("undo", "Edit", tr("Undo"), tr("Take back the last edit"), store.undo, ("Ctrl+Z",)),
        Command(
            "redo", "Edit", tr("Redo"), tr("Do again what was taken back"), store.redo, ("Ctrl+Shift+Z", "Ctrl+Y")
        ),
        Command(
            "preferences", "Edit", tr("Preferences …"), tr("Theme, language and habits"), window.open_preferences,
            ("Ctrl+,",), separator_before=True,
        ),
        *window.plugins.commands(window),
    ]  # fmt: skip
