"""What stands at both ends of the menu bar: the program's name, the session's, and the way to every command."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QPushButton, QWidget

from ..icons import icon
from ..widgets.labels import ElidedLabel, label
from ..words import tr
from .session import Session

NAME_WIDTH = 240


def furnish(bar: QMenuBar, session: Session, open_palette: Callable[[], object]) -> None:
    """Put the ends of the menu bar in their places."""
    brand = label(tr("Variophone"), "strong", bar)
    brand.setContentsMargins(16, 0, 12, 0)
    bar.setCornerWidget(brand, Qt.Corner.TopLeftCorner)
    bar.setCornerWidget(SessionCorner(bar, session, open_palette), Qt.Corner.TopRightCorner)


class SessionCorner(QWidget):
    """The session's name, with a dot while it has unsaved edits, and the button of the command palette."""

    def __init__(self, bar: QMenuBar, session: Session, open_palette: Callable[[], object]) -> None:
        super().__init__(bar)
        self._session = session
        self._name = ElidedLabel(role="dim")
        self._name.setFixedWidth(NAME_WIDTH)  # a menu bar does not make room for a corner that grows
        self._name.setAlignment(Qt.AlignmentFlag.AlignRight)
        button = QPushButton(icon("magnifying-glass", "dim"), " " + tr("Ctrl+K"))
        button.setAccessibleName(tr("Commands …"))
        button.setToolTip(tr("Find and run any command by its name"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: open_palette())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 12, 0)
        line.setSpacing(12)
        line.addWidget(self._name)
        line.addWidget(button)
        session.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        name = self._session.name
        self._name.setText(f"{name} •" if self._session.modified else name)
        self._name.setToolTip(str(self._session.path or tr("This session has no file yet; Ctrl+S saves it")))
