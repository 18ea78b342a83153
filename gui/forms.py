"""Forms made from declarations alone: no transform is known here by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from types import MappingProxyType

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.chain import Step
from engine.params import Bank, Choice, Number, Param, Setting, Switch, Value

from .rows.bank_row import BankRow, ChooseFolder, ask_folder
from .rows.choice_rows import ChoiceRow, SwitchRow
from .rows.number_row import NumberRow
from .rows.row import Columns, Row
from .widgets.labels import label
from .words import tr

NAME_MIN = 36
COLUMNS = Columns(name=84, value=84, bounds=52)
"""So wide at least, so that the lines of all cards stand under one another."""
REST, SLIDER = 38, 48
"""What a line needs beside its name and figures: the toggle and the gaps, and a slider or the ends of a range."""


class StepForm(QWidget):
    """The parameters of one step; `edited` gives a parameter's name, its new setting and the gesture."""

    edited = Signal(str, object, int)
    bank_bound = Signal(str, str)

    def __init__(self, step: Step, choose: ChooseFolder = ask_folder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choose = choose
        self._seen: dict[str, tuple[Setting, Value | None]] = {}
        self._banks: Mapping[str, str] | None = None
        self.rows: dict[str, Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 0, 0)
        column.setSpacing(2)
        for name, param in step.kind.params().items():
            row = self._row(param)
            row.edited.connect(lambda setting, gesture, name=name: self.edited.emit(name, setting, gesture))
            row.released.connect(self._align)
            self.rows[name] = row
            column.addWidget(row)
        if not self.rows:
            column.addWidget(label(tr("nothing to set"), "note"))

    def show_step(
        self,
        step: Step,
        drawn: Mapping[str, Value] | None,
        banks: Mapping[str, str],
        troubles: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Show the step's settings, what this draw got (None: it was left out), and the banks' folders and troubles."""
        settings = dict(step.settings)
        for name, row in self.rows.items():
            now = (settings.get(name, row.param.default), None if drawn is None else drawn.get(name))
            if self._seen.get(name) != now:
                self._seen[name] = now
                row.show_setting(*now)
            if isinstance(row, BankRow):
                if banks != self._banks:
                    row.show_banks(banks)
                row.show_troubles(troubles)
        self._banks = banks
        self._align()

    def minimumSizeHint(self) -> QSize:
        """As narrow as may be: the names give way."""
        return QSize(NAME_MIN, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names what is left."""
        super().resizeEvent(event)
        self._align()

    def _align(self) -> None:
        """Set the lines under one another; where there is little room, the names are cut.

        Nothing moves while a slider is dragged, or its handle would leave the pointer.
        """
        if any(row.is_held for row in self.rows.values()):
            return
        wanted = reduce(Columns.beside, [row.wanted() for row in self.rows.values()], COLUMNS)
        room = self.width() - REST - wanted.value - max(wanted.bounds, SLIDER)
        columns = replace(wanted, name=min(wanted.name, max(room, NAME_MIN)))
        for row in self.rows.values():
            row.align(columns)

    def set_faded(self, faded: bool) -> None:
        """Step back, because this draw left the step out, or come forward again."""
        for row in self.rows.values():
            row.set_faded(faded)

    def _row(self, param: Param) -> Row:
        match param:
            case Number():
                return NumberRow(param)
            case Choice():
                return ChoiceRow(param)
            case Switch():
                return SwitchRow(param)
            case Bank():
                row = BankRow(param, self._choose)
                row.bank_bound.connect(self.bank_bound)
                return row
        raise TypeError(f"there is no form for {type(param).__name__}")
