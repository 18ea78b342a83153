"""The line for a number: its name, the exact figures, and a slider as wide as the card."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.params import Number, Options, Range, Setting, SettingError, Value

from ..widgets.entry import Entry
from ..widgets.scale import read_setting, shown, typed
from ..widgets.slider import Slider
from .row import Row, spoken

ENTRY_WIDTH = 64
ENTRY_PADDING = 14
DRAWN_PADDING = 11
DRAWN_WIDTH = 68


class NumberRow(Row):
    """A value, a range or a list of a declared number."""

    def __init__(self, number: Number, parent: QWidget | None = None) -> None:
        super().__init__(number, parent)
        self.number = number
        self.last: Value | None = None
        self._faded = False
        name = spoken(number)
        self.entry = Entry(name)
        self.entry.setToolTip(f"{number.help}\nType a value, a range such as 1..2 or a list such as 1, 2")
        self.slider = Slider(number, name)
        self.slider.setToolTip(
            f"{number.help}\nDrag; with Ctrl finely. Arrow keys step, the right button resets, double-click types."
        )
        for widget in (self.entry, self.drawn, self.toggle):
            self.line.addWidget(widget)
        self.body.addWidget(self.slider)
        self.entry.entered.connect(self._typed)
        self.entry.textEdited.connect(lambda _: self.entry.set_wrong(False))
        self.entry.stepped.connect(self.slider.step)
        self.slider.moved.connect(self.edit)
        self.slider.reset_asked.connect(self.reset)
        self.slider.typing_asked.connect(self.entry.setFocus)
        self.show_setting(number.default, None)

    def show_setting(self, setting: Setting, drawn: Value | None) -> None:
        """Show the figures and the handles."""
        super().show_setting(setting, drawn)
        self.last = drawn
        words = shown(self.number, setting)
        self._show_role()
        figures = self.drawn.fontMetrics().horizontalAdvance(self.drawn.text())
        self.drawn.setFixedWidth(max(figures + DRAWN_PADDING, DRAWN_WIDTH))
        self.entry.setFixedWidth(max(self.entry.fontMetrics().horizontalAdvance(words) + ENTRY_PADDING, ENTRY_WIDTH))
        self.entry.show_value(words, typed(setting))
        self.slider.show_setting(setting, drawn)

    def set_faded(self, faded: bool) -> None:
        """Show figures and slider without the accent."""
        self._faded = faded
        self.slider.set_faded(faded)
        self._show_role()

    def _show_role(self) -> None:
        quiet = self._faded or isinstance(self.setting, Range | Options)
        self.entry.set_role("range" if quiet else "value")

    def several(self) -> Setting:
        """The typical range, as the declaration offers it."""
        return Range(*self.number.typical)

    def single(self) -> Setting:
        """What this draw got, so that the sound stays."""
        return self.number.default if self.last is None else self.last

    def reset(self) -> None:
        """Back to the declared default, or for a range to the typical one."""
        self.edit(self.several() if isinstance(self.setting, Range) else self.number.default)

    def _typed(self, text: str) -> None:
        try:
            setting = read_setting(self.number, text)
        except SettingError as error:
            self.entry.set_wrong(True)
            self.say(str(error))
            return
        self.entry.set_wrong(False)
        self.edit(setting)
