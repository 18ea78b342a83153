"""A field for a number that is set and not drawn: p, a weight, how many."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.params import Number, SettingError

from ..words import sentence, tr
from .entry import Entry
from .gesture import Gesture
from .scale import read_setting, stepped, typed


class NumberEntry(Entry):
    """Shows `prefix number`; `changed` gives the number and its gesture, `refused` the sentence why not."""

    changed = Signal(float, int)
    refused = Signal(str)

    def __init__(
        self, number: Number, name: str, prefix: str = "", gap: str = " ", parent: QWidget | None = None
    ) -> None:
        super().__init__(name, "range", parent)
        self._number = number
        self._prefix = prefix
        self._gap = gap
        self._value = float(number.default)
        self._gesture = Gesture()
        self.setToolTip(tr(number.help))
        self.entered.connect(self._typed_in)
        self.stepped.connect(self._stepped_by)
        self.show_number(self._value)

    def show_number(self, value: float) -> None:
        """Show this number."""
        self._value = value
        words = self._number.words(value)
        self.show_value(f"{self._prefix}{self._gap}{words}".strip(), typed(value))

    def _typed_in(self, text: str) -> None:
        try:
            value = read_setting(self._number, text.removeprefix(self._prefix))
            if not isinstance(value, int | float):
                raise SettingError(tr("takes one number here, not several"))
        except SettingError as error:
            self.set_wrong(True)
            self.refused.emit(f"{tr(self._number.name)} {sentence(str(error))}")
            return
        self.set_wrong(False)
        self.changed.emit(float(value), self._gesture.begin())

    def _stepped_by(self, steps: float, fine: bool) -> None:
        value = stepped(self._number, self._value, steps * (1 if self._number.integer else 5), fine)
        if value != self._value:
            self.changed.emit(value, self._gesture.go_on())
