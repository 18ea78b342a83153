"""The strip's takes as a list that Qt can show: pictures, words, and which is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage, QPixmap

from ..store import Store
from ..words import sentence, tr
from .words import draw_words, values_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.recipe import Recipe

    from .looked import Strip, Thumb

Index = QModelIndex | QPersistentModelIndex
Colour = Callable[["NDArray[np.uint8]"], "NDArray[np.uint8]"]
"""From the indices of a spectrogram (rows, columns) to RGBA bytes (rows, columns, 4)."""

VARIANT_ROLE = Qt.ItemDataRole.UserRole
PRESENT_ROLE = Qt.ItemDataRole.UserRole + 1
FRESH_ROLE = Qt.ItemDataRole.UserRole + 2
ERROR_ROLE = Qt.ItemDataRole.UserRole + 3


class StripModel(QAbstractListModel):
    """The takes of a strip by their numbers."""

    def __init__(self, store: Store, colour: Colour, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._colour = colour
        self._thumbs: list[Thumb] = []
        self._pixmaps: dict[Thumb, tuple[NDArray[np.uint8], QPixmap]] = {}

    def show_strip(self, strip: Strip) -> bool:
        """Take over the takes and what is new about them; whether there are others than before."""
        thumbs = sorted(strip.values(), key=lambda thumb: thumb.variant)
        if thumbs == self._thumbs:
            self._all_changed()
            return False
        self.beginResetModel()
        self._thumbs = thumbs
        self._pixmaps = {thumb: made for thumb, made in self._pixmaps.items() if thumb in strip.values()}
        self.endResetModel()
        return True

    def recolour(self) -> None:
        """Paint all pictures in other colours."""
        self._pixmaps.clear()
        self._all_changed()

    def row_of(self, variant: int) -> int:
        """The row of a take, -1 if it was not looked at."""
        return next((row for row, thumb in enumerate(self._thumbs) if thumb.variant == variant), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's name and default
        """How many takes."""
        return 0 if parent.isValid() else len(self._thumbs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a take shows and says."""
        thumb = self._thumbs[index.row()]
        if role == VARIANT_ROLE:
            return thumb.variant
        if role == PRESENT_ROLE:
            return thumb.variant == self._store.project.variant
        if role == FRESH_ROLE:
            return thumb.fresh
        if role == ERROR_ROLE:
            return thumb.error
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pixmap(thumb)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{_name(thumb)}\n{draw_words(self._recipe(thumb))}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._hint(thumb)
        return None

    def _all_changed(self) -> None:
        if self._thumbs:
            self.dataChanged.emit(self.index(0), self.index(len(self._thumbs) - 1))

    def _recipe(self, thumb: Thumb) -> Recipe | None:
        project = self._store.project
        source = project.source
        return None if source is None else project.chain.draw_here(project.seed, source.source_id, thumb.variant)

    def _hint(self, thumb: Thumb) -> str:
        recipe = self._recipe(thumb)
        lines = [_name(thumb), values_words(recipe) if recipe is not None else ""]
        if thumb.error:
            lines.append(tr("This take cannot be made: {reason}", reason=sentence(thumb.error)))
        elif thumb.picture is not None and not thumb.fresh:
            lines.append(tr("The chain was changed since this picture was made."))
        return "\n".join(lines)

    def _pixmap(self, thumb: Thumb) -> QPixmap | None:
        """The picture in colours, looked up once."""
        if thumb.picture is None:
            return None
        found = self._pixmaps.get(thumb)
        if found is None or found[0] is not thumb.picture:
            rgba = np.ascontiguousarray(self._colour(thumb.picture)[::-1])
            height, width = rgba.shape[:2]
            image = QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
            found = self._pixmaps[thumb] = (thumb.picture, QPixmap.fromImage(image))
        return found[1]


def _name(thumb: Thumb) -> str:
    return tr("Take {number}", number=thumb.variant)
