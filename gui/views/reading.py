"""What is read under the cursor, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ticks import db_words, hz_words, note_words, time_words

if TYPE_CHECKING:
    from .side import Side


def reading(side: Side, kind: str, at_s: float, height: float) -> str:
    """Time, frequency, note and level at a time and a height (0 to 1) of a waveform or a spectrogram."""
    words = [time_words(at_s)]
    if kind == "wave":
        peak_db = side.peak_db(at_s)
        words += [f"peak {db_words(peak_db)}"] if peak_db is not None else []
    elif side.frequencies is not None:
        hz, level_db = float(side.frequencies.hz(height)), side.level_db(at_s, height)
        note = note_words(hz)
        words.append(f"{hz_words(hz)} ({note})" if note else hz_words(hz))
        words += [db_words(level_db)] if level_db is not None else []
    return " · ".join(words)
