"""The line at the bottom that says what is under the mouse or has the focus, for every widget that has a tool tip."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QMainWindow, QWhatsThis, QWidget

POLL_MS = 120
"""Looking eight times a second costs less than hearing of every event of the program in Python."""
OWN = "hintIsWhatsThis"


class Hints(QObject):
    """Keeps the window's status bar; texts are those of the tool tips."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._under: QWidget | None = None
        self._bar = window.statusBar()
        self._bar.setSizeGripEnabled(False)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._look)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    def set_on(self, on: bool) -> None:
        """Show the line, or take it away."""
        self._bar.setVisible(on)
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    def explain_all(self) -> None:
        """Have the next click say what it falls on; a control with a tool tip alone says that."""
        for widget in self._window.findChildren(QWidget):
            if widget.toolTip() and (not widget.whatsThis() or widget.property(OWN)):
                widget.setWhatsThis(widget.toolTip())
                widget.setProperty(OWN, True)
        QWhatsThis.enterWhatsThisMode()

    def _look(self) -> None:
        if not self._window.isActiveWindow() or QApplication.activePopupWidget() is not None:
            return
        under = QApplication.widgetAt(QCursor.pos())
        if under is not self._under:
            self._under = under
            self._say(hint(under, self._window))

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self._timer.isActive():
            self._say(hint(new, self._window))

    def _say(self, words: str) -> None:
        self._bar.showMessage(words)


def hint(widget: QWidget | None, window: QWidget) -> str:
    """What a widget of the window says of itself, or what the one around it says, in one line."""
    if widget is None or widget.window() is not window:
        return ""
    while widget is not None and widget is not window:
        words = widget.statusTip() or widget.toolTip() or widget.accessibleDescription()
        if words:
            return "  ·  ".join(line.strip() for line in words.splitlines() if line.strip())
        widget = widget.parentWidget()
    return ""
