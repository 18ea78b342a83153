"""The command palette: every command by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ..actions import Command
from ..theme import SMALL_PX, current, font
from ..widgets.line_list import VALUE, Line
from ..widgets.search_popup import SearchPopup
from ..words import tr
from .search import score

WIDTH, HEIGHT = 520, 400
LINE_HEIGHT = 32
FROM_TOP = 48


@dataclass(frozen=True)
class Choice:
    """One line: what it is called, where it stands, its key, and what it does."""

    id: str
    title: str
    menu: str
    keys: str
    hint: str
    run: Callable[[], object]


def choices(commands: Sequence[Command], run: Callable[[str], object]) -> list[Choice]:
    """Every command that can be chosen now, and the entries of menus that fill themselves."""
    listed = []
    for command in commands:
        if command.entries is not None:
            inner = [entry for entry in command.entries() if entry.possible is None or entry.possible()]
            listed += [_choice(entry, f"{tr(command.menu)} › {command.title}", entry.run) for entry in inner]
        elif command.possible is None or command.possible():
            above = f" › {command.submenu}" if command.submenu else ""
            listed.append(_choice(command, tr(command.menu) + above, lambda name=command.id: run(name)))  # type: ignore[misc]
    return listed


def _choice(command: Command, menu: str, run: Callable[[], object]) -> Choice:
    keys = QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if command.keys else ""
    return Choice(command.id, command.title.replace("&&", "&"), menu, keys, command.hint, run)


class Palette(SearchPopup):
    """Type to search, arrows to choose, Return to run, Escape to leave; what was used lately comes first."""

    def __init__(self, listed: Sequence[Choice], lately: Sequence[str], parent: QWidget) -> None:
        nothing = tr("No command is called so. Try fewer letters.")
        super().__init__(parent, tr("Commands"), nothing, QSize(WIDTH, HEIGHT))
        order = {name: place for place, name in enumerate(lately)}
        self._choices = sorted(listed, key=lambda choice: order.get(choice.id, len(order)))
        self.search.setPlaceholderText(tr("Search the commands"))
        self.search.setAccessibleName(tr("Search the commands"))
        self.search.setToolTip(tr("A few letters of the command; arrows choose, Return runs it"))
        self.list.setAccessibleName(tr("Commands"))
        self.list.setToolTip(tr("Return or a click runs the command"))
        self.list.setItemDelegate(_Line(self.list))
        self.fill("")

    def titles(self) -> list[str]:
        """The titles that are listed now."""
        return [line.text for line in self.list.lines]

    def open_over(self, window: QWidget) -> None:
        """Show at the top of a window, in its middle."""
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, FROM_TOP)))
        self.open_here()

    def fill(self, typed: str) -> None:
        """List the commands that answer to what was typed."""
        found = self._matching(typed)
        self.list.show_lines([Line(choice.title, choice, choice.hint, LINE_HEIGHT) for choice in found])
        self.none.setVisible(not found)

    def _matching(self, typed: str) -> list[Choice]:
        """By name; where no name answers, by what the commands do."""
        if not typed.strip():
            return self._choices
        for text in (lambda choice: choice.title, lambda choice: f"{choice.menu} {choice.title} {choice.hint}"):
            scored = [(score(typed, text(choice)), choice) for choice in self._choices]
            found = [(points, choice) for points, choice in scored if points is not None]
            if found:
                return [choice for _, choice in sorted(found, key=lambda one: (-one[0], len(one[1].title)))]
        return []

    def take(self, value: object) -> None:
        """Close, and run the command."""
        if isinstance(value, Choice):
            self.close()
            value.run()


class _Line(QStyledItemDelegate):
    """The title, where it stands in the menus, and its key at the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice: Choice = index.data(VALUE)
        theme, rect = current(), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            chosen = option.state & QStyle.StateFlag.State_Selected
            painter.setBrush(QColor(theme.pressed if chosen else theme.hover))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
        room = rect.adjusted(8, 0, -8, 0)
        painter.setFont(font())
        room.setRight(room.right() - _words(painter, room, choice.keys, theme.dim, Qt.AlignmentFlag.AlignRight) - 12)
        room.setLeft(room.left() + _words(painter, room, choice.title, theme.text) + 12)
        painter.setFont(font(SMALL_PX))
        _words(painter, room, choice.menu, theme.faint)
        painter.restore()


def _words(
    painter: QPainter, room: QRect, text: str, colour: str, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
) -> int:
    painter.setPen(QColor(colour))
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(room.width(), 0))
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, fitting)
    return painter.fontMetrics().horizontalAdvance(fitting)
