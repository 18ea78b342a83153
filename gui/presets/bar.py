"""The head of the chain's panel: which preset this is, another one, and saving as one's own."""

from __future__ import annotations

import dataclasses
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.chain import Chain
from engine.preset import PresetError
from engine.project import Project

from ..store import Store
from ..widgets.combo import paint_caret
from ..widgets.labels import ErrorLabel
from .own import PresetShelf


class PresetButton(QPushButton):
    """Names the preset, with a caret; opens the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "field")
        self.setAccessibleName("Preset")
        self.setToolTip("Choose a preset")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The name and the caret."""
        super().paintEvent(event)
        paint_caret(self)


class PresetBar(QWidget):
    """Preset button and Save; saving asks for the name in the same place."""

    def __init__(self, store: Store, shelf: PresetShelf | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._shelf = shelf or PresetShelf()
        self._as_loaded: dict[str, Chain] = {store.project.preset: store.project.chain}
        self.button = PresetButton()
        self.button.clicked.connect(self.open_menu)
        self.save = QPushButton("Save")
        self.save.setToolTip("Save this chain as a preset of your own")
        self.save.clicked.connect(self.ask_name)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name of your preset")
        self.name.setAccessibleName("Name of your preset")
        self.name.setAcceptDrops(False)
        self.name.setToolTip("Return saves, Escape leaves it")
        self.name.returnPressed.connect(self.save_named)
        self.name.installEventFilter(self)
        self.error = ErrorLabel()
        self.rows = QStackedWidget()
        self.rows.addWidget(_row(self.button, self.save))
        confirm = QPushButton("Save")
        confirm.setProperty("role", "primary")
        confirm.setToolTip("Save under this name")
        confirm.clicked.connect(self.save_named)
        self.rows.addWidget(_row(self.name, confirm))
        self.rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.rows)
        column.addWidget(self.error)
        store.changed.connect(self._changed)
        self._show()

    @property
    def is_changed(self) -> bool:
        """Whether the chain is no longer what the preset's file says."""
        project = self._store.project
        return self._as_loaded.get(project.preset, project.chain) != project.chain

    def choose(self, name: str) -> None:
        """Load a preset as one edit; what is wrong with its file is said under the button."""
        try:
            chain = self._shelf.load(name)
        except PresetError as error:
            self.error.say(str(error))
            return
        self.error.say("")
        self._as_loaded[name] = chain
        self._store.commit(f"Preset {name}", dataclasses.replace(self._store.project, chain=chain, preset=name))
        self._show()

    def ask_name(self) -> None:
        """Ask for the name in place of the button."""
        name = self._store.project.preset
        own = name in self._shelf.own()
        self.name.setText(name if own else f"my {name}" if name else "")
        self.rows.setCurrentIndex(1)
        self.name.setFocus()
        self.name.selectAll()

    def save_named(self) -> None:
        """Save under the name that was typed, or say why not."""
        project = self._store.project
        try:
            chain = self._shelf.save(project.chain, self.name.text(), replacing=project.preset)
        except PresetError as error:
            self.error.say(str(error))
            return
        self._as_loaded[chain.name] = chain
        self._store.commit(f"Save preset {chain.name}", dataclasses.replace(project, chain=chain, preset=chain.name))
        self._leave()

    def open_menu(self) -> None:
        """Open the list of presets."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setMinimumWidth(self.button.width())
        menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 2)))

    def menu(self) -> QMenu:
        """The shipped presets, then the user's own."""
        menu = QMenu(self)
        own, shipped = self._shelf.own(), self._shelf.shipped()
        for heading, names in (("Presets of the program", shipped), ("Your presets", own)):
            if names:
                menu.addAction(heading).setEnabled(False)
            for name in names:
                action = menu.addAction(name.replace("&", "&&"), partial(self.choose, name))
                action.setCheckable(True)
                action.setChecked(name == self._store.project.preset)
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape in the name field leaves it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._leave()
            return True
        return False

    def _leave(self) -> None:
        self.error.say("")
        self.rows.setCurrentIndex(0)
        self.button.setFocus()
        self._show()

    def _changed(self, new: Project, old: Project) -> None:
        if new.preset != old.preset:
            self._as_loaded.setdefault(new.preset, new.chain)
        if new.preset != old.preset or new.chain is not old.chain:
            self._show()

    def _show(self) -> None:
        name = self._store.project.preset or "No preset"
        text = f"{name}  ·  changed" if self.is_changed else name
        self.button.setText(text.replace("&", "&&"))
        self.button.setAccessibleDescription(text)


def _row(wide: QWidget, narrow: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    line.addWidget(wide, 1)
    line.addWidget(narrow)
    return row
