"""Where the sound of a take's columns lies in its original, for pictures of the original on the take's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..clip import TimeMap


def source_times(time_map: TimeMap | None, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """The original's times heard at a take's times, NaN in gaps that were added; the ends are continued."""
    return times_s if time_map is None else _mapped(time_map, times_s)[0]


def source_stretches(
    time_map: TimeMap, start_s: NDArray[np.float64], step_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Begin and end, in the original, of columns of a take; each is taken whole from where its middle comes from."""
    middle, speed = _mapped(time_map, start_s + step_s / 2)
    reach = np.abs(speed) * step_s / 2
    return middle - reach, middle + reach


def _mapped(time_map: TimeMap, times_s: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The original's times and how fast they pass, negative where the original is played backwards."""
    segments = time_map.segments
    out = np.array([segment.out for segment in segments])
    source = np.array([segment.source or (np.nan, np.nan) for segment in segments])
    speeds = (source[:, 1] - source[:, 0]) / np.maximum(out[:, 1] - out[:, 0], 1e-12)
    place = (np.searchsorted(out[:, 0], times_s, "right") - 1).clip(0)
    return source[place, 0] + (times_s - out[place, 0]) * speeds[place], speeds[place]
