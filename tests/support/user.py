"""Somebody at the real window: looks at the screen's own pixels and at what is written, works with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.app import Application
from gui.chain.card import NodeCard
from gui.chain.group_card import GroupCard
from gui.chain.step_card import StepCard
from gui.rows.number_row import NumberRow
from tests.support.hands import Hands
from tests.support.window import PATIENCE_MS, complete

FEW_COLOURS = 12
"""A lane without a sound has fewer: its ground and perhaps a line."""


@dataclass
class User:
    """One who sits at a window; what waits for something to be seen is patient."""

    application: Application
    hands: Hands
    qtbot: QtBot

    def waits_until(self, seen: Callable[[], bool]) -> None:
        """Look until it is so."""
        self.qtbot.waitUntil(seen, timeout=PATIENCE_MS)

    def reads(self, words: str, within: QWidget | None = None) -> None:
        """Wait until these words stand somewhere in the window."""
        self.waits_until(lambda: any(words in text for text in self.texts(within)))

    def texts(self, within: QWidget | None = None) -> list[str]:
        """What labels and buttons say that can be seen."""
        found: list[QLabel | QPushButton] = []
        for kind in (QLabel, QPushButton):
            found += (within or self.application.window).findChildren(kind)
        return [widget.text() for widget in found if widget.isVisible()]

    def clicks(self, words: str, within: QWidget | None = None) -> None:
        """Click the button whose words begin so."""
        buttons = (within or self.application.window).findChildren(QPushButton)
        self.hands.click(next(each for each in buttons if each.isVisible() and each.text().startswith(words)))

    def chooses(self, words: str) -> None:
        """Click an entry of the menu that is open."""
        self.waits_until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(each for each in menu.actions() if each.text().replace("&", "").startswith(words))
        self.hands.click(menu, menu.actionGeometry(action).center())

    def opens_menu(self, title: str) -> None:
        """Click a menu of the menu bar."""
        bar = self.application.window.menuBar()
        action = next(each for each in bar.actions() if each.text() == title)
        self.hands.click(bar, bar.actionGeometry(action).center())

    def in_menu(self, title: str, entry: str) -> tuple[str, bool]:
        """Open a menu, read the entry that begins so and whether it can be chosen, and close it."""
        self.opens_menu(title)
        self.waits_until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        read = next((each.text(), each.isEnabled()) for each in menu.actions() if each.text().startswith(entry))
        self.hands.key("Escape")
        self.waits_until(lambda: QApplication.activePopupWidget() is None)
        return read

    def when_asked(self, answer: Callable[[QDialog], object]) -> None:
        """Answer the next dialog: it holds up whoever opened it, so the answer comes from within."""
        timer = QTimer(self.application, interval=50)

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, QDialog) and dialog.isVisible():
                timer.stop()
                timer.deleteLater()
                self.hands.focus(int(dialog.winId()))
                answer(dialog)

        timer.timeout.connect(look)
        timer.start()

    def sees_take(self, number: int) -> None:
        """Wait until the take is rendered, named and drawn."""
        self.waits_until(lambda: (view := complete(self.application)) is not None and view.recipe.variant == number)
        self.reads(f"take {number}", self.application.window.transport)
        self.sees_pictures()

    def sees_pictures(self) -> None:
        """Wait until waveform and spectrogram of both sounds are on the screen."""
        self.waits_until(lambda: self.application.window.views.is_drawn)
        for side in ("original", "take"):
            for kind in ("wave", "spectrum"):
                self.waits_until(lambda side=side, kind=kind: colours(self.picture(kind, side)) > FEW_COLOURS)

    def picture(self, kind: str, side: str) -> NDArray[np.uint8]:
        """What the screen shows of a sound: its `wave` or its `spectrum`."""
        canvas = self.application.window.views._canvas
        return self.looks_at(canvas, canvas.lanes[kind, side].rect.toRect())

    def looks_at(self, widget: QWidget, rect: QRect | None = None) -> NDArray[np.uint8]:
        """The screen's own pixels of a widget or a part of it: (height, width, 4)."""
        part = widget.rect() if rect is None else rect
        corner = widget.mapToGlobal(part.topLeft())
        shot = widget.screen().grabWindow(0, corner.x(), corner.y(), part.width(), part.height())
        image = shot.toImage().convertToFormat(QImage.Format.Format_RGBA8888)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
        return pixels[:, : image.width()].copy()

    def takes_the_mouse_away(self) -> None:
        """Point at nothing: what is said of the place under the pointer goes."""
        self.hands.point(self.application.window.menuBar(), QPoint(700, 10))

    @property
    def cards(self) -> list[NodeCard]:
        """The cards in their order on the screen."""
        return [card for card in self.application.window.chain.cards.all() if card.isVisible()]

    def card(self, name: str) -> StepCard:
        """The step's card of that name."""
        card = next(card for card in self.cards if card.name.text() == name)
        assert isinstance(card, StepCard)
        return card

    def group(self) -> GroupCard:
        """The first group's card."""
        return next(card for card in self.cards if isinstance(card, GroupCard))

    def row(self, name: str, parameter: str) -> NumberRow:
        """A number's line in the card of a step."""
        form = self.card(name).form
        assert form is not None
        row = form.rows[parameter]
        assert isinstance(row, NumberRow)
        return row

    def order(self) -> list[str]:
        """The cards' names from above to below."""
        places = {card.mapTo(card.window(), QPoint(0, 0)).y(): card.name.text() for card in self.cards}
        return [places[y] for y in sorted(places)]

    def enters(self, field: QLineEdit, text: str) -> None:
        """Click into a field, type in place of what is there, press Return."""
        self.hands.click(field)
        self.waits_until(lambda: field.hasFocus())
        self.hands.key("ctrl+a")
        self.hands.type(text)
        self.waits_until(lambda: field.text() == text)
        self.hands.key("Return")

    def adds(self, typed: str, name: str) -> None:
        """Press E, type a part of the name, take what is found with Return."""
        before = len(self.cards)
        self.hands.key("e")
        self.waits_until(lambda: self._catalogue_shows(""))
        self.hands.type(typed)
        self.waits_until(lambda: self._catalogue_shows(name))
        self.hands.key("Return")
        self.waits_until(lambda: len(self.cards) == before + 1)

    def _catalogue_shows(self, name: str) -> bool:
        catalogue = self.application.window.chain.cards.catalogue
        if QApplication.activePopupWidget() is not catalogue or catalogue is None:
            return False
        entry = catalogue.list.current.value if catalogue.list.current else None
        return not name or (entry is not None and entry.name == name)

    def drags_card(self, name: str, before: NodeCard) -> None:
        """Drag a card by its handle to just above another."""
        grip = self.card(name).grip
        end = grip.mapFromGlobal(before.mapToGlobal(QPoint(before.width() // 2, 4)))
        self.hands.drag(grip, grip.rect().center(), end)

    def face(self) -> list[object]:
        """All that the chain, the library and the transport say now."""
        window = self.application.window
        cards = [(card.name.text(), card.tag.text(), card.p.text(), card.power.isChecked()) for card in self.cards]
        rows = [(row.name.text(), row.drawn.text(), row.entry.text()) for row in window.findChildren(NumberRow)
                if row.isVisible()]  # fmt: skip
        return [cards, rows, window.library._head.count.text(), window.transport.heard.readout.text()]


def colours(picture: NDArray[np.uint8]) -> int:
    """How many colours there are in a picture."""
    return len(np.unique(picture.reshape(-1, 4), axis=0))
