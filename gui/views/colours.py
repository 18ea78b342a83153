"""Colour maps: from the indices that workers send to pixels, looked up once a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QImage, QPixmap

from engine.analysis.stft import DB_PER_INDEX, index_to_db

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOUR_MAPS = ("magma", "viridis", "cividis", "inferno", "grey")
DIFFERENCE_DB = 24
"""Take and original are shown this far apart; more than that looks the same."""

_LESS = ((0.0, (178, 216, 255)), (0.24, (66, 146, 226)), (0.42, (26, 66, 122)))
_SAME = ((0.5, (20, 22, 27)),)
_MORE = ((0.58, (122, 66, 8)), (0.76, (226, 138, 36)), (1.0, (255, 232, 184)))


@lru_cache(maxsize=8)
def _map(name: str) -> pg.ColorMap:
    if name == "grey":
        return pg.ColorMap([0.0, 1.0], [(0, 0, 0), (255, 255, 255)])
    if name == "difference":  # blue and orange, equally light: told apart by every kind of colour vision
        stops = (*_LESS, *_SAME, *_MORE)
        return pg.ColorMap([at for at, _ in stops], [colour for _, colour in stops])
    return pg.colormap.get(name)


@lru_cache(maxsize=32)
def table(name: str, floor_db: float, ceiling_db: float) -> NDArray[np.uint32]:
    """One RGBA pixel for each index of a picture."""
    share = (index_to_db(np.arange(256, dtype=np.uint8)) - floor_db) / max(ceiling_db - floor_db, 1)
    return _pixels(name, share.clip(0, 1))


@lru_cache(maxsize=1)
def _difference_table() -> NDArray[np.uint32]:
    reach = round(DIFFERENCE_DB / DB_PER_INDEX)
    return _pixels("difference", np.linspace(0, 1, 2 * reach + 1))


def coloured(indices: NDArray[np.uint8], name: str, floor_db: float, ceiling_db: float) -> NDArray[np.uint8]:
    """A picture (rows, columns, 4) of RGBA bytes from one of indices."""
    return _looked_up(table(name, floor_db, ceiling_db), indices)


def coloured_difference(
    original: NDArray[np.uint8], take: NDArray[np.uint8], floor_db: float
) -> NDArray[np.uint8]:  # fmt: skip
    """How much louder (orange) or softer (blue) the take is; what is under the floor counts as at the floor."""
    floor = np.uint8(np.searchsorted(index_to_db(np.arange(256, dtype=np.uint8)), floor_db).clip(0, 255))
    steps = np.maximum(take, floor).astype(np.int16) - np.maximum(original, floor)
    reach = round(DIFFERENCE_DB / DB_PER_INDEX)
    return _looked_up(_difference_table(), steps.clip(-reach, reach) + reach)


def _looked_up(pixels: NDArray[np.uint32], places: NDArray[np.uint8] | NDArray[np.int16]) -> NDArray[np.uint8]:
    return pixels[places].view(np.uint8).reshape(*places.shape, 4)


def _pixels(name: str, shares: NDArray[np.float64]) -> NDArray[np.uint32]:
    rgba = _map(name).map(shares, mode="byte")
    pixels: NDArray[np.uint32] = np.ascontiguousarray(rgba, np.uint8).view(np.uint32).ravel()
    return pixels


def swatch(name: str, width: int = 48, height: int = 12) -> QPixmap:
    """A small picture of a colour map, for a menu or a legend."""
    row = _map(name).map(np.linspace(0, 1, width), mode="byte")
    pixels = np.ascontiguousarray(np.broadcast_to(row, (height, width, 4)), np.uint8)
    return QPixmap.fromImage(QImage(pixels.data, width, height, QImage.Format.Format_RGBA8888).copy())
