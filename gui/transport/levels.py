"""The meter, the clip light behind it, and loudness and true peak in numbers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from engine.playback.messages import SILENCE_DB, Snapshot

from .. import theme
from ..widgets.labels import label
from ..words import tr
from .meter import Meter
from .numbers import level
from .rows import row, two_rows

WIDEST_DB = -68.8


class ClipLight(QAbstractButton):
    """Lit from the first over until somebody clicks it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Clip light"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(14, 24)
        self._lit = False
        self.set_lit(False)
        self.clicked.connect(lambda: self.set_lit(False))

    @property
    def lit(self) -> bool:
        """Whether something was too loud since it was last put out."""
        return self._lit

    def set_lit(self, lit: bool) -> None:
        """Light it or put it out."""
        self._lit = lit
        said = tr("Something was at or above full scale: click to put the light out")
        unsaid = tr("Lights up when what leaves reaches full scale, before the limiter that protects your ears")
        self.setToolTip(said if lit else unsaid)
        self.setAccessibleDescription(tr("lit") if lit else tr("not lit"))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Return puts it out too: the space bar plays."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # Qt's name
        """A small lamp."""
        return QSize(14, 24)

    def paintEvent(self, _: QPaintEvent) -> None:  # Qt's name
        """The lamp, with a ring when it has the focus."""
        shown = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(shown.take if self.hasFocus() else shown.edge), 1))
        painter.setBrush(QColor(shown.clip if self._lit else shown.line))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 3.5, -2.5, -3.5), 2, 2)


class Levels(QWidget):
    """What the player measures of what leaves; the true peak shown is the highest since playback was started."""

    def __init__(self) -> None:
        super().__init__()
        self.meter, self.clip = Meter(), ClipLight()
        self._overs: int | None = None
        self._playing = False
        self._true_peak_db = SILENCE_DB
        self._loudness, self._peak = label("", "small"), label("", "small")
        self._explain()
        self.clip.clicked.connect(self.reset)
        controls, numbers = row(self.clip), row(self._loudness, gap=12)
        controls.insertWidget(0, self.meter, 1)
        numbers.addStretch(1)
        numbers.addWidget(self._peak)
        self.setLayout(two_rows(controls, numbers))

    def _explain(self) -> None:
        hint = tr("Loudness of what leaves in LUFS: M over the last 400 ms, S over the last 3 s (ITU-R BS.1770)")
        self._loudness.setToolTip(hint)
        self._loudness.setAccessibleName(tr("Loudness"))
        self._peak.setToolTip(tr("Highest true peak, the one between the samples too, since playback was started"))
        self._peak.setAccessibleName(tr("True peak"))
        self._write(WIDEST_DB, WIDEST_DB, WIDEST_DB)
        for words in (self._loudness, self._peak):
            words.ensurePolished()
            words.setMinimumWidth(words.sizeHint().width())
        self._write(SILENCE_DB, SILENCE_DB, SILENCE_DB)

    def show_snapshot(self, now: Snapshot) -> None:
        """Show the levels; what was over since the last time lights the lamp."""
        self.meter.show_levels(now.peak_db, now.rms_db)
        if self._overs is not None and now.overs > self._overs:
            self.clip.set_lit(True)
        self._overs = now.overs
        if now.playing and not self._playing:
            self._true_peak_db = SILENCE_DB
        self._playing = now.playing
        self._true_peak_db = max(self._true_peak_db, now.true_peak_db)
        self._write(now.momentary_lufs, now.short_term_lufs, self._true_peak_db)

    def reset(self) -> None:
        """Put the light out and forget the highest true peak."""
        self.clip.set_lit(False)
        self._true_peak_db = SILENCE_DB

    def _write(self, momentary: float, short_term: float, true_peak_db: float) -> None:
        self._loudness.setText(
            tr("M {momentary}  S {short_term} LUFS", momentary=level(momentary), short_term=level(short_term))
        )
        self._peak.setText(tr("{peak} dBTP", peak=level(true_peak_db)))
