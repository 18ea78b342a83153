"""How the device copes: latency, load and underruns; or that there is none, and a way to look again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from engine.playback.messages import Snapshot

from ..icons import icon
from ..widgets.labels import label
from ..words import sentence, tr, trn


class DeviceState(QWidget):
    """Two quiet lines, or the one button that helps."""

    def __init__(self) -> None:
        super().__init__()
        self._cost, self._underruns = label("", "small"), label("", "small")
        self.rescan = QPushButton(icon("speaker-slash", "clip"), " " + tr("No sound device"))
        self.rescan.setProperty("role", "quiet")
        self.rescan.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.rescan.setToolTip(tr("Look for sound devices again"))
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._cost)
        column.addWidget(self._underruns)
        self._pages = QStackedLayout(self)
        for page in (lines, self.rescan):
            self._pages.addWidget(page)
        self._write(self._cost, tr("{latency} ms · load {load} %", latency=388, load=88), "")
        self._cost.ensurePolished()
        self._cost.setMinimumWidth(self._cost.sizeHint().width())
        self._write(self._cost, "", "")

    def show_snapshot(self, now: Snapshot) -> None:
        """Show how it goes."""
        without = not now.device and bool(now.error)
        self._pages.setCurrentIndex(int(without))
        if without:
            self.rescan.setToolTip(tr("Look for sound devices again. {error}", error=sentence(now.error)))
        elif not now.device:
            self._write(self._cost, "", "")
            self._write(self._underruns, "", "")
        else:
            self._show_cost(now)

    def _show_cost(self, now: Snapshot) -> None:
        latency, device = round(now.latency_ms), round(now.device_ms)
        words = tr("{latency} ms · load {load} %", latency=latency, load=round(100 * now.load))
        hint = tr(
            "Latency from the engine to your ear: {ahead} ms rendered ahead and {device} ms in the device. "
            "Load: the share of the time that the engine needs.",
            ahead=latency - device, device=device,
        )  # fmt: skip
        self._write(self._cost, words, hint)
        hint = tr("Gaps in the sound so far while something played")
        self._write(self._underruns, trn("{count} underrun", "{count} underruns", now.underruns), hint)

    @staticmethod
    def _write(where: QLabel, words: str, hint: str) -> None:
        if where.text() != words:
            where.setText(words)
            where.setToolTip(hint)
