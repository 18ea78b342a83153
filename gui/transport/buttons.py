"""The transport's buttons: a sign, a name, and the key that does the same."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from ..icons import icon
from ..words import tr


def sign_button(sign: str, what: str, key: str, role: str = "") -> QPushButton:
    """A button that shows a sign; its name and its hint say what it does."""
    button = QPushButton()
    button.setProperty("role", role)
    button.setIcon(icon(sign, "on_take" if role == "primary" else "text"))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    say(button, what, key)
    return button


def say(button: QPushButton, what: str, key: str) -> None:
    """Name a button for what it does now."""
    button.setAccessibleName(what)
    button.setToolTip(tr("{what} ({key})", what=what, key=key) if key else what)
