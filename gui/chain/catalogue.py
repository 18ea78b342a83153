"""The catalogue: a small window that is searched by typing, opened by E."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from engine.plugins.described import Described as Plugin

from ..widgets.described import HEADING_HEIGHT, LINE_HEIGHT, Described, DescribedLine
from ..widgets.line_list import Line
from ..widgets.search_popup import SearchPopup
from ..words import tr
from .catalogue_words import Entry, entries, families, matching, nearby
from .families import Families

WIDTH, HEIGHT = 640, 640
_BESIDE = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class Catalogue(SearchPopup):
    """Type to search, arrows to choose, Return to take, Escape to leave; `chosen` gives the name.

    While nothing is typed the families lie beside the list, which is long.
    """

    chosen = Signal(str)

    def __init__(
        self, parent: QWidget | None = None, *, groups: bool = True, plugins: Sequence[Plugin] = ()
    ) -> None:  # fmt: skip
        nothing = tr("Nothing is called so. Try fewer letters.")
        super().__init__(parent, tr("Catalogue of transforms"), nothing, QSize(WIDTH, HEIGHT))
        self._entries = entries(groups, plugins=plugins)
        self.search.setPlaceholderText(tr("Search by name, family, effect or another tool's name"))
        self.search.setAccessibleName(tr("Search the catalogue"))
        self.search.setToolTip(tr("Type to search, arrows to choose, Return to take, Escape to leave"))
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName(tr("Transforms"))
        self.list.setToolTip(tr("Return or a click adds the transform"))
        self.list.setItemDelegate(DescribedLine(_described, self.list))
        self.families = Families(families(self._entries))
        self.put_beside(self.families)
        self.families.taken.connect(lambda family: self.go_to(family[0]))
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_family())
        self.fill("")

    def names(self) -> list[str]:
        """The names that are listed now."""
        return [line.value.name for line in self.list.lines if isinstance(line.value, Entry)]

    def pressed(self, key: int) -> bool:
        """With Ctrl the arrows go from family to family."""
        current = self._family()
        if key not in _BESIDE or not current or self.search.text().strip():
            return False
        self.go_to(self.families.beside(current, _BESIDE[Qt.Key(key)]))
        return True

    def go_to(self, family: str) -> None:
        """Show a family from its heading on; its first transform is current."""
        row = next(row for row, line in enumerate(self.list.lines) if line.value == family)
        self.list.set_row(row + 1)
        self.list.scrollTo(self.list.model().index(row, 0), QListView.ScrollHint.PositionAtTop)

    def fill(self, typed: str) -> None:
        """List the transforms that answer to what was typed, by family while nothing is; or those nearly called so."""
        found = matching(self._entries, typed)
        guesses = [] if found else nearby(self._entries, typed)
        searched = bool(typed.strip())
        lines = _found(found) if searched else _by_family(found)
        if guesses:
            words = tr("Nothing is called so, but nearly:")
            lines = [Line(words, words, "", HEADING_HEIGHT, usable=False), *_found(guesses)]
        self.families.setVisible(not searched)
        self.list.show_lines(lines)
        self.none.setVisible(not lines)
        self.skip_headings(down=True)

    def _family(self) -> str:
        current = self.list.current
        return current.value.category if current is not None and isinstance(current.value, Entry) else ""

    def _show_family(self) -> None:
        self.families.show_family(self._family())

    def take(self, value: object) -> None:
        """Close, and say which was chosen."""
        if isinstance(value, Entry):
            self.close()
            self.chosen.emit(value.name)


def _found(found: Sequence[Entry]) -> list[Line]:
    return [Line(f"{entry.title}: {entry.summary}", entry, entry.hint, LINE_HEIGHT) for entry in found]


def _by_family(found: Sequence[Entry]) -> list[Line]:
    lines: list[Line] = []
    category = ""
    for entry in found:
        if entry.category != category:
            category = entry.category
            lines.append(Line(category, category, category, HEADING_HEIGHT, usable=False))
        lines += _found([entry])
    return lines


def _described(entry: Entry) -> Described:
    aside = tr("called {name} elsewhere", name=entry.called) if entry.called else ""
    return Described(entry.title, entry.summary, aside, entry.when)


def open_catalogue(
    beside: QWidget, take: Callable[[str], object], *, groups: bool, plugins: Sequence[Plugin] = ()
) -> Catalogue:
    """Open the catalogue by a widget; `take` gets the name that is chosen."""
    catalogue = Catalogue(beside.window(), groups=groups, plugins=plugins)
    catalogue.chosen.connect(take)
    catalogue.open_above(beside.mapToGlobal(QPoint(beside.width(), 0)))
    return catalogue
