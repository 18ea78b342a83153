"""Which device is played through: chosen here, remembered, and looked for again on request."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox

from engine.playback.messages import Snapshot, UseDevice

from ..audition import Audition
from ..icons import icon
from ..memory import Memory
from ..widgets.combo import QuietCombo
from ..words import tr

REMEMBERED = "transport/device"
LETTERS = 7
ICON_GAP = 4


class DevicePicker(QuietCombo):
    """The system's own choice first, then every device, then a way to look again.

    A chosen device that is away stays chosen, and is shown as away: the player goes back to it by itself.
    """

    def __init__(self, audition: Audition, memory: Memory) -> None:
        super().__init__(tr("Output device"))
        self._audition, self._memory = audition, memory
        self._wished: str = memory.get(REMEMBERED, "")
        self._names: tuple[str, ...] = ()
        self._away = False
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(LETTERS)
        self.activated.connect(self._chosen)
        self._fill()
        if self._wished:
            audition.send(UseDevice(self._wished))

    def show_snapshot(self, now: Snapshot) -> None:
        """Show the devices that there are."""
        away = bool(now.error) and self._wished not in ("", now.device)
        if (now.devices, away) != (self._names, self._away):
            self._names, self._away = now.devices, away
            self._fill()
        heard = tr("now {device}", device=now.device) if now.device else tr("now none")
        hint = tr("Output device, {now}; (auto) is the system's (Shift+O)", now=heard)
        if self._away:
            hint = tr(
                "{device}, {now}; it is gone back to as soon as it can be used (Shift+O)",
                device=self._shown_as(self._wished),
                now=heard,
            )
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

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:  # Qt's name
        """Say that a name goes on where there is no room for it."""
        super().initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        if not option.currentIcon.isNull():
            room -= self.iconSize().width() + ICON_GAP
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)

    def rescan(self) -> None:
        """Look for devices again."""
        self._audition.rescan()

    def _fill(self) -> None:
        with QSignalBlocker(self):
            self.clear()
            self.addItem(tr("(auto)"), "")
            for name in dict.fromkeys((*self._names, *filter(None, (self._wished,)))):
                self.addItem(self._shown_as(name), name)
                if name == self._wished and self._away:
                    self.setItemIcon(self.count() - 1, icon("speaker-slash", "clip"))
            self.insertSeparator(self.count())
            self.addItem(tr("Rescan"))
            self._show_wished()
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)

    def _shown_as(self, name: str) -> str:
        if name != self._wished or not self._away:
            return name
        if name in self._names:
            return tr("{device} (not usable)", device=name)
        return tr("{device} (not connected)", device=name)

    def _show_wished(self) -> None:
        self.setCurrentIndex(max(self.findData(self._wished), 0))

    def _chosen(self, row: int) -> None:
        if row == self.count() - 1:
            self._show_wished()
            self.rescan()
            return
        self.choose(self.itemData(row))

    def choose(self, name: str) -> None:
        """Play through the device of that name from now on; without one, through the system's own choice."""
        self._wished, self._away = name, False
        self._fill()
        self._memory.put(REMEMBERED, name)
        self._audition.send(UseDevice(name or None))
