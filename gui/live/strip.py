"""The strip below the views: waveform and spectrogram of what leaves through the device, scrolling as it leaves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.analysis.scales import Frequencies, FrequencyScale
from engine.playback.messages import Snapshot, TapClock, Tapped

from .. import theme
from ..actions import Command
from ..memory import Memory
from ..words import tr
from .analyser import Analyser
from .edges import Edges, Mark
from .look import Colours, Look, frequency_marks
from .picture import GAP_ROWS, Ink, Picture

AXIS_PX, MARGIN_PX, END_PX = 54, 4, 16
TIME_PX = 16
GRIP_PX = 6
HEIGHT, LOWEST, HIGHEST = 132, 84, 420
STEP_PX = 24
FADE_TICKS = 10
RESTING = 0.45
"""How bright the picture is while nothing plays."""
_SECONDS_APART_PX = 90


class LiveStrip(QWidget):
    """Draws what it reads from the tap at each `show_snapshot`; it stands still and fades while nothing plays."""

    def __init__(self, tapped: Callable[[int], Tapped], memory: Memory) -> None:
        super().__init__()
        self.setAccessibleName(tr("What leaves the device"))
        hint = tr(
            "Waveform and spectrogram of what really leaves through the device; drag its upper edge for its height"
        )
        self.setToolTip(hint)
        self.setWhatsThis(hint)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tapped, self._memory = tapped, memory
        self._look = Look()
        self._analyser: Analyser | None = None
        self._picture: Picture | None = None
        self._clock = TapClock()
        self._bright, self._goal = RESTING, RESTING
        self._words = tr("what leaves the device is drawn here while it plays")
        self._edges: Edges | None = None
        self._ground, self._pill = QPixmap(), QPixmap()
        self._heights: tuple[Mark, ...] = ()
        self._times: tuple[Mark, ...] = ()
        self._grabbed: tuple[float, int] | None = None
        self.setFixedHeight(_height(memory.get("live/height", HEIGHT)))
        self.setHidden(memory.get("live/folded", False))

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return [
            Command(
                "live_shown", "View", tr("Live picture"), tr("Show or hide what leaves the device"), self.fold,
                ("Ctrl+Shift+L",), separator_before=True, checked=lambda: not self.isHidden(),
            ),
            Command(
                "live_taller", "View", tr("Live picture taller"), tr("Give what leaves the device more room"),
                lambda: self.set_height(self.height() + STEP_PX),
            ),
            Command(
                "live_lower", "View", tr("Live picture lower"), tr("Give what leaves the device less room"),
                lambda: self.set_height(self.height() - STEP_PX),
            ),
        ]  # fmt: skip

    def fold(self) -> None:
        """Show or hide the strip."""
        self.setHidden(not self.isHidden())
        self._memory.put("live/folded", self.isHidden())

    def set_height(self, height: int) -> None:
        """Be so high from now on."""
        self.setFixedHeight(_height(height))
        self._memory.put("live/height", self.height())

    def set_settings(self, scale: FrequencyScale, colours: Colours) -> None:
        """Look as the views do: their frequency scale, and one pixel for each index of a spectrogram."""
        self._look = Look(scale, colours)
        self.restyle()

    def restyle(self) -> None:
        """Take over the theme."""
        if self._picture is not None:
            shown = theme.current()
            self._picture.dress(self._look, Ink(shown.take, shown.clip, shown.sunken, shown.background))
            self._mark()
        self.update()

    @property
    def clock(self) -> TapClock:
        """The clock of what was read last."""
        return self._clock

    @property
    def frames(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Which frame of the tap's clock is in the middle of each column of the picture, left to right; -1 for none."""
        return self._picture.frames if self._picture is not None else np.empty(0, np.int64)

    @property
    def frequencies(self) -> Frequencies:
        """The picture's frequency axis, over the height of `spectrum_box`."""
        return Frequencies.of(self._look.scale, self._clock.rate or 48000)

    @property
    def box(self) -> QRectF:
        """Where the picture lies."""
        width = max(self.width() - AXIS_PX - END_PX, 1)
        return QRectF(AXIS_PX, MARGIN_PX, width, max(self.height() - MARGIN_PX - TIME_PX, 1))

    @property
    def spectrum_box(self) -> QRectF:
        """Where the spectrogram lies, below the waveform."""
        if self._picture is None:
            return self.box
        share = (self._picture.wave_rows + GAP_ROWS) / self._picture.rows
        return self.box.adjusted(0, self.box.height() * share, 0, 0)

    def show_snapshot(self, now: Snapshot) -> None:
        """Draw what has left since the last time."""
        self._say(now)
        if self.isHidden():
            return
        tapped = self._tapped(self._analyser.next_frame if self._analyser else 0)
        if tapped.clock.rate:
            self._clock = tapped.clock
            self._draw(tapped, now.playing)
        else:
            self._goal = RESTING
        self._fade()

    def _draw(self, tapped: Tapped, playing: bool) -> None:
        analyser = self._analyser
        if analyser is None or analyser.rate != tapped.clock.rate or analyser.next_frame > tapped.clock.frame:
            self._analyser = Analyser(tapped.clock.rate, tapped.clock.frame)
            self._set_up_picture()
            return
        if tapped.start != analyser.next_frame:
            analyser.rest(tapped.start)
        sounds = playing or bool(tapped.samples.any())
        self._goal = 1.0 if sounds else RESTING
        if not sounds and self._bright == RESTING:
            analyser.rest(tapped.clock.frame)
            return
        new = analyser.feed(tapped.samples)
        if new.frames.size and self._picture is not None:
            self._picture.add(new)
            self._mark()
            self.update()

    def _fade(self) -> None:
        if self._bright != self._goal:
            step = (1 - RESTING) / FADE_TICKS
            self._bright = min(max(self._goal, self._bright - step), self._bright + 4 * step)
            self.update()

    def _say(self, now: Snapshot) -> None:
        words = tr("what leaves the device is drawn here while it plays")
        if now.device:
            rate, sound = f"{now.sample_rate / 1000:g}", f"{now.sound_rate / 1000:g}"
            words = tr("leaving {device} · {rate} kHz", device=now.device, rate=rate)
            if now.sound_rate not in (0, now.sample_rate):
                words = tr("leaving {device} · {sound} → {rate} kHz", device=now.device, sound=sound, rate=rate)
        elif now.error:
            words = tr("nothing leaves: there is no sound device")
        if words != self._words:
            self._words = words
            self.setAccessibleDescription(words)
            self.update()

    def _set_up_picture(self) -> None:
        if self._analyser is None:
            return
        ratio = self.devicePixelRatioF()
        columns, rows = max(round(self.box.width() * ratio), 2), max(round(self.box.height() * ratio), 16)
        bins, rate = self._analyser.window // 2 + 1, self._analyser.rate
        before = self._picture
        same = before is not None and before.kind == (bins, rate)
        self._picture = (
            before.moved_to(columns, rows) if before is not None and same else Picture(columns, rows, bins, rate)
        )
        self.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Keep the columns in a picture of the new size."""
        self._set_up_picture()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:  # Qt's name
        """As high as was last wished."""
        return QSize(400, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """The picture, and what stands at its edges."""
        edges = Edges(
            self.size(), self.devicePixelRatioF(), self.box, self.spectrum_box, self._words, self._heights,
            self._times, theme.current(),
        )  # fmt: skip
        if edges != self._edges:
            self._edges, self._ground, self._pill = edges, edges.ground(), edges.pill()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        if self._picture is not None:
            painter.fillRect(self.spectrum_box, Qt.GlobalColor.black)  # it fades to the dark in both themes
            painter.setOpacity(self._bright)
            self._picture.paint(painter, self.box)
            painter.setOpacity(1.0)
        painter.drawPixmap(self.box.topLeft() + QPointF(8, 4), self._pill)

    def _mark(self) -> None:
        """Say where frequencies and whole seconds back lie; after a rest these are as far back as they are."""
        if self._picture is None or self._analyser is None:
            return
        box, spectrum, frames, rate = self.box, self.spectrum_box, self._picture.frames, self._analyser.rate
        marks = frequency_marks(self.frequencies, spectrum.height())
        self._heights = tuple((spectrum.bottom() - height * spectrum.height(), words) for height, words in marks)
        self._times = ()
        if frames[-1] < 0:
            return
        width, now = box.width() / frames.size, int(frames[-1]) + self._analyser.window // 2
        step = max(round(_SECONDS_APART_PX / width * self._analyser.hop / rate), 1)
        back = np.arange(step, (now - frames[frames >= 0][0]) / rate, step)
        places = np.searchsorted(frames, now - back * rate)
        seen = (places * width > 40) & (frames[places] - (now - back * rate) < self._analyser.hop)
        self._times = tuple(
            (float(box.left() + place * width), tr("−{seconds} s", seconds=int(seconds)))
            for place, seconds in zip(places[seen], back[seen], strict=True)
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Take hold of the upper edge."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().y() <= GRIP_PX:
            self._grabbed = (event.globalPosition().y(), self.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Drag the upper edge."""
        if self._grabbed is not None:
            self.set_height(round(self._grabbed[1] + self._grabbed[0] - event.globalPosition().y()))
        at_edge = self._grabbed is not None or event.position().y() <= GRIP_PX
        self.setCursor(Qt.CursorShape.SplitVCursor if at_edge else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Let the edge go."""
        self._grabbed = None


def _height(wished: int) -> int:
    return min(max(wished, LOWEST), HIGHEST)
