"""How the window looks: the colour tokens of both themes, the type, and applying them to the application.

Widgets that paint themselves ask `current()` each time they paint; applying a theme repaints everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from .stylesheet import stylesheet

FAMILY = "Inter"
BODY_PX = 13
SMALL_PX = 11
SYSTEM = "system"


@dataclass(frozen=True)
class Theme:
    """The colours of one theme, as `#rrggbb`; `dim` and `faint` are still readable text on every ground."""

    name: str
    background: str
    panel: str
    card: str
    sunken: str
    line: str
    text: str
    dim: str
    faint: str
    take: str
    original: str
    good: str
    clip: str
    on_take: str
    """Text on a ground of `take`."""

    @property
    def hover(self) -> str:
        """A field or button under the mouse."""
        return mixed(self.card, self.original, 0.10)

    @property
    def pressed(self) -> str:
        """A button held down, or a chosen row."""
        return mixed(self.card, self.original, 0.20)

    @property
    def warm(self) -> str:
        """Text in the accent's colour that must be read on a panel or card."""
        return mixed(self.take, self.text, 0.3)

    @property
    def edge(self) -> str:
        """A border that must be found by eye: fields and the ends of tracks."""
        return mixed(self.line, self.text, 0.16)


DARK = Theme(
    name="dark", background="#14161b", panel="#1a1d24", card="#222630", sunken="#1d212a", line="#2c313d",
    text="#e7e9ef", dim="#a2abbc", faint="#858e9f", take="#f0a43a", original="#8ea4c4", good="#4cc38a",
    clip="#ef5f5a", on_take="#1a1206",
)  # fmt: skip

LIGHT = Theme(
    name="light", background="#eef0f4", panel="#f8f9fb", card="#ffffff", sunken="#f3f4f8", line="#d9dde5",
    text="#1c2029", dim="#525b6b", faint="#687080", take="#c97400", original="#5b7299", good="#1f8f5f",
    clip="#cf3a36", on_take="#201300",
)  # fmt: skip

_current = DARK


def current() -> Theme:
    """The theme that is shown."""
    return _current


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two, with this share of the other."""
    a, b = QColor(one), QColor(other)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return "#" + "".join(f"{round(first + (second - first) * share):02x}" for first, second in pairs)


def of_system(app: QApplication) -> Theme:
    """The theme that the system asks for; dark where it does not say."""
    return LIGHT if app.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the application: style, palette, font and the one stylesheet."""
    global _current
    _current = theme
    if app.style().objectName() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(theme))
    app.setFont(font())
    app.setStyleSheet(stylesheet(theme))


class Look(QObject):
    """Keeps the application in the theme that was chosen, or in the system's; `changed` when it is another."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = SYSTEM) -> None:
        super().__init__()
        self._app = app
        self._choice = choice
        app.styleHints().colorSchemeChanged.connect(self._apply)
        apply(app, self._wanted())

    def choose(self, choice: str) -> None:
        """Take `dark` or `light`, or follow the `system`."""
        self._choice = choice
        self._apply()

    def _apply(self) -> None:
        if self._wanted() is not current():
            apply(self._app, self._wanted())
            self.changed.emit()

    def _wanted(self) -> Theme:
        return next((theme for theme in (DARK, LIGHT) if theme.name == self._choice), of_system(self._app))


def font(pixels: int = BODY_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The one family at a size, with tabular figures, so that numbers do not jump as they change."""
    made = QFont(QApplication.font())
    if FAMILY in QFontDatabase.families():
        made.setFamily(FAMILY)
    made.setPixelSize(pixels)
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget its part in the stylesheet: `heading`, `dim`, `error`, `primary`, `quiet` and so on."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Make the stylesheet look at a widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette(theme: Theme) -> QPalette:
    roles = QPalette.ColorRole
    colours: dict[Any, str] = {
        roles.Window: theme.background, roles.WindowText: theme.text, roles.Base: theme.card,
        roles.AlternateBase: theme.sunken, roles.Text: theme.text, roles.Button: theme.card,
        roles.ButtonText: theme.text, roles.ToolTipBase: theme.card, roles.ToolTipText: theme.text,
        roles.Highlight: theme.take, roles.HighlightedText: theme.on_take, roles.Link: theme.take,
        roles.PlaceholderText: theme.faint, roles.Mid: theme.line, roles.Dark: theme.line,
        roles.Light: theme.edge, roles.BrightText: theme.clip, roles.Accent: theme.take,
    }  # fmt: skip
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return palette
