"""The head of a form with many parameters: a field to find one by, and a button that shows all."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from engine.params import Options, Param, Range, Setting

from ..words import tr
from .row import spoken

FIRST = 6
"""So many parameters are shown where none of them says anything yet."""


class FoldBar(QWidget):
    """Chooses which parameters are shown: those found, all, or those that differ from their defaults.

    What was shown once stays until another choice is made: a line does not go while somebody works in it.
    """

    changed = Signal()

    def __init__(self, params: Mapping[str, Param], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._params = params
        self._kept: set[str] = set()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a parameter"))
        self.search.setAccessibleName(tr("Find a parameter"))
        self.search.setToolTip(tr("Show the parameters whose names have words that begin so"))
        self.search.setClearButtonEnabled(True)
        self.search.setAcceptDrops(False)
        self.search.textChanged.connect(self._choose)
        self.all = QPushButton()
        self.all.setProperty("role", "quiet")
        self.all.setCheckable(True)
        self.all.setToolTip(tr("All parameters, or those that differ from their defaults"))
        self.all.toggled.connect(self._choose)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 2)
        line.setSpacing(6)
        line.addWidget(self.search, 1)
        line.addWidget(self.all)
        self._name()

    def shown(self, settings: Mapping[str, Setting]) -> list[str]:
        """The names to show for these settings, in the declared order."""
        typed = self.search.text().strip().casefold()
        if typed:
            return [name for name, param in self._params.items() if _answers(param, typed)]
        if self.all.isChecked():
            return list(self._params)
        self._kept |= {name for name, setting in settings.items() if _says_something(self._params[name], setting)}
        self._kept = self._kept or set(list(self._params)[:FIRST])
        return [name for name in self._params if name in self._kept]

    def _choose(self) -> None:
        self._kept.clear()
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        fewer, count = self.all.isChecked(), len(self._params)
        self.all.setText(tr("Show fewer") if fewer else tr("Show all {count}", count=count))


def _says_something(param: Param, setting: Setting) -> bool:
    return isinstance(setting, Range | Options) or setting != param.default


def _answers(param: Param, typed: str) -> bool:
    """Whether each word that was typed begins a word of the parameter's name."""
    words = f"{spoken(param)} {param.name.replace('_', ' ')}".casefold().split()
    return all(any(word.startswith(part) for word in words) for part in typed.split())
