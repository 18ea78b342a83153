"""From panel to panel by one key, whatever is in them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from ..widgets.reading_order import reading_order


class Panels(QObject):
    """The window's panels in the order in which they are read; each gets back the focus that it had."""

    def __init__(self, panels: Sequence[QWidget], window: QWidget) -> None:
        super().__init__(window)
        self._panels = panels
        self._last: dict[QWidget, QWidget] = {}

    def go(self, step: int) -> None:
        """Go to the next panel, or with -1 to the one before."""
        shown = [panel for panel in self._panels if panel.isVisible()]
        here = self._here()
        focused = QApplication.focusWidget()
        if here is not None and focused is not None:
            self._last[here] = focused
        start = shown.index(here) if here in shown else -1 if step > 0 else 0
        for distance in range(1, len(shown) + 1):
            target = self._target(shown[(start + step * distance) % len(shown)])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _here(self) -> QWidget | None:
        """The innermost panel that has the focus."""
        widget: QWidget | None = QApplication.focusWidget()
        while widget is not None and widget not in self._panels:
            widget = widget.parentWidget()
        return widget

    def _target(self, panel: QWidget) -> QWidget | None:
        last = self._last.get(panel)
        if last is not None and _takes_focus(last) and panel.isAncestorOf(last):
            return last
        if _takes_focus(panel):
            return panel
        inside = (widget for widget in reading_order(panel) if _takes_focus(widget))
        return next((widget for widget in inside if not self._in_inner_panel(widget, panel)), None)

    def _in_inner_panel(self, widget: QWidget, panel: QWidget) -> bool:
        return any(
            other is not panel and panel.isAncestorOf(other) and other.isAncestorOf(widget) for other in self._panels
        )


def _takes_focus(widget: QWidget) -> bool:
    try:
        return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    except RuntimeError:  # it was deleted since
        return False
