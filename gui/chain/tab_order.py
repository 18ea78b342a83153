"""Tab goes through the panel as the eye does, whenever its cards came about."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QWidget


def set_tab_order(panel: QWidget) -> None:
    """Set Tab's order to the order in which the layouts hold the widgets."""
    for one, other in pairwise(in_order(panel)):
        QWidget.setTabOrder(one, other)


def in_order(widget: QWidget) -> Iterator[QWidget]:
    """The widgets inside that Tab can reach, in reading order."""
    if isinstance(widget, QSplitter):
        for pane in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            yield from in_order(pane)
        return
    inside = widget.widget() if isinstance(widget, QScrollArea) else widget
    layout = inside.layout() if inside is not None else None
    if layout is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        inside = item.widget() if item is not None else None
        nested = item.layout() if item is not None else None
        if inside is not None:
            if inside.focusPolicy() & Qt.FocusPolicy.TabFocus:
                yield inside
            yield from in_order(inside)
        elif nested is not None:
            yield from _in_layout(nested)
