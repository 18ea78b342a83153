"""The row over the views: how spectrograms are shown, and what sound is in view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from gui import theme

from .colours import COLOUR_MAPS, swatch
from .settings import CEILINGS_DB, FLOORS_DB, OVERLAPS, SCALES, WAVE_SCALES, WINDOWS, ViewSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMES = {"linear": "Linear", "log": "Log", "mel": "Mel"}
_WAVES = {"fit": ("Wave fit", "Fit to the sounds"), "full": ("Wave ±1", "Full scale, −1 to 1")}


class ViewToolbar(QWidget):
    """Emits `changed(ViewSettings)` when something else was chosen."""

    changed = Signal(object)
    fit_levels = Signal()

    def __init__(self, settings: ViewSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._buttons = {
            "scale": self._button("Frequency scale"),
            "window": self._button("Window and hop, in frames"),
            "db": self._button("Level range of the colours"),
            "colours": self._button("Colour map"),
            "wave": self._button("Height of the waveforms"),
        }
        self._words = ""
        self._facts = QLabel()
        self._facts.setMinimumWidth(1)
        theme.set_role(self._facts, "dim")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 16, 6)
        layout.setSpacing(6)
        for button in self._buttons.values():
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(self._facts)
        self._write()

    @property
    def settings(self) -> ViewSettings:
        """What is chosen."""
        return self._settings

    def set_settings(self, settings: ViewSettings) -> None:
        """Show what was chosen elsewhere."""
        self._settings = settings
        self._write()

    def set_facts(self, words: str) -> None:
        """Say what sound is in view: rate, channels, duration."""
        if words != self._words:
            self._words = words
            self._show_facts()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Leave the facts away where they would be cut off."""
        self._show_facts()
        super().resizeEvent(event)

    def _show_facts(self) -> None:
        chips = sum(button.sizeHint().width() + 6 for button in self._buttons.values())
        fits = self.width() - chips - 40 >= self._facts.fontMetrics().horizontalAdvance(self._words)
        self._facts.setText(self._words if fits else "")

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        button.setMenu(menu)
        return button

    def _fill(self, menu: QMenu) -> None:
        """Menus are made when they are opened: the first paint does not wait for them."""
        menu.clear()
        for group in menu.findChildren(QActionGroup):
            group.deleteLater()
        if menu is self._buttons["scale"].menu():
            self._choices(menu, "Frequency", "scale", ((name, _NAMES[name]) for name in SCALES))
        elif menu is self._buttons["window"].menu():
            self._choices(menu, "Window", "window", ((size, f"{size} frames") for size in WINDOWS))
            hops = ((share, f"1/{share} of the window") for share in OVERLAPS)
            self._choices(menu, "Hop", "overlap", hops)
        elif menu is self._buttons["db"].menu():
            self._choices(menu, "Darkest below", "floor_db", ((db, _db(db)) for db in FLOORS_DB))
            self._choices(menu, "Brightest from", "ceiling_db", ((db, _db(db)) for db in CEILINGS_DB))
            menu.addSeparator()
            menu.addAction("Fit to the original").triggered.connect(lambda _=False: self.fit_levels.emit())
        elif menu is self._buttons["wave"].menu():
            self._choices(menu, "Waveforms", "wave", ((name, _WAVES[name][1]) for name in WAVE_SCALES))
        else:
            self._choices(menu, "Colours", "colours", ((name, name.title()) for name in COLOUR_MAPS))
            for action in menu.actions():
                if action.data():
                    action.setIcon(QIcon(swatch(action.data())))
                    action.setFont(theme.font(weight=QFont.Weight.Bold if action.isChecked() else QFont.Weight.Normal))

    def _choices(self, menu: QMenu, title: str, name: str, choices: Iterable[tuple[Any, str]]) -> None:
        if not menu.isEmpty():
            menu.addSeparator()
        heading = menu.addAction(title)
        heading.setEnabled(False)
        group = QActionGroup(menu)
        for value, words in choices:
            action = QAction(words, group)
            action.setCheckable(True)
            action.setChecked(getattr(self._settings, name) == value)
            action.setData(value)
            action.triggered.connect(lambda _=False, value=value: self._choose(name, value))
            menu.addAction(action)

    def _choose(self, name: str, value: object) -> None:
        self._settings = replace(self._settings, **{name: value})  # type: ignore[arg-type]
        self._write()
        self.changed.emit(self._settings)

    def _write(self) -> None:
        chosen = self._settings
        self._buttons["scale"].setText(f"{_NAMES[chosen.scale]} ▾")
        self._buttons["window"].setText(f"{chosen.window} / {chosen.hop} ▾")
        self._buttons["db"].setText(f"{chosen.floor_db} … {chosen.ceiling_db} dB ▾".replace("-", "−"))
        self._buttons["wave"].setText(f"{_WAVES[chosen.wave][0]} ▾")
        self._buttons["colours"].setText(" ▾")
        self._buttons["colours"].setIcon(QIcon(swatch(chosen.colours, 28, 10)))
        self._buttons["colours"].setIconSize(QSize(28, 10))
        self._buttons["colours"].setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


def _db(level: int) -> str:
    return f"{level} dB".replace("-", "−")
