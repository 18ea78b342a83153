"""The list of presets: what each is for, by what they are for, searched by typing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QListView, QWidget

from engine import finding, preset
from engine.finding import Findable

from ..widgets.described import HEADING_HEIGHT, LINE_HEIGHT, Described, DescribedLine
from ..widgets.line_list import Line
from ..widgets.search_popup import SearchPopup
from ..words import sentence, tr
from .own import PresetShelf

WIDTH, HEIGHT = 480, 620


@dataclass(frozen=True)
class Choice:
    """A preset that can be chosen: its name, what it is among, and what it is for."""

    name: str
    group: str
    purpose: str = ""

    @property
    def summary(self) -> str:
        """The first sentence of what it is for."""
        ends = [place + 1 for stop in (". ", "。") if (place := self.purpose.find(stop)) >= 0]
        return self.purpose[: min(ends, default=None)]


class PresetList(SearchPopup):
    """Type to search, arrows to choose, Return to take, Escape to leave; `chosen` gives the name."""

    chosen = Signal(str)

    def __init__(self, shelf: PresetShelf, now: str, parent: QWidget | None = None) -> None:
        nothing = tr("No preset answers to this. Try fewer letters.")
        super().__init__(parent, tr("Presets"), nothing, QSize(WIDTH, HEIGHT))
        self._now = now
        self._choices = list(_choices(shelf))
        self.search.setPlaceholderText(tr("Search by name or by what it is for"))
        self.search.setAccessibleName(tr("Search the presets"))
        self.search.setToolTip(tr("Type to search, arrows to choose, Return to take, Escape to leave"))
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName(tr("Presets"))
        self.list.setToolTip(tr("Return or a click takes the preset"))
        self.list.setItemDelegate(DescribedLine(self._described, self.list))
        self.fill("")

    def show_purposes(self, purposes: Mapping[str, str]) -> None:
        """Show what they are for, by name; what was typed and chosen meanwhile stays."""
        row = self.list.row
        self._choices = [
            replace(choice, purpose=_said(purposes.get(choice.name, choice.purpose))) for choice in self._choices
        ]
        self.fill(self.search.text())
        self.list.set_row(row)

    @property
    def is_described(self) -> bool:
        """Whether it has come what the presets are for."""
        return any(choice.purpose for choice in self._choices)

    def names(self) -> list[str]:
        """The names that are listed now."""
        return [line.value.name for line in self.list.lines if isinstance(line.value, Choice)]

    def fill(self, typed: str) -> None:
        """List the presets that answer to what was typed, by group while nothing is; the present one is current."""
        things = [Findable((choice.name,), (), (choice.group, choice.purpose)) for choice in self._choices]
        found = [self._choices[hit.place] for hit in finding.find(things, typed)]
        lines = list(_lines(found, headings=not typed.strip()))
        self.list.show_lines(lines)
        self.none.setVisible(not lines)
        if not typed.strip():
            self._show_present()
        self.skip_headings(down=True)

    def _show_present(self) -> None:
        rows = (row for row, line in enumerate(self.list.lines) if self._is_present(line.value))
        self.list.set_row(next(rows, 0))
        self.list.scrollTo(self.list.currentIndex(), QListView.ScrollHint.PositionAtCenter)

    def _is_present(self, value: object) -> bool:
        return isinstance(value, Choice) and value.name == self._now

    def take(self, value: object) -> None:
        """Close, and say which was chosen."""
        if isinstance(value, Choice):
            self.close()
            self.chosen.emit(value.name)

    def _described(self, choice: Choice) -> Described:
        return Described(choice.name, choice.summary, present=choice.name == self._now)


def _choices(shelf: PresetShelf) -> Iterator[Choice]:
    own = shelf.own()
    yield from (Choice(name, tr("Your presets")) for name in own)
    for group, names in preset.groups().items():
        yield from (Choice(name, tr(group)) for name in names if name not in own)


def _lines(found: Sequence[Choice], *, headings: bool) -> Iterator[Line]:
    group = ""
    for choice in found:
        if headings and choice.group != group:
            group = choice.group
            yield Line(group, group, group, HEADING_HEIGHT, usable=False)
        yield Line(f"{choice.name}: {choice.summary}", choice, choice.purpose, LINE_HEIGHT)


def _said(purpose: str) -> str:
    """A shipped preset's in the user's language, and so what is wrong with one that cannot be read."""
    return sentence(tr(purpose)) if purpose else ""
