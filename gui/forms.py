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
from .rows.fold_bar import FoldBar
from .rows.number_row import NumberRow
from .rows.row import Columns, Row
from .widgets.labels import label
from .words import tr

NAME_MIN = 36
COLUMNS = Columns(name=84, value=84, bounds=52)
"""So wide at least, so that the lines of all cards stand under one another."""
MANY = 16
"""A form of more parameters is folded."""
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
        self._params = step.kind.params()
        self._settings: Mapping[str, Setting] = {}
        self._drawn: Mapping[str, Value] | None = None
        self._faded = False
        self.rows: dict[str, Row] = {}
        """The lines that were made: where there are many parameters, those that were ever shown."""
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(4, 0, 0, 0)
        self.column.setSpacing(2)
        self.fold = FoldBar(self._params, self) if len(self._params) > MANY else None
        if self.fold is None:
            for name in self._params:
                self._make(name)
        else:
            self.fold.changed.connect(self._show_rows)
            self.column.addWidget(self.fold)
        if not self._params:
            self.column.addWidget(label(tr("nothing to set"), "note"))

    def show_step(
        self,
        step: Step,
        drawn: Mapping[str, Value] | None,
        banks: Mapping[str, str],
        troubles: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Show the step's settings, what this draw got (None: it was left out), and the banks' folders and troubles."""
        self._settings, self._drawn = dict(step.settings), drawn
        self._show_rows()
        for row in self.rows.values():
            if isinstance(row, BankRow):
                if banks != self._banks:
                    row.show_banks(banks)
                row.show_troubles(troubles)
        self._banks = banks

    def _show_rows(self) -> None:
        """Show the lines that are wanted, with what they say now; those that are new are made."""
        if self.fold is not None:
            wanted = self.fold.shown(self._settings)
            for name in wanted:
                if name not in self.rows:
                    self._make(name)
            for name, row in self.rows.items():
                row.setVisible(name in wanted)
        for name, row in self.rows.items():
            now = (
                self._settings.get(name, row.param.default), None if self._drawn is None else self._drawn.get(name)
            )  # fmt: skip
            if self._seen.get(name) != now:
                self._seen[name] = now
                row.show_setting(*now)
        self._align()

    def _make(self, name: str) -> None:
        """Make a parameter's line, at its place among those that are there."""
        row = self._row(self._params[name])
        row.edited.connect(lambda setting, gesture: self.edited.emit(name, setting, gesture))
        row.released.connect(self._align)
        row.set_faded(self._faded)
        earlier = list(self._params)[: list(self._params).index(name)]
        self.column.insertWidget(sum(other in self.rows for other in earlier) + (self.fold is not None), row)
        self.rows[name] = row

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
        self._faded = faded
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
