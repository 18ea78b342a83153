"""Looking at a window's widgets one by one: what they are, what they say, and whether there is room for it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QAbstractTableModel, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from gui.widgets.labels import ElidedLabel
from gui.widgets.line_list import LineList

DATA = re.compile(
    r"\b(dB|dBFS|dBTP|Hz|kHz|LUFS|LU|ms|kbps|kbit|wav|mp3|flac|opus|ogg|aac|m4a|bit|Ctrl|Shift|Alt|Esc|Enter|Del|Up|Down"
    r"|Home|End|Space|Backspace|auto|Tab|Return|Left|Right|PgUp|PgDown|F\d+|[A-Z]|[kmsxp]|v\d+|oct|st|ct|cents|ppm)\b"
)
"""What is the same in every language: units, kinds of files, keys."""
ROOM_PX = {QCheckBox: 20, QComboBox: 18, QPushButton: 4, QToolButton: 4}
"""What a control needs beside its words."""


def windows() -> list[QWidget]:
    """What lies on the screen now: the window, dialogs, popups, menus; no tool tips."""
    tip = Qt.WindowType.ToolTip
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and widget.windowType() != tip]


def seen(window: QWidget) -> list[QWidget]:
    """The window and all in it that is shown, or would be if it were scrolled to."""
    return [window, *(widget for widget in window.findChildren(QWidget) if widget.isVisibleTo(window))]


def controls(window: QWidget) -> list[QWidget]:
    """Everything that can be seen and worked with the keyboard."""
    return [
        widget for widget in seen(window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and not isinstance(widget, QDialog | QMenu) and widget.window() is window
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox)
    ]  # fmt: skip


def named(widget: QWidget) -> str:
    """How a widget would be found in the code."""
    chain = [widget]
    while chain[-1].parentWidget() is not None:
        chain.append(chain[-1].parentWidget())
    return " < ".join(f"{type(each).__name__} {each.objectName()}".strip() for each in chain[:4])


def spoken_name(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def in_brackets(text: str) -> str:
    """A text of a language in which everything stands in brackets."""
    return f"«{text}»"


def padded(text: str) -> str:
    """A text of a language that takes a third more room for its words, though not for units and numbers."""
    own_words = DATA.sub(" ", re.sub(r"\{\w+\}", " ", text))
    return text + "~" * math.ceil(0.3 * sum(map(len, re.findall(r"[A-Za-z]{2,}", own_words))))


def outside_brackets(text: str, own: Iterable[str]) -> str:
    """What of a text stands outside « », but for names and for what is the same in every language; empty for none."""
    rest = text
    while (inner := re.sub(r"«[^«»]*»", " ", rest)) != rest:
        rest = inner
    names = "|".join(map(re.escape, sorted(own, key=len, reverse=True)))
    rest = DATA.sub(" ", re.sub(names, " ", rest))
    return " ".join(re.findall(r"[A-Za-z]{2,}", rest))


def texts(widget: QWidget) -> Iterator[str]:
    """Everything that a widget says."""
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.whatsThis())
    yield from _own_texts(widget)
    if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView) and widget.model() is not None:
        yield from _model_texts(widget)


def _own_texts(widget: QWidget) -> Iterator[str]:
    if widget.isWindow():
        yield widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QGroupBox):
        yield widget.title()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QTextBrowser):
        yield widget.toPlainText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))
    if isinstance(widget, QMenu):
        yield from _action_texts(widget.actions())


def _action_texts(actions: Iterable[QAction]) -> Iterator[str]:
    for action in actions:
        yield action.text().replace("&", "")
        yield action.toolTip().replace("&", "")


def _model_texts(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if isinstance(model, QAbstractTableModel):
        for column in range(model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            yield str(model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) or "")
    elif isinstance(view, LineList):
        yield from (line.text for line in view.lines)


def cut_off(window: QWidget) -> list[str]:
    """The words for which there is no room, and the widgets that lie outside of what holds them or over one another."""
    found = seen(window)
    return [
        *(f"no room for {_words(widget)!r}: {named(widget)}" for widget in found if not _has_room(widget)),
        *(f"outside of what holds it: {named(widget)}" for widget in found if _sticks_out(widget)),
        *(f"{named(one)} lies over {named(other)}" for widget in found for one, other in _overlapping(widget)),
    ]


def _words(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return widget.text() if isinstance(widget, QLabel | QCheckBox | QPushButton | QToolButton) else ""


def _has_room(widget: QWidget) -> bool:
    words = _words(widget).replace("&", "")
    if not words or isinstance(widget, ElidedLabel):
        return True
    metrics, room = widget.fontMetrics(), widget.contentsRect()
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) <= widget.height() + 1
    if isinstance(widget, QLabel):
        if widget.textFormat() == Qt.TextFormat.RichText:
            return widget.sizeHint().width() <= widget.width() + 1
        size = metrics.size(0, words)
        return size.width() <= room.width() + 1 and size.height() <= room.height() + 2
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return True
    beside = next(px for kind, px in ROOM_PX.items() if isinstance(widget, kind))
    icon = 0 if isinstance(widget, QComboBox) or widget.icon().isNull() else widget.iconSize().width() + 4
    return metrics.horizontalAdvance(words) + icon + beside <= widget.width() and metrics.height() <= widget.height()


def _sticks_out(widget: QWidget) -> bool:
    """Scrolled widgets may; a viewport cuts them off on purpose, with a bar to bring them in."""
    around = widget.parentWidget()
    if around is None or widget.isWindow() or "viewport" in around.objectName() or widget.size().isEmpty():
        return False
    laid_out = around.layout() is not None and around.layout().indexOf(widget) >= 0
    return laid_out and not around.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry())


def _overlapping(widget: QWidget) -> Iterator[tuple[QWidget, QWidget]]:
    layout = widget.layout()
    held = list(_held(layout)) if layout is not None else []
    for place, (one, here) in enumerate(held):
        for other, there in held[place + 1 :]:
            if here.intersects(there):
                yield one, other


def _held(layout: QLayout) -> Iterator[tuple[QWidget, QRect]]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        inside, nested = item.widget(), item.layout()
        if inside is not None and inside.isVisible():
            yield inside, inside.geometry()
        elif nested is not None:
            yield from _held(nested)
