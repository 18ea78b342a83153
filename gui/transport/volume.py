"""The monitor's volume; it is remembered, so a start is never louder than the last end."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from engine.playback.messages import VOLUME_AT_START_DB, Volume

from ..audition import Audition
from ..memory import Memory
from ..numbers import signed
from ..widgets.labels import label
from ..words import tr

REMEMBERED = "transport/volume_db"
LOWEST_DB = -60
WIDTH = 76


class VolumeControl(QWidget):
    """A slider and its words."""

    def __init__(self, audition: Audition, memory: Memory) -> None:
        super().__init__()
        self._audition, self._memory = audition, memory
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Volume"))
        hint = tr("Volume of the monitor, which the export does not know (Ctrl+Up, Ctrl+Down)")
        self.slider.setToolTip(hint)
        self.slider.setWhatsThis(hint)
        self.slider.setRange(LOWEST_DB, 0)
        self.slider.setPageStep(6)
        self.slider.setMinimumWidth(48)
        self.slider.setMaximumWidth(WIDTH)
        self._words = label("", "dim")
        self._words.setMinimumWidth(self._words.fontMetrics().horizontalAdvance(_words(LOWEST_DB)))
        self._lay_out()
        self.slider.setValue(memory.get(REMEMBERED, round(VOLUME_AT_START_DB)))
        self._show(self.slider.value())
        self.slider.valueChanged.connect(self._changed)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.slider, self._words):
            layout.addWidget(widget)

    def step(self, by_db: int) -> None:
        """Turn it up or down."""
        self.slider.setValue(self.slider.value() + by_db)

    def _changed(self, volume_db: int) -> None:
        self._memory.put(REMEMBERED, volume_db)
        self._show(volume_db)

    def _show(self, volume_db: int) -> None:
        self._words.setText(_words(volume_db))
        self._audition.send(Volume(float(volume_db)))


def _words(volume_db: int) -> str:
    return tr("{level} dB", level=signed(volume_db, 0))
