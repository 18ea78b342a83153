"""The microphone's panel, above the transport: there while the microphone is wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.jobs import Submit
from engine.playback.messages import Snapshot
from engine.playback.microphone.messages import Delays, Input

from ..actions import Command
from ..audition import Audition
from ..icons import icon
from ..memory import Memory
from ..numbers import time_words
from ..store import Store
from ..theme import set_role
from ..widgets.buttons import IconButton
from ..widgets.combo import QuietCombo
from ..widgets.labels import ElidedLabel, label
from ..words import mark, tr
from .commands import commands
from .feed import DEVICE, LATENCY, PICKED, WHAT, Feed
from .meter import InputMeter
from .status import delay_words, skipped_lines, standing

PICKED_WORDS = {
    "stereo": mark("1 and 2, stereo"), "mono": mark("1 and 2, mono"), "1": mark("Channel 1"), "2": mark("Channel 2"),
}  # fmt: skip
LATENCY_WORDS = {"low": mark("Low latency"), "balanced": mark("Medium latency"), "safe": mark("High latency")}
WHAT_WORDS = {"in": mark("What comes in"), "out": mark("After the chain")}
LETTERS = 12
BUTTON_PX = 112


class MicrophonePanel(QWidget):
    """Everything about the microphone; `shown` says whether it is there."""

    shown = Signal(bool)

    def __init__(
        self, store: Store, audition: Audition, submit: Submit, memory: Memory, folder: Callable[[], str]
    ) -> None:  # fmt: skip
        super().__init__()
        self.setObjectName("microphonePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self.feed = Feed(store, audition, submit, memory, folder)
        self._inputs: tuple[Input, ...] | None = None
        self.device = QuietCombo(tr("Microphone"))
        self.device.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.device.setMinimumContentsLength(LETTERS)
        self.picked = self._combo(tr("Channels of the microphone"), PICKED, PICKED_WORDS, self.feed.picked)
        self.latency = self._combo(
            tr("Latency: the lower, the sooner you hear yourself, and the likelier are gaps"), LATENCY, LATENCY_WORDS,
            self.feed.latency,
        )  # fmt: skip
        self.what = self._combo(
            tr("What is recorded: the microphone itself, or what the chain makes of it, muted or not"), WHAT,
            WHAT_WORDS, self.feed.what,
        )  # fmt: skip
        self.meter = InputMeter()
        self.mute, self.record = _button(), _button()
        self.time = label("", "dim")
        self.close_button = IconButton("x", tr("Close the microphone (Ctrl+M)"))
        self.status, self.skipped, self.delay = ElidedLabel("", "small"), ElidedLabel("", "small"), label("", "small")
        self._fill(())
        self._connect()
        self._lay_out()
        self._said: tuple[object, ...] = ()
        self.hide()
        audition.ticked.connect(self.show_snapshot)

    def _combo(self, name: str, remembered: str, words: dict[str, str], now: str) -> QuietCombo:
        combo = QuietCombo(name)
        combo.setToolTip(name)
        for value, said in words.items():
            combo.addItem(tr(said), value)
        combo.setCurrentIndex(list(words).index(now))
        combo.activated.connect(lambda row: self.feed.choose(remembered, combo.itemData(row)))
        return combo

    def _connect(self) -> None:
        self.device.activated.connect(lambda row: self.feed.choose(DEVICE, self.device.itemData(row)))
        self.mute.clicked.connect(self.feed.toggle_muted)
        self.record.clicked.connect(self.feed.toggle_recording)
        self.close_button.clicked.connect(self.toggle)

    def _lay_out(self) -> None:
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.setSpacing(6)
        lower.setSpacing(16)
        upper.addWidget(label(tr("MICROPHONE"), "heading"))
        upper.addSpacing(6)
        upper.addWidget(self.device)
        upper.addWidget(self.picked)
        upper.addWidget(self.meter, 1)
        upper.addSpacing(4)
        upper.addWidget(self.mute)
        upper.addWidget(self.latency)
        upper.addSpacing(8)
        for widget in (self.record, self.what, self.time, self.close_button):
            upper.addWidget(widget)
        for words, share in ((self.status, 2), (self.skipped, 3)):
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            lower.addWidget(words, share)
        self.skipped.setAlignment(Qt.AlignmentFlag.AlignRight)
        lower.addWidget(self.delay)
        self.time.setMinimumWidth(self.time.fontMetrics().horizontalAdvance(time_words(600.0, 1)))
        longest, _ = delay_words(Delays(output_ms=444, steps_ms=444))
        self.delay.setMinimumWidth(self.delay.fontMetrics().horizontalAdvance(longest))
        self.delay.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 6)
        column.setSpacing(4)
        column.addLayout(upper)
        column.addLayout(lower)

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return commands(self)

    def toggle(self) -> None:
        """Open the microphone, muted, with its panel; or close both."""
        opened = self.isHidden()
        if opened:
            self.feed.open()
        else:
            self.feed.close()
        self.setVisible(opened)
        self.shown.emit(opened)
        if opened:
            self.mute.setFocus()

    def show_snapshot(self, now: Snapshot) -> None:
        """Show how it stands; the feed follows also while the panel is hidden."""
        self.feed.show_snapshot(now)
        if self.isHidden():
            return
        state = now.microphone
        if state.inputs and state.inputs != self._inputs:
            self._fill(state.inputs)
        self.meter.show_levels(state.peak_db, state.overs)
        self.time.setText(time_words(state.recording.seconds, 1) if state.recording.running else "")
        said = (
            state.device, state.muted, state.howled, state.error, state.recording.running, self.feed.wanted,
            state.delays, state.skipped, state.dropouts, state.drift,
        )  # fmt: skip
        if said != self._said:
            self._said = said
            self._say()

    def _say(self) -> None:
        state, feed = self.feed.state, self.feed
        words, wrong = standing(state, wanted=feed.wanted)
        set_role(self.status, "error" if wrong else "small")
        self.status.setText(words)
        self.status.set_hint(words)
        live = bool(state.device) and not state.muted
        what = tr("Mute") if live else tr("Unmute") if state.device or feed.wanted else tr("Turn on")
        _dress(self.mute, what, "microphone-fill" if live else "microphone-slash", "primary" if live else "")
        self.mute.setToolTip(tr("Hear the microphone, or no longer (Ctrl+Shift+M)"))
        running = state.recording.running
        _dress(self.record, tr("Stop") if running else tr("Record"), "stop-fill" if running else "record-fill", "")
        self.record.setToolTip(tr("Record to a lossless file, or end the recording (Ctrl+R)"))
        self.record.setEnabled(bool(state.device) or running)
        short, parts = delay_words(state.delays) if state.device else ("", "")
        self.delay.setText(short)
        self.delay.setToolTip(parts)
        lines = skipped_lines(state, feed.recipe)
        self.skipped.setText(tr("Not live: {steps}", steps="; ".join(lines)) if lines else "")
        self.skipped.setVisible(live)  # else the sentence needs the room
        self.skipped.set_hint("\n".join(lines))

    def _fill(self, inputs: tuple[Input, ...]) -> None:
        self._inputs = inputs
        with QSignalBlocker(self.device):
            self.device.clear()
            self.device.addItem(tr("(auto)"), "")
            for one in inputs:
                self.device.addItem(one.name, one.name)
            names = [one.name for one in inputs]
            self.device.setCurrentIndex(names.index(self.feed.device) + 1 if self.feed.device in names else 0)
        self.device.setToolTip(tr("Which microphone; (auto) is the system's"))
        self.device.view().setMinimumWidth(self.device.view().sizeHintForColumn(0) + 24)


def _button() -> QPushButton:
    button = QPushButton()
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setMinimumWidth(BUTTON_PX)
    return button


def _dress(button: QPushButton, what: str, sign: str, role: str) -> None:
    colour = "on_take" if role == "primary" else "clip" if sign in ("record-fill", "microphone-slash") else "text"
    button.setText(what)
    button.setAccessibleName(what)
    button.setIcon(icon(sign, colour))
    set_role(button, role)
