"""What all lines of a form share: a name, what this draw got, and a place for the sentence when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.params import Number, Options, Param, Range, Setting, SettingError, Value

from ..widgets.buttons import RangeToggle
from ..widgets.gesture import Gesture
from ..widgets.labels import ElidedLabel, ErrorLabel
from ..widgets.scale import shown, spelt_out
from ..words import tr

NAME_MAX = 120
FIELD_PX = 5
"""A field's text stands so far from its edge; what is no field stands under it."""


@dataclass(frozen=True)
class Columns:
    """How wide the columns of a form are, so that its lines stand under one another."""

    name: int = 0
    value: int = 0
    bounds: int = 0

    def beside(self, other: Columns) -> Columns:
        """Wide enough for both."""
        return Columns(
            max(self.name, other.name), max(self.value, other.value), max(self.bounds, other.bounds)
        )  # fmt: skip


class Row(QWidget):
    """One parameter; `edited` gives its new setting, checked, and the gesture that it belongs to."""

    edited = Signal(object, int)
    released = Signal()
    """The hand has gone from what it dragged."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param
        self.setting: Setting = param.default
        self.gesture = Gesture()
        self.name = ElidedLabel(spoken(param), "dim")
        self.name.set_hint(tr(param.help))
        self.drawn = ElidedLabel(role="strong", parent=self)
        self.drawn.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.drawn.setContentsMargins(0, 0, FIELD_PX, 0)
        self.drawn.setToolTip(tr("What this draw got"))
        self.toggle = RangeToggle(tr("{name}: one value, or drawn from several", name=spoken(param)), self)
        self.toggle.clicked.connect(lambda on: self.edit(self.several() if on else self.single()))
        self._error: ErrorLabel | None = None
        self.line = QHBoxLayout()
        self.line.setSpacing(3)
        self.line.addWidget(self.name)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addLayout(self.line)

    def show_setting(self, setting: Setting, drawn: Value | None) -> None:
        """Show what the chain stores and what this draw got."""
        self.setting = setting
        several = isinstance(setting, Range | Options)
        self.toggle.setChecked(several)
        self.drawn.setVisible(several)
        self.drawn.setText("" if drawn is None else shown(self.param, drawn))
        self.say("")

    def wanted(self) -> Columns:
        """How wide this line's columns would like to be."""
        return Columns(min(self.name.sizeHint().width() + 4, NAME_MAX))

    @property
    def is_held(self) -> bool:
        """Whether something in the line is dragged, so that the columns must stay as they are."""
        return False

    def align(self, columns: Columns) -> None:
        """Stand under the other lines of the form."""
        self.name.setFixedWidth(columns.name)

    def set_faded(self, faded: bool) -> None:
        """Step back, because this draw left the step out, or come forward again."""

    def several(self) -> Setting:
        """What to offer when the value is to be drawn from several."""
        raise NotImplementedError

    def single(self) -> Setting:
        """What to offer when it is to be one value again."""
        default: Value = self.param.default
        return default

    def edit(self, setting: Setting, gesture: int | None = None) -> None:
        """Pass a change on, or say in one sentence why it cannot be."""
        try:
            checked = self.param.check(setting)
        except SettingError as error:
            self.say(str(error))
            return
        self.say("")
        self.edited.emit(checked, self.gesture.begin() if gesture is None else gesture)

    def say(self, sentence: str) -> None:
        """Show what was wrong under the line, or nothing."""
        if self._error is None:
            if not sentence:
                return
            self._error = ErrorLabel(self)
            self.body.addWidget(self._error)
        self._error.say(sentence[:1].upper() + sentence[1:])

    @property
    def error(self) -> str:
        """The sentence that is shown."""
        return self._error.text() if self._error else ""


def spoken(param: Param) -> str:
    """The parameter's name in the user's words, without the unit that its number shows anyway."""
    words = param.name.split("_")
    unit = param.unit.casefold() if isinstance(param, Number) else ""
    spelt = (
        unit.replace("°", "")
        .replace("%", "percent")
        .replace("/", "_per_")
        .replace("oct", "octave")
        .replace("kbit_per_s", "kbps")
    )
    for ending in (spelt.split("_"), [f"{spelt}s"], [unit]):
        if len(words) > len(ending) and words[-len(ending) :] == ending:
            words = words[: -len(ending)]
    if len(words) > 1 and unit.startswith(words[-1]) and words == param.name.split("_"):
        words = words[:-1]
    return tr(spelt_out(words))
