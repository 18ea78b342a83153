"""The row over the views: the layout, and how the sounds are shown."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from engine.analysis.stft import LOWEST_DB
from gui import theme
from gui.icons import icon

from ..words import mark, tr
from .choices import group
from .colours import swatch
from .range_popup import RangePopup, RangeWords
from .segments import Segment, Segments
from .settings import HIGHEST_DB, LAYOUTS, SCALES, ViewSettings

_LAYOUT_ICONS = {"stacked": "rows", "beside": "columns", "difference": "plus-minus"}
LAYOUT_HINTS = {
    "stacked": mark("The take under the original, on one time axis"),
    "beside": mark("The original at the left, the take at the right"),
    "difference": mark("How much louder or softer the take is, at each time and frequency"),
}
_MENUS = {"scale": ("scale",), "window": ("window", "overlap"), "db": ("floor_db", "ceiling_db"),
          "colours": ("colours",), "wave": ("wave",)}  # fmt: skip
_SPARE = ("wave", "window")
"""What goes first where there is no room at all; the View menu has it too."""
GAP_PX = 6
HIGHEST_HZ = 96_000


class ViewToolbar(QWidget):
    """Emits `changed(ViewSettings)` when something else was chosen."""

    changed = Signal(object)
    fit_levels = Signal()
    frequencies_typed = Signal(float, float)
    frequencies_reset = Signal()

    def __init__(self, settings: ViewSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._axis_hz = (0.0, 0.0)
        segments = [
            Segment(value, tr(words), _LAYOUT_ICONS[value], tr(LAYOUT_HINTS[value])) for value, words in LAYOUTS
        ]
        self._layouts = Segments(tr("Layout of the views"), segments)
        self._buttons = {
            "scale": self._menu_button(tr("Frequency scale and range")),
            "window": self._menu_button(tr("Window and hop, in frames")),
            "db": self._menu_button(tr("Level range of the colours")),
            "colours": self._menu_button(tr("Colour map")),
            "wave": self._menu_button(tr("Height of the waveforms")),
        }
        self._channels = QToolButton()
        self._channels.setCheckable(True)
        self._levels_popup: RangePopup | None = None
        self._hz_popup: RangePopup | None = None
        self._lay_out()
        self._layouts.chosen.connect(lambda value: self._choose("layout", value))
        self._channels.clicked.connect(lambda on: self._choose("apart", on))
        self._write()

    def _lay_out(self) -> None:
        self._channels.setIcon(icon("stack"))
        self._channels.setAccessibleName(tr("Channels apart"))
        self._channels.setToolTip(tr("Show each channel by itself"))
        self._channels.setEnabled(False)
        self._buttons["wave"].setIcon(icon("arrows-out-line-vertical"))
        self._buttons["colours"].setIconSize(QSize(28, 10))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 16, 6)
        layout.setSpacing(GAP_PX)
        for widget in (self._layouts, *self._buttons.values(), self._channels):
            layout.addWidget(widget)
        layout.addStretch(1)

    @property
    def settings(self) -> ViewSettings:
        """What is chosen."""
        return self._settings

    def set_settings(self, settings: ViewSettings) -> None:
        """Show what was chosen elsewhere."""
        self._settings = settings
        self._write()

    def set_sound(self, channels: int, low_hz: float, high_hz: float) -> None:
        """Say how many channels there are to show apart, and the frequencies in view."""
        self._channels.setEnabled(channels > 1)
        self._axis_hz = (low_hz, high_hz)
        if self._hz_popup is not None:
            self._hz_popup.show_range(round(low_hz), round(high_hz))

    def open_levels(self) -> None:
        """Let the darkest and the brightest level be typed."""
        if self._levels_popup is None:
            words = RangeWords(
                tr("Level range"), tr("Darkest below"), tr("Brightest from"), tr("dB"), tr("Fit to the original"),
                tr("The range in which the original's spectrogram has its levels"),
            )  # fmt: skip
            self._levels_popup = RangePopup(words, int(LOWEST_DB), HIGHEST_DB, self)
            self._levels_popup.typed.connect(lambda low, high: self._change(self._settings.with_levels(low, high)))
            self._levels_popup.reset.connect(self.fit_levels)
        self._levels_popup.show_range(self._settings.floor_db, self._settings.ceiling_db)
        self._levels_popup.open_under(self._buttons["db"])

    def open_frequencies(self) -> None:
        """Let the lowest and the highest frequency be typed."""
        if self._hz_popup is None:
            words = RangeWords(
                tr("Frequency range"), tr("Lowest frequency"), tr("Highest frequency"), tr("Hz"), tr("Whole range"),
                tr("All frequencies that the sound has"),
            )  # fmt: skip
            self._hz_popup = RangePopup(words, 0, HIGHEST_HZ, self)
            self._hz_popup.typed.connect(lambda low, high: self.frequencies_typed.emit(float(low), float(high)))
            self._hz_popup.reset.connect(self.frequencies_reset)
        self._hz_popup.show_range(round(self._axis_hz[0]), round(self._axis_hz[1]))
        self._hz_popup.open_under(self._buttons["scale"])

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Say less where there is less room."""
        self._make_room()
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """What is left when everything that the View menu has too has gone."""
        needed = (self._layouts, self._buttons["scale"], self._buttons["db"], self._buttons["colours"])
        return QSize(sum(widget.minimumSizeHint().width() for widget in needed[1:]) + 160, self.sizeHint().height())

    def _make_room(self) -> None:
        """First the words of the layouts go, then what is spare."""
        self._layouts.set_words_shown(True)
        spare = [self._buttons[name] for name in _SPARE] + [self._channels]
        for widget in spare:
            widget.show()
        if self.width() - 28 - self._wanted() < 0:
            self._layouts.set_words_shown(False)
            for widget in spare:
                if self.width() - 28 - self._wanted() < 0:
                    widget.hide()

    def _wanted(self) -> int:
        widgets = [self._layouts, *self._buttons.values(), self._channels]
        return sum(widget.sizeHint().width() + GAP_PX for widget in widgets if not widget.isHidden())

    def _menu_button(self, name: str) -> QToolButton:
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
        for old in menu.findChildren(QActionGroup):
            old.deleteLater()
        name = next(name for name, button in self._buttons.items() if button.menu() is menu)
        for setting in _MENUS[name]:
            self._add_choices(menu, setting)
        if name == "db":
            menu.addSeparator()
            menu.addAction(tr("Other levels …")).triggered.connect(lambda _=False: self.open_levels())
            menu.addAction(tr("Fit to the original")).triggered.connect(lambda _=False: self.fit_levels.emit())
        elif name == "scale":
            menu.addSeparator()
            menu.addAction(tr("Frequency range …")).triggered.connect(lambda _=False: self.open_frequencies())
            menu.addAction(tr("Whole range")).triggered.connect(lambda _=False: self.frequencies_reset.emit())

    def _add_choices(self, menu: QMenu, setting: str) -> None:
        if not menu.isEmpty():
            menu.addSeparator()
        heading = menu.addAction(tr(group(setting).title))
        heading.setEnabled(False)
        actions = QActionGroup(menu)
        for choice in group(setting).choices():
            chosen = getattr(self._settings, setting) == choice.value
            action = QAction(choice.words, actions)
            action.setCheckable(True)
            action.setChecked(chosen)
            if setting == "colours":
                action.setIcon(QIcon(swatch(str(choice.value))))
                action.setFont(theme.font(weight=QFont.Weight.Bold if chosen else QFont.Weight.Normal))
            action.triggered.connect(lambda _=False, value=choice.value: self._choose(setting, value))
            menu.addAction(action)

    def _choose(self, name: str, value: object) -> None:
        self._change(replace(self._settings, **{name: value}))  # type: ignore[arg-type]

    def _change(self, settings: ViewSettings) -> None:
        self._settings = settings
        self._write()
        self.changed.emit(settings)

    def _write(self) -> None:
        chosen = self._settings
        self._layouts.choose(chosen.layout)
        self._channels.setChecked(chosen.apart)
        scale = tr(dict(SCALES)[chosen.scale])
        self._buttons["scale"].setText(f"{scale} ▾")
        self._buttons["window"].setText(f"{chosen.window} / {chosen.hop} ▾")
        levels = tr("{floor} … {ceiling} dB", floor=chosen.floor_db, ceiling=chosen.ceiling_db).replace("-", "−")
        self._buttons["db"].setText(f"{levels} ▾")
        self._buttons["colours"].setText(" ▾")
        self._buttons["colours"].setIcon(QIcon(swatch(chosen.colours, 28, 10)))
        self._buttons["colours"].setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._make_room()
