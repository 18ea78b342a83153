"""The key and mouse reference, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from ..actions import MENUS, Command
from ..theme import current
from ..words import mark, tr

WIDTH, HEIGHT = 960, 660
COLUMNS = 3
Line = tuple[str, str]
"""What to press or do, and what comes of it."""

GESTURES = (
    (mark("Click in a picture"), mark("Put the playhead there")),
    (mark("Drag in a picture"), mark("Select a stretch")),
    (mark("Shift+click in a picture"), mark("Extend the selection")),
    (mark("Drag an edge of the selection"), mark("Move it")),
    (mark("Wheel over a picture"), mark("Scroll in time")),
    (mark("Ctrl+wheel over a picture"), mark("Zoom in time at the pointer")),
    (mark("Ctrl+Shift+wheel over a spectrogram"), mark("Zoom in frequency")),
    (mark("Wheel over a frequency axis"), mark("Zoom in frequency")),
    (mark("Drag a frequency axis"), mark("Scroll in frequency")),
    (mark("Double click on a frequency axis"), mark("Show all frequencies")),
    (mark("Drag in the overview"), mark("Move the part in view")),
    (mark("Drag a handle"), mark("Change the value; with Ctrl finely")),
    (mark("Right click on a slider"), mark("Back to the default")),
    (mark("Double click on a slider"), mark("Type the value")),
    (mark("Wheel over a focused control"), mark("Step the value")),
    (mark("Drag recordings or a take out of the window"), mark("Give them to another program")),
    (mark("Drop files, folders or a session"), mark("Open them")),
    (mark("Drop on the export panel"), mark("Export them")),
)


class KeyReference(QDialog):
    """Every command with its keys by menu, and what the mouse does; the field finds both names and keys.

    Choices of a submenu that have no key are left to the menu, where they stand beside one another.
    """

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys and mouse"))
        self.resize(WIDTH, HEIGHT)
        self._groups = groups(commands)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search by name or key"))
        self.search.setAccessibleName(tr("Search by name or key"))
        self.search.setToolTip(tr("A part of a command's name, or a key such as Ctrl+S"))
        self.search.setClearButtonEnabled(True)
        self.page = QTextBrowser()
        self.page.setAccessibleName(tr("Keys and mouse"))
        self.page.setToolTip(tr("Select and copy what you want to print"))
        self.search.textChanged.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.page)
        self._show("")
        self.search.setFocus()

    def _show(self, typed: str) -> None:
        wanted = typed.strip().lower()
        found = {
            name: [line for line in lines if wanted in " ".join((name, *line)).lower()]
            for name, lines in self._groups.items()
        }
        self.page.setHtml(_page({name: lines for name, lines in found.items() if lines}))


def groups(commands: Iterable[Command]) -> dict[str, list[Line]]:
    """The lines by menu, in the menus' order, and the mouse's last."""
    listed: dict[str, list[Line]] = {tr(menu): [] for menu in MENUS}
    for command in commands:
        if command.submenu and not command.keys:
            continue
        listed[tr(command.menu)].append((_keys(command), command.title.replace("&&", "&")))
    listed[tr("Mouse")] = [(tr(gesture), tr(what)) for gesture, what in GESTURES]
    return {name: lines for name, lines in listed.items() if lines}


def _keys(command: Command) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(keys).toString(form) for keys in command.keys)


def _page(found: dict[str, list[Line]]) -> str:
    if not found:
        return f"<p style='color:{current().dim}'>{escape(tr('Nothing is called so. Try fewer letters.'))}</p>"
    columns: list[list[str]] = [[] for _ in range(COLUMNS)]
    heights = [0] * COLUMNS
    for name, lines in found.items():
        least = heights.index(min(heights))
        columns[least].append(_group(name, lines))
        heights[least] += len(lines) + 3
    cells = "".join(f"<td width='{100 // COLUMNS}%' valign='top'>{''.join(column)}</td>" for column in columns)
    return f"<table width='100%' cellspacing='12'><tr>{cells}</tr></table>"


def _group(name: str, lines: list[Line]) -> str:
    theme = current()
    rows = "".join(
        f"<tr><td style='padding:2px 0'>{escape(what)}</td>"
        f"<td align='right' style='padding:2px 0; color:{theme.take}'>{escape(keys)}</td></tr>"
        for keys, what in lines
    )
    heading = f"<p style='color:{theme.dim}; font-weight:600; margin-bottom:2px'>{escape(name)}</p>"
    return f"{heading}<table width='100%' cellspacing='0'>{rows}</table>"
