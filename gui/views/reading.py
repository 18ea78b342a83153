"""What is read under the cursor, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..numbers import time_words
from ..words import tr
from .ticks import db_words, hz_words, note_words, signed_db_words

if TYPE_CHECKING:
    from engine.analysis.scales import Frequencies

    from .side import Side


def wave_reading(side: Side, at_s: float, height: float) -> str:
    """Time and peak level of a waveform; of channels apart, which channel."""
    channels = side.wave.low.shape[0] if side.wave is not None else 1
    band, _ = _band(height, channels)
    peak_db = side.peak_db(at_s, band)
    words = [time_words(at_s), *_channel(band, channels)]
    return _joined(words, tr("peak {level}", level=db_words(peak_db)) if peak_db is not None else "")


def spectrum_reading(side: Side, axis: Frequencies, at_s: float, height: float) -> str:
    """Time, frequency, note and level of a spectrogram at a height from 0 to 1."""
    band, inner = _band(height, side.bands)
    hz = float(axis.hz(inner))
    level_db = side.level_db(at_s, hz, band)
    words = [time_words(at_s), *_channel(band, side.bands), _frequency(hz)]
    return _joined(words, db_words(level_db) if level_db is not None else "")


def difference_reading(
    original: Side, take: Side, axis: Frequencies, floor_db: float, at_s: float, height: float
) -> str:  # fmt: skip
    """Time, frequency, note, and how much louder the take is; under the floor both count as at the floor."""
    band, inner = _band(height, take.bands)
    hz = float(axis.hz(inner))
    before, now = original.level_db(at_s, hz, band), take.level_db(at_s, hz, band)
    words = [time_words(at_s), *_channel(band, take.bands), _frequency(hz)]
    if before is None or now is None:
        return _joined(words)
    apart = max(now, floor_db) - max(before, floor_db)
    levels = tr("take {take}, original {original}", take=db_words(now), original=db_words(before))
    return _joined(words, f"{signed_db_words(apart)} ({levels})")


def both_waves_reading(original: Side, take: Side, at_s: float, height: float) -> str:
    """Time and the peak levels of both sounds."""
    channels = take.wave.low.shape[0] if take.wave is not None else 1
    band, _ = _band(height, channels)
    before, now = original.peak_db(at_s, band), take.peak_db(at_s, band)
    words = [time_words(at_s), *_channel(band, channels)]
    if before is None or now is None:
        return _joined(words)
    levels = tr("peak of take {take}, original {original}", take=db_words(now), original=db_words(before))
    return _joined(words, levels)


def _band(height: float, bands: int) -> tuple[int, float]:
    """Which band from below a height lies in, and where in it."""
    band = min(max(int(height * bands), 0), bands - 1)
    return band, height * bands - band


def _channel(band: int, bands: int) -> list[str]:
    return [tr("channel {number}", number=bands - band)] if bands > 1 else []


def _frequency(hz: float) -> str:
    note = note_words(hz)
    return f"{hz_words(hz)} ({note})" if note else hz_words(hz)


def _joined(words: list[str], last: str = "") -> str:
    return " · ".join([*words, last] if last else words)
