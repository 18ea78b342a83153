"""Channels made of channels: each frame out is a matrix times the same frame in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .pointwise import Pointwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..clip import Samples


def mixer(matrix: NDArray[np.float64]) -> Pointwise:
    """A processor that multiplies by a matrix (channels out, channels in).

    It adds channel by channel: BLAS would round differently for blocks of another length.
    """
    weights = matrix.astype(np.float32)

    def mixed(block: Samples) -> Samples:
        out = np.zeros_like(block)
        for place, row in enumerate(weights):
            for source in np.flatnonzero(row):
                out[place] += row[source] * block[source]
        return out

    return Pointwise(mixed)


def width_matrix(channels: int, width: float) -> NDArray[np.float64]:
    """What differs from the mean of all channels, times the width; with two channels, mid and side."""
    mean = np.full((channels, channels), 1 / channels)
    matrix: NDArray[np.float64] = mean + width * (np.eye(channels) - mean)
    return matrix


def pan_matrix(channels: int, position: float) -> NDArray[np.float64]:
    """Each pair of channels panned to a position from -1, left, to 1, right, by the Web Audio API's equal-power law.

    A last channel without a partner stays.
    """
    near, far = np.cos(abs(position) * np.pi / 2), np.sin(abs(position) * np.pi / 2)
    pair = np.array([[near, 0], [far, 1]]) if position > 0 else np.array([[1, far], [0, near]])
    matrix = np.eye(channels)
    for left in range(0, channels - 1, 2):
        matrix[left : left + 2, left : left + 2] = pair
    return matrix
