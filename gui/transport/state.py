"""How the device copes: load, gaps, and how late the sound is; or that there is none, and a way to look again."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedLayout, QWidget

from engine.playback.messages import Snapshot

from ..icons import icon
from ..theme import set_role
from ..widgets.labels import SpareLabel, label
from ..words import sentence, tr, trn

EVERY_S = 0.25
"""Figures are read, and not watched as they run."""
STEADY_MS, STEADY_LOAD = 6, 0.01
"""What has changed by less is shown as it was."""
HIGH, TOO_HIGH = 0.6, 0.8
GAP_PX = 10


class DeviceState(QWidget):
    """Figures in one quiet line, or the one button that helps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._read_at = float("-inf")
        self._device = ""
        self._values = {"load": 0.0, "out": 0.0, "ahead": 0.0}
        self._underruns = self._forgiven = 0
        self.load, self.out, self.ahead = label("", "small"), label("", "small"), label("", "small")
        self.resampled = SpareLabel("", "small")
        self.resampled.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.underruns = QPushButton()
        self.underruns.setProperty("role", "figure")
        self.underruns.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.underruns.clicked.connect(self.reset)
        self.rescan = QPushButton(icon("speaker-slash", "clip"), " " + tr("No sound device"))
        self.rescan.setProperty("role", "figure")
        self.rescan.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.rescan.setToolTip(tr("Look for sound devices again"))
        self._pages = QStackedLayout(self)
        for page in (self._figures(), self.rescan):
            self._pages.addWidget(page)
        self._explain()
        self._keep_room()

    def _figures(self) -> QWidget:
        figures = QWidget()
        line = QHBoxLayout(figures)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP_PX)
        for words in (self.load, self.underruns, self.out, self.ahead):
            line.addWidget(words)
        line.addWidget(self.resampled, 1)
        return figures

    def _explain(self) -> None:
        self.load.setToolTip(tr("Load: the share of the time that the engine needs to make the sound."))
        self.out.setToolTip(
            tr("Output latency: how long the device holds the sound before you hear it.")
        )  # what is rendered ahead comes on top, but is taken back when something is turned
        self.ahead.setToolTip(
            tr("Render-ahead: how much sound lies ready, so that a busy moment of the machine is not heard.")
        )
        self.underruns.setToolTip(
            tr("Underruns: gaps in the sound while something played, since you last clicked here to count them anew.")
        )
        self.underruns.setAccessibleName(tr("Underruns: count anew"))

    def _keep_room(self) -> None:
        """Give each figure the room of the longest, so that nothing moves as they change."""
        longest = ((self.load, self._load_words(1.88)), (self.out, self._out_words(888)))
        for words, text in (*longest, (self.ahead, self._ahead_words(888)), (self.underruns, self._gaps_words(888))):
            words.setText(text)
            words.ensurePolished()
            words.setMinimumWidth(words.sizeHint().width())
            words.setText("")

    def show_snapshot(self, now: Snapshot) -> None:
        """Show how it goes."""
        without = not now.device and bool(now.error)
        self._pages.setCurrentIndex(int(without))
        if without:
            self.rescan.setToolTip(tr("Look for sound devices again. {error}", error=sentence(now.error)))
        self._count(now)
        if not now.device:
            self._device = ""
            for words in (self.load, self.out, self.ahead, self.underruns):
                words.setText("")
        elif now.device != self._device or self._clock() - self._read_at >= EVERY_S:
            self._read_at, fresh = self._clock(), now.device != self._device
            self._device = now.device
            self._show(now, fresh=fresh)

    def reset(self) -> None:
        """Count underruns anew."""
        self._forgiven = self._underruns
        if self._device:
            self._show_gaps()

    def _count(self, now: Snapshot) -> None:
        """Keep what was forgiven, unless another audio process has begun to count."""
        if now.underruns < self._underruns:
            self._forgiven = 0
        self._underruns = now.underruns

    def _show(self, now: Snapshot, *, fresh: bool) -> None:
        steady = {"load": STEADY_LOAD, "out": STEADY_MS, "ahead": STEADY_MS}
        values = {"load": now.load, "out": now.device_ms, "ahead": now.ahead_ms}
        for name, value in values.items():
            if fresh or abs(value - self._values[name]) > steady[name]:
                self._values[name] = value
        load = self._values["load"]
        set_role(self.load, "error" if load > TOO_HIGH else "warm" if load > HIGH else "small")
        self._write(self.load, self._load_words(load))
        self._write(self.out, self._out_words(round(self._values["out"])))
        self._write(self.ahead, self._ahead_words(round(self._values["ahead"])))
        self._show_gaps()
        self._show_rates(now)

    def _show_rates(self, now: Snapshot) -> None:
        rates = {"sound": f"{now.sound_rate / 1000:g}", "device": f"{now.sample_rate / 1000:g}"}
        other = bool(now.sound_rate) and now.sound_rate != now.sample_rate
        words = tr("{sound} → {device} kHz", **rates) if other else ""
        if words != self.resampled.text():
            self.resampled.setText(words)
            self.resampled.set_hint(
                tr("{sound} kHz file, resampled to {device} kHz for the device, which does not take it", **rates)
                if other
                else ""
            )

    def _show_gaps(self) -> None:
        self._write(self.underruns, self._gaps_words(self._underruns - self._forgiven))

    @staticmethod
    def _load_words(load: float) -> str:
        return tr("load {load} %", load=min(round(100 * load), 199))

    @staticmethod
    def _out_words(milliseconds: int) -> str:
        return tr("latency {latency} ms", latency=milliseconds)

    @staticmethod
    def _ahead_words(milliseconds: int) -> str:
        return tr("ahead {time} ms", time=milliseconds)

    @staticmethod
    def _gaps_words(count: int) -> str:
        return trn("{count} gap", "{count} gaps", count)

    @staticmethod
    def _write(where: QLabel | QPushButton, words: str) -> None:
        if where.text() != words:
            where.setText(words)
