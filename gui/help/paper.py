"""Pages written in Markdown, in the window's own type: what Qt makes of them has neither measure nor air."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextCursor, QTextDocument, QTextFrameFormat, QTextTable

from .. import theme

SIZES_PX = {1: 21, 2: 15, 3: 13}
LINE_PERCENT = 125
ABOVE_PX, BELOW_PX, CELL_PX = 20, 6, 6


def dress(page: QTextDocument) -> None:
    """Give headings their sizes, paragraphs their distances, and tables quiet lines."""
    block = page.begin()
    while block.isValid():
        cursor, shape = QTextCursor(block), block.blockFormat()
        in_table = cursor.currentTable() is not None
        level = shape.headingLevel()
        shape.setLineHeight(LINE_PERCENT, 1)
        shape.setTopMargin(ABOVE_PX if level > 1 else 0)
        shape.setBottomMargin(0 if in_table else BELOW_PX)
        cursor.setBlockFormat(shape)
        if level:
            _set_size(cursor, SIZES_PX.get(level, theme.BODY_PX))
        block = block.next()
    for frame in page.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)


def _set_size(cursor: QTextCursor, pixels: int) -> None:
    cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
    letters = QTextCharFormat()
    letters.setFont(theme.font(pixels, QFont.Weight.DemiBold))
    cursor.setCharFormat(letters)


def _dress_table(table: QTextTable) -> None:
    shape = table.format()
    shape.setBorderBrush(QColor(theme.current().line))
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorder(1)
    shape.setCellPadding(CELL_PX)
    shape.setBottomMargin(BELOW_PX)
    table.setFormat(shape)
