"""What can be done to the views by menu and key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QApplication

from ..actions import Command
from ..words import tr
from .choices import GROUPS, Group
from .settings import LAYOUTS
from .toolbar import LAYOUT_HINTS
from .viewport import ZOOM_A_KEY

if TYPE_CHECKING:
    from .settings import Layout
    from .sound_view import SoundView


def commands(view: SoundView) -> list[Command]:
    """All of them; the menus have them in this order."""
    return [*_layouts(view), *_zoom(view), *_pictures(view), *_selection(view), *_loop(view)]


def _layouts(view: SoundView) -> list[Command]:
    def command(place: int, layout: Layout, words: str) -> Command:
        return Command(
            f"view_{layout}", "View", tr(words), tr(LAYOUT_HINTS[layout]), lambda: view.change(layout=layout),
            (f"Alt+{place}",), checked=lambda: view.settings.layout == layout,
        )  # fmt: skip

    return [command(place, layout, words) for place, (layout, words) in enumerate(LAYOUTS, start=1)]


def _zoom(view: SoundView) -> list[Command]:
    port = view.viewport

    def zoom(factor: float) -> None:
        port.zoom_about(factor, view.playhead_s)

    return [
        Command(
            "zoom_in", "View", tr("Zoom in"), tr("Show half as much time, about the playhead"),
            lambda: zoom(ZOOM_A_KEY), ("Ctrl+=", "Ctrl++"), separator_before=True,
        ),
        Command(
            "zoom_out", "View", tr("Zoom out"), tr("Show twice as much time, about the playhead"),
            lambda: zoom(1 / ZOOM_A_KEY), ("Ctrl+-",),
        ),
        Command(
            "zoom_selection", "View", tr("Zoom to the selection"), tr("Fill the views with what is selected"),
            view.zoom_to_selection, ("Ctrl+E",), possible=lambda: view.selection is not None,
        ),
        Command("fit", "View", tr("Show everything"), tr("Bring the whole sound into view"), port.fit, ("Ctrl+F", "F")),
        Command(
            "zoom_toggle", "View", tr("Zoom back and forth"), tr("Between the whole sound and the part seen last"),
            port.toggle, ("Shift+Z",),
        ),
    ]  # fmt: skip


def _pictures(view: SoundView) -> list[Command]:
    return [
        Command(
            "view_apart", "View", tr("Channels apart"), tr("Show each channel by itself"),
            lambda: view.change(apart=not view.settings.apart), separator_before=True,
            checked=lambda: view.settings.apart, possible=lambda: view.channels > 1,
        ),
        Command(
            "view_clipping", "View", tr("Show clipping"), tr("Mark clipped samples red in the waveforms"),
            lambda: view.change(clipping=not view.settings.clipping), checked=lambda: view.settings.clipping,
        ),
        *(command for group in GROUPS for command in _choices(view, group)),
        Command(
            "view_levels", "View", tr("Level range …"), tr("Type the darkest and the brightest level"),
            view.open_levels, separator_before=True,
        ),
        Command(
            "view_fit_levels", "View", tr("Fit levels to the original"),
            tr("The range in which the original's spectrogram has its levels"), view.fit_levels,
        ),
        Command(
            "view_frequencies", "View", tr("Frequency range …"), tr("Type the lowest and the highest frequency"),
            view.open_frequencies,
        ),
        Command(
            "view_all_frequencies", "View", tr("Whole frequency range"), tr("All frequencies that the sound has"),
            view.show_all_frequencies,
        ),
    ]  # fmt: skip


def _choices(view: SoundView, group: Group) -> list[Command]:
    def command(value: object, words: str) -> Command:
        return Command(
            f"view_{group.setting}_{value}", "View", words, tr(group.hint),
            lambda: view.set_settings(replace(view.settings, **{group.setting: value})),  # type: ignore[arg-type]
            submenu=tr(group.title), checked=lambda: getattr(view.settings, group.setting) == value,
        )  # fmt: skip

    return [command(choice.value, choice.words) for choice in group.choices()]


def _selection(view: SoundView) -> list[Command]:
    def select_all() -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractItemView):  # the key means the list that one is in
            focus.selectAll()
        else:
            view.select_all()

    return [
        Command(
            "select_all", "Edit", tr("Select all"), tr("Select the whole sound, or the whole list that has the focus"),
            select_all, ("Ctrl+A",), separator_before=True,
        ),
        Command(
            "select_none", "Edit", tr("Select nothing"), tr("Take the selection in the views away"),
            view.select_none, ("Ctrl+Shift+A",),
        ),
        Command(
            "selection_start", "Edit", tr("Selection from the playhead"), tr("Put its start at the playhead"),
            view.start_selection, ("[",),
        ),
        Command(
            "selection_end", "Edit", tr("Selection to the playhead"), tr("Put its end at the playhead"),
            view.end_selection, ("]",),
        ),
    ]  # fmt: skip


def _loop(view: SoundView) -> list[Command]:
    return [
        Command(
            "loop_selection", "Transport", tr("Loop the selection"), tr("Go round what is selected"),
            view.regions.loop_selection, ("Shift+L",), separator_before=True,
            possible=lambda: view.selection is not None,
        ),
        Command(
            "clear_loop", "Transport", tr("Clear the loop"), tr("Take the loop region away"),
            view.regions.clear_loop, ("Shift+Alt+L",), possible=lambda: view.regions.loop is not None,
        ),
    ]  # fmt: skip
