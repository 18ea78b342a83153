"""The library's panel: head, list, and the recordings that cannot be used; what each does lies beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from engine.jobs import Done, Request
from engine.project import Project, Source

from ..actions import Command
from ..memory import Memory
from ..store import Store
from ..widgets.labels import ElidedLabel
from ..words import tr
from .arrangement import Wish, arrange
from .checks import Checks
from .columns import BY_NAME, COLUMNS, duration_s
from .commands import commands, of_rows
from .deeds import Deeds, ask_label, copy_paths
from .empty import Empty, NoMatch
from .failures import FailureList, Failures
from .head import Head
from .model import LibraryModel
from .query import parse
from .reveal import reveal
from .scans import Found, Scans
from .table import LibraryTable
from .watch import Watch

MANY = 5000
"""From here on the filter waits for a pause in the typing."""
PAUSE_MS = 120
IDLE_MS = 300


class LibraryPanel(QWidget):
    """Shows the project's recordings and selects the one that is looked at.

    `left` when the keys are done here; `export_wanted` with the recordings (tuple of Source) that the user wants
    exported; `play_wanted` at Enter; `files_wanted` and `folder_wanted` where the user is to be asked for them.
    """

    left = Signal()
    export_wanted = Signal(tuple)
    play_wanted = Signal()
    files_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, store: Store, submit: Callable[[str, Request, Done], None], memory: Memory) -> None:
        super().__init__()
        self._store = store
        self._memory = memory
        self.setObjectName("libraryPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self._checks = Checks(store, submit, self)
        self._scans = Scans(store, submit, self)
        self._watch = Watch(store, submit, self)
        self._deeds = Deeds(store, submit, self)
        self._wish = self._remembered()
        self._head = Head()
        self._filter = self._head.filter
        self._model = LibraryModel(self._checks.peaks, self)
        self.table = LibraryTable(self._model, memory)
        self._empty, self._no_match = Empty(), NoMatch()
        self._failures = Failures()
        self._list = FailureList(self)
        self._unwatched = ElidedLabel("", "note")
        self._typing = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._seen = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._lay_out()
        self._connect()
        self._show(store.project)

    def _remembered(self) -> Wish:
        order = self._memory.get("library/order", ["name", False])
        column, descending = order if len(order) == 2 else ("name", False)
        tree = self._memory.get("library/tree", True)
        return Wish(column=column if column in BY_NAME else "name", descending=bool(descending), tree=tree)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        for page in (self.table, self._empty, self._no_match):
            self._pages.addWidget(page)
        below = QVBoxLayout()
        below.setContentsMargins(12, 0, 12, 12)
        below.setSpacing(8)
        below.addWidget(self._unwatched)
        below.addWidget(self._failures)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._head)
        layout.addWidget(self._pages, 1)
        layout.addLayout(below)

    def _connect(self) -> None:
        head, table, header = self._head, self.table, self.table.horizontalHeader()
        head.typed.connect(self._typed)
        head.left.connect(self.left)
        head.down.connect(self.focus_list)
        head.stop_wanted.connect(self._scans.stop)
        head.tree_wanted.connect(self.set_tree)
        self._typing.timeout.connect(self._narrow)
        self._no_match.cleared.connect(self._filter.clear)
        self._empty.files_wanted.connect(self.files_wanted)
        self._empty.folder_wanted.connect(self.folder_wanted)
        table.looked.connect(self._look_at)
        table.toggled.connect(self._toggle)
        table.left.connect(self.left)
        table.entered.connect(self.play_wanted)
        table.delete_wanted.connect(self.remove_chosen)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._ask_what_to_do)
        table.verticalScrollBar().valueChanged.connect(self._seen.start)
        header.sectionClicked.connect(self._sort)
        self._seen.timeout.connect(lambda: self._checks.prefer(table.in_view()))
        self._checks.levels_known.connect(self._model.levels_known)
        self._failures.show_wanted.connect(self.show_failures)
        self._list.retry_wanted.connect(self._retry)
        self._list.remove_wanted.connect(lambda sources: self._deeds.take_out(sources, None))
        self._list.reveal_wanted.connect(self._reveal)
        self._deeds.retried.connect(lambda: self._list.show_failed(self._store.project.failed))
        self._scans.listed.connect(self._watch.note_listing)
        self._scans.changed.connect(self._show_doings)
        self._watch.changed.connect(self._show_doings)
        self._watch.told.connect(self._head.tell)
        self._store.changed.connect(self._document_changed)

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return commands(self)

    @property
    def tree(self) -> bool:
        """Whether recordings are shown under their folders."""
        return self._wish.tree

    @property
    def has_sources(self) -> bool:
        """Whether there is anything to rescan."""
        return bool(self._store.project.sources)

    @property
    def has_failures(self) -> bool:
        """Whether anything cannot be used."""
        return any(source.error for source in self._store.project.sources)

    def look_through(self, paths: tuple[str, ...], found: Found) -> None:
        """Look for recordings in files and folders; `found` gets them as they are found."""
        self._scans.look_through(paths, found)

    def set_tree(self, tree: bool) -> None:
        """Show recordings under their folders, or all in one list; remembered."""
        self._memory.put("library/tree", tree)
        self._arrange(replace(self._wish, tree=tree))

    def open_all(self) -> None:
        """Show what is in every folder."""
        self._arrange(replace(self._wish, closed=frozenset()))

    def close_all(self) -> None:
        """Show the folders alone."""
        self._arrange(replace(self._wish, closed=frozenset(group.path for group in self._model.lines.groups)))

    def focus_filter(self) -> None:
        """Go to the filter."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def focus_list(self) -> None:
        """Go to the list, to the recording that is looked at or the first."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.table.currentIndex().isValid() and self._model.rowCount():
            self.table.selectRow(0)

    def rescan(self) -> None:
        """Look at every folder again."""
        self._watch.rescan()

    def chosen(self) -> tuple[Source, ...]:
        """The recordings of the chosen rows."""
        return self.table.chosen()

    def remove_chosen(self) -> None:
        """Take the chosen recordings out, and go on with the one below them."""
        chosen = self.chosen()
        self._deeds.take_out(chosen, self.table.neighbour({source.path for source in chosen}))

    def label_chosen(self) -> None:
        """Ask for a label and give it to the chosen recordings."""
        chosen = self.chosen()
        known = {source.label for source in self._store.project.sources} - {""}
        text = ask_label(self, chosen, known) if chosen else None
        if text is not None:
            self._deeds.set_label(chosen, text)

    def export_chosen(self) -> None:
        """Hand the chosen recordings to whoever exports."""
        usable = tuple(source for source in self.chosen() if not source.error)
        if usable:
            self.export_wanted.emit(usable)

    def reveal_chosen(self) -> None:
        """Show the chosen files in the file manager."""
        self._reveal(self.chosen())

    def copy_chosen(self) -> None:
        """Copy the paths of the chosen recordings."""
        copy_paths(self.chosen())

    def show_failures(self) -> None:
        """List what cannot be used."""
        if self.has_failures:
            self._list.show()
            self._list.activateWindow()

    def retry_all(self) -> None:
        """Look again at all that cannot be used."""
        self._retry(self._store.project.failed)

    def _retry(self, sources: tuple[Source, ...]) -> None:
        self._list.say_busy(len(sources))
        self._deeds.retry(sources)

    def _reveal(self, sources: tuple[Source, ...]) -> None:
        if sources:
            reveal([source.path for source in sources], self)

    def _document_changed(self, new: Project, old: Project) -> None:
        if new.sources is not old.sources:
            self._show(new)
        elif new.selected != old.selected:
            self.table.look_at(new.selected)

    def _show(self, project: Project) -> None:
        self._arrange(self._wish)
        self._failures.show_failed(project.failed)
        self._list.show_failed(project.failed)

    def _typed(self) -> None:
        if len(self._store.project.sources) > MANY:
            self._typing.start()
        else:
            self._narrow()

    def _narrow(self) -> None:
        query = parse(self._filter.text())
        self._head.say_wrong(query.wrong)
        self._arrange(replace(self._wish, query=query))

    def _sort(self, section: int) -> None:
        column = COLUMNS[section].name
        descending = column == self._wish.column and not self._wish.descending
        self._memory.put("library/order", [column, descending])
        self._arrange(replace(self._wish, column=column, descending=descending))

    def _toggle(self, path: str) -> None:
        self._arrange(replace(self._wish, closed=frozenset(self._wish.closed) ^ {path}))

    def _arrange(self, wish: Wish) -> None:
        self._wish = wish
        project = self._store.project
        lines = arrange(project.sources, wish, self._checks.peaks)
        self.table.show_lines(lines)
        self.table.look_at(project.selected)
        order = Qt.SortOrder.DescendingOrder if wish.descending else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(COLUMNS.index(BY_NAME[wish.column]), order)
        self._head.tree.setChecked(wish.tree)
        listed = [source for source in project.sources if source.info is not None]
        self._head.show_count(lines.found, len(listed), sum(map(duration_s, listed)))
        self._no_match.show_words(self._filter.text())
        self._pages.setCurrentWidget(self.table if lines.found else self._no_match if listed else self._empty)
        self._seen.start()

    def _look_at(self, path: str) -> None:
        self._store.amend(replace(self._store.project, selected=path))

    def _show_doings(self) -> None:
        words = self._scans.words
        if words or not self._watch.busy:
            self._head.say_busy(words, bool(words))
        else:
            self._head.say_busy(tr("Looking through the folders again …"))
        some, total = self._watch.watched
        text = tr("{some} of {total} folders are watched; F5 looks at all", some=some, total=total)
        self._unwatched.setText(text if some < total else "")
        self._unwatched.set_hint(self._unwatched.text())
        self._unwatched.setVisible(some < total)

    def _ask_what_to_do(self, place: QPoint) -> None:
        if not self.chosen():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command in of_rows(self):
            action = menu.addAction(command.title)
            action.setToolTip(command.hint)
            action.triggered.connect(command.run)
        menu.popup(self.table.viewport().mapToGlobal(place))
