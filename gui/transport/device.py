"""Which device is played through: chosen here, remembered, and looked for again on request."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from engine.playback.messages import Snapshot, UseDevice

from ..audition import Audition
from ..memory import Memory
from ..widgets.combo import QuietCombo
from ..words import tr

REMEMBERED = "transport/device"
LETTERS = 7


class DevicePicker(QuietCombo):
    """The system's own choice first, then every device, then a way to look again.

    A remembered device that is not there is kept in mind and not shown: the player falls back and says so.
    """

    def __init__(self, audition: Audition, memory: Memory) -> None:
        super().__init__(tr("Output device"))
        self._audition, self._memory = audition, memory
        self._wished: str = memory.get(REMEMBERED, "")
        self._names: tuple[str, ...] = ()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(LETTERS)
        self.activated.connect(self._chosen)
        self._fill()
        if self._wished:
            audition.send(UseDevice(self._wished))

    def show_snapshot(self, now: Snapshot) -> None:
        """Show the devices that there are."""
        if now.devices != self._names:
            self._names = now.devices
            self._fill()
        heard = tr("now {device}", device=now.device) if now.device else tr("now none")
        hint = tr("Output device, {now}; (auto) is the system's (Shift+O)", now=heard)
        if hint != self.toolTip():
            self.setToolTip(hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Arrows and Return open the list: a device is chosen in it, not opened for every step past it."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # Qt's name
        """Leave the wheel alone for the same reason."""
        event.ignore()

    def rescan(self) -> None:
        """Look for devices again."""
        self._audition.rescan()

    def _fill(self) -> None:
        with QSignalBlocker(self):
            self.clear()
            self.addItem(tr("(auto)"), "")
            for name in self._names:
                self.addItem(name, name)
            self.insertSeparator(self.count())
            self.addItem(tr("Rescan"))
            self._show_wished()
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)

    def _show_wished(self) -> None:
        self.setCurrentIndex(self._names.index(self._wished) + 1 if self._wished in self._names else 0)

    def _chosen(self, row: int) -> None:
        if row == self.count() - 1:
            self._show_wished()
            self.rescan()
            return
        self.choose(self.itemData(row))

    def choose(self, name: str) -> None:
        """Play through the device of that name from now on; without one, through the system's own choice."""
        self._wished = name
        self._show_wished()
        self._memory.put(REMEMBERED, name)
        self._audition.send(UseDevice(name or None))
