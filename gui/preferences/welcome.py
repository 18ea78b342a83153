"""The card of the first start: where the sound comes out, and how the window looks. It is in nobody's way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.playback.messages import Snapshot

from ..widgets.combo import QuietCombo
from ..widgets.labels import label
from ..words import tr
from .dialog import OPTIONS
from .preferences import Preferences

WIDTH = 440
DEVICE_WIDTH = 170
MARGIN = 24


class Welcome(QFrame):
    """Lies over a view, in its lower right corner; Escape or its button closes it, for good."""

    device_chosen = Signal(str)
    test_asked = Signal()
    closed = Signal()

    def __init__(self, preferences: Preferences, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._preferences = preferences
        self.setProperty("role", "floating")
        self.setAccessibleName(tr("Welcome"))
        self.setWhatsThis(tr("What there is to choose at the first start; Escape closes this card"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(WIDTH)
        self.devices = QuietCombo(tr("Output device"))
        self.devices.setMinimumWidth(DEVICE_WIDTH)
        self.devices.setToolTip(tr("Where the sound comes out"))
        self.devices.addItem(tr("The system's default"), "")
        self.devices.activated.connect(lambda row: self.device_chosen.emit(self.devices.itemData(row)))
        self.test = QPushButton(tr("Play a test"))
        self.test.setToolTip(tr("Play or pause what is open (Space)"))
        self.test.clicked.connect(self.test_asked)
        self.themes = QuietCombo(tr("Theme"))
        self.themes.setToolTip(tr("Colours of the window"))
        for option, words in OPTIONS["theme"].items():
            self.themes.addItem(tr(words), option)
        self.themes.setCurrentIndex(self.themes.findData(preferences.values.theme))
        self.themes.activated.connect(lambda row: preferences.set("theme", self.themes.itemData(row)))
        self._lay_out()
        over.installEventFilter(self)
        self._place()

    def _lay_out(self) -> None:
        done = QPushButton(tr("Start"))
        done.setProperty("role", "primary")
        done.setToolTip(tr("Close this card (Escape)"))
        done.clicked.connect(self.leave)
        words = label(
            tr("A recording and a preset are open. Space plays, N draws anew, and A compares with the original."), "dim"
        )
        words.setWordWrap(True)
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (title, control) in enumerate(((tr("Output device"), self.devices), (tr("Theme"), self.themes))):
            grid.addWidget(label(title), row, 0)
            grid.addWidget(control, row, 1)
        grid.addWidget(self.test, 0, 2)
        foot = QHBoxLayout()
        foot.addWidget(label(tr("Both can be changed later."), "note"), 1)
        foot.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(tr("Welcome"), "strong"))
        column.addWidget(words)
        column.addLayout(grid)
        column.addLayout(foot)

    def show_snapshot(self, now: Snapshot) -> None:
        """List the devices that there are."""
        if list(now.devices) != [self.devices.itemData(row) for row in range(1, self.devices.count())]:
            chosen = self.devices.currentData()
            while self.devices.count() > 1:
                self.devices.removeItem(1)
            for name in now.devices:
                self.devices.addItem(name, name)
            self.devices.setCurrentIndex(max(self.devices.findData(chosen), 0))

    def leave(self) -> None:
        """Close the card."""
        self.hide()
        self.deleteLater()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it, wherever in it the focus is."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.adjustSize()
        room = self._over.rect().adjusted(0, 0, -MARGIN, -MARGIN)
        self.move(room.right() - self.width(), room.bottom() - self.height())
