"""The transport bar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.playback.messages import Snapshot

from ..actions import Command
from ..audition import Audition
from ..icons import icon
from ..memory import Memory
from ..numbers import time_words
from ..widgets.labels import label
from ..words import tr
from .buttons import say, sign_button
from .commands import commands
from .device import DevicePicker
from .heard import Heard
from .levels import Levels
from .momentary import Momentary
from .rows import CONTROLS_PX, row, two_rows
from .state import DeviceState
from .volume import VolumeControl

KEY_PX, PLAY_PX = 36, 56
BETWEEN_PX = 14


class TransportBar(QWidget):
    """Play, place, original or take, level, microphone, volume, device, and under it how the device copes."""

    def __init__(self, audition: Audition, memory: Memory) -> None:
        super().__init__()
        self.setObjectName("transportBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self.audition = audition
        self.selection: tuple[float, float] | None = None
        self.momentary = Momentary(audition, Qt.Key.Key_A, audition.toggle_heard, self)
        self.momentary_chain = Momentary(audition, Qt.Key.Key_B, audition.toggle_chain, self)
        self.heard = Heard(audition, memory)
        self.levels, self.volume = Levels(), VolumeControl(audition, memory)
        self.devices, self.state = DevicePicker(audition, memory), DeviceState()
        self._start = sign_button("skip-back-fill", tr("To the start"), "Home")
        self._play = sign_button("play-fill", tr("Play"), "Space", "primary")
        self._stop = sign_button("stop-fill", tr("Stop and go back to the start"), "Shift+P")
        self._loop = sign_button("repeat", tr("Loop the selection, or the whole clip"), "L", "toggle")
        self.microphone = sign_button("microphone", tr("Microphone, live through the chain"), "Ctrl+M", "toggle")
        self.microphone.setCheckable(True)
        self._time, self._length = label(time_words(0.0), "time"), label("", "small")
        self._duration_s = 0.0
        self._set_up()
        self._lay_out()
        self.set_take_name(1)
        self.set_length(0.0)
        audition.ticked.connect(self.show_snapshot)

    def _set_up(self) -> None:
        for button in (self._start, self._play, self._stop, self._loop):
            button.setFixedHeight(KEY_PX)
        self._loop.setCheckable(True)
        self._start.clicked.connect(lambda: self.audition.seek(0.0))
        self._play.clicked.connect(self.audition.toggle_play)
        self._play.setMinimumWidth(PLAY_PX)
        self._stop.clicked.connect(self.audition.stop)
        self._loop.clicked.connect(self.toggle_loop)
        self.state.rescan.clicked.connect(self.devices.rescan)
        self._time.setAccessibleName(tr("Playhead"))

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(BETWEEN_PX)
        layout.addLayout(row(self._start, self._play, self._stop, self._loop))
        layout.addLayout(two_rows(row(self._time), row(self._length)))
        layout.addWidget(self.heard)
        layout.addWidget(self.levels, 1)
        for control in (self.microphone, self.devices):
            control.setFixedHeight(CONTROLS_PX)
        device = row(self.microphone, self.volume)
        device.addWidget(self.devices, 1)
        layout.addLayout(two_rows(device, row(self.state)), 1)

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return commands(self)

    def set_selection(self, region: tuple[float, float] | None) -> None:
        """Know what is selected in the views, in the source's seconds."""
        self.selection = region if region is not None and region[1] > region[0] else None

    def play_selection(self) -> None:
        """Play what is selected, once; nothing where nothing is."""
        if self.selection is not None:
            self.audition.play_once(*self.selection)

    def toggle_loop(self) -> None:
        """Go round what is selected, or else the region there is or the whole clip; or no longer."""
        if self.selection is not None and not self.audition.looping:
            self.audition.set_loop(*self.selection)
        else:
            self.audition.set_looping(not self.audition.looping)

    def to_end(self) -> None:
        """Put the playhead at the end."""
        self.audition.seek(self._duration_s)

    def set_take_name(self, variant: int) -> None:
        """Say which take is compared with the original."""
        self.heard.set_variant(variant)

    def set_length(self, duration_s: float) -> None:
        """Say how long the recording is."""
        self._duration_s = duration_s
        self._time.setMinimumWidth(self._time.fontMetrics().horizontalAdvance(time_words(duration_s)))
        self._length.setText(tr("/ {length}", length=time_words(duration_s)))

    def show_snapshot(self, now: Snapshot) -> None:
        """Show where the sound is and how it goes."""
        self._time.setText(time_words(max(now.position_s, 0.0)))
        self._show_playing(now.playing or now.waits or self.audition.awaits_sound)
        self.heard.show_now()
        self._loop.setChecked(self.audition.looping)
        self.levels.show_snapshot(now)
        self.devices.show_snapshot(now)
        self.state.show_snapshot(now)

    def showEvent(self, event: QShowEvent) -> None:  # Qt's name
        """Watch the keys of the window that this has come into."""
        for key in (self.momentary, self.momentary_chain):
            key.watch(self.window())
        super().showEvent(event)

    def _show_playing(self, playing: bool) -> None:
        if self._play.property("playing") != playing:
            self._play.setProperty("playing", playing)
            self._play.setIcon(icon("pause-fill" if playing else "play-fill", "on_take"))
            say(self._play, tr("Pause") if playing else tr("Play"), "Space")
