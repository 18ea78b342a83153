"""The lines for words and switches: one of a list, or several to draw from."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from engine.params import Choice, Options, Setting, Switch, Value

from ..widgets.combo import QuietCombo
from ..widgets.flow import FlowLayout
from ..widgets.scale import worded
from ..words import mark, tr
from .row import Row, spoken


class ChoiceRow(Row):
    """A word from a closed list, or a set of them."""

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(choice, parent)
        self.choice = choice
        self._last: Value | None = None
        self.combo = QuietCombo(spoken(choice))
        self.combo.setProperty("role", "value")
        self.combo.setToolTip(tr(choice.help))
        self.combo.addItems([worded(option) for option in choice.options])
        self.combo.activated.connect(lambda index: self.edit(choice.options[index]))
        self.chips = {word: _chip(word, f"{spoken(choice)}: {worded(word)}") for word in choice.options}
        self._set = QWidget()
        flow = FlowLayout(self._set)
        for chip in self.chips.values():
            chip.clicked.connect(self._chosen)
            flow.addWidget(chip)
        self.drawn.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.line.addWidget(self.combo)
        self.line.addWidget(self.drawn)
        self.line.addStretch(1)
        self.line.addWidget(self.toggle)
        self.body.addWidget(self._set)
        self.body.setSpacing(2)
        self.show_setting(choice.default, None)

    def show_setting(self, setting: Setting, drawn: Value | None) -> None:
        """Show the word, or which words may be drawn."""
        super().show_setting(setting, drawn)
        self._last = drawn
        several = isinstance(setting, Options)
        self.combo.setVisible(not several)
        self._set.setVisible(several)
        self._show_chips()
        if not several:
            self.combo.setCurrentIndex(self.choice.options.index(str(setting)))

    def several(self) -> Setting:
        """All of the list."""
        return Options(self.choice.options)

    def single(self) -> Setting:
        """What this draw got, so that the sound stays."""
        return self.choice.default if self._last is None else self._last

    def _show_chips(self) -> None:
        chosen = self.setting.values if isinstance(self.setting, Options) else (self.setting,)
        for word, chip in self.chips.items():
            chip.setChecked(word in chosen)

    def _chosen(self) -> None:
        words = tuple(word for word, chip in self.chips.items() if chip.isChecked())
        self.edit(Options(words))
        if not words:
            self._show_chips()


class SwitchRow(Row):
    """On, off, or either as it is drawn."""

    settings: ClassVar[dict[str, Setting]] = {
        mark("off"): False, mark("on"): True, mark("either"): Options((False, True)),
    }  # fmt: skip

    def __init__(self, switch: Switch, parent: QWidget | None = None) -> None:
        super().__init__(switch, parent)
        self.toggle.hide()
        self.chips = {word: _chip(word, f"{spoken(switch)}: {worded(word)}") for word in self.settings}
        group = QButtonGroup(self)
        for word, chip in self.chips.items():
            chip.setToolTip(tr(switch.help))
            chip.clicked.connect(lambda _=False, word=word: self.edit(self.settings[word]))
            group.addButton(chip)
            self.line.addWidget(chip)
        self.line.addWidget(self.drawn)
        self.line.addStretch(1)
        self.show_setting(switch.default, None)

    def show_setting(self, setting: Setting, drawn: Value | None) -> None:
        """Show which of the three it is."""
        super().show_setting(setting, drawn)
        fixed = "on" if setting else "off"
        self.chips["either" if isinstance(setting, Options) else fixed].setChecked(True)


def _chip(word: str, name: str) -> QPushButton:
    chip = QPushButton(worded(word))
    chip.setCheckable(True)
    chip.setProperty("role", "chip")
    chip.setAccessibleName(name)
    chip.setToolTip(name)
    return chip
