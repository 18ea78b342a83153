"""The line for a number: its name, the value, a slider, and the range that the value is drawn from below it."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from engine.params import Number, Options, Range, Setting, SettingError, Value

from ..theme import SMALL_PX, font, set_role
from ..widgets.entry import Entry
from ..widgets.scale import bare, read_setting, shown, tidy, typed
from ..widgets.slider import Slider
from ..words import sentence, tr
from .row import Columns, Row, spoken

VALUE_PADDING, BOUNDS_PADDING = 10, 10
VALUE_MIN = 56
BOUNDS_MAX = 104
DRAGGED = (0.123, 0.877)
"""Places on the scale whose values have as many digits as a drag gives."""
VALUE_PLACE, SLIDER_PLACE, BOUNDS_PLACE = 1, 2, 3


class NumberRow(Row):
    """A value in one line, a range or a list of a declared number in two.

    A value is typed where it stands, before the slider; of a range the value is what this draw got, and the ends
    are typed at the line's end. Its slider has a line of its own: two handles need the room.
    """

    def __init__(self, number: Number, parent: QWidget | None = None) -> None:
        super().__init__(number, parent)
        self.number = number
        self.last: Value | None = None
        self._faded = False
        self._columns = Columns()
        name = spoken(number)
        self.entry = Entry(name)
        self.entry.setToolTip(f"{tr(number.help)}\n{tr('Type a value, a range such as 1..2 or a list such as 1, 2')}")
        self.slider = Slider(number, name)
        self.slider.setToolTip(
            f"{tr(number.help)}\n"
            + tr(
                "Drag; with Ctrl or Shift finely. Wheel and arrow keys step, the right button or Backspace resets, "
                "double-click types."
            )
        )
        self.line.addWidget(self.entry)
        self.line.addWidget(self.slider, 1)
        self.line.addStretch(0)
        self.line.addWidget(self.toggle)
        self.entry.entered.connect(self._typed)
        self.entry.textEdited.connect(lambda _: self.entry.set_wrong(False))
        self.entry.stepped.connect(self.slider.step)
        self.slider.moved.connect(self.edit)
        self.slider.released.connect(self.released)
        self.slider.reset_asked.connect(self.reset)
        self.slider.typing_asked.connect(self.entry.setFocus)
        self.show_setting(number.default, None)
        self.align(self.wanted())

    def show_setting(self, setting: Setting, drawn: Value | None) -> None:
        """Show the figures and the handles."""
        super().show_setting(setting, drawn)
        self.last = drawn
        if drawn is None:
            self.drawn.setText(self.number.unit)
        self._show_role()
        self._place()
        self.entry.show_value(self._words(), typed(setting))
        self.slider.show_setting(setting, drawn)

    def wanted(self) -> Columns:
        """Room for the ends of the scale, for what is shown, and for what was shown before."""
        figures = QFontMetrics(font(weight=QFont.Weight.DemiBold))
        texts = [self.drawn.text(), *(shown(self.number, end) for end in (self.number.low, self.number.high))]
        value = max(figures.horizontalAdvance(text) for text in texts)
        if not self._several:
            value = max(value, figures.horizontalAdvance(self._words()))
        bounds = self._bounds_width() if self._several else 0
        own = Columns(0, max(value + VALUE_PADDING, VALUE_MIN), min(bounds, BOUNDS_MAX))
        return super().wanted().beside(own).beside(Columns(0, self._columns.value))

    def _bounds_width(self) -> int:
        """Room for the ends of the range, and for such ends as a drag makes."""
        texts = [self._words()]
        if isinstance(self.setting, Range):
            ends = (tidy(self.number, self.number.value_at(place)) for place in DRAGGED)
            texts.append(bare(self.number, Range(*ends)))
        small = QFontMetrics(font(SMALL_PX))
        return max(small.horizontalAdvance(text) for text in texts) + BOUNDS_PADDING

    @property
    def is_held(self) -> bool:
        """Whether a handle is dragged."""
        return self.slider.is_held

    def align(self, columns: Columns) -> None:
        """Stand under the other lines of the form."""
        super().align(columns)
        self._columns = columns
        self.drawn.setFixedWidth(columns.value)
        self.entry.setFixedWidth(columns.bounds if self._several else columns.value)

    def set_faded(self, faded: bool) -> None:
        """Show figures and slider without the accent."""
        self._faded = faded
        self.slider.set_faded(faded)
        self._show_role()

    @property
    def _several(self) -> bool:
        return isinstance(self.setting, Range | Options)

    def _words(self) -> str:
        """The setting; a range's unit stands before the slider."""
        return bare(self.number, self.setting) if self._several else shown(self.number, self.setting)

    def _place(self) -> None:
        """Put what is typed where it belongs, and what was drawn before the slider."""
        place = BOUNDS_PLACE if self._several else VALUE_PLACE
        if self.line.indexOf(self.entry) == place:
            return
        self.line.removeWidget(self.entry)
        if self._several:
            self.line.removeWidget(self.slider)
            self.body.insertWidget(1, self.slider)
            self.line.insertWidget(VALUE_PLACE, self.drawn)
            self.line.insertWidget(place, self.entry)
        else:
            self.line.removeWidget(self.drawn)
            self.line.insertWidget(place, self.entry)
            self.body.removeWidget(self.slider)
            self.line.insertWidget(SLIDER_PLACE, self.slider, 1)

    def _show_role(self) -> None:
        quiet = self._faded or self._several
        self.entry.set_role("bounds" if self._several else "range" if quiet else "value")
        set_role(self.drawn, "dim" if self._faded or self.last is None else "strong")

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
            self.say(sentence(str(error)))
            return
        self.entry.set_wrong(False)
        self.edit(setting)
