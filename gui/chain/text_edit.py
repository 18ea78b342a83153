"""A plain editor for a preset's text: numbered lines, quiet colours, and a line that is marked as wrong."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontDatabase,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ..theme import SMALL_PX, current
from ..words import tr

INDENT = "  "
_WORD = re.compile(r"[\w#.-]+(?=\s*:(?:\s|$))")
_NUMBER = re.compile(r"(?<![\w#.-])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w#.-])|\b(?:true|false)\b")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


class PresetColours(QSyntaxHighlighter):
    """Keys in the original's colour, numbers in the accent, comments faint; no more than that."""

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        theme = current()
        for pattern, colour in ((_NUMBER, theme.take), (_WORD, theme.original), (_COMMENT, theme.faint)):
            shape = QTextCharFormat()
            shape.setForeground(QColor(colour))
            for found in pattern.finditer(text):
                self.setFormat(found.start(), found.end() - found.start(), shape)


class TextEdit(QPlainTextEdit):
    """The editor; `left` when Escape is pressed, `finished` when the focus goes elsewhere.

    Undo takes back typing that is not applied yet (`pending`), and is else left to the window, whose undo brings
    the text of before with it.
    """

    left = Signal()
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pending = False
        self.setAccessibleName(tr("The chain as text"))
        self.setToolTip(tr("The chain as a preset's text; what is valid is heard a moment after it was typed"))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAcceptDrops(False)
        self.setProperty("role", "code")
        self._numbers = _Numbers(self)
        self._wrong: int | None = None
        self._colours = PresetColours(self.document())
        self.blockCountChanged.connect(lambda _: self._make_room())
        self.updateRequest.connect(self._follow)
        self._dress()

    def mark_line(self, line: int | None) -> None:
        """Underline a line, counted from 1; None for none."""
        self._wrong = line
        marked = []
        if line is not None:
            cursor = QTextCursor(self.document().findBlockByNumber(min(line, self.blockCount()) - 1))
            cursor.select(QTextCursor.SelectionType.LineUnderCursor)
            selection = QTextEdit.ExtraSelection()
            selection.cursor = cursor
            shape = QTextCharFormat()
            shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            shape.setUnderlineColor(QColor(current().clip))
            selection.format = shape
            marked.append(selection)
        self.setExtraSelections(marked)
        self._numbers.update()

    @property
    def marked_line(self) -> int | None:
        """The line that is marked as wrong."""
        return self._wrong

    def put_text(self, text: str) -> None:
        """Show another text, at about the same place."""
        place, scrolled = self.textCursor().position(), self.verticalScrollBar().value()
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)

    def event(self, event: QEvent) -> bool:
        """Leave undo to the window where no typing is pending."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def _is_undo(self, event: QKeyEvent) -> bool:
        keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
        return not self.pending and any(event.matches(key) for key in keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab indents, Return keeps the indentation, Escape leaves, Ctrl+Tab goes on."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.insertPlainText(INDENT)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            line = self.textCursor().block().text()
            self.insertPlainText("\n" + line[: len(line) - len(line.lstrip(" "))])
        elif self._is_undo(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that whoever typed is elsewhere now."""
        super().focusOutEvent(event)
        self.finished.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange) and hasattr(self, "_colours"):
            self._colours.rehighlight()
            self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the numbers at the left."""
        super().resizeEvent(event)
        room = self.contentsRect()
        self._numbers.setGeometry(QRect(room.left(), room.top(), self.numbers_width(), room.height()))

    def numbers_width(self) -> int:
        """How wide the column of numbers is."""
        return self.fontMetrics().horizontalAdvance("9") * max(len(str(self.blockCount())), 2) + 12

    def paint_numbers(self, event: QPaintEvent) -> None:
        """The numbers of the lines in view; the wrong one in the colour of errors."""
        theme = current()
        painter = QPainter(self._numbers)
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            painter.setPen(QColor(theme.clip if block.blockNumber() + 1 == self._wrong else theme.faint))
            place = QRect(0, round(top), self._numbers.width() - 6, round(height))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            block, top = block.next(), top + height

    def _dress(self) -> None:
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPixelSize(SMALL_PX + 1)
        mono.setStyleHint(QFont.StyleHint.Monospace)
        self.setFont(mono)
        self._make_room()

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)

    def _follow(self, rect: QRect, scrolled: int) -> None:
        if scrolled:
            self._numbers.scroll(0, scrolled)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())


class _Numbers(QWidget):
    """The column of line numbers."""

    def __init__(self, edit: TextEdit) -> None:
        super().__init__(edit)
        self._edit = edit

    def sizeHint(self) -> QSize:
        return QSize(self._edit.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._edit.paint_numbers(event)
