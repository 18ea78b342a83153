"""Tab goes through a window as the eye does, whenever its controls came about."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QWidget,
)

_WHOLE = (QAbstractItemView, QAbstractSpinBox, QComboBox, QGraphicsView, QLineEdit)
"""Controls whose parts are not controls of their own."""


def reading_order(widget: QWidget) -> Iterator[QWidget]:
    """What is inside and takes the focus at Tab, in the order in which the layouts hold it."""
    for child in _children(widget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus:
            yield child
        if not isinstance(child, _WHOLE):
            yield from reading_order(child)


def move_focus(window: QWidget, *, forwards: bool) -> bool:
    """Give the focus to the control after the one that has it, or to the one before; says whether there is one."""
    order = [control for control in reading_order(window) if control.isVisible() and control.isEnabled()]
    here = window.focusWidget()
    if here not in order:
        return False
    following = order[(order.index(here) + (1 if forwards else -1)) % len(order)]
    following.setFocus(Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason)
    around = following.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(following)
        around = around.parentWidget()
    return True


def _children(widget: QWidget) -> list[QWidget]:
    """Those that a layout holds first, in its order; then those that lie over them."""
    if isinstance(widget, QSplitter):
        return [pane for place in range(widget.count()) if (pane := widget.widget(place)) is not None]
    inside = widget.widget() if isinstance(widget, QScrollArea) else widget
    if inside is None:
        return []
    layout = inside.layout()
    held = list(_held(layout)) if layout is not None else []
    children = inside.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return held + [child for child in children if child not in held and not child.isWindow()]


def _held(layout: QLayout) -> Iterator[QWidget]:
    """Asked by their places, since an item that a layout gives out must not be kept.

    Qt deletes it with its widget and PySide does not hear of that: whatever comes to lie at its address is taken for it
    when it is deleted in its turn, and the process ends.
    """
    around, direct = layout.parentWidget(), Qt.FindChildOption.FindDirectChildrenOnly
    widgets = around.findChildren(QWidget, options=direct) if around is not None else []
    places = {layout.indexOf(widget): widget for widget in widgets}
    nested = {layout.indexOf(inside): inside for inside in layout.findChildren(QLayout, options=direct)}
    for place in range(layout.count()):
        if place in places:
            yield places[place]
        elif place in nested:
            yield from _held(nested[place])
