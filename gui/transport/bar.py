"""The transport bar."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from engine.playback.messages import Rescan, Side, Snapshot, UseDevice, Volume

from .. import theme
from ..audition import Audition
from ..widgets.combo import QuietCombo
from .glyphs import glyph
from .meter import Meter

AUTO = "(auto)"
RESCAN = "Rescan"
START_VOLUME_DB = -6
LOWEST_VOLUME_DB = -60


class TransportBar(QWidget):
    """Play, place, original or take, level, volume, device, and how the device copes."""

    def __init__(self, audition: Audition) -> None:
        super().__init__()
        self.setObjectName("transportBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "panel")
        self._audition = audition
        self._start = _button("start", "To the start", "Home")
        self._play = _button("play", "Play or pause", "Space")
        self._play.setProperty("role", "primary")
        self._stop = _button("stop", "Stop and go back to the start", "Shift+Space")
        self._loop = _button("loop", "Loop the region, or the whole clip", "L")
        self._loop.setText("Loop")
        self._loop.setCheckable(True)
        self._loop.setProperty("role", "toggle")
        self._time = QLabel("0:00.000")
        self._time.setProperty("role", "time")
        self._length = QLabel("/ 0:00.000")
        self._length.setProperty("role", "dim")
        self._original = QPushButton("Original")
        self._take = QPushButton("Take  A")
        self._meter = Meter()
        self._device = AUTO
        self._devices = QuietCombo("Output device")
        self._volume = QSlider(Qt.Orientation.Horizontal)
        self._volume_words = QLabel()
        self._state = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._state.setProperty("role", "dim")
        self._set_up()
        self._lay_out()
        audition.ticked.connect(self.show_snapshot)

    def _set_up(self) -> None:
        heard = QButtonGroup(self)
        sides: tuple[tuple[QPushButton, Side], ...] = ((self._original, "original"), (self._take, "take"))
        for button, what in sides:
            heard.addButton(button)
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setProperty("side", what)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"Hear the {what} (A changes between both, in the same place)")
            button.clicked.connect(lambda _checked=False, what=what: self._audition.listen(what))
        self._start.clicked.connect(lambda: self._audition.seek(0.0))
        self._play.clicked.connect(self._audition.toggle_play)
        self._stop.clicked.connect(self._audition.stop)
        self._loop.clicked.connect(lambda: self._audition.set_looping(self._loop.isChecked()))
        self._devices.setToolTip("Output device; (auto) is the system's")
        self._devices.addItem(AUTO)
        self._devices.activated.connect(self._device_chosen)
        self._volume.setAccessibleName("Volume")
        self._volume.setToolTip("Volume of the monitor; the export does not know it")
        self._volume.setRange(LOWEST_VOLUME_DB, 0)
        self._volume.setFixedWidth(96)
        self._volume.valueChanged.connect(self._volume_changed)
        self._volume.setValue(START_VOLUME_DB)
        self._volume_words.setFixedWidth(48)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        for button in (self._start, self._play, self._stop, self._loop):
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self._time)
        layout.addWidget(self._length)
        layout.addSpacing(8)
        segments = QHBoxLayout()
        segments.setSpacing(0)
        segments.addWidget(self._original)
        segments.addWidget(self._take)
        layout.addLayout(segments)
        layout.addWidget(self._meter, 1)
        for widget in (self._volume, self._volume_words, self._devices, self._state):
            layout.addWidget(widget)

    def restyle(self) -> None:
        """Draw the signs again in the theme's colours."""
        colours = theme.current()
        for name, button in (("start", self._start), ("stop", self._stop), ("loop", self._loop)):
            button.setIcon(glyph(name, colours.text))
        self._show_playing(bool(self._play.property("playing")))

    def set_take_name(self, variant: int) -> None:
        """Say which take is compared with the original."""
        self._take.setText(f"Take {variant}  A")

    def set_length(self, duration_s: float) -> None:
        """Say how long the recording is."""
        self._length.setText(f"/ {time_words(duration_s)}")

    def show_snapshot(self, now: Snapshot) -> None:
        """Show where the sound is and how it goes."""
        self._time.setText(time_words(now.position_s))
        self._show_playing(now.playing or self._audition.awaits_sound)
        self._original.setChecked(self._audition.side == "original")
        self._take.setChecked(self._audition.side == "take")
        self._loop.setChecked(self._audition.looping)
        self._meter.show_levels(now.peak_db, now.rms_db)
        self._show_devices(now)
        self._show_state(now)

    def _show_state(self, now: Snapshot) -> None:
        if not now.device:
            self._state.setText("no sound device" if now.error else "")
            self._state.setToolTip(now.error)
            return
        underruns = "underrun" if now.underruns == 1 else "underruns"
        self._state.setText(f"{now.latency_ms:.0f} ms   load {now.load:.0%}   {now.underruns} {underruns}")
        self._state.setToolTip("Time from engine to device, share of the time that the engine needs, dropouts so far")

    def _show_playing(self, playing: bool) -> None:
        if self._play.property("playing") != playing or self._play.icon().isNull():
            self._play.setProperty("playing", playing)
            self._play.setIcon(glyph("pause" if playing else "play", theme.current().on_take))

    def _show_devices(self, now: Snapshot) -> None:
        names = [AUTO, *now.devices, RESCAN]
        if names != [self._devices.itemText(row) for row in range(self._devices.count())]:
            with QSignalBlocker(self._devices):
                self._devices.clear()
                self._devices.addItems(names)
                self._devices.setCurrentText(self._device if self._device in names else AUTO)

    def _device_chosen(self, row: int) -> None:
        name = self._devices.itemText(row)
        if name == RESCAN:
            self._devices.setCurrentText(self._device)
            self._audition.send(Rescan())
        else:
            self._device = name
            self._audition.send(UseDevice(None if name == AUTO else name))

    def _volume_changed(self, volume_db: int) -> None:
        self._volume_words.setText(f"{volume_db} dB".replace("-", "−"))
        self._audition.send(Volume(float(volume_db)))


def _button(name: str, what: str, key: str) -> QPushButton:
    button = QPushButton()
    button.setObjectName(name)
    button.setAccessibleName(what)
    button.setToolTip(f"{what} ({key})")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def time_words(seconds: float) -> str:
    """A time as m:ss.mmm."""
    milliseconds = round(max(seconds, 0.0) * 1000)
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02d}.{milliseconds % 1000:03d}"
