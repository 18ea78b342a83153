"""The page about a transform or group: what it does, with a picture, its parameters and what it follows."""

from __future__ import annotations

import re

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.analysis.effect import EffectRequest
from engine.catalogue import further, kind_of, typical
from engine.chain import Group, OneOf, SomeOf
from engine.jobs import Response, Submit
from engine.params import Choice, Number, Param, Switch
from engine.transform import Transform

from ..rows.row import spoken
from ..widgets.labels import label
from ..widgets.scale import MINUS, shown, worded
from ..words import sentence, tr
from . import tree
from .catalogue_words import GROUP_ENTRIES, HEARD
from .effect_view import COLUMNS, ROWS, EffectView

WIDTH, HEIGHT = 480, 600
_PARAM = re.compile(r"`([^`]*)`")
Subject = type[Transform] | OneOf | SomeOf


class HelpPage(QFrame):
    """A popup that closes with Escape or a click beside it."""

    def __init__(self, subject: Subject, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.picture: EffectView | None = None
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(8)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(tr("Help"))
        self.area.setToolTip(tr("The arrow keys scroll; Escape closes"))
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setWidget(self._inside)
        self.area.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self.away = QPushButton(tr("Close"))
        self.away.setToolTip(tr("Close this page (Escape)"))
        self.away.clicked.connect(self.close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        outer.addWidget(self.area, 1)
        outer.addWidget(self.away, 0, Qt.AlignmentFlag.AlignRight)
        if isinstance(subject, Group):
            self._write_group(subject)
        else:
            self._write_transform(subject, submit)
        self._column.addStretch(1)
        self.resize(WIDTH, HEIGHT)

    def words(self) -> str:
        """All that the page says."""
        return "\n".join(found.text() for found in self._inside.findChildren(QLabel))

    def open_at(self, corner: QPoint) -> None:
        """Show with the upper right corner here, or as near as the screen allows."""
        room = self.screen().availableGeometry().adjusted(8, 8, -8, -8)
        place = QRect(QPoint(corner.x() - WIDTH, corner.y()), self.size().boundedTo(room.size()))
        place.moveLeft(max(min(place.left(), room.right() - place.width()), room.left()))
        place.moveTop(max(min(place.top(), room.bottom() - place.height()), room.top()))
        self.setGeometry(place)
        self.show()
        self.area.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape and F1 close."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F1):
            self.close()
        else:
            super().keyPressEvent(event)

    def _write_group(self, group: Group) -> None:
        name = tree.group_name(group)
        self._title(tr(name), tr("groups"))
        self._say(tr(dict(GROUP_ENTRIES)[name]))
        self._say(
            tr("A locked member goes before the others. Drawing a group again draws its pick again, nothing else.")
        )

    def _write_transform(self, kind: type[Transform], submit: Submit) -> None:
        self._title(kind.__name__, tr(kind.category.replace("_", " and ")))
        self._say(tr(kind.summary()))
        self._picture(kind, submit)
        for paragraph in further(kind):
            self._say(_PARAM.sub(lambda found: _spoken_of(kind, found[1]), tr(paragraph)))
        self._say(tr(HEARD[kind_of(kind)]), "dim")
        for param in kind.params().values():
            self._column.addWidget(_about(param))
        if kind.also_called:
            self._say(tr("Elsewhere called {names}.", names=", ".join(kind.also_called)), "dim")
        if kind.reference:
            self._say(tr("After {source}.", source=kind.reference), "dim")

    def _picture(self, kind: type[Transform], submit: Submit) -> None:
        if kind.bank_param() is not None:
            self._say(tr("It plays recordings of your own, so there is no picture of it here."), "dim")
            return
        self.picture = picture = EffectView()
        caption = self._say_under(picture)

        def made(response: Response) -> None:
            if self.picture is not picture:
                return
            if response.value is None:
                picture.fail(sentence(response.error or ""))
                return
            picture.show_effect(response.value)
            params = kind.params()
            values = (f"{spoken(params[name])} {shown(params[name], value)}" for name, value in response.value.values)
            caption.setText(", ".join(values))

        self.destroyed.connect(lambda: setattr(self, "picture", None))
        submit("help picture", EffectRequest(kind.__name__, COLUMNS, ROWS), made)

    def _title(self, name: str, family: str) -> None:
        title = label(name, "title")
        self.setAccessibleName(tr("About {name}", name=name))
        self._column.addWidget(title)
        self._column.addWidget(label(family.upper(), "heading"))

    def _say(self, words: str, role: str = "") -> QLabel:
        said = label(words, role)
        said.setWordWrap(True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(said)
        return said

    def _say_under(self, picture: QWidget) -> QLabel:
        self._column.addWidget(picture)
        return self._say(tr("The demo clip, before and behind it"), "small")


def _about(param: Param) -> QWidget:
    """A parameter: its name and default, what it does, what it takes."""
    block = QWidget()
    grid = QGridLayout(block)
    grid.setContentsMargins(0, 4, 0, 0)
    grid.setVerticalSpacing(0)
    grid.setColumnStretch(1, 1)
    grid.addWidget(label(spoken(param), "strong"), 0, 0)
    takes = label(_takes(param), "small")
    takes.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    grid.addWidget(takes, 0, 1)
    said = label(tr(param.help), "dim")
    said.setWordWrap(True)
    grid.addWidget(said, 1, 0, 1, 2)
    if isinstance(param, Number):
        usual = tr(
            "typical {range}, at first {default}", range=_signed(typical(param)), default=shown(param, param.default)
        )
        grid.addWidget(label(usual, "small"), 2, 0, 1, 2)
    return block


def _spoken_of(kind: type[Transform], words: str) -> str:
    """A parameter as the card calls it; anything else that stands between the same marks as it is."""
    return f"“{spoken(kind.params()[words])}”" if words in kind.params() else words


def _takes(param: Param) -> str:
    """What a parameter takes, in the user's language."""
    if isinstance(param, Number):
        ends = _signed(f"{param.words(param.low)} … {param.words(param.high)}")
        return tr("{range}, log scale", range=ends) if param.scale == "log" else ends
    if isinstance(param, Choice):
        return ", ".join(worded(option) for option in param.options)
    return tr("on or off") if isinstance(param, Switch) else tr("the name of a bank")


def _signed(words: str) -> str:
    return words.replace("-", MINUS).replace(" :", ":")


def open_help(beside: QWidget, subject: Subject, submit: Submit) -> HelpPage:
    """Open the page about a transform or group by a widget."""
    page = HelpPage(subject, submit, beside.window())
    page.open_at(beside.mapToGlobal(QPoint(-8, 0)))
    return page
