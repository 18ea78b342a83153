"""What the library does by menu and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Command
from ..words import tr
from .columns import COLUMNS

if TYPE_CHECKING:
    from .panel import LibraryPanel

MENU = "Library"


def commands(panel: LibraryPanel) -> list[Command]:
    """Every command of the panel, in the order of the menu."""
    return [*_finding(panel), *of_rows(panel), *_keeping_true(panel), *_looks(panel)]


def of_rows(panel: LibraryPanel) -> list[Command]:
    """What is done to the chosen recordings; the list's context menu has the same."""

    def some() -> bool:
        return bool(panel.chosen())

    return [
        Command(
            "library_export", MENU, tr("Export these …"), tr("Hand the chosen recordings to the export"),
            panel.export_chosen, possible=some, separator_before=True,
        ),
        Command(
            "library_label", MENU, tr("Set label …"), tr("Give the chosen recordings a label"), panel.label_chosen,
            ("Ctrl+Shift+T",), possible=some,
        ),
        Command(
            "library_reveal", MENU, tr("Show in folder"), tr("Show the chosen files in the file manager"),
            panel.reveal_chosen, ("Ctrl+Shift+R",), possible=some,
        ),
        Command(
            "library_copy", MENU, tr("Copy path"), tr("Copy the paths of the chosen recordings"), panel.copy_chosen,
            possible=some,
        ),
        Command(
            "library_remove", MENU, tr("Remove from library"),
            tr("Take the chosen recordings out of the library; the files stay as they are (Delete, in the list)"),
            panel.remove_chosen, possible=some,
        ),
    ]  # fmt: skip


def _finding(panel: LibraryPanel) -> list[Command]:
    return [
        Command(
            "library_filter", MENU, tr("Find in library"), tr("Go to the filter"), panel.focus_filter, ("Ctrl+L",)
        ),
        Command(
            "library_list", MENU, tr("Go to the list"), tr("Go to the list of recordings"), panel.focus_list,
            ("Ctrl+Alt+L",),
        ),
    ]  # fmt: skip


def _keeping_true(panel: LibraryPanel) -> list[Command]:
    return [
        Command(
            "library_rescan", MENU, tr("Rescan folders"),
            tr("Look for new, changed and missing files in the folders that recordings came from"), panel.rescan,
            ("F5",), separator_before=True, possible=lambda: panel.has_sources,
        ),
        Command(
            "library_failures", MENU, tr("Unreadable recordings …"), tr("List what cannot be used, and why"),
            panel.show_failures, possible=lambda: panel.has_failures,
        ),
        Command(
            "library_retry", MENU, tr("Try unreadable ones again"), tr("Look again at all that cannot be used"),
            panel.retry_all, possible=lambda: panel.has_failures,
        ),
    ]  # fmt: skip


def _looks(panel: LibraryPanel) -> list[Command]:
    def toggle_tree() -> None:
        panel.set_tree(not panel.tree)

    def column(place: int) -> Command:
        shown = COLUMNS[place]

        def toggle() -> None:
            panel.table.show_column(place, not panel.table.shows(place))

        return Command(
            f"library_column_{shown.name}", MENU, tr(shown.title), tr(shown.hint), toggle, submenu=tr("Columns"),
            checked=lambda: panel.table.shows(place),
        )  # fmt: skip

    return [
        Command(
            "library_tree", MENU, tr("Show folders"), tr("Recordings under their folders, or all in one list"),
            toggle_tree, checked=lambda: panel.tree, separator_before=True,
        ),
        Command("library_open_all", MENU, tr("Open all folders"), tr("Show what is in every folder"), panel.open_all),
        Command("library_close_all", MENU, tr("Close all folders"), tr("Show the folders alone"), panel.close_all),
        *(column(place) for place in range(1, len(COLUMNS))),
    ]  # fmt: skip
