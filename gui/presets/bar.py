"""The head of the chain's panel: which preset this is, another one, and saving as one's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

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
from engine.jobs import Response, Submit
from engine.preset import Describe, LoadPreset, PresetError
from engine.project import Project

from ..store import Store
from ..widgets.buttons import GlyphButton
from ..widgets.combo import paint_caret
from ..widgets.glyphs import more
from ..widgets.labels import ErrorLabel
from ..words import sentence, tr
from .files import ask_for_file, ask_for_target, write
from .list import PresetList
from .own import PresetShelf


class PresetButton(QPushButton):
    """Names the preset, with a caret; opens the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "field")
        self.setAccessibleName(tr("Preset"))
        self.setToolTip(tr("Choose a preset, or drop a preset's file on the chain"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The name and the caret."""
        super().paintEvent(event)
        paint_caret(self)


class PresetBar(QWidget):
    """Preset button, Save and a menu; a name is asked for in the same place.

    A shipped preset is never written over: once the chain is edited it is a copy without a name of its own, until it
    is saved under one.
    """

    def __init__(
        self, store: Store, submit: Submit, shelf: PresetShelf | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self.shelf = shelf or PresetShelf()
        self._as_loaded: dict[str, Chain] = {store.project.preset: store.project.chain}
        self.list: PresetList | None = None
        self._purposes: Mapping[str, str] = {}
        self._renamed = ""
        """The own preset that is being given another name."""
        self.ask_for_file: Callable[[QWidget], str] = ask_for_file
        self.ask_for_target: Callable[[QWidget, str], str] = ask_for_target
        self.button = PresetButton()
        self.button.clicked.connect(self.open_list)
        self.save = QPushButton(tr("Save"))
        self.save.clicked.connect(self.ask_name)
        self.more = GlyphButton(more, tr("Presets: menu"))
        self.more.clicked.connect(self.open_menu)
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name of your preset"))
        self.name.setAccessibleName(tr("Name of your preset"))
        self.name.setAcceptDrops(False)
        self.name.setToolTip(tr("Return saves, Escape leaves it"))
        self.name.returnPressed.connect(self.take_name)
        self.name.textEdited.connect(lambda _: self._ask_to_replace(""))
        self.name.installEventFilter(self)
        self.confirm = QPushButton()
        self.confirm.setProperty("role", "primary")
        self.confirm.setToolTip(tr("Save under this name"))
        self.confirm.clicked.connect(self.take_name)
        self.error = ErrorLabel()
        self.rows = QStackedWidget()
        self.rows.addWidget(_row(self.button, self.save, self.more))
        self.rows.addWidget(_row(self.name, self.confirm))
        self.rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.rows)
        column.addWidget(self.error)
        store.changed.connect(self._changed)
        self._ask_to_replace("")
        self._show()

    @property
    def is_changed(self) -> bool:
        """Whether the chain is no longer what the preset's file says; to bypass or to test it is no change of it."""
        project = self._store.project
        loaded = self._as_loaded.get(project.preset, project.chain) if project.preset else project.chain
        return dataclasses.replace(project.chain, bypassed=loaded.bypassed, tests=loaded.tests) != loaded

    def choose(self, name: str) -> None:
        """Load a preset as one edit; what is wrong with its file is said under the button."""
        self._take(name, self.shelf.place(name))

    def open_file(self, path: str) -> None:
        """Take the chain from a preset's file that lies anywhere."""
        self._take(Path(path).name, path)

    def _take(self, name: str, path: str) -> None:
        self.error.say("")
        self._submit("preset", LoadPreset(path), partial(self._loaded, name))

    def _loaded(self, name: str, response: Response) -> None:
        if response.error is not None:
            self.error.say(sentence(response.error))
            return
        self._as_loaded[name] = response.value
        project = dataclasses.replace(self._store.project, chain=response.value, preset=name, frozen=frozenset())
        self._store.commit(tr("Preset {name}", name=name), project)
        self._show()

    def ask_file(self) -> None:
        """Ask for a preset's file and open it."""
        path = self.ask_for_file(self)
        if path:
            self.open_file(path)

    def ask_target(self) -> None:
        """Ask for a file and write the chain to it."""
        chain = self._store.project.chain
        path = self.ask_for_target(self, chain.name)
        if path:
            try:
                write(chain, Path(path))
            except PresetError as error:
                self._say(error)

    def ask_name(self) -> None:
        """Ask for the name in place of the button."""
        name = self._store.project.preset.removesuffix(".yaml").removesuffix(".yml")
        own = name in self.shelf.own()
        self._open_name("", name if own else tr("my {name}", name=name) if name else "")

    def ask_new_name(self) -> None:
        """Ask for another name of the own preset that is shown."""
        name = self._store.project.preset
        self._open_name(name, name)

    def _open_name(self, renamed: str, text: str) -> None:
        self._renamed = renamed
        self.name.setText(text)
        self._ask_to_replace("")
        self.rows.setCurrentIndex(1)
        self.name.setFocus()
        self.name.selectAll()

    def take_name(self) -> None:
        """Save or rename under the name that was typed; before another preset is replaced, ask."""
        project, name = self._store.project, self.name.text().strip()
        try:
            if self._renamed:
                chain, now = project.chain, self.shelf.rename(self._renamed, name)
            elif self._may_save(name):
                chain = self.shelf.save(project.chain, name)
                now = chain.name
            else:
                return
        except PresetError as error:
            self._say(error)
            return
        label = tr("Rename preset {name}", name=now) if self._renamed else tr("Save preset {name}", name=now)
        self._as_loaded[now] = self._as_loaded.get(self._renamed, chain) if self._renamed else chain
        self._store.commit(label, dataclasses.replace(project, chain=chain, preset=now))
        self._leave()

    def _may_save(self, name: str) -> bool:
        """Whether no other preset is there, or it was said that it may go."""
        self.shelf.checked(name)
        if name not in self.shelf.own() or name == self._store.project.preset or self._replaceable == name:
            return True
        self._ask_to_replace(name)
        return False

    def _ask_to_replace(self, name: str) -> None:
        self._replaceable = name
        rename = tr("Rename") if self._renamed else tr("Save")
        self.confirm.setText(tr("Replace") if name else rename)
        self.error.say(tr("There is a preset {name} already. Replace it?", name=name) if name else "")

    def delete(self) -> None:
        """Move the own preset that is shown to the trash; the chain stays as it is, without a preset."""
        project = self._store.project
        try:
            self.shelf.delete(project.preset)
        except PresetError as error:
            self._say(error)
            return
        label = tr("Delete preset {name}", name=project.preset)
        self._store.commit(label, dataclasses.replace(project, preset=""))

    def open_list(self) -> None:
        """Open the list of presets; what they are for is read meanwhile."""
        self.list = PresetList(self.shelf, self._store.project.preset, self.window())
        self.list.chosen.connect(self.choose)
        self.list.destroyed.connect(partial(setattr, self, "list", None))
        self.list.show_purposes(self._purposes)
        self.list.open_below(self.save.mapToGlobal(QPoint(self.save.width(), self.save.height() + 2)))
        places = {self.shelf.place(name): name for name in self.list.names()}
        self._submit("purposes", Describe(tuple(places)), partial(self._described, places))

    def _described(self, names: Mapping[str, str], response: Response) -> None:
        self._purposes = {names[place]: purpose for place, purpose in (response.value or {}).items()}
        if self.list is not None:
            self.list.show_purposes(self._purposes)

    def open_menu(self) -> None:
        """Open the menu of what can be done with presets."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))

    def menu(self) -> QMenu:
        """What can be done with the preset that is shown, and with files."""
        menu = QMenu(self)
        now = self._store.project.preset
        menu.addAction(tr("Save as …"), self.ask_name)
        if now in self.shelf.own():
            if self.is_changed:
                menu.addAction(tr("Back to “{name}” as it was saved", name=now), partial(self.choose, now))
            menu.addAction(tr("Rename “{name}” …", name=now), self.ask_new_name)
            menu.addAction(tr("Move “{name}” to the trash", name=now), self.delete)
        menu.addSeparator()
        menu.addAction(tr("Open a preset's file …"), self.ask_file)
        menu.addAction(tr("Write the preset to a file …"), self.ask_target)
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape in the name field leaves it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._leave()
            return True
        return False

    def _say(self, error: PresetError) -> None:
        self.error.say(sentence(str(error)))

    def _leave(self) -> None:
        self._renamed = ""
        self._ask_to_replace("")
        self.rows.setCurrentIndex(0)
        self.button.setFocus()
        self._show()

    def _changed(self, new: Project, old: Project) -> None:
        if new.preset != old.preset:
            self._as_loaded.setdefault(new.preset, new.chain)
        if new.preset != old.preset or new.chain is not old.chain or new.letter != old.letter:
            self._show()

    def _show(self) -> None:
        name = self._store.project.preset or tr("No preset")
        text = tr("{name} (edited)", name=name) if self.is_changed else name
        self.button.setText(text.replace("&", "&&"))
        self.button.setAccessibleDescription(text)
        letter = self._store.project.letter
        self.save.setToolTip(tr("Save chain {letter} as a preset of your own", letter=letter))


def _row(wide: QWidget, *narrow: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    line.addWidget(wide, 1)
    for widget in narrow:
        line.addWidget(widget)
    return row
