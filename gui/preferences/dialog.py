"""The preferences: a line for each setting that is declared, applied as it is changed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.params import Choice, Folder, Number, Param, Switch, Value
from engine.settings import params

from ..widgets.combo import QuietCombo
from ..widgets.labels import ErrorLabel, label
from ..widgets.number_box import NumberBox
from ..words import mark, tr
from .preferences import Preferences

TITLES = {
    "theme": mark("Theme"),
    "language": mark("Language"),
    "start_with": mark("Start with"),
    "bank_cache_mb": mark("Memory for banks (MB)"),
    "autosave": mark("Restore after a crash"),
    "recordings_folder": mark("Recordings"),
    "hints": mark("Hints"),
}
OPTIONS = {
    "theme": {"system": mark("As the system"), "dark": mark("Dark"), "light": mark("Light")},
    "language": {"system": mark("As the system"), "en": "English", "zh_CN": "简体中文"},
    "start_with": {"demo": mark("Demo clip"), "last session": mark("Last session"), "nothing": mark("Nothing")},
}
WIDTH = 480
NUMBER_WIDTH = 88
FOLDER_WIDTH = 240
_LEFT = Qt.AlignmentFlag.AlignLeft


class PreferencesDialog(QDialog):
    """Changes hold at once, so there is no button that takes them over; the language holds from the next start."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self._preferences = preferences
        self.controls: dict[str, QWidget] = {}
        self._error = ErrorLabel()
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (name, param) in enumerate(params().items()):
            self._add(grid, 3 * row, name, param)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(self._error)
        column.addLayout(self._foot())

    def showEvent(self, event: QShowEvent) -> None:  # Qt's name
        """As high as its words need: by itself Qt gives a window two thirds of the screen at most."""
        super().showEvent(event)
        self.resize(self.width(), max(self.height(), self._column.totalHeightForWidth(self.width())))

    def _add(self, grid: QGridLayout, row: int, name: str, param: Param) -> None:
        control = self._control(name, param)
        control.setAccessibleName(tr(TITLES[name]))
        control.setToolTip(tr(param.help))
        self.controls[name] = control
        title = label(tr(TITLES[name]))
        title.setBuddy(control)
        grid.addWidget(title, row, 0)
        grid.addWidget(control, row, 1, _LEFT if isinstance(param, Number) else Qt.AlignmentFlag(0))
        words = label(tr(param.help), "note")
        words.setWordWrap(True)
        grid.addWidget(words, row + 1, 1)
        grid.setRowMinimumHeight(row + 2, 8)

    def _control(self, name: str, param: Param) -> QWidget:
        now = getattr(self._preferences.values, name)
        if isinstance(param, Choice):
            combo = QuietCombo(name)
            for option in param.options:
                combo.addItem(tr(OPTIONS[name][option]), option)
            combo.setCurrentIndex(param.options.index(now))
            combo.activated.connect(lambda row: self._set(name, combo.itemData(row)))
            return combo
        if isinstance(param, Switch):
            box = QCheckBox(tr("On"))
            box.setChecked(now)
            box.toggled.connect(lambda on: self._set(name, on))
            return box
        if isinstance(param, Number):
            number = NumberBox(name, int(param.low), int(param.high), int(now), NUMBER_WIDTH)
            number.valueChanged.connect(lambda value: self._set(name, value))
            return number
        if isinstance(param, Folder):
            return self._folder_button(name)
        raise TypeError(f"there is no line for {type(param).__name__}")

    def _folder_button(self, name: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "field")
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

        def show() -> None:
            path = self._preferences.recordings
            button.setText(button.fontMetrics().elidedText(path, Qt.TextElideMode.ElideMiddle, FOLDER_WIDTH))
            button.setAccessibleDescription(path)

        def choose() -> None:
            chosen = QFileDialog.getExistingDirectory(self, tr(TITLES[name]), self._preferences.recordings)
            if chosen:
                self._set(name, chosen)
                show()

        show()
        button.clicked.connect(choose)
        return button

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        where = label(str(self._preferences.path or ""), "note")
        where.setWordWrap(True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        where.setToolTip(tr("The settings' file; it can be edited by hand"))
        close = QPushButton(tr("Close"))
        close.setToolTip(tr("Close the preferences"))
        close.clicked.connect(self.close)
        foot.addWidget(where, 1)
        foot.addWidget(close)
        return foot

    def _set(self, name: str, value: Value) -> None:
        self._error.say(self._preferences.set(name, value))
