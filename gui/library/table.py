"""The list of recordings: keys, mouse, dragging out and the header; what it shows is the model's."""

from __future__ import annotations

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    Qt,
    QUrl,
    Signal,
)  # fmt: skip
from PySide6.QtGui import QDrag, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QMenu, QTableView

from engine.project import Source

from ..memory import Memory
from ..theme import current, font
from ..widgets.labels import label
from ..words import tr, trn
from .arrangement import Lines
from .columns import COLUMNS, file_name
from .model import LibraryModel
from .paint import CARET, GAP, SIDE, LinePainter

LABEL_PX = (48, 104)
"""The label's column is as wide as its labels, within these, and narrower before names are."""
NAME_PX = (60, 120, 150)
"""Names have at least the first; the second where the list is scrolled sideways; the third before labels grow."""
SORT_SIGN_PX = 14
LABELS_MEASURED = 500


class LibraryTable(QTableView):
    """`looked` when a recording is to be looked at, `toggled` with the path of a folder.

    `entered` at Enter on a recording, `delete_wanted` at Delete, `left` at Escape.
    """

    looked = Signal(str)
    left = Signal()
    toggled = Signal(str)
    entered = Signal()
    delete_wanted = Signal()

    def __init__(self, model: LibraryModel, memory: Memory) -> None:
        super().__init__()
        self.setObjectName("libraryList")
        self.setProperty("role", "plain")
        self._memory = memory
        self._lines = model
        self._fixed_px: dict[int, int] = {}
        self._labels_px = 0
        self._searched = ""
        self._since = QElapsedTimer()
        self.setModel(model)
        self._painter = LinePainter(self, model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(tr("Recordings"))
        hint = tr("The recording in the current row is seen and heard. Choose several with Ctrl or Shift")
        self.setToolTip(hint)
        self.setWhatsThis(hint)
        self._set_manners()
        self._set_header()
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def _set_manners(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setMinimumHeight(80)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(QFontMetrics(font()).height() + 10)

    def _set_header(self) -> None:
        header = self.horizontalHeader()
        header.setAccessibleName(tr("Columns"))
        header.setHighlightSections(False)
        # its own, always empty: to paint a title Qt would ask each of the chosen rows whether all its column is chosen
        header.setSelectionModel(QItemSelectionModel(self._lines, header))
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._ask_for_columns)
        for place, column in enumerate(COLUMNS):
            self.setColumnHidden(place, not self.shows(place))
            if column.sample:
                room = max(self._px(column.sample), self._px(tr(column.title)) + SORT_SIGN_PX)
                self._fixed_px[place] = room + 2 * GAP

    def shows(self, place: int) -> bool:
        """Whether the user wants a column to be shown."""
        column = COLUMNS[place]
        return place == 0 or bool(self._memory.get("library/columns", {}).get(column.name, column.shown))

    def show_column(self, place: int, shown: bool) -> None:
        """Show or hide a column, now and at the next start."""
        self._memory.put("library/columns", {**self._memory.get("library/columns", {}), COLUMNS[place].name: shown})
        self.setColumnHidden(place, not shown)
        self._fit_labels()

    def _ask_for_columns(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_columns_menu(menu)
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def fill_columns_menu(self, menu: QMenu) -> None:
        """Put the columns into a menu, with a tick at those that are shown."""
        for place, column in enumerate(COLUMNS[1:], 1):
            action = menu.addAction(tr(column.title))
            action.setCheckable(True)
            action.setChecked(self.shows(place))
            action.setToolTip(tr(column.hint))
            action.toggled.connect(lambda on, place=place: self.show_column(place, on))

    def show_lines(self, lines: Lines) -> None:
        """Take over the lines; selection, current row and place are kept as far as they are still there."""
        chosen = {source.path for source in self.chosen()}
        at_current, offset = self._current_key(), self.verticalScrollBar().value()
        with QSignalBlocker(self.selectionModel()):
            self._lines.show(lines)
            self._choose(chosen)
            self._set_current(at_current)
        self._fit_labels()
        self.verticalScrollBar().setValue(offset)

    def _current_key(self) -> str:
        """What the current row is about: a recording's path or, after a slash, a folder's."""
        line = self.currentIndex().row()
        if not 0 <= line < len(self._lines.lines.lines):
            return ""
        group, source = self._lines.lines.group(line), self._lines.lines.source(line)
        return f"//{group.path}" if group is not None else source.path if source is not None else ""

    def _set_current(self, key: str) -> None:
        line = self._lines.line_of(key)
        if key.startswith("//"):
            wanted = (-1 - place for place, group in enumerate(self._lines.lines.groups) if f"//{group.path}" == key)
            line = next((self._lines.lines.lines.index(place) for place in wanted), -1)
        if line >= 0:
            self.selectionModel().setCurrentIndex(
                self._lines.index(line, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def _choose(self, paths: set[str]) -> None:
        lines = sorted(line for line in map(self._lines.line_of, paths) if line >= 0)
        selection = QItemSelection()
        start = 0
        for place, line in enumerate(lines):
            if place + 1 == len(lines) or lines[place + 1] != line + 1:
                selection.select(self._lines.index(lines[start], 0), self._lines.index(line, len(COLUMNS) - 1))
                start = place + 1
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def look_at(self, path: str | None) -> None:
        """Mark the recording that is looked at; it becomes the current row unless it is among several chosen ones."""
        self._lines.looked_at = path
        line = self._lines.line_of(path)
        if line >= 0 and self._current_key() != path:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            with QSignalBlocker(self.selectionModel()):
                self.selectionModel().setCurrentIndex(self._lines.index(line, 0), flags)
            self.scrollTo(self._lines.index(line, 0))
        self.viewport().update()

    def chosen(self) -> tuple[Source, ...]:
        """The recordings of the chosen rows, those of a chosen folder among them."""
        selection = self.selectionModel().selection()
        spans = [selection.at(place) for place in range(selection.count())]
        lines = sorted({line for span in spans for line in range(span.top(), span.bottom() + 1)})
        found = {source.path: source for line in lines for source in self._lines.lines.below(line)}
        return tuple(found.values())

    def in_view(self) -> tuple[str, ...]:
        """The paths of the recordings that can be seen."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return ()
        end = len(self._lines.lines.lines) if last < 0 else last + 1
        sources = (self._lines.lines.source(line) for line in range(first, end))
        return tuple(source.path for source in sources if source is not None)

    def neighbour(self, paths: set[str]) -> str | None:
        """The recording to look at when these are gone: the next below the last of them, else above the first."""
        lines = self._lines.lines
        at = [line for line in map(self._lines.line_of, paths) if line >= 0]
        if not at:
            return None
        around = (*range(max(at) + 1, len(lines.lines)), *range(min(at) - 1, -1, -1))
        sources = (lines.source(line) for line in around)
        return next((one.path for one in sources if one is not None and not one.error and one.path not in paths), None)

    def drag_data(self) -> QMimeData:
        """The chosen recordings as files, for any program that takes files."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(source.path) for source in self.chosen() if not source.error])
        return data

    def startDrag(self, supported: Qt.DropAction) -> None:  # Qt's name
        """Drag copies of the files: whoever takes them must not move them away."""
        data = self.drag_data()
        if not data.hasUrls():
            return
        drag = QDrag(self)
        drag.setMimeData(data)
        words = label(trn("1 recording", "{count} recordings", len(data.urls())))
        words.setStyleSheet(f"background: {current().card}; padding: 4px 8px;")
        drag.setPixmap(words.grab())
        drag.exec(Qt.DropAction.CopyAction)

    def _fit_labels(self) -> None:
        """Find how wide the labels are; without any their column takes no room."""
        listed = (source for source in self._lines.lines.sources if source.info is not None)
        labels = {source.label for _, source in zip(range(LABELS_MEASURED), listed, strict=False)} - {""}
        self.setColumnHidden(1, not labels or not self.shows(1))
        self._labels_px = max(map(self._px, labels), default=0) + 2 * GAP
        self._share_room()

    def _share_room(self) -> None:
        """Give names what the others leave; what has no room at all is reached by scrolling."""
        room = self.viewport().width()
        shown = [place for place in range(len(COLUMNS)) if not self.isColumnHidden(place)]
        for place in shown:
            if place in self._fixed_px:
                width = self._fixed_px[place] + (SIDE - GAP if place == shown[-1] else 0)
                self.setColumnWidth(place, width)
                room -= width
        if not self.isColumnHidden(1):
            least, most = LABEL_PX
            width = max(min(self._labels_px, most, room - NAME_PX[2]), least)
            self.setColumnWidth(1, width)
            room -= width
        self.setColumnWidth(0, room if room >= NAME_PX[0] else NAME_PX[1])

    def _px(self, text: str) -> int:
        """How wide a text is painted."""
        return QFontMetrics(font()).horizontalAdvance(text) + 1

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Share the room anew."""
        super().resizeEvent(event)
        self._share_room()

    def _current_changed(self, current_row: QModelIndex, _previous: QModelIndex) -> None:
        source = self._lines.lines.source(current_row.row()) if current_row.isValid() else None
        if source is not None and not source.error:
            self.looked.emit(source.path)

    def event(self, event: QEvent) -> bool:
        """A search that is under way takes letters that are commands otherwise; the first one is the commands'."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._searching():
            bare = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            if bare and event.text().isprintable() and event.text().strip():
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Enter plays, Delete takes out, Escape leaves, Left and Right close and open; Space is the transport's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._enter()
        elif event.key() == Qt.Key.Key_Delete and not event.modifiers():
            self.delete_wanted.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers():
            self._step_sideways(event.key() == Qt.Key.Key_Right)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        line = self.currentIndex().row()
        group = self._lines.lines.group(line) if line >= 0 else None
        if group is not None:
            self.toggled.emit(group.path)
        elif line >= 0:
            self.entered.emit()

    def _step_sideways(self, right: bool) -> None:
        line = self.currentIndex().row()
        group = self._lines.lines.group(line) if line >= 0 else None
        if group is not None and group.closed == right:
            self.toggled.emit(group.path)
        elif group is None and not right and line >= 0:
            heading = self._lines.lines.heading_of(line)
            if heading >= 0:
                self.selectRow(heading)

    def _searching(self) -> bool:
        return self._since.isValid() and not self._since.hasExpired(QApplication.keyboardInputInterval() * 2)

    def keyboardSearch(self, search: str) -> None:  # Qt's name
        """Go to the next recording whose name begins with what is being typed."""
        again = self._searching()
        self._searched = (self._searched if again else "") + search.casefold()
        self._since.start()
        lines = self._lines.lines
        count, start = len(lines.lines), max(self.currentIndex().row(), 0)
        for step in range(0 if again else 1, count + 1):
            line = (start + step) % count if count else 0
            source = lines.source(line) if count else None
            if source is not None and file_name(source).casefold().startswith(self._searched):
                self.selectRow(line)
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """The whole row under the mouse shows that it is there."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:  # Qt's name
        """No row is under the mouse any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, line: int) -> None:
        if line != self._painter.hovered:
            self._painter.hovered = line
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A folder's caret opens and closes it."""
        place = event.position().toPoint()
        line = self.rowAt(place.y())
        group = self._lines.lines.group(line) if line >= 0 else None
        if group is not None and event.button() == Qt.MouseButton.LeftButton and place.x() < SIDE + CARET:
            self.toggled.emit(group.path)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """As Enter does."""
        line = self.rowAt(event.position().toPoint().y())
        if line >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._enter()
