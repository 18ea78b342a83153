"""The strip of takes: a look at each that was looked at, and the way back to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QListView, QWidget

from .. import theme
from ..words import tr
from .strip_model import VARIANT_ROLE, StripModel
from .tile import GAP, HEIGHT, WIDTH, Tile

FADE_PX = 28
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6), Qt.Key.Key_End: 10**6}
_DIGITS = {Qt.Key(Qt.Key.Key_0 + digit): digit for digit in range(1, 10)}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TakeStrip(QListView):
    """Shows takes side by side; `chosen` gives the one to go to.

    `pressed_on` says that a take may be about to be dragged out, `dragged` that it is, with its picture or None.
    """

    chosen = Signal(int)
    pressed_on = Signal(int)
    dragged = Signal(int, object)
    let_go = Signal()

    def __init__(self, model: StripModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed: tuple[int, QPoint] | None = None
        self.setObjectName("takes")
        self.setProperty("role", "plain")
        self.setAccessibleName(tr("Takes that you looked at"))
        self.setWhatsThis(
            tr(
                "Every take that you looked at for this recording and seed. Click one to go back to it, drag it to a "
                "folder or program, hold the mouse on it to read what it drew. With the keyboard: arrow keys and "
                "Enter, or 1 to 9."
            )
        )
        self.setModel(model)
        self.setItemDelegate(Tile(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(2 * (WIDTH + GAP))

    def reveal(self, variant: int) -> None:
        """Bring a take into sight, and the keys to it."""
        row = self._takes().row_of(variant)
        if row >= 0:
            self.setCurrentIndex(self.model().index(row, 0))
            self.scrollTo(self.currentIndex())
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        """Keep for itself the keys that mean a take here, whatever they mean elsewhere in the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go along the strip, Enter and digits go to a take."""
        if not _is_ours(event):
            event.ignore()
            return
        key = Qt.Key(event.key())
        if key in _DIGITS:
            self.chosen.emit(_DIGITS[key])
        elif key in _ENTER:
            if self.currentIndex().isValid():
                self.chosen.emit(self.currentIndex().data(VARIANT_ROLE))
        else:
            row = min(max(self.currentIndex().row() + _MOVES[key], 0), self.model().rowCount() - 1)
            self.setCurrentIndex(self.model().index(row, 0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys begin at the first take where they were nowhere."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A take is clicked or dragged; which, the next move or release says."""
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        self._pressed = (index.data(VARIANT_ROLE), event.position().toPoint())
        self.pressed_on.emit(self._pressed[0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from where it was pressed, the take is dragged out."""
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        variant, place = self._pressed
        far = (event.position().toPoint() - place).manhattanLength() >= QApplication.startDragDistance()
        if event.buttons() & Qt.MouseButton.LeftButton and far:
            self._pressed = None
            self.dragged.emit(variant, self._picture_of(variant))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """What was pressed and not dragged is gone to."""
        pressed, self._pressed = self._pressed, None
        self.let_go.emit()
        if pressed is not None:
            self.chosen.emit(pressed[0])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Any wheel scrolls along the strip."""
        moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (moved.y() or moved.x()))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The takes, faded where there are more, and words where there are none to go back to."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        count = self.model().rowCount()
        if count < 2:
            painter.setPen(QColor(theme.current().faint))
            room = self.viewport().rect().adjusted(count * (WIDTH + GAP) + 4, 0, 0, 0)
            words = tr("Press N for a new draw: every take you look at stays here.")
            if count == 0:
                words = tr("The takes of a recording that you look at stay here.")
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, words)
        bar = self.horizontalScrollBar()
        if bar.value() > bar.minimum():
            self._fade(painter, left=True)
        if bar.value() < bar.maximum() - GAP:
            self._fade(painter, left=False)
        painter.end()

    def _fade(self, painter: QPainter, *, left: bool) -> None:
        ground = QColor(theme.current().panel)
        clear = QColor(ground)
        clear.setAlpha(0)
        width = self.viewport().width()
        edge = 0 if left else width
        gradient = QLinearGradient(edge, 0, FADE_PX if left else width - FADE_PX, 0)
        gradient.setColorAt(0, ground)
        gradient.setColorAt(1, clear)
        painter.fillRect(QRect(edge if left else width - FADE_PX, 0, FADE_PX, HEIGHT), gradient)

    def _picture_of(self, variant: int) -> QPixmap | None:
        index = self.model().index(self._takes().row_of(variant), 0)
        found = index.data(Qt.ItemDataRole.DecorationRole) if index.isValid() else None
        return found if isinstance(found, QPixmap) else None

    def _takes(self) -> StripModel:
        model = self.model()
        assert isinstance(model, StripModel)
        return model


def _is_ours(event: QKeyEvent) -> bool:
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return plain and (event.key() in _MOVES or event.key() in _DIGITS or event.key() in _ENTER)
