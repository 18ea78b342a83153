"""Colour maps: from the indices that workers send to pixels, looked up once a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QImage, QPixmap

from engine.analysis.stft import index_to_db

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOUR_MAPS = ("magma", "viridis", "cividis", "inferno", "grey")


@lru_cache(maxsize=8)
def _map(name: str) -> pg.ColorMap:
    if name == "grey":
        return pg.ColorMap([0.0, 1.0], [(0, 0, 0), (255, 255, 255)])
    return pg.colormap.get(name)


@lru_cache(maxsize=32)
def table(name: str, floor_db: float, ceiling_db: float) -> NDArray[np.uint32]:
    """One RGBA pixel for each index of a picture."""
    share = (index_to_db(np.arange(256, dtype=np.uint8)) - floor_db) / max(ceiling_db - floor_db, 1)
    rgba = _map(name).map(share.clip(0, 1), mode="byte")
    pixels: NDArray[np.uint32] = np.ascontiguousarray(rgba, np.uint8).view(np.uint32).ravel()
    return pixels


def coloured(indices: NDArray[np.uint8], name: str, floor_db: float, ceiling_db: float) -> NDArray[np.uint8]:
    """A picture (rows, columns, 4) of RGBA bytes from one of indices."""
    pixels = table(name, floor_db, ceiling_db)[indices]
    return pixels.view(np.uint8).reshape(*indices.shape, 4)


def swatch(name: str, width: int = 48, height: int = 12) -> QPixmap:
    """A small picture of a colour map, for a menu."""
    row = _map(name).map(np.linspace(0, 1, width), mode="byte")
    pixels = np.ascontiguousarray(np.broadcast_to(row, (height, width, 4)), np.uint8)
    return QPixmap.fromImage(QImage(pixels.data, width, height, QImage.Format.Format_RGBA8888).copy())
