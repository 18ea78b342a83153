"""What the window's menus offer: the list that menus and keys are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .actions import Command

if TYPE_CHECKING:
    from .main_window import MainWindow


def commands(window: MainWindow) -> list[Command]:
    """Every command of the window, menu by menu."""
    return [*_file(window), *_edit(window), *_transport(window), *_chain(window), *_export(window)]


def _file(window: MainWindow) -> list[Command]:
    return [
        Command("open_files", "File", "Open files …", "Add recordings to the library", window.open_files, ("Ctrl+O",)),
        Command(
            "open_folder", "File", "Open folder …", "Add a folder of recordings", window.open_folder, ("Ctrl+Shift+O",)
        ),
        Command("quit", "File", "Quit", "Close Variophone", window.close, ("Ctrl+Q",), separator_before=True),
    ]


def _edit(window: MainWindow) -> list[Command]:
    store = window.store
    return [
        Command("undo", "Edit", "Undo", "Take back the last edit", store.undo, ("Ctrl+Z",)),
        Command("redo", "Edit", "Redo", "Do again what was taken back", store.redo, ("Ctrl+Shift+Z", "Ctrl+Y")),
    ]


def _transport(window: MainWindow) -> list[Command]:
    audition = window.audition

    def to_start() -> None:
        audition.seek(0.0)

    def loop() -> None:
        audition.set_looping(not audition.looping)

    menu = "Transport"
    return [
        Command("play", menu, "Play or pause", "Play from the playhead, or pause", audition.toggle_play, ("Space",)),
        Command("stop", menu, "Stop", "Stop and go back to the start", audition.stop, ("Shift+Space",)),
        Command("to_start", menu, "To the start", "Put the playhead at the start", to_start, ("Home",)),
        Command("loop", menu, "Loop", "Go round the region, or the whole clip", loop, ("L",)),
        Command(
            "heard", menu, "Original or take", "Change what is heard, in the same place", audition.toggle_heard, ("A",)
        ),
    ]


def _chain(window: MainWindow) -> list[Command]:
    add, draws = window.chain.add_transform, window.draws
    menu = "Chain"
    return [
        Command("add_step", menu, "Add a transform …", "Choose a transform for the chain", add, ("E",)),
        Command(
            "new_draw", menu, "New draw", "Draw every range and probability again", draws.new_draw, ("N",),
            separator_before=True,
        ),
        Command(
            "previous_draw", menu, "Previous draw", "Go back to the take before", draws.previous_draw, ("Shift+N",)
        ),
    ]  # fmt: skip


def _export(window: MainWindow) -> list[Command]:
    export = window.export
    return [
        Command("export", "Export", "Export", "Make the variants", export.start, ("Ctrl+Return",)),
        Command("cancel_export", "Export", "Cancel", "Stop the export", export.cancel),
    ]
